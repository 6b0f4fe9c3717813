"""Lines in, groups that make one block each out: what was hard-wrapped is joined, items keep their marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from permcheck.documents.text.heading import heading_style
from permcheck.documents.text.label import Label, find_labels
from permcheck.documents.text.weave import Weaver, Woven, is_tight, width
from permcheck.model import BlockKind, Region, Visibility

END = re.compile(r"[.!?;:。！？；：…][\"'”’»)\]）】」』]*\Z")
_STOP = re.compile(r"[.!?。！？…][\"'”’»)\]）】」』]*\Z")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|Inc|Ltd|No|Art|vs|Mr|Mrs|Dr|z\.B|bzw|u\.a|p\.ej|cf|Sr|Sra)\.|&[a-z]{1,6};)\Z"
)
_OPEN_END = re.compile(
    r"(?:[,，、(（\[“«-]|&[a-z]{1,6};|(?:\A|\s)(?:a|an|the|of|and|or|to|your|our|their|its|with|for|from|in|on|at|by|as|that|"
    r"which|if|any|this|these|be|is|are|will|may|can|not|der|die|das|und|oder|mit|von|zu|für|le|la|les|de|des|du|et|"
    r"ou|el|los|las|y|del|con|para|por|di|e|il|een|het|van|en|о|и))\Z"
)
_OPEN_START = re.compile(r"[^\w\s\"'“‘«\[【《「『#*<{@$%]|&[a-z]{1,6};")
_VALUE = re.compile(r"[^\W\d_][^:：.]{1,40}[:：]\s*\S")
_ROW = re.compile(r"\S\s*\|\s*\S|\A\s*\|")
_RULE = re.compile(r"[-=*~–—·.\s]{3,}\Z|_{20,}\Z")
BREAKS = re.compile(r"\r\n|\n|\r")
_FIRST_WORD = re.compile(r"\S+")
_DASHES = frozenset("-–—*+o")
_TAIL = 16
_NARROWEST = 36
_SHARES = (0.95, 0.8)
_PHRASE = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text without indentation and trailing space, where it comes from, ``indent`` in columns."""

    woven: Woven
    indent: int = 0
    page: int | None = None
    text: str = field(init=False)

    def __post_init__(self) -> None:
        """Keep the text at hand: joining looks at it many times."""
        object.__setattr__(self, "text", self.woven.text)


@dataclass(slots=True)
class Group:
    """Lines that make one block. ``kind`` is set where the format itself says it, with ``rank`` or ``level``."""

    lines: list[Line]
    label: Label | None = None
    kind: BlockKind | None = None
    rank: int = 0
    level: int = 0
    region: Region = "main"
    style: str = ""
    visibility: Visibility = "visible"

    @property
    def bullet(self) -> bool:
        """Whether it opens with a bullet rather than a number."""
        return self.label is not None and self.label.number == 0


@dataclass(slots=True)
class _Wrapping:
    """How the text is wrapped: the column at which, or 0 where every line is a paragraph.

    ``spaced`` says that blank lines part the paragraphs, so that a stop at a line's end means little.
    """

    column: int
    spaced: bool = False
    seen: dict[str, int] = field(default_factory=dict)


def split_lines(text: str, page: int | None = None) -> list[Line]:
    """Cut at line ends; numbers are 1-based."""
    return [text_line(raw, number, page=page) for number, raw in enumerate(BREAKS.split(text), 1)]


def text_line(raw: str, number: int, column: int = 0, page: int | None = None) -> Line:
    """One line that stands at ``column`` of line ``number``."""
    weaver = Weaver()
    weaver.add(raw, number, column, page)
    lead = raw[: len(raw) - len(raw.lstrip())]
    return Line(weaver.result(), width(lead.expandtabs(4)) if lead else 0, page)


def group_lines(lines: Sequence[Line], column: int | None = None, *, spaced: bool | None = None) -> list[Group]:
    """Join the lines that make one paragraph, item, row or heading.

    ``column`` is where they are known to wrap; ``spaced`` says whether blank lines are known to part all paragraphs.
    """
    if spaced is None:
        spaced = sum(1 for line in lines if not line.text) * 8 >= len(lines)
    wrapping = _Wrapping(wrap_column(lines) if column is None else column, spaced)
    groups: list[Group] = []
    blank = True
    for index, line in enumerate(lines):
        if not line.text or is_rule(line.text):
            blank = True
            if line.woven.hidden:
                groups.append(Group([line]))
            continue
        after = lines[index + 1] if index + 1 < len(lines) else None
        current = None if blank or not groups else groups[-1]
        label = _accept(find_labels(line.text), current, wrapping, line)
        if current and not label and _continues(current, line, after, wrapping):
            current.lines.append(line)
        else:
            groups.append(Group([line], label))
        blank = False
    return groups


