"""The text of a TOML file that parses in, the line on which each key and each element of a list stands out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

Path = tuple[str | int, ...]
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PART = re.compile(r'[ \t]*(?:"((?:\\.|[^"\\\n])*)"|\'([^\'\n]*)\'|([A-Za-z0-9_-]+))[ \t]*')
_STRING = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL)
_BARE = re.compile(r"[^,\]}#\n]*")


def positions(text: str) -> dict[Path, int]:
    """Path of keys and indexes -> line, 1-based."""
    return _Scanner(text).scan()


def line_of(places: dict[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest thing around it that is there."""
    while path and path not in places:
        path = path[:-1]
    return places.get(path, 1)


class _Scanner:
    """Reads only as much of the grammar as a valid file needs."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.places: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self._blank()
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                table = self._header()
            else:
                self._pair(table)
            self._blank()
        return self.places

    def _blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _note(self, path: Path, at: int) -> None:
        self.places.setdefault(path, bisect_right(self.starts, at))

    def _header(self) -> Path:
        start, double = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if double else 1
        parts = tuple(self._key())
        self.at = self.text.find("\n", self.at) % (len(self.text) + 1)
        path: Path = ()
        for part in parts[:-1]:
            path = self._inside((*path, part))
        path = (*path, parts[-1])
        if double:
            self._note(path, start)
            self.counts[path] = self.counts.get(path, -1) + 1
        path = self._inside(path)
        self._note(path, start)
        return path

    def _inside(self, path: Path) -> Path:
        """The last element of a list of tables, the path itself for a table."""
        return (*path, self.counts[path]) if path in self.counts else path

    def _key(self) -> Iterator[str]:
        while match := _PART.match(self.text, self.at):
            quoted, literal, bare = match.groups()
            self.at = match.end()
            yield next(part for part in (quoted, literal, bare) if part is not None)
            if not self.text.startswith(".", self.at):
                return
            self.at += 1

    def _pair(self, table: Path) -> None:
        start = self.at
        path = (*table, *self._key())
        self.at += 1  # the equals sign
        for end in range(len(table) + 1, len(path) + 1):
            self._note(path[:end], start)
        self._value(path)

    def _value(self, path: Path) -> None:
        self._blank()
        self._note(path, self.at)
        if self.text.startswith("[", self.at):
            self._items(path, "]")
        elif self.text.startswith("{", self.at):
            self._items(path, "}")
        else:
            match = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            self.at = max(match.end() if match else 0, self.at + 1)

    def _items(self, path: Path, end: str) -> None:
        self.at += 1
        index = 0
        self._blank()
        while self.at < len(self.text) and not self.text.startswith(end, self.at):
            if end == "}":
                self._pair(path)
            else:
                self._value((*path, index))
                index += 1
            self._blank()
            if self.text.startswith(",", self.at):
                self.at += 1
            self._blank()
        self.at += 1
