"""A policy in, its text in readable blocks and sentences out, and where the patterns of a rule stand in them.

Tables of a rule that hold patterns map a language (or ``any``) to regular expressions without nested repetition. A
block is searched with those of the document's language and of its own: a bilingual text answers in either.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from permcheck.model import Block, Location, Policy

ADDRESS = re.compile(r"[A-Za-z0-9_.+%-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
STOP = re.compile(r"[。！？；!?;\n]|\.(?<![\s.][A-Z]\.)(?=\s+[^\W\da-z_]|\s*$)")
"""Where a sentence ends, for the sake of a rule; an abbreviation before a capital costs it the rest."""
EDGE = r"\b"
POLICIES = 8
"""Policies whose matches a thread remembers."""
UNSEEN = ("comment", "hidden", "nav")

Table = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a block: ``text`` starts at ``start`` there."""

    block: Block
    start: int
    text: str

    def place(self, path: str, start: int, end: int) -> Location:
        """Where ``text[start:end]`` stands in the file."""
        return Location(path, "", self.block.span(self.start + start, self.start + end))


def readable(policy: Policy) -> list[Block]:
    """The blocks that a reader sees, menus left out."""
    return [block for block in policy.document.blocks if block.region not in UNSEEN]


def is_whole(policy: Policy) -> bool:
    """Whether all of it was read, so that its silence is its own."""
    return not any(gap.silences for gap in policy.document.gaps)


def sentences(block: Block) -> Iterator[Sentence]:
    """The sentences of a block, roughly."""
    start = 0
    for stop in STOP.finditer(block.text):
        yield Sentence(block, start, block.text[start : stop.end()])
        start = stop.end()
    if start < len(block.text):
        yield Sentence(block, start, block.text[start:])


def speaks(table: Table, policy: Policy) -> bool:
    """Whether a table has patterns for the language of a policy; where it has none, nothing can be asked."""
    return policy.document.language in table or set(table) == {"any"}


def pattern(table: Table, policy: Policy, block: Block | None = None) -> re.Pattern[str] | None:
    """The patterns for a block of a policy (or for the policy) as one; none where there are none."""
    languages = {"any": 0, policy.document.language: 0, (block.language if block else ""): 0}
    return compiled(tuple(found for language in languages for found in table.get(language, ())))


@cache
def compiled(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    """Patterns as one, without regard to case.

    Alternatives that begin at a word's edge are tried only there: half the time is spent between edges otherwise.
    """
    every = [branch for found in patterns for branch in branches(found)]
    at_edge = [branch.removeprefix(EDGE) for branch in every if branch.startswith(EDGE)]
    others = [branch for branch in every if not branch.startswith(EDGE)]
    joined = [rf"{EDGE}(?:{'|'.join(at_edge)})"] if at_edge else []
    return re.compile("|".join((*joined, *others)), re.IGNORECASE) if every else None


def branches(found: str) -> list[str]:
    """The alternatives at the top of a regular expression."""
    parts, depth, start, in_class = [], 0, 0, False
    for token in re.finditer(r"\\.|.", found):
        sign = token.group()
        in_class = sign == "[" if not in_class else sign != "]"
        depth += 0 if in_class else (sign == "(") - (sign == ")")
        if sign == "|" and not depth and not in_class:
            parts.append(found[start : token.start()])
            start = token.end()
    return [*parts, found[start:]]


def find(table: Table, policy: Policy, unless: Table | None = None) -> Iterator[tuple[Sentence, re.Match[str]]]:
    """The first match of each sentence that holds one, and none of the patterns of ``unless``.

    What was found in a policy is found again without a search: every app of a run is held against the same ones.
    """
    if not table:
        return iter(())
    memory = _memory(policy)
    key = id(table), id(unless)
    if key not in memory:
        # the tables stay at hand, so that no other ones can get their numbers
        memory[key] = _Found(_search(table, policy, unless), (table, unless))
    return memory[key].every()


class _Found:
    """What a search finds, as far as somebody asked for it."""

    def __init__(self, search: Iterator[tuple[Sentence, re.Match[str]]], tables: object) -> None:
        self.tables = tables
        self._search, self._known = search, list[tuple[Sentence, re.Match[str]]]()

    def every(self) -> Iterator[tuple[Sentence, re.Match[str]]]:
        at = 0
        while True:
            if at == len(self._known):
                found = next(self._search, None)
                if found is None:
                    return
                self._known.append(found)
            yield self._known[at]
            at += 1


class _Remembered(threading.local):
    """For each thread the policies that it searched last, and what it found in them."""

    def __init__(self) -> None:
        self.policies: list[tuple[Policy, dict[tuple[int, int], _Found]]] = []


_REMEMBERED = _Remembered()


def _memory(policy: Policy) -> dict[tuple[int, int], _Found]:
    for known, memory in _REMEMBERED.policies:
        if known is policy:
            return memory
    _REMEMBERED.policies[:] = [(policy, {}), *_REMEMBERED.policies[: POLICIES - 1]]
    return _REMEMBERED.policies[0][1]


def _search(table: Table, policy: Policy, unless: Table | None) -> Iterator[tuple[Sentence, re.Match[str]]]:
    known: dict[str, tuple[re.Pattern[str] | None, re.Pattern[str] | None]] = {}
    for block in readable(policy):
        if block.language not in known:
            known[block.language] = pattern(table, policy, block), pattern(unless or {}, policy, block)
        wanted, barred = known[block.language]
        if wanted is None or not wanted.search(block.text):
            continue
        for sentence in sentences(block):
            match = wanted.search(sentence.text)
            if match and not (barred and barred.search(sentence.text)):
                yield sentence, match