def wrap_column(lines: Sequence[Line]) -> int:
    """The column at which the text was wrapped, 0 when lines are paragraphs.

    Wrapped text breaks inside sentences: of its long lines that end without a stop, a good part goes on in lower case
    (or, in Chinese and Japanese, ends between two characters).
    """
    widths = sorted(
        line.indent + width(line.text)
        for line in lines
        if line.text and not is_row(line.text) and not is_rule(line.text)
    )
    columns = (_column(widths, share) for share in _SHARES)
    return next((column for column in columns if column >= _NARROWEST and _is_wrapped(lines, column)), 0)


def _column(widths: Sequence[int], share: float) -> int:
    """The width that lines with so much of the text do not exceed; the rest are tables or addresses."""
    total, reached = sum(widths), 0
    for column in widths:
        reached += column
        if reached >= total * share:
            return column
    return 0


def _is_wrapped(lines: Sequence[Line], column: int) -> bool:
    # lines that end in a stop say nothing: paragraphs and wrapped lines both may
    open_pairs = [
        (line, after)
        for line, after in pairwise(lines)
        if after.text
        and column * 0.7 <= width(line.text) <= column
        and not ends(END, line.text)
        and not is_row(line.text)
        and not find_labels(after.text)
    ]
    inside = sum(1 for line, after in open_pairs if _breaks_inside(line.text, after.text))
    return inside > 0 and inside * 3 >= len(open_pairs)


def is_row(text: str) -> bool:
    """Whether bars part the line into cells."""
    return "|" in text and _ROW.search(text) is not None


def is_rule(text: str) -> bool:
    """Whether a line only parts what stands above and below it."""
    return _RULE.match(text) is not None


