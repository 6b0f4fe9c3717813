"""An RTF file in, drafts of blocks out; places are lines and columns of the RTF source."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from permcheck.documents.html.look import BLACK, WHITE, Colour, contrast_hides
from permcheck.documents.outline import Draft
from permcheck.documents.text.label import Label, find_labels
from permcheck.documents.text.lines import Group, Line, group_lines
from permcheck.documents.text.plain import drafts_of, mark_bold_heading
from permcheck.documents.text.row import Cell, row_groups
from permcheck.documents.text.source import line_starts
from permcheck.documents.text.weave import Weaver
from permcheck.errors import DocumentError
from permcheck.model import Gap

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?"
    r"|\\'([0-9a-fA-F]{2})"
    r"|\\(\r\n|[^a-zA-Z'])"
    r"|([{}])"
    r"|[\r\n]+"
    r"|([^\\{}\r\n]+)"
    r"|\\"
)
_DESTINATIONS = frozenset({
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "themedata", "colorschememapping", "datastore",
    "latentstyles", "listtable", "listoverridetable", "rsidtbl", "generator", "xmlnstbl", "fldinst", "pntxta",
    "pntxtb", "revtbl", "filetbl", "template", "bkmkstart", "bkmkend", "nonshppict", "mmathPr", "do", "shpinst",
    "userprops", "annotation", "atnid", "atnauthor", "atndate", "atnref",
})  # fmt: skip
_SIGNS = {
    "tab": " ", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "emspace": " ", "enspace": " ", "~": " ", "_": "-", "\\": "\\", "{": "{", "}": "}",
}  # fmt: skip
_CODE_PAGES = {
    "128": "cp932", "129": "cp949", "134": "gb18030", "136": "big5hkscs", "161": "cp1253", "162": "cp1254",
    "177": "cp1255", "178": "cp1256", "186": "cp1257", "204": "cp1251", "222": "cp874", "238": "cp1250",
}  # fmt: skip
_FONT = re.compile(r"\\f(\d{1,6})(?:\\[a-z]{1,20}-?\d{0,6}| ){0,12}?\\fcharset(\d{1,3})")
_TITLE = re.compile(r"\{\\title ([^{}\\]{1,300})\}")
_COLOURS = re.compile(r"\{\\colortbl([^{}]{0,20000})\}")
_COLOUR = re.compile(r"\\(red|green|blue)(\d{1,3})")
_SMALLEST = 4
"""Half points: type of two points is a line to the eye."""
_MAX_DEPTH = 5_000
_LONGEST_HEADING, _LOWEST_HEADING = 160, 6
_TWIPS_PER_COLUMN = 120


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits from the one around it."""

    skip: bool = False
    bold: bool = False
    hidden: bool = False
    struck: bool = False
    deleted: bool = False
    size: int = 24
    colour: int = 0
    ground: int = 0
    codec: str = "cp1252"
    unicode_skip: int = 1
    in_mark: bool = False


@dataclass(slots=True)
class _Reading:
    starts: list[int]
    fonts: dict[str, str]
    codec: str
    colours: list[Colour | None]
    groups: list[Group] = field(default_factory=list)
    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list)
    weaver: Weaver = field(default_factory=Weaver)
    lines: list[Line] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)
    raw_at: int = 0
    to_skip: int = 0
    high: int = 0
    cells: list[Cell] = field(default_factory=list)
    cell_groups: list[Group] = field(default_factory=list)
    in_table: bool = False
    plain: bool = False
    mark: str = ""
    """What stands before a list item, as the writer of the file numbered it."""
    depth: int = 0
    rank: int = 0
    indent: int = 0


def read_rtf(data: bytes, path: str) -> tuple[list[Draft], str, tuple[Gap, ...]]:
    """An RTF file as drafts, its title and gaps (none). Raises `DocumentError` when it is damaged."""
    source = data.decode("latin-1")
    page = re.search(r"\\ansicpg(\d{1,5})", source[:2000])
    codec = f"cp{page[1]}" if page and _is_codec(f"cp{page[1]}") else "cp1252"
    fonts = {font: _CODE_PAGES[charset] for font, charset in _FONT.findall(source[:100_000]) if charset in _CODE_PAGES}
    reading = _Reading(line_starts(source), fonts, codec, _colours(source), state=_State(codec=codec))
    for match in _TOKEN.finditer(source):
        _take(reading, match, path)
    _end_paragraph(reading)
    _end_row(reading)
    headings = sum(1 for group in reading.groups if group.kind == "heading")
    title = _TITLE.search(source[:100_000])
    return drafts_of(reading.groups, titles=headings < 2), " ".join(title[1].split()) if title else "", ()


