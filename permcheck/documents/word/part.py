"""One part of a Word file (body, header, footer) in, its paragraphs and table rows as groups out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from permcheck.documents.text.lines import Group, Line, group_lines
from permcheck.documents.text.plain import mark_bold_heading
from permcheck.documents.text.row import Cell, row_groups
from permcheck.documents.text.weave import Weaver
from permcheck.documents.word.look import UNKNOWN, ground_of, hidden_by, look_of
from permcheck.documents.word.numbering import Numbering, Style
from permcheck.documents.word.ooxml import Package, attribute, child, is_on, local
from permcheck.model import Region

_SKIPPED = frozenset({"Fallback", "rt"})
_TAKEN_OUT = frozenset({"del", "moveFrom"})
_DELETED = "taken out by a tracked change"
_SETTINGS = frozenset({"pPr", "sdtPr", "tblPr", "trPr", "tcPr"})
_INSERTED = frozenset({"ins", "moveTo"})
_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)\s*(?:\"([^\"]*)\"|([^\s\\]+))?\s*(.*)", re.DOTALL)
_NO_STYLE = Style()
_LONGEST_HEADING = 160
_SIGNS = {"tab": " ", "noBreakHyphen": "-", "ptab": " "}


@dataclass(frozen=True, slots=True)
class Parts:
    """What the other parts of the file say: styles, lists, link targets, foot- and endnotes, comments by their ids."""

    styles: Mapping[str, Style]
    numbering: Numbering
    links: Mapping[str, str]
    notes: Mapping[tuple[str, str], str]
    comments: Mapping[str, str]


def walk_part(package: Package, name: str, parts: Parts, region: Region) -> list[Group]:
    """Read a part. Raises `DocumentError` when it is damaged."""
    walk = _Walk(parts, region)
    for event, element in package.events(name):
        tag = local(element.tag)
        if event == "start":
            walk.start(tag, element)
        else:
            walk.end(tag, element)
    return walk.groups


@dataclass(slots=True)
class _Paragraph:
    number: int
    style: Style = _NO_STYLE
    weaver: Weaver = field(default_factory=Weaver)
    lines: list[Line] = field(default_factory=list)
    column: int = 0
    list_id: str = ""
    depth: int = 0
    is_plain: bool = False
    ground: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Field:
    """A field: its instruction is gathered until the result begins."""

    instruction: str = ""
    mark: str = ""
    in_result: bool = False
    weaver: Weaver | None = None
    length: int = 0


class _Walk:
    """Goes through the elements once; marks that are open go on in every paragraph until they end."""

    def __init__(self, parts: Parts, region: Region) -> None:
        self.parts = parts
        self.region: Region = region
        self.groups: list[Group] = []
        self.outs = [self.groups]
        self.rows: list[list[Cell]] = []
        self.paragraphs: list[_Paragraph] = []
        self.fields: list[_Field] = []
        self.marks: list[str] = []
        self.run_marks: list[str] = []
        self.controls: list[str] = []
        self.simple: list[str] = []
        self.count = self.skipping = self.settings = 0
        self.run_bold = False
        self.run_look: Mapping[str, str] = {}
        self.grounds = [""]
        self.taken_out = 0
        self.starts: dict[str, Callable[[], None]] = {
            "p": self.start_paragraph,
            "tr": lambda: self.rows.append([]),
            "tc": self.start_cell,
            "tbl": lambda: self.grounds.append(self.grounds[-1]),
            "txbxContent": lambda: self.grounds.append(UNKNOWN),
            "r": self.start_run,
            "sdt": lambda: self.controls.append(""),
        }
        self.ends: dict[str, Callable[[Element], None]] = {
            "p": self.end_paragraph,
            "tr": self.end_row,
            "tc": self.end_cell,
            "sdtPr": self.end_control_settings,
            "sdtContent": self.end_control_content,
            "sdt": self.end_control,
            "tcPr": self.end_cell_settings,
            "tblPr": self.end_table_settings,
            "tbl": lambda _: self.end_ground(),
            "txbxContent": lambda _: self.end_ground(),
            "hyperlink": self.end_simple,
            "fldSimple": self.end_simple,
            **dict.fromkeys(_INSERTED, self.end_insertion),
        }

    def start(self, tag: str, element: Element) -> None:
        if tag in _SKIPPED:
            self.skipping += 1
        if self.skipping:
            return
        self.taken_out += tag in _TAKEN_OUT
        if tag in _SETTINGS:
            self.settings += 1
        opening = self.starts.get(tag)
        if opening:
            opening()
        else:
            self.start_mark(tag, element)

    def start_mark(self, tag: str, element: Element) -> None:
        """Open the marks that elements set: links, insertions, comments, content controls, simple fields."""
        if tag == "sdtContent" and self.controls and self.controls[-1]:
            self.open(self.controls[-1])
        elif tag in _INSERTED:
            self.open("insertion")
        elif tag == "hyperlink":
            target = self.parts.links.get(attribute(element, "id"), f"#{attribute(element, 'anchor')}")
            self.simple.append(f"link:{target}")
            self.open(self.simple[-1])
        elif tag == "fldSimple":
            self.simple.append(field_mark(attribute(element, "instr")))
            self.open(self.simple[-1])
        elif tag in {"commentRangeStart", "commentRangeEnd"}:
            mark = f"comment:{self.parts.comments.get(attribute(element, 'id'), '')}"
            (self.open if tag.endswith("Start") else self.close)(mark)

    def start_run(self) -> None:
        self.run_bold = False
        self.run_look = {}

    def end(self, tag: str, element: Element) -> None:
        if tag in _SKIPPED:
            self.skipping -= 1
        elif not self.skipping:
            self.settings -= tag in _SETTINGS
            self.taken_out -= tag in _TAKEN_OUT
            closing = self.ends.get(tag)
            if closing:
                closing(element)
            elif self.paragraphs:
                self.end_in_paragraph(tag, element, self.paragraphs[-1])

    def end_row(self, _: Element) -> None:
        self.outs[-1].extend(row_groups(self.rows.pop(), self.region))

    def end_insertion(self, _: Element) -> None:
        self.close("insertion")

    def end_simple(self, _: Element) -> None:
        self.close(self.simple.pop())

    def start_cell(self) -> None:
        self.outs.append([])
        self.grounds.append(self.grounds[-1])

    def end_table_settings(self, element: Element) -> None:
        """The style of a table may colour the ground of its cells."""
        if child(element, "tblStyle") is not None:
            self.grounds[-1] = UNKNOWN

    def end_cell_settings(self, element: Element) -> None:
        self.grounds[-1] = ground_of(element) or self.grounds[-1]

    def end_ground(self) -> None:
        if len(self.grounds) > 1:
            self.grounds.pop()

    def end_cell(self, _: Element) -> None:
        self.end_ground()
        groups = self.outs.pop()
        if self.rows:
            self.rows[-1].append(Cell((self.count, 0), groups))
        else:
            self.outs[-1].extend(groups)

    def end_control_settings(self, element: Element) -> None:
        """A content control that shows its prompt was never filled in."""
        if self.controls and is_on(child(element, "showingPlcHdr")):
            self.controls[-1] = "content-control"

    def end_control_content(self, _: Element) -> None:
        if self.controls and self.controls[-1]:
            self.close(self.controls[-1])

    def end_control(self, _: Element) -> None:
        self.controls.pop()

    def end_in_paragraph(self, tag: str, element: Element, paragraph: _Paragraph) -> None:
        if tag in {"t", "delText"}:
            self.text(element.text or "", paragraph)
        elif tag == "pPr":
            self.properties(element, paragraph)
        elif tag == "rPr" and not self.settings:
            self.run_properties(element)
        elif tag == "r":
            while self.run_marks:
                self.close(self.run_marks.pop())
        elif tag in {"fldChar", "instrText"}:
            self.field(tag, element, paragraph)
        else:
            self.end_sign(tag, element, paragraph)

    def end_sign(self, tag: str, element: Element, paragraph: _Paragraph) -> None:
        if tag in {"br", "cr"}:
            self.end_line(paragraph)
        elif tag in _SIGNS:
            self.text(_SIGNS[tag], paragraph)
        elif tag in {"footnoteReference", "endnoteReference"}:
            paragraph.notes.append(self.parts.notes.get((tag.removesuffix("Reference"), attribute(element, "id")), ""))

    def text(self, text: str, paragraph: _Paragraph) -> None:
        if self.fields and not self.fields[-1].in_result:
            return
        how = _DELETED if self.taken_out else self.look_of(paragraph)
        if how:
            paragraph.weaver.hide(text, how, paragraph.number, paragraph.column)
            paragraph.column += len(text)
            return
        if text.strip() and not (self.run_bold or paragraph.style.is_bold):
            paragraph.is_plain = True
        paragraph.weaver.add(text, paragraph.number, paragraph.column)
        paragraph.column += len(text)

    def properties(self, element: Element, paragraph: _Paragraph) -> None:
        paragraph.style = self.parts.styles.get(attribute(child(element, "pStyle"), "val"), _NO_STYLE)
        paragraph.ground = ground_of(element)
        own = child(element, "numPr")
        paragraph.list_id = attribute(child(own, "numId"), "val") or paragraph.style.numbering
        depth = attribute(child(own, "ilvl"), "val")
        paragraph.depth = int(depth) if depth.isdigit() else paragraph.style.depth

    def look_of(self, paragraph: _Paragraph) -> str:
        """How the style of the paragraph, with what the run lays over it, hides the text; empty where it is seen."""
        return hidden_by({**paragraph.style.look, **self.run_look}, paragraph.ground or self.grounds[-1])

    def run_properties(self, element: Element) -> None:
        self.run_bold = is_on(child(element, "b"))
        named = self.parts.styles.get(attribute(child(element, "rStyle"), "val"), _NO_STYLE)
        self.run_look = {**named.look, **look_of(element)}
        if is_on(child(element, "highlight")):
            self.run_marks.append("highlight")
            self.open("highlight")

    def field(self, tag: str, element: Element, paragraph: _Paragraph) -> None:
        kind = attribute(element, "fldCharType")
        if tag == "instrText":
            if self.fields and not self.fields[-1].in_result:
                self.fields[-1].instruction += element.text or ""
        elif kind == "begin":
            self.fields.append(_Field())
        elif kind == "separate" and self.fields:
            self.start_result(self.fields[-1], paragraph)
        elif kind == "end" and self.fields:
            if not self.fields[-1].in_result:
                self.start_result(self.fields[-1], paragraph)
            self.end_result(self.fields.pop(), paragraph)

    def start_result(self, field_: _Field, paragraph: _Paragraph) -> None:
        field_.in_result, field_.mark = True, field_mark(field_.instruction)
        field_.weaver, field_.length = paragraph.weaver, paragraph.weaver.length
        self.open(field_.mark)

    def end_result(self, field_: _Field, paragraph: _Paragraph) -> None:
        """A merge field without a result would leave no trace; Word shows its name in such brackets."""
        is_empty = paragraph.weaver is field_.weaver and paragraph.weaver.length == field_.length
        if is_empty and field_.mark.startswith("merge-field"):
            paragraph.weaver.put(f"«{field_.mark.partition(':')[2]}»", paragraph.number, paragraph.column)
        self.close(field_.mark)

    def open(self, mark: str) -> None:
        if mark:
            self.marks.append(mark)
            if self.paragraphs:
                self.paragraphs[-1].weaver.open_mark(mark)

    def close(self, mark: str) -> None:
        if mark in self.marks:
            self.marks.remove(mark)
            if self.paragraphs:
                self.paragraphs[-1].weaver.close_mark(mark)

    def start_paragraph(self) -> None:
        self.count += 1
        paragraph = _Paragraph(self.count)
        self.paragraphs.append(paragraph)
        for mark in self.marks:
            paragraph.weaver.open_mark(mark)

    def end_line(self, paragraph: _Paragraph) -> None:
        for mark in self.marks:
            paragraph.weaver.close_mark(mark)
        paragraph.lines.append(Line(paragraph.weaver.result()))
        paragraph.weaver = Weaver()
        for mark in self.marks:
            paragraph.weaver.open_mark(mark)

    def end_paragraph(self, element: Element) -> None:
        if not self.paragraphs:
            return
        paragraph = self.paragraphs.pop()
        self.end_line(paragraph)
        list_id = paragraph.list_id or paragraph.style.numbering
        label = self.parts.numbering.label(list_id, paragraph.depth) if list_id not in {"", "0"} else None
        groups = group_lines(paragraph.lines)
        if groups and label:
            groups[0].label, groups[0].level = label, paragraph.depth + 1
        for group in groups:
            group.region = "nav" if paragraph.style.is_contents and self.region == "main" else self.region
        if len(groups) == 1 and paragraph.style.rank and len(groups[0].lines[0].text) <= _LONGEST_HEADING:
            groups[0].kind, groups[0].rank = "heading", paragraph.style.rank
        elif len(groups) == 1 and not paragraph.is_plain:
            mark_bold_heading(groups[0])
        self.outs[-1].extend(groups)
        for note in paragraph.notes:
            self.add_note(note, paragraph)
        element.clear()

    def add_note(self, note: str, paragraph: _Paragraph) -> None:
        weaver = Weaver()
        weaver.add(note, paragraph.number, paragraph.column)
        self.outs[-1].append(Group([Line(weaver.result())], kind="paragraph", region=self.region))


def field_mark(instruction: str) -> str:
    """The mark for the result of a field, ``""`` for fields that say nothing to us."""
    match = _INSTRUCTION.match(instruction)
    name, value = (match[1].upper(), match[2] or match[3] or "") if match else ("", "")
    if name == "MERGEFIELD":
        return f"merge-field:{value}"
    if name == "HYPERLINK":
        return f"link:{value}"
    return "content-control" if name in {"MACROBUTTON", "FILLIN", "ASK"} else ""