def ends(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the text ends so; only its tail is looked at, which is as much as the patterns can match."""
    return pattern.search(text, max(0, len(text) - _TAIL)) is not None


def _breaks_inside(before: str, after: str) -> bool:
    if ends(END, before):
        return False
    return after[0].islower() or is_tight(before[-1], after[0])


def _accept(labels: Sequence[Label], current: Group | None, wrapping: _Wrapping, line: Line) -> Label | None:
    """The label that a line really has: inside a paragraph a number must be the first or the next of its kind."""
    if not labels:
        return None
    label = next((label for label in labels if _is_expected(label, current, wrapping)), None)
    if not label and (not current or _is_closed(current.lines[-1], line, wrapping, is_dash=labels[0].mark in _DASHES)):
        label = labels[0]
    if label:
        wrapping.seen[label.style] = label.number
    return label


def _is_expected(label: Label, current: Group | None, wrapping: _Wrapping) -> bool:
    """A dash may also part the words of a sentence ("Me - Settings"), so it needs a list that is open."""
    if label.number:
        return label.number == 1 or wrapping.seen.get(label.style) == label.number - 1
    if label.mark not in _DASHES:
        return True
    own = current.label if current else None
    return bool(current and own and own.style == label.style and not is_open(current.lines[-1].text))


def _is_closed(last: Line, after: Line, wrapping: _Wrapping, *, is_dash: bool) -> bool:
    """Whether the paragraph may end with ``last``, so that an item may begin."""
    if ends(END, last.text):
        return True
    if is_dash and is_open(last.text):
        return False
    if is_dash and wrapping.column:
        return width(last.text) <= wrapping.column * 0.6
    return not wrapping.column or not _is_full(last, after, wrapping)


def _is_full(last: Line, after: Line, wrapping: _Wrapping) -> bool:
    """The first word of the next line would not have fitted on this one."""
    word = _FIRST_WORD.match(after.text)
    need = 2 if is_tight(after.text[0], after.text[0]) else 1 + width(word[0] if word else "")
    return last.indent + width(last.text) + need > wrapping.column


def _continues(current: Group, line: Line, after: Line | None, wrapping: _Wrapping) -> bool:
    last = current.lines[-1]
    if is_row(last.text) or is_row(line.text):
        return False
    if last.page != line.page:
        return not ends(END, last.text) and (
            _breaks_inside(last.text, line.text)
            or ends(_OPEN_END, last.text)
            or (wrapping.column > 0 and _is_full(last, line, wrapping))
        )
    if not wrapping.column:
        return _is_broken_off(current, line)
    if _is_indented_start(current, line):
        return False
    if ends(END, last.text):
        return _goes_on_after_stop(current, line, after, wrapping)
    return _goes_on(current, line, after, wrapping)


def _is_broken_off(current: Group, line: Line) -> bool:
    """One line per paragraph, yet this one stops in the middle (a bare list of "name" / "address" does not)."""
    last = current.lines[-1]
    if ends(END, last.text):
        return ends(_ABBREVIATION, last.text) and not find_labels(last.text)
    if _OPEN_START.match(line.text) or is_open(last.text):
        return True
    is_sentence = len(current.lines) > 1 or last.text.count(" ") >= _PHRASE or width(last.text) >= 40
    return (line.text[0].islower() and is_sentence) or (ends(_OPEN_END, last.text) and width(last.text) >= 20)


def _is_indented_start(current: Group, line: Line) -> bool:
    """A first-line indent opens a paragraph (Chinese: two wide spaces), unless the item's text is indented so."""
    if current.label or line.text[0].islower():
        return False
    return line.indent >= current.lines[-1].indent + 2 and line.indent > current.lines[0].indent + 1


def _goes_on_after_stop(current: Group, line: Line, after: Line | None, wrapping: _Wrapping) -> bool:
    last = current.lines[-1]
    if last.text[-1] in ":：":
        return _goes_on_after_colon(current, line, wrapping)
    if line.text[0].islower() or ends(_ABBREVIATION, last.text):
        return True
    if is_tight(line.text[0], line.text[0]) != is_tight(last.text[-2:-1] or " ", last.text[-2:-1] or " "):
        return False  # the script changes: a translation begins
    full = _is_full(last, line, wrapping) or (wrapping.spaced and width(last.text) >= wrapping.column * 0.8)
    return full and not _opens_block(line, after, wrapping)


def _goes_on_after_colon(current: Group, line: Line, wrapping: _Wrapping) -> bool:
    """A bullet that only names its topic ("Log data:") belongs to the lines below; other colons end a block."""
    last = current.lines[-1]
    if current.bullet:
        return len(current.lines) == 1 and width(last.text) <= wrapping.column * 0.7
    if current.label:
        return False
    return line.text[0].islower() or _is_full(last, line, wrapping)


def _goes_on(current: Group, line: Line, after: Line | None, wrapping: _Wrapping) -> bool:
    last = current.lines[-1]
    if line.text[0].islower() or _OPEN_START.match(line.text) or ends(_OPEN_END, last.text) or is_open(last.text):
        return True
    if _is_full(last, line, wrapping) or _is_tight_break(last, line, wrapping):
        return True
    if _stands_alone(current):
        return _is_heading_tail(current, line, after, wrapping)
    return not _opens_block(line, after, wrapping) or not heading_style(line.text, None)


def _stands_alone(current: Group) -> bool:
    """What was gathered so far reads as a heading, a title or a value behind its label."""
    text = " ".join(line.text for line in current.lines)
    bare = text[current.label.length :] if current.label else text
    if current.bullet:
        return _is_title(bare)
    return bool(heading_style(bare, current.label)) or (len(current.lines) == 1 and bool(_VALUE.match(bare)))


def _is_tight_break(last: Line, line: Line, wrapping: _Wrapping) -> bool:
    return is_tight(last.text[-1], line.text[0]) and width(last.text) >= wrapping.column * 0.8


def is_open(text: str) -> bool:
    """A quotation or bracket is open at the end of the line."""
    return text.count('"') % 2 == 1 or any(
        text.count(one) > text.count(other) for one, other in ("“”", "()", "[]", "（）", "「」", "《》", "【】")
    )


def _is_heading_tail(current: Group, line: Line, after: Line | None, wrapping: _Wrapping) -> bool:
    """A heading or title item that was wrapped early ("Information You Voluntarily" / "Provide Us")."""
    head, tail = current.lines[0].text, line.text
    if len(current.lines) > 1 or not 20 <= width(head) <= wrapping.column * 0.6 or width(tail) > 25:
        return False
    if not (_is_title(head) and _is_title(tail)) or ends(_STOP, tail):
        return False
    return after is None or not after.text or not after.text[0].islower()


def _is_title(text: str) -> bool:
    words = re.findall(r"[^\W\d_][\w'’-]*", text)
    return bool(words) and "," not in text and all(word[0].isupper() for word in words if len(word) > 3)


def _opens_block(line: Line, after: Line | None, wrapping: _Wrapping) -> bool:
    """A short line without a stop is no middle of a paragraph: a heading, or a first line that was wrapped early."""
    if not after or not after.text or ends(END, line.text):
        return False
    return width(line.text) <= wrapping.column * 0.6
