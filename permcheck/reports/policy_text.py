"""A `Policy` in, its text out as passages whose pieces carry the disclosures and placeholders that stand there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from permcheck.model import Block, Disclosure, Document, Placeholder, Span

Point = tuple[int, int, int]
"""Page (0 where there are none), line, column."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to point at in the text; ``name`` is its anchor in the page."""

    name: str
    kind: Literal["disclosure", "placeholder", "governed"]
    item: Disclosure | Placeholder


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text under the same marks; ``starts`` and ``ends`` are those that begin and end with it."""

    text: str
    marks: tuple[Mark, ...] = ()
    starts: tuple[Mark, ...] = ()
    ends: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """One block of the document in pieces."""

    block: Block
    pieces: tuple[Piece, ...]

    @property
    def spot(self) -> str:
        """The line number, or the page number of a PDF (``p3``)."""
        _, line, _, page = self.block.origins[0]
        return str(line) if page is None else f"p{page}"


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters that stand side by side in the file."""

    start: Point
    block: int
    offset: int
    length: int


def passages(
    document: Document, marks: Iterable[tuple[Mark, Span]], begun: set[str] | None = None
) -> Iterator[Passage]:
    """The document in reading order; a mark that spans several blocks goes on in each.

    ``begun`` gathers the names of marks that have begun, so that none begins twice on one page of several documents.
    """
    begun = set() if begun is None else begun
    runs = sorted(_runs(document), key=lambda run: run.start)
    starts = [run.start for run in runs]
    placed: dict[int, list[tuple[int, int, Mark]]] = {}
    for mark, span in marks:
        for at, (start, end) in _locate(span, runs, starts).items():
            placed.setdefault(at, []).append((start, end, mark))
    for number, block in enumerate(document.blocks):
        yield Passage(block, tuple(_pieces(block.original or block.text, placed.get(number, []), begun)))


def _runs(document: Document) -> Iterator[_Run]:
    for number, block in enumerate(document.blocks):
        ends = [*(origin[0] for origin in block.origins[1:]), len(block.text)]
        for (offset, line, column, page), end in zip(block.origins, ends, strict=True):
            yield _Run((page or 0, line, column), number, offset, max(0, end - offset))


def _locate(span: Span, runs: list[_Run], starts: list[Point]) -> dict[int, tuple[int, int]]:
    """Block number -> start and end in its text."""
    first, last = _points(span)
    found: dict[int, tuple[int, int]] = {}
    for number in range(max(0, bisect_right(starts, first) - 1), len(runs)):
        run = runs[number]
        if run.start >= last:
            break
        start, end = _overlap(run, first, last)
        if start < end:
            old = found.get(run.block, (start, end))
            found[run.block] = (min(old[0], start), max(old[1], end))
    return found


def _points(span: Span) -> tuple[Point, Point]:
    """Both ends; an end before the start means that the span goes over to the next page."""
    page = span.page or 0
    turned = page and (span.end_line, span.end_column) <= (span.line, span.column)
    return (page, span.line, span.column), (page + 1 if turned else page, span.end_line, span.end_column)


def _overlap(run: _Run, first: Point, last: Point) -> tuple[int, int]:
    page, line, column = run.start
    start = max(0, first[2] - column) if (page, line) == first[:2] else 0
    end = min(run.length, last[2] - column) if (page, line) == last[:2] else run.length
    if (page, line) < first[:2]:
        return 0, 0
    return run.offset + start, run.offset + end


def _pieces(text: str, placed: list[tuple[int, int, Mark]], begun: set[str]) -> Iterator[Piece]:
    edges = sorted({0, len(text), *(edge for start, end, _ in placed for edge in (start, end))})
    for start, end in pairwise(edges):
        over = [entry for entry in placed if entry[0] <= start and end <= entry[1]]
        starts = tuple(mark for at, _, mark in over if at == start and mark.name not in begun)
        begun.update(mark.name for mark in starts)
        yield Piece(
            text[start:end],
            tuple(mark for _, _, mark in over),
            starts,
            tuple(_distinct(mark for _, at, mark in over if at == end and mark.kind != "governed")),
        )


def _distinct(marks: Iterable[Mark]) -> Iterator[Mark]:
    """One mark per category and stance: several readings of one sentence lead to the same row."""
    told = set()
    for mark in marks:
        item = mark.item
        key = (item.category, item.stance) if isinstance(item, Disclosure) else (mark.name, "")
        if key not in told:
            told.add(key)
            yield mark
