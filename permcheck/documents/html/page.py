"""An HTML page in, drafts of blocks out: no text is lost, parts that are not the policy itself carry their region."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from permcheck.documents.html.markup import Token, tokens, unescape
from permcheck.documents.html.region import region_of
from permcheck.documents.outline import Draft
from permcheck.documents.text.label import Label
from permcheck.documents.text.lines import Group, Line, group_lines
from permcheck.documents.text.plain import drafts_of, mark_bold_heading
from permcheck.documents.text.row import Cell, row_groups
from permcheck.documents.text.source import add_source, line_starts, place_of
from permcheck.documents.text.weave import Weaver
from permcheck.model import Region

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4",
    "h5", "h6", "head", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup",
    "option", "p", "pre", "search", "section", "select", "summary", "table", "tbody", "td", "textarea", "tfoot",
    "th", "thead", "title", "tr", "ul", "xmp", "button", "label",
})  # fmt: skip
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip
_KEEPS_LINES = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_NO_TEXT = frozenset({"svg", "math", "canvas", "object", "audio", "video", "datalist"})
_STRUCK = frozenset({"del", "s", "strike"})
"""Text that is crossed out is no longer said."""
_TABLE_PARTS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th"})
_ENDS: dict[str, frozenset[str]] = {
    "li": frozenset({"li"}),
    "tr": frozenset({"tr", "td", "th"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option"}),
}
"""Elements whose end tag may be left out, by the start tag that ends them."""
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_NESTING = _LISTS | _TABLE_PARTS | {"li", "dl", "dt", "dd", "option", "p"}
_BOLD = frozenset({"b", "strong"})
_ROWS = frozenset({"tr", "dl"})
_CELLS = frozenset({"td", "th", "dt", "dd"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CONDITIONAL = re.compile(r"\s*\[(?:if\b|endif)|\s*<!\[")
_ANY_TAG = re.compile(r"<[^<>]*>")
_REACH = 64
_LONGEST_HEADING = 160


def read_html(source: str) -> tuple[list[Draft], str]:
    """A page as drafts, and its title (``""`` without one)."""
    groups, title = html_groups(source)
    headings = sum(1 for group in groups if group.kind == "heading" and group.region == "main")
    return drafts_of(groups, titles=headings < 2), title


def html_groups(source: str) -> tuple[list[Group], str]:
    """A page, or a piece of one, as groups, and its title."""
    walker = _Walker(source)
    for token in tokens(source):
        walker.take(token)
    walker.close_all()
    return walker.groups, walker.title


@dataclass(slots=True)
class _Element:
    tag: str
    region: Region
    offset: int
    is_pre: bool = False
    number: int = 0
    style: str = ""


class _Walker:
    """Goes through the tokens once; a block is written when the next block element starts or ends."""

    def __init__(self, source: str) -> None:
        self.starts = line_starts(source)
        self.groups: list[Group] = []
        self.title = ""
        self.stack = [_Element("", "main", 0)]
        self.nest: list[str] = []
        self.lists: list[_Element] = []
        # a cell opens a scope: end tags in it close nothing outside, and its blocks are kept for the row
        self.scopes: list[Counter[str]] = [Counter()]
        self.bounds: list[int] = [0]
        self.outs: list[list[Group]] = [self.groups]
        self.rows: list[list[Cell]] = []
        self.weaver = Weaver()
        self.lines: list[Line] = []
        self.label: Label | None = None
        self.link = ""
        self.rank = self.bold = self.skipping = 0
        self.is_plain = False

    def take(self, token: Token) -> None:
        if token.kind == "text":
            self.text(token)
        elif token.kind == "comment":
            self.comment(token)
        elif token.kind == "start":
            self.start(token)
        else:
            self.end(token.value)

    def text(self, token: Token) -> None:
        if self.skipping:
            return
        top = self.stack[-1]
        if not self.bold and not token.value.isspace():
            self.is_plain = True
        if top.tag == "sup" and token.value[:1] in "[0123456789":
            self.weaver.space()
        if top.tag == "title" and not self.title:
            self.title = " ".join(unescape(token.value).split())
        add_source(self.weaver, token.value, token.offset, self.starts, self.end_line if top.is_pre else None)

    def comment(self, token: Token) -> None:
        if _CONDITIONAL.match(token.value):
            return
        weaver = Weaver()
        bare = _ANY_TAG.sub(lambda match: " " * len(match[0]), token.value)
        add_source(weaver, bare, token.offset, self.starts)
        line = Line(weaver.result())
        if any(map(str.isalpha, line.text)):
            self.groups.append(Group([line], kind="paragraph", region="comment"))

    def start(self, token: Token) -> None:
        tag = token.value
        if tag == "br":
            self.end_line()
            return
        if tag in _BLOCKS:
            self.flush()
            self.end_implied(tag)
        if tag in _VOID:
            return
        parent = self.stack[-1]
        self.stack.append(_Element(tag, region_of(token, parent.region, self.scopes[0]), token.offset, parent.is_pre))
        self.scopes[-1][tag] += 1
        if tag in _NESTING:
            self.nest.append(tag)
        self.enter(self.stack[-1], token)

    def enter(self, element: _Element, token: Token) -> None:
        tag, attributes = element.tag, token.attributes
        if tag in _LISTS:
            element.style = attributes.get("type", "1") if tag == "ol" else ""
            element.number = integer(attributes.get("start", ""), 1) - 1
            self.lists.append(element)
        elif tag == "li":
            self.label = self.item_label(attributes)
        elif tag in _CELLS:
            self.enter_cell(tag)
        elif tag in _ROWS:
            self.rows.append([])
        elif tag == "a" and attributes.get("href"):
            self.open_link(attributes["href"])
        else:
            self.count(tag, 1)
        element.is_pre |= tag == "pre" or bool(_KEEPS_LINES.search(attributes.get("style", "")))

    def count(self, tag: str, step: int) -> None:
        """Note that a heading, bold type or a part without text begins (1) or ends (-1)."""
        if tag in _NO_TEXT or tag in _STRUCK:
            self.skipping += step
        elif tag in _BOLD:
            self.bold += step
        elif tag in _HEADINGS:
            self.rank = int(tag[1]) if step > 0 else 0

    def enter_cell(self, tag: str) -> None:
        self.outs.append([])
        if tag in {"td", "th"}:
            self.scopes.append(Counter())
            self.bounds.append(len(self.stack) - 1)

    def end(self, tag: str) -> None:
        if tag in _TABLE_PARTS and not self.scopes[-1][tag] and len(self.scopes) > 1 and self.scopes[-2][tag]:
            self.flush()
            self.close_to(self.bounds[-1])
            if tag in {"td", "th"}:
                return
        if not self.scopes[-1][tag]:
            return
        if tag not in _BLOCKS and tag not in _NO_TEXT:
            self.end_inline(tag)
            return
        self.flush()
        while self.stack[-1].tag != tag:
            self.pop()
        self.pop()

    def end_inline(self, tag: str) -> None:
        """An inline element ends alone, even if blocks were opened in it and not ended (`<b><p></b>`)."""
        for index in range(len(self.stack) - 1, max(self.bounds[-1], len(self.stack) - _REACH), -1):
            if self.stack[index].tag == tag:
                element = self.stack.pop(index)
                self.scopes[-1][tag] -= 1
                self.leave(element)
                return

    def end_implied(self, tag: str) -> None:
        """End the elements that the start of ``tag`` ends: an open paragraph, the item or cell before."""
        if self.nest and self.nest[-1] == "p":
            self.end("p")
        while self.nest and self.nest[-1] in _ENDS.get(tag, ()):
            self.end(self.nest[-1])

    def close_to(self, height: int) -> None:
        while len(self.stack) > height:
            self.pop()

    def close_all(self) -> None:
        self.flush()
        self.close_to(1)

    def pop(self) -> None:
        element = self.stack.pop()
        if element.tag in {"td", "th"}:
            self.scopes.pop()
            self.bounds.pop()
        self.scopes[-1][element.tag] -= 1
        self.leave(element)

    def leave(self, element: _Element) -> None:
        tag = element.tag
        if tag in _NESTING:
            self.nest.pop()
        if tag in _LISTS:
            self.lists.pop()
        elif tag == "li":
            self.label = None
        elif tag in _CELLS:
            self.leave_cell(element)
        elif tag in _ROWS:
            self.outs[-1].extend(row_groups(self.rows.pop(), element.region))
        elif tag == "a":
            self.close_link()
        else:
            self.count(tag, -1)

    def leave_cell(self, element: _Element) -> None:
        groups = self.outs.pop()
        if not self.rows:
            self.outs[-1].extend(groups)
            return
        self.rows[-1].append(Cell(place_of(element.offset, self.starts), groups))
        if element.tag == "dd":
            self.outs[-1].extend(row_groups(self.rows[-1], element.region))
            self.rows[-1].clear()

    def open_link(self, target: str) -> None:
        self.close_link()
        self.link = f"link:{target}"
        self.weaver.open_mark(self.link)

    def close_link(self) -> None:
        if self.link:
            self.weaver.close_mark()
            self.link = ""

    def item_label(self, attributes: Mapping[str, str]) -> Label:
        if not self.lists or not self.lists[-1].style:
            return Label("•", "bullet •", 0, 0)
        ordered = self.lists[-1]
        ordered.number = integer(attributes.get("value", ""), ordered.number + 1)
        return Label(f"{ordinal(ordered.number, ordered.style)}.", f"ol {ordered.style}", ordered.number, 0)

    def end_line(self) -> Weaver:
        if self.link:
            self.weaver.close_mark()
        woven = self.weaver.result()
        self.lines.append(Line(woven))
        self.weaver = Weaver()
        if self.link:
            self.weaver.open_mark(self.link)
        return self.weaver

    def flush(self) -> None:
        """Write what was collected as one block, or several where line breaks part it."""
        if not self.lines and not self.weaver.length:
            return
        self.end_line()
        lines, self.lines = self.lines, []
        is_bold, self.is_plain = not self.is_plain, False
        if not any(line.text for line in lines):
            return
        # whole paragraphs in heading tags are there for their looks
        if self.rank and sum(len(line.text) for line in lines) <= _LONGEST_HEADING:
            groups = [Group([line for line in lines if line.text], kind="heading", rank=self.rank)]
        else:
            groups = group_lines(lines)
            if is_bold and len(groups) == 1:
                mark_bold_heading(groups[0])
        for group in groups:
            group.region = self.stack[-1].region
            self.place(group)
        self.outs[-1].extend(groups)

    def place(self, group: Group) -> None:
        """Give the first block of a list item its label and the others its depth."""
        if not self.lists:
            return
        label, self.label = self.label, None
        if group.kind == "heading":
            group.label = group.label or label
            return
        group.level = len(self.lists)
        group.kind = "item" if label or group.label else "paragraph"
        group.label = group.label or label


def integer(text: str, default: int) -> int:
    """The number in an attribute, as browsers read it."""
    match = re.match(r"\s*(-?\d{1,6})", text)
    return int(match[1]) if match else default


def ordinal(number: int, style: str) -> str:
    """How an ordered list shows a number: ``1``, ``a``, ``A``, ``i``, ``I``."""
    if style in {"a", "A"} and 1 <= number <= 26:
        return chr(ord(style) + number - 1)
    if style in {"i", "I"} and 1 <= number <= 39:
        roman = "x" * (number // 10) + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[number % 10]
        return roman.upper() if style == "I" else roman
    return str(number)
