"""A path in, an opened `Bundle` out: read in memory under limits, never unpacked to disk."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from permcheck.bundles.bundle import Bundle, Container, Part
from permcheck.errors import BundleError

__all__ = ["Bundle", "Container", "Part", "open_bundle", "SUFFIXES"]

SUFFIXES = (".apk", ".aab", ".apks", ".xapk", ".apkm", ".ipa", ".app", ".xcarchive", ".zip")
"""What a directory is searched for."""


class Format(Protocol):
    """A module of this package that opens one kind of bundle."""

    def recognizes(self, path: Path) -> bool:
        """Whether this module is the one for ``path``, from its name and first bytes alone."""

    def open(self, path: Path, display: str) -> Bundle:
        """Open it. Raises `BundleError`."""


def open_bundle(path: Path, display: str = "") -> Bundle:
    """Open an app bundle; ``display`` is the path that reports show. Raises `BundleError`, one line with the reason."""
    raise BundleError(f"{display or path}: not an app bundle that permcheck knows")
