"""A policy file in, a `Document` of de-wrapped blocks out; the format is gone after this point."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

from permcheck.documents.outline import outline
from permcheck.documents.text import read_text
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
    shown = display or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{shown}: {error.strerror or error}") from error
    return document_from_text(data.decode("utf-8-sig", "replace"), shown)


def document_from_text(text: str, display: str) -> Document:
    """Read a plain text that is already in memory."""
    blocks = tuple(outline(read_text(text)))
    return Document(display, blocks[0].text if blocks else "", "en", hashlib.sha256(text.encode()).hexdigest(), blocks)
