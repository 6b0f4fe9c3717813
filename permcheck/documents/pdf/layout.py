"""Where the lines of a PDF stand on their pages in; breaks, indentation, list marks and table rows out.

A PDF says where words are printed, not which of them make a paragraph: that is read from white space, as people do.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from itertools import pairwise
from statistics import median

from permcheck.documents.text.columns import Grid, Word, find_rows, is_mark
from permcheck.documents.text.heading import heading_style
from permcheck.documents.text.label import find_labels
from permcheck.documents.text.lines import END, Line, is_open
from permcheck.documents.text.weave import is_tight

HYPHENS = "-\u2010\u00ad\x02"
WORD = re.compile(r"[^ \t]+")
"""Words are parted by spaces; one that does not break (U+00A0) stands inside a word."""
_COLUMN_APART, _COLUMN_SHARE = 100.0, 0.15
_NEAR, _STEP, _RARE = 60.0, 10.0, 3
_GAP, _GROWN = 1.25, 1.25
_SLACK, _OPEN_SLACK = 0.7, 0.3
_FEW, _FAR, _LEADING = 0.3, 4.0, 1.2
_COLUMN_GAP, _SPACES = 0.6, 2.2
"""White space between columns: a part of the height of the type, and so many times that between words."""
_INDENTED = 2
_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class Printed:
    """One line as it is printed, in points: start and end of every word, ``baseline`` counted upwards."""

    baseline: float
    height: float
    words: tuple[tuple[float, float], ...]

    @property
    def left(self) -> float:
        """Where it starts."""
        return self.words[0][0]

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.words[-1][1]


@dataclass(frozen=True, slots=True)
class Placed:
    """A line of the text of a page: its number and column there, and how it is printed (None: not known)."""

    text: str
    number: int
    column: int
    printed: Printed | None = None
    indent: int = 0
    mark: str = ""
    """A bullet that is drawn before it."""


Stretch = list[Placed]


class Layout:
    """What all lines of a file say together: its margins, its leading, the places where its columns start."""

    def __init__(self, pages: Sequence[Sequence[Placed]]) -> None:
        """Look over the lines of all pages."""
        lines = [line.printed for page in pages for line in page if line.printed]
        self.height = median(line.height for line in lines) if lines else 0.0
        self.lines = sorted(lines, key=lambda line: line.left)
        self.lefts = [line.left for line in self.lines]
        self.bases = _bases(lines)
        self.grid = Grid(gap=_column_gap(lines, self.height), tolerance=1, least=0.5, by_cell=True)
        self.limits: dict[int, float] = {}
        self.is_filled = self._is_filled(pages)
        self.leading = self._leading(pages)
        self.opener: int | None = None
        """How deep the line stands that opens the list at hand."""

    def arrange(self, lines: Sequence[Placed], page: int) -> Iterator[Stretch | Line]:
        """The lines of a page in stretches that a reader sees parted, and the rows of its tables."""
        words = [_words(line) for line in lines]
        stretch: Stretch = []
        index = 0
        while index < len(lines):
            rows, end = find_rows(lambda at: words[at] if at < len(words) else [], index, self.grid, page)
            if stretch and (rows or self._parts(stretch[-1], lines[index]) or self._is_title(lines, index)):
                yield self._marked(stretch)
                stretch = []
            yield from rows
            if not rows:
                stretch.append(lines[index])
            index = max(end, index + 1)
        if stretch:
            yield self._marked(stretch)

    def _is_title(self, lines: Sequence[Placed], index: int) -> bool:
        """Whether a line stands alone below a full one that ends a sentence."""
        return (
            index + 1 < len(lines)
            and END.search(lines[index - 1].text) is not None
            and heading_style(lines[index].text, None) != ""
            and self._parts(lines[index], lines[index + 1])
        )

    def _parts(self, above: Placed, below: Placed) -> bool:
        """Whether white space parts two lines: more of it than between lines, or left at the end of the first."""
        one, other = above.printed, below.printed
        if not one or not other:
            return False
        drop = one.baseline - other.baseline
        if drop <= 0 or above.text[-1] in HYPHENS or is_mark(above.text):
            return False
        larger, smaller = max(one.height, other.height), min(one.height, other.height)
        return (
            larger > smaller * _GROWN
            or drop > self.leading * larger * _GAP
            or (self.is_filled and self._is_short(one, other, above, below))
        )

    def _is_filled(self, pages: Sequence[Sequence[Placed]]) -> bool:
        """Whether lines are as long as fits, which those of a text that was wrapped before it was printed are not."""
        short = [
            self._is_short(above.printed, below.printed, above, below, is_sure=True)
            for page in pages
            for above, below in pairwise(page)
            if above.printed and below.printed and _drop(above.printed, below.printed) and _goes_on(above, below)
        ]
        return sum(short) <= len(short) * _FEW

    def _is_short(self, one: Printed, other: Printed, above: Placed, below: Placed, *, is_sure: bool = False) -> bool:
        """The first word of the next line would have stood on this one, had the paragraph gone on."""
        limit = self._limit(one.left)
        # hanzi part anywhere but before a stop, so two of them need room
        need = 2 * other.height if is_tight(below.text[0], below.text[0]) else other.words[0][1] - other.words[0][0]
        free = limit - one.right - need
        if is_open(above.text):
            return False
        if not is_sure and (_goes_on(above, below) or not (END.search(above.text) or heading_style(above.text, None))):
            return free > (limit - one.left) * _OPEN_SLACK + one.height
        return free > one.height * _SLACK

    def _limit(self, left: float) -> float:
        """How far lines that start about there reach; the few that reach farther are titles over several columns."""
        key = round(left / _STEP)
        if key not in self.limits:
            start, end = bisect_left(self.lefts, key * _STEP - _NEAR), bisect_left(self.lefts, key * _STEP + _NEAR)
            rights = nlargest(_RARE, (line.right for line in self.lines[start:end]))
            self.limits[key] = rights[-1] if len(rights) == _RARE else 0.0
        return self.limits[key]

    def _leading(self, pages: Sequence[Sequence[Placed]]) -> float:
        """The usual distance of baselines inside paragraphs, as a multiple of the height of the type."""
        drops = [
            _drop(one.printed, other.printed)
            for page in pages
            for one, other in pairwise(page)
            if one.printed and other.printed and not self._is_short(one.printed, other.printed, one, other)
        ]
        inside = [drop for drop in drops if drop]
        return median(inside) if inside else _LEADING

    def _marked(self, stretch: Stretch) -> Stretch:
        """Give the stretch its indentation, and a bullet where it is an item whose own one is drawn, not written."""
        first = stretch[0]
        if not first.printed:
            return stretch
        stretch = [replace(line, indent=self._indent(line.printed) if line.printed else 0) for line in stretch]
        depth = stretch[0].indent
        if self.opener is None or depth < self.opener + _INDENTED:
            self.opener = depth if stretch[-1].text.endswith((":", "：")) else None
        elif not find_labels(first.text):
            stretch[0] = replace(stretch[0], mark="•")
        return stretch

    def _indent(self, line: Printed) -> int:
        base = max((base for base in self.bases if base <= line.left + 1), default=line.left)
        return max(0, round((line.left - base) / (self.height / 2)))


def _goes_on(above: Placed, below: Placed) -> bool:
    """Whether the words alone say that a sentence goes over two lines."""
    return below.text[0].islower() and not END.search(above.text)


def _drop(one: Printed, other: Printed) -> float:
    """How many times its height a line stands below another, 0 where it stands elsewhere on the page."""
    drop = (one.baseline - other.baseline) / max(one.height, other.height)
    return drop if 0 < drop < _FAR else 0.0


def _column_gap(lines: Sequence[Printed], height: float) -> float:
    gaps = sorted(start - end for line in lines[:_SAMPLE] for (_, end), (start, _) in pairwise(line.words))
    return max(height * _COLUMN_GAP, _SPACES * gaps[len(gaps) // 4] if gaps else 0.0)


def _bases(lines: Sequence[Printed]) -> list[float]:
    """Where the columns of the page start: places where many lines do, far from each other."""
    counts = Counter(round(line.left) for line in lines)
    bases: list[float] = []
    for left, count in sorted(counts.items()):
        if count >= len(lines) * _COLUMN_SHARE and (not bases or left - bases[-1] >= _COLUMN_APART):
            bases.append(left)
    return bases


def _words(line: Placed) -> list[Word]:
    if not line.printed:
        return []
    found = WORD.finditer(line.text)
    return [
        Word(match[0], line.number, line.column + match.start(), start, end)
        for match, (start, end) in zip(found, line.printed.words, strict=False)
    ]