def _is_codec(name: str) -> bool:
    try:
        return codecs.lookup(name) is not None
    except LookupError:
        return False


def _take(reading: _Reading, match: re.Match[str], path: str) -> None:
    word, argument, byte, symbol, brace, text = match.groups()
    if byte is not None:
        _byte(reading, int(byte, 16), match.start())
        return
    _flush_bytes(reading)
    if brace:
        _brace(reading, brace, path)
    elif word:
        _control(reading, word, argument, match.start())
    elif symbol:
        _symbol(reading, symbol, match.start())
    elif text:
        kept = text[reading.to_skip :]
        reading.to_skip = max(0, reading.to_skip - len(text))
        _add(reading, kept, match.end() - len(kept))


def _brace(reading: _Reading, brace: str, path: str) -> None:
    if brace == "{":
        reading.stack.append(reading.state)
        if len(reading.stack) > _MAX_DEPTH:
            raise DocumentError(f"{path}: the RTF is nested deeper than any policy")
    elif reading.stack:
        reading.state = reading.stack.pop()


def _colours(source: str) -> list[Colour | None]:
    """The table of colours; an entry that says nothing is the reader's own."""
    table = _COLOURS.search(source, 0, 100_000)
    if not table:
        return [None]
    found: list[Colour | None] = []
    for entry in table[1].split(";")[:-1]:
        parts = {name: float(value) for name, value in _COLOUR.findall(entry)}
        found.append((parts.get("red", 0.0), parts.get("green", 0.0), parts.get("blue", 0.0)) if parts else None)
    return found or [None]


def _hidden_by(reading: _Reading) -> str:
    """How the text is hidden that comes now, empty where it is seen."""
    state = reading.state
    if state.hidden:
        return "hidden text"
    if state.struck or state.deleted:
        return "struck out" if state.struck else "taken out by a tracked change"
    if state.size < _SMALLEST:
        return "type too small to see"
    if not state.colour:
        return ""
    # what a cell or a picture lays behind its text is not read
    ground = _colour(reading, state.ground) or (None if reading.in_table else WHITE)
    return contrast_hides(_colour(reading, state.colour) or BLACK, ground)


def _colour(reading: _Reading, number: int) -> Colour | None:
    return reading.colours[number] if 0 < number < len(reading.colours) else None


def _add(reading: _Reading, text: str, at: int) -> None:
    if reading.state.skip or not text:
        return
    how = _hidden_by(reading)
    if how:
        line = bisect_right(reading.starts, at) - 1
        reading.weaver.hide(text, how, line + 1, at - reading.starts[line])
        return
    if reading.state.in_mark:
        reading.mark += text
        return
    if not reading.state.bold and not text.isspace():
        reading.plain = True
    line = bisect_right(reading.starts, at) - 1
    reading.weaver.add(text, line + 1, at - reading.starts[line])


def _byte(reading: _Reading, value: int, at: int) -> None:
    """Bytes of one character may stand side by side (Chinese), so they wait for the next token of another kind."""
    if reading.to_skip:
        reading.to_skip -= 1
        return
    if not reading.raw:
        reading.raw_at = at
    reading.raw.append(value)


def _flush_bytes(reading: _Reading) -> None:
    if reading.raw:
        _add(reading, reading.raw.decode(reading.state.codec, "replace"), reading.raw_at)
        reading.raw.clear()


def _symbol(reading: _Reading, symbol: str, at: int) -> None:
    if symbol == "*":
        reading.state = replace(reading.state, skip=True)
    elif symbol in {"\n", "\r\n", "\r"}:
        _end_paragraph(reading)
    elif symbol in _SIGNS:
        _add(reading, _SIGNS[symbol], at)


def _control(reading: _Reading, word: str, argument: str | None, at: int) -> None:
    if word in _DESTINATIONS:
        reading.state = replace(reading.state, skip=True)
    elif word in {"listtext", "pntext"}:
        reading.state = replace(reading.state, in_mark=True)
    elif word in _SIGNS:
        _add(reading, _SIGNS[word], at)
    elif word == "u" and argument:
        _unicode(reading, int(argument), at)
    elif not reading.state.skip:
        action = _ACTIONS.get(word)
        if action:
            action(reading, argument)


def _unicode(reading: _Reading, value: int, at: int) -> None:
    """One UTF-16 unit, signed; a pair of surrogates is one character."""
    unit = value & 0xFFFF
    reading.to_skip = reading.state.unicode_skip
    if 0xD800 <= unit < 0xDC00:
        reading.high = unit
        return
    if 0xDC00 <= unit < 0xE000:
        unit = 0x10000 + ((reading.high & 0x3FF) << 10) + (unit & 0x3FF)
    _add(reading, chr(unit), at)


