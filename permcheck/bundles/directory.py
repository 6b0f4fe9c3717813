"""An .app or .xcarchive directory, or the directory of an unpacked .ipa, in, an iOS `Bundle` out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from permcheck.bundles import archive, nesting
from permcheck.bundles.bundle import Bundle
from permcheck.bundles.zip_directory import ENTRY_LIMIT
from permcheck.errors import BundleError
from permcheck.model import Gap, Location

_SUFFIXES = (".app", ".xcarchive")
_PRODUCTS = "Products/Applications/"
_PAYLOAD = "Payload/"


def recognizes(path: Path) -> bool:
    """Whether the path is such a directory."""
    return path.is_dir() and (path.suffix.lower() in _SUFFIXES or (path / _PAYLOAD).is_dir())


def open(path: Path, display: str) -> Bundle:  # noqa: A001  (every format module has one)
    """Open it. Raises `BundleError`, one line with the reason."""
    container = DirectoryContainer(path, display)
    suffix = path.suffix.lower()
    if suffix == ".app":
        parts = nesting.parts_of_app(container, display)
    else:
        parts = nesting.find_parts(container, display, _PRODUCTS if suffix == ".xcarchive" else _PAYLOAD)
    return Bundle(
        path=display,
        platform="ios",
        format=suffix.lstrip(".") if suffix in _SUFFIXES else "ipa",
        sha256=archive.digest(path),
        parts=parts,
        gaps=(*container.notes, *nesting.missing_plists(parts)),
    )


class DirectoryContainer:
    """A directory; a `Container` that follows no symbolic link, so that nothing outside is ever read."""

    __slots__ = ("_display", "_path", "_sizes", "notes")

    def __init__(self, path: Path, display: str) -> None:
        """List the members. Raises `BundleError` above the limit of their number."""
        self._path = path
        self._display = display
        self._sizes: dict[str, int] = {}
        notes = []
        for name, size in _walk(path, display):
            if size is None:
                notes.append(Gap(Location(f"{display}!/{name}"), "a symbolic link, not followed"))
            else:
                self._sizes[name] = size
            if len(self._sizes) > ENTRY_LIMIT:
                raise BundleError(f"{display}: more than {ENTRY_LIMIT} files")
        self.notes = tuple(sorted(notes))

    def names(self) -> tuple[str, ...]:
        """All file members, sorted."""
        return tuple(sorted(self._sizes))

    def size(self, name: str) -> int:
        """The size in bytes. Raises `BundleError` when absent."""
        if name not in self._sizes:
            raise BundleError(f"{self._display}!/{name}: no such member")
        return self._sizes[name]

    def read(self, name: str, limit: int = archive.MEMBER_LIMIT) -> bytes:
        """The member's content. Raises `BundleError` when absent, unreadable or above ``limit``."""
        where = f"{self._display}!/{name}"
        if self.size(name) > limit:
            raise BundleError(f"{where}: {self.size(name)} bytes, more than the limit of {limit}")
        try:
            return (self._path / name).read_bytes()
        except OSError as error:
            raise BundleError(f"{where}: {error.strerror or error}") from error


def _walk(path: Path, display: str) -> Iterator[tuple[str, int | None]]:
    """Every file below with its size, every symbolic link with None; names relative to ``path``, with ``/``."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(path / folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            raise BundleError(f"{display}!/{folder}: {error.strerror or error}") from error
        for entry in found:
            name = f"{folder}{entry.name}"
            if entry.is_symlink():
                yield name, None
            elif entry.is_dir():
                waiting.append(f"{name}/")
            elif entry.is_file():
                yield name, entry.stat().st_size
