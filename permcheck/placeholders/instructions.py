"""Blocks in, instructions to the author outside brackets out: ``Camera: Explain that ...``, ``List your providers here``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from permcheck.model import Block
from permcheck.placeholders.extents import instruction_end
from permcheck.placeholders.grammar import Found, Grammar

_OPENING = re.compile(r"^|[.!?;:)»”\">|•*–—-] |[。：；！？]|(?<=[:：])[*_]{1,2} ?")
_GAP = re.compile(r"[\W_]{0,4}")
_LEAD = (
    r"(?P<lead>(?:please|bitte|veuillez|por favor,?|merci de|optional:?|(?:if|where) (?:applicable|relevant|needed|necessary),?"
    r"|falls zutreffend,?|le cas échéant,?|si procede,?|en su caso,?) )?"
)
_LABEL = re.compile(r"^[\W_]{0,6}(?:\d{1,2}[.)] ?)?[^\W\d_][^.:：!?|]{0,60}[:：][\s*_]*$")
_HERE = re.compile(r"\bhere[\s.:)]*$")
_PLEASE = re.compile(r"please|bitte|veuillez|por favor|merci", re.IGNORECASE)
_TICK = re.compile(r"\W{0,4}\[ ?\] ")


class Order(NamedTuple):
    """A sentence that opens with an order: where it stands, and how much shows that its author is meant."""

    found: Found
    sure: bool


def slots(blocks: Sequence[Block], grammar: Grammar) -> Iterator[Found]:
    """Sentences whose verb orders what only the author of a policy can do; two sure ones vouch for lesser ones."""
    orders = [order for number, block in enumerate(blocks) for order in _orders(number, block, grammar)]
    sure = [order for order in orders if order.sure]
    yield from (order.found for order in (orders if len(sure) >= 2 else sure))


def _orders(number: int, block: Block, grammar: Grammar) -> Iterator[Order]:
    text = block.text
    verbs = [
        (name, grammar.one(name, _LEAD + r"(?P<verb>{})(?![^\W\u3040-\u30ff\u4e00-\u9fff]|[’'-])"))
        for name in ("editor_verb", "shared_verb")
    ]
    for opening in _OPENING.finditer(text):
        gap = _GAP.match(text, opening.end())
        start = gap.end() if gap else opening.end()
        for name, verb in verbs:
            match = verb.match(text, start)
            if match:
                end = instruction_end(block, start, match.end("verb"))
                sure = _judge(name, text, start, match.span("verb"), end, grammar)
                if sure is not None:
                    yield Order(Found(number, start, end, "instruction", "order to the author"), sure)
                break


def _judge(name: str, text: str, start: int, verb: tuple[int, int], end: int, grammar: Grammar) -> bool | None:
    """True for an order to the author, False for one that others must vouch for, None for one to the reader."""
    rest = text[verb[1] : end]
    labelled = bool(_LABEL.match(text[:start]))
    if text[start].isascii() and (text[start : start + 2].isupper() or not (labelled or text[start].isupper())):
        return None
    if grammar.one("readers_order").search(rest) or (
        not labelled and grammar.one("readers_order").search(text[:start][-160:])
    ):
        return None
    matter = bool(grammar.one("matter").search(rest))
    if _PLEASE.match(text, start) and not labelled:
        return True if grammar.one("authors").search(rest) else None
    if grammar.one("insert_verb").fullmatch(text[verb[0] : verb[1]]) and len(rest.split()) > 2:
        return True
    if name == "editor_verb":
        clause = bool(
            grammar.one("clause", r"^\W{0,3}(?:here |in detail |briefly |clearly |hier |ici |aquí )?{}").match(rest)
        )
        return (
            True
            if matter
            or (clause and (labelled or grammar.one("third").search(text, verb[0], end)))
            or (labelled and len(rest.split()) > 2)
            else False
            if clause
            else None
        )
    if matter and (labelled or _TICK.match(text)):
        return True
    placed = _HERE.search(rest) and grammar.one("place_verb").fullmatch(text[verb[0] : verb[1]])
    return True if placed or grammar.one("authors").search(rest) else None
