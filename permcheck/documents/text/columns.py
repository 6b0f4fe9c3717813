"""Words with their places on a line in, the rows of a table out where they stand in columns (``a | b | c``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, pairwise

from permcheck.documents.text.label import find_labels
from permcheck.documents.text.lines import Line, is_rule
from permcheck.documents.text.weave import Weaver, width


@dataclass(frozen=True, slots=True)
class Word:
    """A word: its line and column in the file, and where it starts and ends as the eye sees it."""

    text: str
    line: int
    column: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Grid:
    """How columns are told: by white space of ``gap`` at least; starts that differ by ``tolerance`` are one column.

    ``least`` is the white space before a word that stands where a column is known to start. ``by_cell`` says that
    lines come cell by cell, as they do in PDF, so that a step back to the left is a new row.
    """

    gap: float
    tolerance: float
    least: float
    by_cell: bool = False


GAP = re.compile(r"\S(?:[ \u3000]{3,}| ?\t)[ \t]*(?=\S)")
"""White space inside a line of text that may part columns."""
TEXT_GRID = Grid(gap=3, tolerance=0, least=2)
"""For text in a type of one width, in characters."""
Words = Sequence[Word]
Lines = Callable[[int], Words]
"""The words of a line by its index; none behind the last line."""
Segment = list[Word]
_Placed = list[tuple[int, Segment]]
"""The segments of a line, each with its column."""
_Row = dict[int, list[Word]]
_WORD = re.compile(r"\S+")
_TAB = 8
_MAX_COLUMNS, _LONGEST_NAME, _LONGEST_MARK = 24, 3, 9


@dataclass(slots=True)
class _Table:
    starts: list[float]
    lines: list[tuple[bool, _Placed]] = field(default_factory=list)
    """Each with whether a blank line stands before it."""

    @property
    def right(self) -> float:
        """How far the row at hand reaches."""
        return max(self.starts[-1], self.lines[-1][1][-1][1][-1].end)

    @property
    def is_table(self) -> bool:
        """Whether two lines have words in one column, the first one aside."""
        used = [column for _, placed in self.lines for column in {at for at, _ in placed} if column]
        return len(used) > len(set(used))


def has_gap(text: str) -> bool:
    """Whether white space somewhere in the text may part columns."""
    return ("   " in text or "\t" in text or "\u3000" in text) and GAP.search(text) is not None


def find_rows(lines: Lines, first: int, grid: Grid, page: int | None = None) -> tuple[list[Line], int]:
    """The rows of the table that begins at line ``first``, and the index behind it; none where no table begins."""
    heads = segments(lines(first), grid)
    if not 1 < len(heads) <= _MAX_COLUMNS:
        return [], first
    table, end = _read(lines, first, grid)
    if table.is_table:
        return [_line(row, page) for row in _rows(table, grid)], end
    # titles are often centred over their columns, so they share no start with them
    table, end = _read(lines, first + 1, grid) if lines(first + 1) else (table, first)
    if not table.is_table or len(heads) != len(table.starts):
        return [], first
    return [_line(dict(enumerate(heads)), page), *(_line(row, page) for row in _rows(table, grid))], end


def text_words(raw: str, number: int, column: int = 0) -> list[Word]:
    """The words of a line of text that stands at ``column`` of its line; none of a rule of dashes."""
    if is_rule(raw.strip()):
        return []
    shown = raw.expandtabs(_TAB) if "\t" in raw else raw
    words = []
    start: float = column
    end = 0
    for match, as_shown in zip(_WORD.finditer(raw), _WORD.finditer(shown), strict=True):
        start += width(shown[end : as_shown.start()])
        end = as_shown.end()
        words.append(Word(match[0], number, column + match.start(), start, start + width(match[0])))
        start = words[-1].end
    return words


def segments(words: Words, grid: Grid) -> list[Segment]:
    """The words of a line, parted where a gap is; one behind the mark of an item parts nothing."""
    if not words:
        return []
    found = [[words[0]]]
    for before, word in pairwise(words):
        if word.start - before.end >= grid.gap and not (len(found) == 1 == len(found[0]) and is_mark(before.text)):
            found.append([word])
        else:
            found[-1].append(word)
    return found


def is_mark(text: str) -> bool:
    """Whether a text is the mark of a list item and nothing more."""
    return len(text) <= _LONGEST_MARK and any(label.length > len(text) for label in find_labels(f"{text} x"))


def _read(lines: Lines, first: int, grid: Grid) -> tuple[_Table, int]:
    table = _Table([segment[0].start for segment in segments(lines(first), grid)])
    end, is_fresh = first, False
    for index in count(first):
        if not lines(index) and not is_fresh:
            is_fresh = True
            continue
        found = _placed(table, lines, index, grid) if lines(index) else []
        if not found:
            break
        table.lines.append((is_fresh, found))
        end, is_fresh = index + 1, False
    return table, end


def _placed(table: _Table, lines: Lines, index: int, grid: Grid) -> _Placed:
    """The segments of a line with their columns; nothing where the line does not fit the table."""
    found = segments(lines(index), grid)
    if len(found) > _MAX_COLUMNS:
        return []
    columns = [_column(table, segment[0].start, grid) for segment in found]
    if None in columns:
        new = [segment[0].start for segment, at in zip(found, columns, strict=True) if at is None]
        # lines that come cell by cell show a column the first time it is filled
        is_beside = grid.by_cell and len(found) == 1 and bool(table.lines) and new[0] >= table.right + grid.gap
        if not (any(columns) or is_beside) or len(table.starts) + len(new) > _MAX_COLUMNS:
            return []
        table.starts += new
        columns = [_column(table, segment[0].start, grid) for segment in found]
    placed = list(_split(table, found, grid))
    if any(columns):
        return placed
    return placed if _goes_on_beside(table, placed, lines, index, grid) else []


def _goes_on_beside(table: _Table, placed: _Placed, lines: Lines, index: int, grid: Grid) -> bool:
    """A line that starts in the first column is a row only if the lines after it go on with the cells beside it."""
    if len(table.starts) < 2:
        return False
    if len(placed) > 1:
        return any(_column(table, segment[0].start, grid) for segment in segments(lines(index + 1), grid))
    if placed[0][1][-1].end >= min(table.starts[1:]):
        return False
    for words in map(lines, range(index + 1, index + 2 + grid.by_cell * _LONGEST_NAME)):
        column = _column(table, words[0].start, grid) if words else None
        if column != 0:
            return column is not None
    return False


def _split(table: _Table, found: list[Segment], grid: Grid) -> Iterator[tuple[int, Segment]]:
    """Part segments where a column is known to start: columns may stand as close as words do."""
    for segment in found:
        part: Segment = []
        at = 0
        for word in segment:
            column = _column(table, word.start, grid)
            if part and column and word.start - part[-1].end >= grid.least:
                yield at, part
                part = []
            if not part:
                at = column or 0
            part.append(word)
        yield at, part


def _column(table: _Table, start: float, grid: Grid) -> int | None:
    return next((at for at, known in enumerate(table.starts) if abs(known - start) <= grid.tolerance), None)


def _rows(table: _Table, grid: Grid) -> list[_Row]:
    """Blank lines part the rows where there are more than the one below the titles; else the first column does."""
    spaced = not grid.by_cell and sum(is_fresh for is_fresh, _ in table.lines) > 1
    rows: list[_Row] = []
    last = 0
    for is_fresh, placed in table.lines:
        for place, (column, segment) in enumerate(placed):
            is_left = column < last if grid.by_cell else column == 0
            if not rows or (is_left and not spaced) or (is_fresh and place == 0):
                rows.append({})
            rows[-1].setdefault(column, []).extend(segment)
            last = column
    return rows


def _line(row: _Row, page: int | None) -> Line:
    weaver = Weaver()
    for number, column in enumerate(sorted(row)):
        words = row[column]
        if number or column:
            weaver.space()
            weaver.put("|", words[0].line, words[0].column, page)
        for word in words:
            weaver.space()
            weaver.add(word.text, word.line, word.column, page)
    return Line(weaver.result(), page=page)
