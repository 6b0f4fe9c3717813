"""Blocks in, bracketed slots that nobody filled out: ``[Company Name]``, ``<insert date>``, ``[a / b]``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from permcheck.model import Block
from permcheck.placeholders.rules import Search

LONGEST = 240
"""Characters between brackets beyond which a pair is running text."""

NEAR = 20
"""Blocks around a certain slot in which lesser evidence counts."""

_PAIRS = {"[": "]", "【": "】", "［": "］", "〔": "〕", "<": ">", "(": ")", "（": "）"}
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}
_ANY = re.compile("[" + re.escape("".join([*_PAIRS, *_CLOSERS])) + "]")
_LINK = re.compile(r"\]?\s?\((?:[a-z]{2,12}:|#|/|\.|www\.|<)|\]?\[[^\]]*\]|\]?:\s*<?https?:")
_EMPTY = re.compile(r"[\s\u3000●•○◯■□▪_.…·*–—-]*")
_DOTS = re.compile(r"\s*(?:\.{3}|…+|\.\.)\s*")
_SPACES = re.compile(r"[\s_]+")


@dataclass(frozen=True, slots=True)
class Bracket:
    """``text[start:end]`` of one block with its brackets, and what stands between them."""

    block: int
    start: int
    end: int
    opener: str
    inner: str
    text: str

    @property
    def before(self) -> str:
        """Up to 40 characters in front."""
        return self.text[max(0, self.start - 40) : self.start]

    @property
    def after(self) -> str:
        """Up to 40 characters behind."""
        return self.text[self.end : self.end + 40]

    @property
    def alone(self) -> bool:
        """Whether the block holds nothing else."""
        return not (self.text[: self.start] + self.text[self.end :]).strip(" \t·.:：。*#-")


def slots(blocks: Sequence[Block], search: Search) -> Iterator[tuple[int, int, int]]:
    """Bracketed slots. A word that proves little alone counts in the neighbourhood of a certain slot."""
    found = [bracket for number, block in enumerate(blocks) for bracket in pairs(number, block.text)]
    certain = [bracket for bracket in found if _is_certain(bracket, search) and not _is_other(bracket, search)]
    near = {number for bracket in certain for number in range(bracket.block - NEAR, bracket.block + NEAR + 1)}
    weak = (bracket for bracket in found if bracket.block in near and _is_likely(bracket, search))
    likely = (bracket for bracket in weak if not _is_other(bracket, search))
    for bracket in {(each.block, each.start): each for each in (*certain, *likely)}.values():
        yield bracket.block, bracket.start, bracket.end


def choices(blocks: Sequence[Block], search: Search) -> Iterator[tuple[int, int, int]]:
    """Alternatives in brackets of which one should have been kept."""
    for number, block in enumerate(blocks):
        found = [bracket for bracket in pairs(number, block.text) if bracket.opener in "[【［"]
        for bracket in found:
            if search.expression("choice").fullmatch(_plain(bracket.inner)) and not _is_other(bracket, search):
                yield number, bracket.start, bracket.end
        for one, other in pairwise(found):
            gap = block.text[one.end : max(one.end, other.start)]
            joined = one.end <= other.start and search.expression("between").fullmatch(gap)
            if joined and all(_is_wordy(each) and not _is_other(each, search) for each in (one, other)):
                yield number, one.start, other.end


def _is_wordy(bracket: Bracket) -> bool:
    return " " in _plain(bracket.inner) or len(bracket.inner) > 11


def pairs(number: int, text: str) -> Iterator[Bracket]:
    """Every pair of brackets in a text, inner ones first; what is not closed within `LONGEST` is no pair."""
    if not _ANY.search(text):
        return
    opened: list[tuple[str, int]] = []
    for match in _ANY.finditer(text):
        sign, at = match.group(), match.start()
        if sign in _PAIRS:
            opened.append((sign, at))
            continue
        while opened and opened[-1][0] != _CLOSERS[sign]:
            opened.pop()
        if opened:
            _, start = opened.pop()
            if at - start <= LONGEST:
                yield Bracket(number, start, at + 1, text[start], text[start + 1 : at], text)


def _plain(inner: str) -> str:
    return _SPACES.sub(" ", inner).strip(" *\"'“”‘’:：.。\\[]")


def _is_other(bracket: Bracket, search: Search) -> bool:
    """Links, citations, addresses, definitions, menu paths, forms that the reader fills."""
    inner = bracket.inner
    if bracket.opener == "[" and _LINK.match(bracket.after):
        return True
    if bracket.opener == "<" and (bracket.text[bracket.start - 1 : bracket.start] == "<" or not inner[:1].isalpha()):
        return True
    if search.expression("unless_before").search(bracket.before) or search.expression("unless_after").match(
        bracket.after
    ):
        return True
    around = bracket.text[max(0, bracket.start - 120) : bracket.end + 120]
    return bool(search.expression("unless").fullmatch(_plain(inner)) or search.expression("reader").search(around))


def _is_certain(bracket: Bracket, search: Search) -> bool:
    plain = _plain(bracket.inner)
    if bracket.opener in "[［【〔" and _EMPTY.fullmatch(bracket.inner):
        return _is_blank(bracket)
    group = {"(": "round", "（": "round", "<": "angle", "【": "heavy"}.get(bracket.opener, "slot")
    if search.expression(group).fullmatch(plain):
        return not (bracket.opener == "<" and plain.islower() and " " not in plain)
    return bracket.opener in "[［<" and plain.isupper() and bool(search.expression("capitals").fullmatch(plain))


def _is_blank(bracket: Bracket) -> bool:
    """``[ ]`` inside a sentence; at the start of a line it is a box to tick, and ``[...]`` leaves words out."""
    ticked = not bracket.text[: bracket.start].strip(" ·•-*0123456789.)")
    return not ticked and not _DOTS.fullmatch(bracket.inner) and not re.search(r"[\w\]\\!]$", bracket.before)


def _is_likely(bracket: Bracket, search: Search) -> bool:
    plain = _plain(bracket.inner)
    return bracket.opener in "[［" and not bracket.alone and bool(search.expression("likely").fullmatch(plain))
