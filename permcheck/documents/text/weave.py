"""Pieces of a file in, one running text and the map of its characters back to the file out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache

Origins = tuple[tuple[int, int, int, int | None], ...]
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2064\u206a-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\U000e0000-\U000e0fff"
)
"""Characters that show nothing (soft hyphen, zero width, variation selectors, direction marks), as the inside of a
class of a regular expression; they would split the words they stand in."""

_SEEN = rf"[^\s{INVISIBLE}]+"
_RUN = re.compile(rf"{_SEEN}(?: {_SEEN})*|\s+|[{INVISIBLE}]+")
_ASCII_RUN = re.compile(r"\S+(?: \S+)*|\s+")
_UNSEEN = re.compile(f"[{INVISIBLE}]")
_CLUSTER = re.compile("[\ufb00-\ufb06]|[^\\W\\d_][\u0300-\u036f]+")
"""What is one letter and more to a reader: ligatures, and letters with marks of their own."""
_HANGING = re.compile(r"(?:and|or|und|oder|bzw|et|ou|y|o|e|en|of)\b")
Marks = tuple[tuple[int, int, str], ...]
_NOTHING, _SPACE, _NEWLINE, _BREAK = range(4)


def has_wide(text: str) -> bool:
    """Whether Chinese, Japanese or Korean may stand in the text: a cheap question before dear ones."""
    return not text.isascii() and max(text) >= "\u1100"


@cache
def _wide() -> re.Pattern[str]:
    # compiled on demand: classes of many characters take longer to compile than a policy takes to read
    return re.compile(
        "[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
        "\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003fffd]"
    )


def width(text: str) -> int:
    """Columns on a terminal: hanzi, kana and hangul count twice."""
    return len(text) + len(_wide().findall(text)) if has_wide(text) else len(text)


def is_tight(before: str, after: str) -> bool:
    """Whether a line break between the two characters stands for no space: both belong to Chinese or Japanese."""
    return _is_tight(before) and _is_tight(after)


def _is_tight(sign: str) -> bool:
    if not "\u2e80" <= sign <= "\uff60" or "\ua000" <= sign <= "\uf8ff":
        return False
    return (
        sign <= "\u303e"
        or "\u3041" <= sign <= "\u9fff"
        or sign <= "\ufaff"
        or "\ufe30" <= sign <= "\ufe4f"
        or sign >= "\uff01"
    )


@dataclass(frozen=True, slots=True)
class Woven:
    """A text, where its characters come from, and native marks over it: the three as in `Block`."""

    text: str
    origins: Origins = ()
    marks: Marks = ()
    hidden: tuple[Hidden, ...] = ()
    """Words that the reader does not see, where they would stand."""
    breaks: tuple[int, ...] = ()
    """Where a line begins as the reader sees it."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Words that no reader sees: where they stand in a text, how they are hidden, and their place in the file."""

    offset: int
    text: str
    how: str
    place: tuple[int, int, int | None]


