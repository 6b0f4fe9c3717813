"""A policy file in, a `Document` of de-wrapped blocks out; the format is gone after this point."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from permcheck.errors import DocumentError
from permcheck.model import Document


class Format(Protocol):
    """A module of this package that reads one format."""

    def recognizes(self, path: str, data: bytes) -> bool:
        """Whether this module is the one, by content first and name second."""

    def read(self, path: str, data: bytes) -> Document:
        """Read it. Raises `DocumentError` when there is no text to judge."""


def read_document(path: Path, display: str = "") -> Document:
    """Read a policy; ``display`` is the path that reports show. Raises `DocumentError`, one line with the reason."""
    raise DocumentError(f"{display or path}: not a document that permcheck knows")
