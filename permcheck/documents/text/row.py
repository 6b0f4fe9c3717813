"""The cells of a table row (or a term and its definition) in, one ``a | b | c`` row or their own blocks out."""

from __future__ import annotations

from dataclasses import dataclass

from permcheck.documents.text.lines import Group, Line
from permcheck.documents.text.weave import Weaver
from permcheck.model import Region

_LONG = 1500


@dataclass(slots=True)
class Cell:
    """What stands in a cell, and the line and column at which the cell starts."""

    place: tuple[int, int]
    groups: list[Group]

    @property
    def is_compact(self) -> bool:
        """Whether it is a value of a table, rather than a part of the page's layout."""
        size = sum(len(line.text) for group in self.groups for line in group.lines)
        return size <= _LONG and not any(group.kind in {"heading", "row"} and group.rank for group in self.groups)


def row_groups(cells: list[Cell], region: Region) -> list[Group]:
    """One row where there are several cells and all are values; else the blocks of the cells, one after another."""
    hidden = [group for cell in cells for group in cell.groups if not any(line.text for line in group.lines)]
    if hidden:
        return [*row_groups([Cell(cell.place, _seen(cell.groups)) for cell in cells], region), *hidden]
    filled = [cell for cell in cells if cell.groups]
    nested = any(group.kind == "row" for cell in filled for group in cell.groups)
    if len(filled) < 2 and not (len(cells) > 1 and filled and filled[0] is cells[0] and _is_name(filled[0])):
        return [group for cell in filled for group in cell.groups]
    if nested or not all(cell.is_compact for cell in filled):
        return [group for cell in filled for group in cell.groups]
    return [_row(cells, region)]


def _seen(groups: list[Group]) -> list[Group]:
    return [group for group in groups if any(line.text for line in group.lines)]


def _is_name(cell: Cell) -> bool:
    return len(cell.groups) == 1 and len(cell.groups[0].lines) == 1 and len(cell.groups[0].lines[0].text) <= 60


def _row(cells: list[Cell], region: Region) -> Group:
    weaver = Weaver()
    for index, cell in enumerate(cells):
        if index:
            weaver.space()
            weaver.put("|", *cell.place)
            weaver.space()
        for part, group in enumerate(cell.groups):
            _add(weaver, group, is_first=part == 0)
    later = any(group.visibility == "on-demand" for cell in cells for group in cell.groups)
    return Group([Line(weaver.result())], kind="row", region=region, visibility="on-demand" if later else "visible")


def _add(weaver: Weaver, group: Group, *, is_first: bool) -> None:
    """Blocks inside a cell are parted by a semicolon where they do not end in a stop of their own."""
    first = group.lines[0].woven.origins[0]
    if not is_first and weaver.tail[-1:] not in ".;:,!?。；：，！？|":
        weaver.put(";", first[1], first[2])
    for line in group.lines:
        weaver.space()
        weaver.add_woven(line.woven)
