"""An HTML page in, drafts of blocks out as a screen shows it: hidden text is kept apart, parts carry their region."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from permcheck.documents.code import is_code
from permcheck.documents.html.element import BLOCKS, Element, Page, is_block
from permcheck.documents.html.frame import PICTURE, Picture, moved, unread_frames
from permcheck.documents.html.markup import Token, tokens, unescape
from permcheck.documents.html.ordinal import integer, item_label
from permcheck.documents.html.region import region_of
from permcheck.documents.outline import Draft
from permcheck.documents.text.label import Label
from permcheck.documents.text.lines import Group, Line, group_lines
from permcheck.documents.text.plain import drafts_of, mark_bold_heading
from permcheck.documents.text.row import Cell, row_groups
from permcheck.documents.text.source import add_source, line_starts, place_of
from permcheck.documents.text.weave import Weaver
from permcheck.model import Gap

_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip
_SET_APART = frozenset({"button", "textarea"})
"""Drawn in a box of their own inside the line."""
_PARTS = frozenset({"svg", "math", "canvas", "object", "audio", "video", "datalist"})
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
_DEEPEST = 3
_LONGEST_NAME = 60
"""Characters: a picture with more to its name stands for no word."""


def read_html(source: str, path: str = "") -> tuple[list[Draft], str, tuple[Gap, ...]]:
    """A page as drafts, its title (``""`` without one), and a gap for each page inside it that was not read."""
    groups, title, gaps = html_groups(source, path)
    headings = sum(1 for group in groups if group.kind == "heading" and group.region == "main")
    return drafts_of(groups, titles=headings < 2), title, gaps


def html_groups(source: str, path: str = "", depth: int = 0) -> tuple[list[Group], str, tuple[Gap, ...]]:
    """A page, or a piece of one, as groups, its title and gaps; ``depth`` counts the pages around it."""
    found = list(tokens(source))
    walker = _Walker(source, Page(found), depth)
    for token in found:
        walker.take(token)
    walker.close_to()
    return walker.groups, walker.title, unread_frames(walker.frames, walker.groups, walker.starts, path)


class _Walker:
    """Goes through the tokens once; a block is written when the next block element starts or ends."""

    def __init__(self, source: str, page: Page, depth: int) -> None:
        self.page, self.depth = page, depth
        self.starts = line_starts(source)
        self.groups: list[Group] = []
        self.title = ""
        self.frames: list[Token] = []
        self.stack = [Element("", look=page.root)]
        self.nest: list[str] = []
        self.lists: list[Element] = []
        # a cell opens a scope: end tags in it close nothing outside, and its blocks are kept for the row
        self.scopes: list[Counter[str]] = [Counter()]
        self.bounds: list[int] = [0]
        self.outs: list[list[Group]] = [self.groups]
        self.rows: list[list[Cell]] = []
        self.weaver = Weaver()
        self.lines: list[Line] = []
        self.label: Label | None = None
        self.link = ""
        self.picture: Picture | None = None
        self.rank = self.bold = self.buttons = 0
        self.is_plain = self.is_said = False

    def take(self, token: Token) -> None:
        if token.kind == "text":
            self.text(token)
        elif token.kind == "comment":
            self.comment(token)
        elif token.kind == "start":
            self.start(token)
        elif token.kind == "end":
            self.end(token.value)

    def text(self, token: Token) -> None:
        top = self.stack[-1]
        if top.is_mute:
            return
        if top.hidden:
            self.hide(token.value, top.hidden, token.offset)
            return
        if not token.value.isspace():
            self.say(token.value)
        if top.tag == "sup" and token.value[:1] in "[0123456789":
            self.weaver.space()
        if top.tag == "title" and not self.title:
            self.title = " ".join(unescape(token.value).split())
        on_break = self.end_line if top.look.keeps_lines else None
        if top.look.is_flipped:
            self.weaver.put("\u202e", *place_of(token.offset, self.starts))
        add_source(self.weaver, token.value, token.offset, self.starts, on_break)
        if top.look.is_flipped:
            self.weaver.put("\u202c", *place_of(token.offset, self.starts))

    def say(self, text: str) -> None:
        """Note that text of the page comes now; a picture that stood before it in the sentence is read as its name."""
        self.is_plain |= not self.bold
        self.is_said |= not self.buttons
        if self.picture:
            picture, self.picture = self.picture, None
            if text.lstrip()[:1].islower():
                self.weaver.space()
                self.weaver.put(picture.text, *place_of(picture.offset, self.starts))
                self.weaver.space()
            else:
                self.hide(picture.text, PICTURE, picture.offset)

    def hide(self, text: str, how: str, offset: int) -> None:
        self.weaver.hide(unescape(text), how, *place_of(offset, self.starts))

    def comment(self, token: Token) -> None:
        if not _CONDITIONAL.match(token.value):
            weaver = Weaver()
            bare = _ANY_TAG.sub(lambda match: " " * len(match[0]), token.value)
            add_source(weaver, bare, token.offset, self.starts)
            line = Line(weaver.result())
            if any(map(str.isalpha, line.text)):
                self.groups.append(Group([line], kind="paragraph", region="comment"))

    def start(self, token: Token) -> None:
        tag = token.value
        if tag == "br":
            if not self.stack[-1].hidden:
                self.end_line()
            return
        if tag in BLOCKS:
            self.end_implied(tag)
        if tag in _VOID:
            self.start_void(token)
            return
        parent = self.stack[-1]
        element = Element(tag, "main", token.offset, token.attributes, token.attributes.get("class", "").split())
        self.page.enter(element, self.stack)
        element.is_block = is_block(element, parent)
        if element.is_block:
            self.flush()
        element.region = region_of(token, parent.region, self.scopes[0])
        self.stack.append(element)
        self.scopes[-1][tag] += 1
        if tag in _NESTING:
            self.nest.append(tag)
        self.enter(element, token)

    def start_void(self, token: Token) -> None:
        """A picture may stand for a word, a rule parts paragraphs."""
        if token.value == "hr":
            self.flush()
        name = token.attributes.get("alt", "") if token.value == "img" else ""
        if any(map(str.isalpha, name)) and not self.stack[-1].hidden:
            self.name_picture(unescape(name), token.offset)

    def name_picture(self, name: str, offset: int) -> None:
        self.drop_picture()
        if self.weaver.length and self.weaver.tail[-1] not in ".!?:" and len(name) <= _LONGEST_NAME:
            self.picture = Picture(name, offset)
        else:
            self.hide(name, PICTURE, offset)

    def drop_picture(self) -> None:
        """What a picture is called is not seen where no sentence goes on behind it."""
        if self.picture:
            self.hide(self.picture.text, PICTURE, self.picture.offset)
            self.picture = None

    def enter(self, element: Element, token: Token) -> None:
        tag, attributes = element.tag, token.attributes
        if tag in _LISTS:
            element.style = attributes.get("type", "1") if tag == "ol" else ""
            element.number = integer(attributes.get("start", ""), 1) - 1
            self.lists.append(element)
        elif tag == "li":
            self.label = item_label(self.lists, attributes)
        elif tag in _CELLS:
            self.enter_cell(tag)
        elif tag in _ROWS:
            self.rows.append([])
        elif tag == "a" and attributes.get("href"):
            self.open_link(attributes["href"])
        else:
            self.count(tag, 1)
        self.enter_text(element, token)

    def enter_text(self, element: Element, token: Token) -> None:
        if token.value == "iframe" and not element.hidden:
            self.frame(token)
        elif token.value == "pre":
            element.look = replace(element.look, keeps_lines=True)
        elif token.value == "code" and self.stack[-2].tag == "pre":
            self.stack[-2].names = element.names  # highlighters name the language here
        if self.page.sheet.has_content and not element.hidden:
            self.write(element, "before")
            element.after = self.page.written(element, self.stack[:-1], "after")

    def write(self, element: Element, where: str) -> None:
        """Add what the style sheet writes before or behind the text of an element."""
        words = self.page.written(element, self.stack[:-1], where) if where == "before" else element.after
        if words:
            self.say(words)
            self.weaver.put(words, *place_of(element.offset, self.starts))

    def frame(self, token: Token) -> None:
        """A page inside the page: one that is given whole is read."""
        inner = token.attributes.get("srcdoc", "")
        if not inner or self.depth >= _DEEPEST:
            self.frames.append(token)
            return
        self.flush()
        place = place_of(token.offset, self.starts)
        self.outs[-1].extend(moved(group, place) for group in html_groups(unescape(inner), depth=self.depth + 1)[0])

    def count(self, tag: str, step: int) -> None:
        """Note that a heading, bold type or a button begins (1) or ends (-1)."""
        if tag in _SET_APART:
            self.buttons += step
            self.weaver.space()
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
            self.close_to(self.bounds[-1])
            if tag in {"td", "th"}:
                return
        if not self.scopes[-1][tag]:
            return
        if tag not in BLOCKS and tag not in _PARTS:
            self.end_inline(tag)
            return
        while self.stack[-1].tag != tag:
            self.pop()
        self.pop()

    def end_inline(self, tag: str) -> None:
        """An inline element ends alone, even if blocks were opened in it and not ended (`<b><p></b>`)."""
        for index in range(len(self.stack) - 1, max(self.bounds[-1], len(self.stack) - _REACH), -1):
            if self.stack[index].tag == tag:
                if self.stack[index].is_block:
                    self.flush()
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

    def close_to(self, height: int = 1) -> None:
        self.flush()
        while len(self.stack) > height:
            self.pop()

    def pop(self) -> None:
        if self.stack[-1].is_block:
            self.flush()
        element = self.stack.pop()
        if element.tag in {"td", "th"}:
            self.scopes.pop()
            self.bounds.pop()
        self.scopes[-1][element.tag] -= 1
        self.leave(element)

    def leave(self, element: Element) -> None:
        tag = element.tag
        self.stack[-1].follows_control = element.has_control
        if element.after:
            self.write(element, "after")
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

    def leave_cell(self, element: Element) -> None:
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
        self.drop_picture()
        if not self.lines and self.weaver.is_empty:
            return
        self.end_line()
        lines, self.lines = self.lines, []
        is_bold, self.is_plain = not self.is_plain, False
        is_said, self.is_said = self.is_said, False
        if not any(line.text for line in lines):
            self.outs[-1].extend(Group([line]) for line in lines if line.woven.hidden)
            return
        if self.stack[-1].look.keeps_lines and self.is_program(lines):
            return
        # whole paragraphs in heading tags are there for their looks
        if self.rank and sum(len(line.text) for line in lines) <= _LONGEST_HEADING:
            groups = [Group([line for line in lines if line.text], kind="heading", rank=self.rank)]
        else:
            groups = group_lines(lines)
            if is_bold and len(groups) == 1:
                mark_bold_heading(groups[0])
        top = self.stack[-1]
        for group in groups:
            group.region = top.region if is_said or top.region != "main" else "nav"
            group.visibility = "on-demand" if top.look.on_demand else "visible"
            self.place(group)
        self.outs[-1].extend(groups)

    def is_program(self, lines: list[Line]) -> bool:
        """Whether preformatted text is code, by the class that highlighters read or by its looks."""
        names = [name for name in self.stack[-1].names if name.startswith("lang")]
        return is_code("\n".join(line.text for line in lines), names[0] if names else "")

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