def _end_line(reading: _Reading, _: str | None = None) -> None:
    reading.lines.append(Line(reading.weaver.result(), reading.indent))
    reading.weaver = Weaver()


def _end_paragraph(reading: _Reading, _: str | None = None) -> None:
    _end_line(reading)
    groups = group_lines(reading.lines)
    if groups and reading.mark.strip():
        groups[0].label, groups[0].level = _label(reading.mark.strip()), reading.depth + 1
    if len(groups) == 1 and 0 < reading.rank <= _LOWEST_HEADING and len(groups[0].lines[0].text) <= _LONGEST_HEADING:
        groups[0].kind, groups[0].rank = "heading", reading.rank
    elif len(groups) == 1 and not reading.plain:
        mark_bold_heading(groups[0])
    (reading.cell_groups if reading.in_table else reading.groups).extend(groups)
    reading.lines, reading.plain, reading.mark = [], False, ""


def _label(mark: str) -> Label:
    """The label of a list item; a bullet from a font of symbols has no sign that is known."""
    found = find_labels(f"{mark} x")
    return replace(found[0], length=0) if found else Label(mark, f"bullet {mark}", 0, 0)


def _end_cell(reading: _Reading, _: str | None = None) -> None:
    reading.in_table = True
    _end_paragraph(reading)
    origins = next((group.lines[0].woven.origins for group in reading.cell_groups), ((0, 1, 0, None),))
    reading.cells.append(Cell((origins[0][1], origins[0][2]), reading.cell_groups))
    reading.cell_groups = []


def _end_row(reading: _Reading, _: str | None = None) -> None:
    if reading.cells:
        reading.groups.extend(row_groups(reading.cells, "main"))
    reading.groups.extend(reading.cell_groups)
    reading.cells, reading.cell_groups = [], []


def _reset_paragraph(reading: _Reading, _: str | None = None) -> None:
    if not reading.state.in_mark:
        reading.in_table = False
        reading.depth = reading.rank = reading.indent = 0


def _depth(reading: _Reading, argument: str | None) -> None:
    reading.depth = min(int(argument or 0), 8)


def _rank(reading: _Reading, argument: str | None) -> None:
    reading.rank = int(argument or 0) + 1


def _indent(reading: _Reading, argument: str | None) -> None:
    reading.indent = max(0, int(argument or 0)) // _TWIPS_PER_COLUMN


def _in_table(reading: _Reading, _: str | None = None) -> None:
    reading.in_table = True


def _bold(reading: _Reading, argument: str | None) -> None:
    reading.state = replace(reading.state, bold=argument != "0")


def _hidden(reading: _Reading, argument: str | None) -> None:
    reading.state = replace(reading.state, hidden=argument != "0")


def _struck(reading: _Reading, argument: str | None) -> None:
    reading.state = replace(reading.state, struck=argument != "0")


def _deleted(reading: _Reading, argument: str | None) -> None:
    reading.state = replace(reading.state, deleted=argument != "0")


def _size(reading: _Reading, argument: str | None) -> None:
    reading.state = replace(reading.state, size=int(argument or 24))


def _foreground(reading: _Reading, argument: str | None) -> None:
    reading.state = replace(reading.state, colour=int(argument or 0))


def _background(reading: _Reading, argument: str | None) -> None:
    reading.state = replace(reading.state, ground=int(argument or 0))


def _plain(reading: _Reading, _: str | None) -> None:
    fresh = _State()
    reading.state = replace(
        reading.state,
        bold=False,
        hidden=False,
        struck=False,
        size=fresh.size,
        colour=fresh.colour,
        ground=fresh.ground,
        codec=reading.codec,
    )


def _font(reading: _Reading, argument: str | None) -> None:
    reading.state = replace(reading.state, codec=reading.fonts.get(argument or "", reading.codec))


def _unicode_skip(reading: _Reading, argument: str | None) -> None:
    reading.state = replace(reading.state, unicode_skip=min(int(argument or 1), 8))


_ACTIONS: dict[str, Callable[[_Reading, str | None], None]] = {
    "par": _end_paragraph,
    "sect": _end_paragraph,
    "page": _end_paragraph,
    "line": _end_line,
    "cell": _end_cell,
    "row": _end_row,
    "pard": _reset_paragraph,
    "intbl": _in_table,
    "ilvl": _depth,
    "outlinelevel": _rank,
    "li": _indent,
    "b": _bold,
    "v": _hidden,
    "strike": _struck,
    "striked": _struck,
    "deleted": _deleted,
    "fs": _size,
    "cf": _foreground,
    "cb": _background,
    "highlight": _background,
    "chcbpat": _background,
    "plain": _plain,
    "f": _font,
    "uc": _unicode_skip,
}
