"""The lines of one Markdown paragraph in, their text without Markdown's own signs out; links keep their target."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from permcheck.documents.html.markup import unescape
from permcheck.documents.text.lines import Line
from permcheck.documents.text.weave import Weaver

_TAGS = (
    "a|b|br|center|code|div|em|font|hr|i|img|kbd|li|mark|ol|p|pre|s|section|small|span|strong|"
    "sub|sup|table|tbody|td|th|thead|tr|u|ul"
)
_TOKEN = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<image>!\[[^\]\[\n]{0,300}\]\([^()\[\]\s]*+(?:\s+\"[^\"\n]{0,300}\")?\))"
    r"|(?P<target>\]\((?P<url><[^<>\n]{0,1000}>|[^()\[\]\s]{0,1000})(?:\s+(?:\"[^\"]{0,300}\"|'[^']{0,300}'))?\)"
    r"|\]\[[^\]\[\n]{0,200}\])"
    r"|(?P<open>\[)"
    r"|<(?P<auto>(?:https?://|mailto:)[^<>\s]{1,1000})>"
    rf"|(?P<tag></?(?:{_TAGS})(?:\s[^<>\n]{{0,500}})?/?>)"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});)"
    r"|(?P<pair>(?<!\*)\*{1,3}(?!\*)|(?<!_)_{1,3}(?!_)|(?<!~)~~(?!~)|(?<!`)`{1,3}(?!`))",
    re.IGNORECASE,
)
_SIGN = re.compile(r"[\\!\]\[<&*_~`]")
"""What every sign of Markdown begins with."""
_LINE_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_STOPS = ".;:,!?。；：，！？|"
_BEFORE_TEXT = re.compile(r"[\w\"“'‘«(\[{<*_~`&\\]")
_AFTER_TEXT = re.compile(r"[\w.,:;!?)\]}\"”'’»>%*_~`…。：；！？）®™©]")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What stands on a line after block marks (quote, indentation), and where that is in the file."""

    text: str
    number: int
    column: int
    indent: int = 0


def plain_lines(lines: list[SourceLine], joint: str = "") -> list[Line]:
    """Return the same lines as a reader sees them; ``joint`` stands for a line break inside a line (in a cell)."""
    source = "\n".join(line.text for line in lines)
    if not _SIGN.search(source):
        return [_plain_line(line) for line in lines]
    found = list(_TOKEN.finditer(source))
    links, pairs = _links(found), _pairs(source, found)
    writer = _Writer(lines)
    position = 0
    for index, match in enumerate(found):
        if match.start() < position:
            continue
        writer.add(source[position : match.start()], position)
        position = match.end()
        if index in links:
            writer.turn(links[index])
        elif index not in pairs:
            writer.token(match, joint)
    writer.add(source[position:], position)
    return writer.finish()


def _plain_line(line: SourceLine) -> Line:
    weaver = Weaver()
    weaver.add(line.text, line.number, line.column)
    return Line(weaver.result(), line.indent)


def _links(found: list[re.Match[str]]) -> dict[int, str]:
    """Tokens that open (with their target) or close (``""``) a link."""
    stack: list[int] = []
    links: dict[int, str] = {}
    for index, match in enumerate(found):
        if match["open"]:
            stack.append(index)
        elif match["target"] and stack:
            links[stack.pop()] = f"link:{(match['url'] or match[0][2:-1]).strip('<>')}"
            links[index] = ""
    return links


def _pairs(source: str, found: list[re.Match[str]]) -> set[int]:
    """Emphasis and code signs that belong together; a lone sign is text (``***@***.com``, ``s***``)."""
    openers: dict[str, int] = {}
    pairs: set[int] = set()
    for index, match in enumerate(found):
        sign = match["pair"]
        if not sign:
            continue
        before, after = source[match.start() - 1 : match.start()], source[match.end() : match.end() + 1]
        inside_word = sign[0] == "_" and before.isalnum() and after.isalnum()
        if sign in openers and _AFTER_TEXT.match(before) and not inside_word:
            pairs |= {openers.pop(sign), index}
        elif len(sign) == 3 and {sign[0], sign[:2]} <= openers.keys() and _AFTER_TEXT.match(before):
            pairs |= {openers.pop(sign[0]), openers.pop(sign[:2]), index}
        elif _BEFORE_TEXT.match(after) and not inside_word and not (sign[0] == "_" and before.isalnum()):
            openers[sign] = index
    return pairs


class _Writer:
    """Writes stretches of the joined source into one weaver per line."""

    def __init__(self, lines: list[SourceLine]) -> None:
        self.lines = lines
        self.starts = [0]
        for line in lines[:-1]:
            self.starts.append(self.starts[-1] + len(line.text) + 1)
        self.found: list[Line] = []
        self.weaver = Weaver()
        self.link = ""

    def add(self, text: str, offset: int) -> None:
        for part in re.split(r"(?<=\n)", text):
            line, column = self.place(offset)
            self.weaver.add(part.rstrip("\n"), line, column)
            offset += len(part)
            if part.endswith("\n"):
                self.end_line()

    def put(self, text: str, offset: int) -> None:
        line, column = self.place(offset)
        self.weaver.put(text, line, column)

    def token(self, match: re.Match[str], joint: str) -> None:
        """Write what a sign stands for: nothing for images and tags, itself where it is no sign after all."""
        if match["escape"]:
            self.add(match[0][1], match.start() + 1)
        elif match["entity"]:
            self.put(unescape(match[0]), match.start())
        elif match["auto"]:
            self.add(match["auto"], match.start() + 1)
        elif match["tag"]:
            self.tag(match[0], match.start(), joint)
        elif not match["image"]:
            self.add(match[0], match.start())

    def tag(self, tag: str, offset: int, joint: str) -> None:
        """Leave a tag out; a line break is white space at least."""
        if not _LINE_BREAK.match(tag):
            return
        if joint and self.weaver.length and self.weaver.tail[-1] not in _STOPS:
            self.put(joint, offset)
        self.weaver.space()

    def turn(self, link: str) -> None:
        if self.link:
            self.weaver.close_mark()
        self.link = link
        if link:
            self.weaver.open_mark(link)

    def end_line(self) -> None:
        if self.link:
            self.weaver.close_mark()
        self.found.append(Line(self.weaver.result(), self.lines[len(self.found)].indent))
        self.weaver = Weaver()
        if self.link:
            self.weaver.open_mark(self.link)

    def finish(self) -> list[Line]:
        self.end_line()
        return self.found

    def place(self, offset: int) -> tuple[int, int]:
        index = bisect_right(self.starts, offset) - 1
        line = self.lines[index]
        return line.number, line.column + offset - self.starts[index]