class Weaver:
    """Collects pieces; white space runs become one space, invisible characters go, every other character is kept."""

    def __init__(self) -> None:
        """Start empty."""
        self._parts: list[str] = []
        self._origins: list[tuple[int, int, int, int | None]] = []
        self._marks: list[tuple[int, int, str]] = []
        self._open: list[tuple[str, int]] = []
        self._pending = _NOTHING
        self._hidden: list[Hidden] = []
        self._more: dict[int, list[str]] = {}
        self.length = 0
        self.tail = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added, hidden words included."""
        return not self.length and not self._hidden

    def add(self, text: str, line: int, column: int, page: int | None = None) -> None:
        """Add characters that stand side by side on one line of the file."""
        if text.isascii():
            self._add_runs(_ASCII_RUN, text, line, column, page)
            return
        done = 0
        for match in _CLUSTER.finditer(text):
            whole = unicodedata.normalize("NFKC" if match[0][0] > "\ufaff" else "NFC", match[0])
            self._add_runs(_RUN, text[done : match.start()], line, column + done, page)
            # a mark that no letter has is drawn over it and leaves it readable
            self._append(whole if match[0][0] > "\ufaff" else whole[0], line, column + match.start(), page)
            done = match.end()
        self._add_runs(_RUN, text[done:], line, column + done, page)

    def _add_runs(self, runs: re.Pattern[str], text: str, line: int, column: int, page: int | None) -> None:
        for match in runs.finditer(text):
            run = match[0]
            if run.isspace():
                self._pending = max(self._pending, _NEWLINE if "\n" in run else _SPACE)
            elif run.isascii() or not _UNSEEN.match(run):
                self._append(run, line, column + match.start(), page)

    def hide(self, text: str, how: str, line: int, column: int, page: int | None = None) -> None:
        """Add words that the reader does not see, at this place; stretches that are hidden alike are one."""
        last = self._hidden[-1] if self._hidden else None
        if last and (last.offset, last.how) == (self.length, how):
            self._more.setdefault(len(self._hidden) - 1, []).append(text)
        elif text.strip():
            self._hidden.append(Hidden(self.length, text, how, (line, column, page)))

    def put(self, text: str, line: int, column: int, page: int | None = None) -> None:
        """Add characters that stand for others in the file (a character reference): they lead back to its start."""
        self.add(text, line, column, page)

    def add_woven(self, woven: Woven, skip: int = 0) -> None:
        """Add a text that was woven before, without its first ``skip`` characters."""
        if woven.hidden:
            at = max(0, self.length + bool(self.length) - skip)
            self._hidden += [replace(item, offset=max(0, item.offset - skip) + at) for item in woven.hidden]
        if not woven.text:
            return
        ends = [entry[0] for entry in woven.origins[1:]] + [len(woven.text)]
        for (offset, line, column, page), end in zip(woven.origins, ends, strict=True):
            start = max(offset, skip)
            if start < end:
                self._append(woven.text[start:end], line, column + start - offset, page)
        if not woven.marks:
            return
        base = self.length - len(woven.text)
        self._marks += [(max(start, skip) + base, end + base, mark) for start, end, mark in woven.marks if end > skip]

    def break_line(self) -> None:
        """Note that the pieces before and after stand on two lines of one paragraph."""
        self._pending = _BREAK

    def space(self, *, newline: bool = False) -> None:
        """Note white space that is not given as text; one with a line end stands for nothing between CJK."""
        self._pending = max(self._pending, _NEWLINE if newline else _SPACE)

    def open_mark(self, mark: str) -> None:
        """Begin a native mark at the next visible character."""
        self._open.append((mark, -1))

    def close_mark(self, mark: str = "") -> None:
        """End ``mark``, or the one that was opened last; one without text leaves no trace."""
        for index in range(len(self._open) - 1, -1, -1):
            if mark in {"", self._open[index][0]}:
                name, start = self._open.pop(index)
                if start >= 0:
                    self._marks.append((start, self.length, name))
                return

    def result(self) -> Woven:
        """Return what was collected."""
        return Woven(
            "".join(self._parts),
            tuple(self._origins),
            _merged(sorted(self._marks)) if self._marks else (),
            self._seal(),
        )

    def _seal(self) -> tuple[Hidden, ...]:
        whole = ("".join([item.text, *self._more.get(at, ())]) for at, item in enumerate(self._hidden))
        return tuple(
            replace(item, text=" ".join(_UNSEEN.sub("", text).split()), offset=min(item.offset, self.length))
            for item, text in zip(self._hidden, whole, strict=True)
        )

    def _append(self, run: str, line: int, column: int, page: int | None) -> None:
        if self.length:
            joint = self._joint(run)
            self._parts.append(joint)
            self.length += len(joint)
        self._pending = _NOTHING
        if self._open:
            self._start_marks()
        if not self._follows(line, column, page):
            self._origins.append((self.length, line, column, page))
        self._parts.append(run)
        self.length += len(run)
        self.tail = run[-2:] if len(run) > 1 else self.tail[-1:] + run

    def _start_marks(self) -> None:
        if any(start < 0 for _, start in self._open):
            self._open = [(mark, self.length if start < 0 else start) for mark, start in self._open]

    def _joint(self, after: str) -> str:
        if self._pending == _NOTHING:
            return ""
        if self._pending != _SPACE and is_tight(self.tail[-1], after[0]):
            return ""
        if self._pending == _BREAK and _is_inside_word(self.tail, after):
            return ""
        return " "

    def _follows(self, line: int, column: int, page: int | None) -> bool:
        if not self._origins:
            return False
        offset, last_line, last_column, last_page = self._origins[-1]
        return (last_line, last_page) == (line, page) and column - last_column == self.length - offset


def _merged(marks: list[tuple[int, int, str]]) -> Marks:
    """One mark that was cut by a line end is one again."""
    merged: list[tuple[int, int, str]] = []
    for start, end, mark in marks:
        if merged and merged[-1][2] == mark and start - merged[-1][1] <= 1:
            merged[-1] = (merged[-1][0], end, mark)
        else:
            merged.append((start, end, mark))
    return tuple(merged)


def _is_inside_word(tail: str, after: str) -> bool:
    """A word with a hyphen was broken behind it (``third-`` / ``party``), but not ``pre-`` / ``and``."""
    return len(tail) == 2 and tail[1] == "-" and tail[0].isalpha() and after[0].islower() and not _HANGING.match(after)
