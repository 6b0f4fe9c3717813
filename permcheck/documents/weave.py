"""Pieces of a file in, one running text and the map of its characters back to the file out."""

from __future__ import annotations

import re

Origins = tuple[tuple[int, int, int, int | None], ...]
INVISIBLE = "\u00ad\u180e\u200b\u200c\u200d\u2060\ufeff"
"""Characters that show nothing (soft hyphen, zero width); they would split the words they stand in."""

_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    "\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003fffd]"
)
_TIGHT = re.compile("[\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60]")
_SEEN = rf"[^\s{INVISIBLE}]+"
_RUN = re.compile(rf"{_SEEN}(?: {_SEEN})*|\s+|[{INVISIBLE}]+")
_HANGING = re.compile(r"(?:and|or|und|oder|bzw|et|ou|y|o|e|en|of)\b")
_NOTHING, _SPACE, _NEWLINE, _BREAK = range(4)


def width(text: str) -> int:
    """Columns on a terminal: hanzi, kana and hangul count twice."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def is_tight(before: str, after: str) -> bool:
    """Whether a line break between the two characters stands for no space: both belong to Chinese or Japanese."""
    return bool(_TIGHT.match(before) and _TIGHT.match(after))


class Weaver:
    """Collects pieces; white space runs become one space, invisible characters go, every other character is kept."""

    def __init__(self) -> None:
        """Start empty."""
        self._parts: list[str] = []
        self._origins: list[tuple[int, int, int, int | None]] = []
        self._pending = _NOTHING
        self.length = 0
        self.tail = ""

    def add(self, text: str, line: int, column: int, page: int | None = None) -> None:
        """Add characters that stand side by side in the file; ``text`` may hold no line break that moves ``line``."""
        for match in _RUN.finditer(text):
            run = match[0]
            if run[0] in INVISIBLE:
                continue
            if run.isspace():
                self._pending = max(self._pending, _NEWLINE if "\n" in run else _SPACE)
            else:
                self._append(run, line, column + match.start(), page)

    def break_line(self) -> None:
        """The pieces before and after stand on two lines of one paragraph."""
        self._pending = _BREAK

    def space(self) -> None:
        """White space stands here that the file does not spell out."""
        self._pending = max(self._pending, _SPACE)

    def result(self) -> tuple[str, Origins]:
        """The text and its origins, as `Block` wants them."""
        return "".join(self._parts), tuple(self._origins)

    def _append(self, run: str, line: int, column: int, page: int | None) -> None:
        if self.length:
            joint = self._joint(run)
            self._parts.append(joint)
            self.length += len(joint)
        self._pending = _NOTHING
        if not self._follows(line, column, page):
            self._origins.append((self.length, line, column, page))
        self._parts.append(run)
        self.length += len(run)
        self.tail = run[-2:] if len(run) > 1 else self.tail[-1:] + run

    def _joint(self, after: str) -> str:
        if self._pending == _NOTHING:
            return ""
        if self._pending != _SPACE and is_tight(self.tail[-1], after[0]):
            return ""
        if self._pending == _BREAK and _inside_word(self.tail, after):
            return ""
        return " "

    def _follows(self, line: int, column: int, page: int | None) -> bool:
        if not self._origins:
            return False
        offset, last_line, last_column, last_page = self._origins[-1]
        return (last_line, last_page) == (line, page) and column - last_column == self.length - offset


def _inside_word(tail: str, after: str) -> bool:
    """A word with a hyphen was broken behind it (``third-`` / ``party``), but not ``pre-`` / ``and``."""
    return len(tail) == 2 and tail[1] == "-" and tail[0].isalpha() and after[0].islower() and not _HANGING.match(after)
