"""A text in, every pair of brackets in it out, inner ones first; mirrored pairs such as ``[[x]]`` count as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 240
"""Characters between brackets beyond which a pair is running text."""

PAIRS = {
    "[": "]",
    "【": "】",
    "［": "］",
    "〔": "〕",
    "<": ">",
    "＜": "＞",
    "(": ")",
    "（": "）",
    "{": "}",
    "｛": "｝",
    "«": "»",
    "『": "』",
}
NAMES = {
    "[": "square brackets", "［": "square brackets", "【": "heavy brackets", "〔": "tortoise-shell brackets",
    "<": "angle brackets", "＜": "angle brackets", "(": "round brackets", "（": "round brackets", "{": "braces",
    "｛": "braces", "«": "guillemets", "『": "corner brackets",
}  # fmt: skip
_CLOSERS = {closer: opener for opener, closer in PAIRS.items()}
_ANY = re.compile("[" + re.escape("".join([*PAIRS, *_CLOSERS])) + "]")


@dataclass(frozen=True, slots=True)
class Bracket:
    """``text[start:end]`` of one block with its brackets, and what stands between them."""

    block: int
    start: int
    end: int
    opener: str
    inner: str
    text: str
    doubled: bool = False

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
        outside = len(self.text) - (self.end - self.start)
        return outside <= 60 and not (self.text[: self.start] + self.text[self.end :]).strip(" \t·.:：。*#-")

    @property
    def name(self) -> str:
        """What the brackets are called."""
        return ("doubled " if self.doubled else "") + NAMES[self.opener]


def pairs(number: int, text: str) -> Iterator[Bracket]:
    """Every pair of brackets in a text; what is not closed within `LONGEST` characters is no pair."""
    last: Bracket | None = None
    for start, at in _matched(text):
        if last and (last.start, last.end, last.opener) == (start + 1, at, text[start]):
            last = Bracket(number, start, at + 1, text[start], last.inner, text, doubled=True)
            continue
        if last:
            yield last
        last = Bracket(number, start, at + 1, text[start], text[start + 1 : at], text)
    if last:
        yield last


def _matched(text: str) -> Iterator[tuple[int, int]]:
    """Where brackets that belong together open and close, in the order of their closing."""
    opened: list[tuple[str, int]] = []
    for match in _ANY.finditer(text):
        sign, at = match.group(), match.start()
        if sign in PAIRS:
            opened.append((sign, at))
            continue
        while opened and opened[-1][0] != _CLOSERS[sign]:
            opened.pop()
        if opened and at - opened[-1][1] <= LONGEST:
            yield opened.pop()[1], at
        elif opened:
            opened.pop()
