"""A path in, an opened `Bundle` out: read in memory under limits, never unpacked to disk."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

from permcheck.bundles.bundle import Bundle, Container, Part
from permcheck.errors import BundleError

__all__ = ["SUFFIXES", "Bundle", "Container", "Part", "is_bundle", "open_bundle", "search"]

SUFFIXES = (".apk", ".aab", ".apks", ".xapk", ".apkm", ".ipa", ".app", ".xcarchive")
"""What a directory is searched for."""
FORMATS = ("apk", "aab", "split", "ipa", "directory")
"""The modules of this package that open bundles, asked in this order and imported when asked."""


class Format(Protocol):
    """A module of this package that opens one kind of bundle."""

    def recognizes(self, path: Path) -> bool:
        """Whether this module is the one for ``path``, from its name, members or first bytes alone; never raises."""

    def open(self, path: Path, display: str) -> Bundle:
        """Open it. Raises `BundleError`."""


def open_bundle(path: Path, display: str = "") -> Bundle:
    """Open an app bundle; ``display`` is the path that reports show. Raises `BundleError`, one line with the reason."""
    shown = display or str(path)
    if not path.exists():
        raise BundleError(f"{shown}: no such file")
    found = _format_of(path)
    if found is None:
        raise BundleError(f"{shown}: not an app bundle that permcheck knows ({', '.join(SUFFIXES)})")
    return found.open(path, shown)


def is_bundle(path: Path) -> bool:
    """Whether one of the formats takes ``path``; a directory of several apps is none."""
    return _format_of(path) is not None


def search(directory: Path, seen: set[tuple[int, int]] | None = None) -> Iterator[Path]:
    """All bundles below a directory, none of them inside another one, in the order of their names.

    No directory is gone through twice, whatever links lead to it: ``seen`` are those that were.
    """
    seen = set() if seen is None else seen
    found = directory.stat()
    if (found.st_dev, found.st_ino) in seen:
        return
    seen.add((found.st_dev, found.st_ino))
    for path in sorted(directory.iterdir()):
        if path.is_dir():
            yield from (path,) if is_bundle(path) else search(path, seen)
        elif path.suffix.lower() in SUFFIXES:
            yield path


def _format_of(path: Path) -> Format | None:
    return next((module for module in map(_load, FORMATS) if module.recognizes(path)), None)


def _load(name: str) -> Format:
    return cast("Format", importlib.import_module(f"permcheck.bundles.{name}"))
