"""Blocks in, instructions to the author without brackets out: ``Camera: Explain that ...``, ``List providers here``."""

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
    r"(?P<lead>(?:please|bitte|veuillez|por favor,?|merci de|optional:?|(?:if|where) (?:applicable|relevant|needed"
    r"|necessary),?"
    r"|falls zutreffend,?|le cas échéant,?|si procede,?|en su caso,?) )?"
)
_LABEL = re.compile(r"^[\W_]{0,6}(?:\d{1,2}[.)] ?)?[^\W\d_][^.:：!?|]{0,60}[:：][\s*_]*$")
_HERE = re.compile(r"\bhere[\s.:)]*$")
_PLEASE = re.compile(r"please|bitte|veuillez|por favor|merci", re.IGNORECASE)
_CLAUSE = r"^\W{0,3}(?:here |in detail |briefly |clearly |hier |ici |aquí )?{}"
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
    if text[start].isascii() and (text[start : start + 2].isupper() or not text[start].isupper()):
        return None
    labelled = bool(_LABEL.match(text[:start]))
    rest, before = text[verb[1] : end], "" if labelled else text[max(0, start - 160) : start]
    if grammar.one("readers_order").search(rest) or grammar.one("readers_order").search(before):
        return None
    if _is_authors(name, text, start, verb, end, grammar):
        return True
    clause = name == "editor_verb" and grammar.one("clause", _CLAUSE).match(rest)
    return None if _PLEASE.match(text, start) or not clause else False


def _is_authors(name: str, text: str, start: int, verb: tuple[int, int], end: int, grammar: Grammar) -> bool:
    """Whether an order speaks of what only the author of the text can do."""
    rest, word = text[verb[1] : end], text[verb[0] : verb[1]]
    labelled = bool(_LABEL.match(text[:start]))
    if grammar.one("authors").search(rest) or (_HERE.search(rest) and grammar.one("place_verb").fullmatch(word)):
        return True
    if _PLEASE.match(text, start) and not labelled:
        return False
    if grammar.one("insert_verb").fullmatch(word) and len(rest.split()) > 2:
        return True
    matter = grammar.one("matter").search(rest)
    if name != "editor_verb":
        return bool(matter and (labelled or _TICK.match(text)))
    about = grammar.one("clause", _CLAUSE).match(rest) and grammar.one("third").search(text, verb[0], end)
    return bool(matter or about or (labelled and len(rest.split()) > 2))
