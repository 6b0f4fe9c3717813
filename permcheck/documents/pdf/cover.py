"""The letters of a PDF page and how they are hidden in, the page as it is seen and its hidden lines out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from permcheck.documents.pdf.look import hidden_letters

_LINE = re.compile("[^\r\n]+")

HiddenLine = tuple[int, str, str]
"""Number of the line on the page, its words, how they are hidden."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What is hidden on one page; ``is_scan``: the page is a picture, and its text is what was read in that."""

    lines: tuple[HiddenLine, ...] = ()
    is_scan: bool = False


def masked(textpage: Any, text: str, raw: Any, hidden: Mapping[int, str]) -> tuple[str, tuple[HiddenLine, ...]]:
    """The text of a page with spaces in the place of hidden letters, and the lines in which such stand.

    A line that is hidden in part is given whole, with its neighbours, so that its sentence can be read.
    """
    found = hidden_letters(textpage, raw, textpage.count_chars(), hidden)
    places = found
    if textpage.count_chars() != len(text):
        places = {raw.FPDFText_GetTextIndexFromCharIndex(textpage.raw, at): how for at, how in found.items()}
    letters = list(text)
    for at in places:
        if 0 <= at < len(letters) and letters[at] not in "\r\n":
            letters[at] = " "
    return "".join(letters), tuple(_lines(text, places))


def _lines(text: str, places: Mapping[int, str]) -> Iterator[HiddenLine]:
    lines = list(_LINE.finditer(text))
    ways = [_way(line, places) for line in lines]
    for (how, is_whole), run in groupby(range(len(lines)), lambda number: ways[number]):
        numbers = list(run)
        if not how:
            continue
        first, last = numbers[0], numbers[-1]
        if not is_whole:
            first, last = max(0, first - 1), min(len(lines) - 1, last + 1)
        words = " ".join(line[0].strip() for line in lines[first : last + 1])
        yield text.count("\n", 0, lines[numbers[0]].start()) + 1, words, how


def _way(line: re.Match[str], places: Mapping[int, str]) -> tuple[str, bool]:
    """How the line is hidden, and whether all of it is."""
    letters = [at for at in range(line.start(), line.end()) if not line.string[at].isspace()]
    hows = [places[at] for at in letters if at in places]
    return (hows[0], len(hows) == len(letters)) if hows else ("", False)
