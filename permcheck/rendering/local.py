"""A page on disk in, a loader of its parts out: files below its directory, and nothing else."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from permcheck.errors import DocumentError
from permcheck.rendering.browser import Load

ORIGIN = "https://page.invalid"
"""The address at which a local page believes to be; no such host can exist (RFC 2606)."""
_LARGEST = 32 << 20


def address_of(path: Path) -> str:
    """Where the browser finds a page on disk."""
    return f"{ORIGIN}/{path.name}"


def loader(path: Path) -> Load:
    """What answers the requests of a page on disk."""
    root = path.resolve().parent

    def load(url: str, seconds: float) -> bytes:  # noqa: ARG001  (a disk does not make anybody wait)
        parts = urlsplit(url)
        wanted = (root / unquote(parts.path).lstrip("/")).resolve()
        if f"{parts.scheme}://{parts.netloc}" != ORIGIN or not wanted.is_relative_to(root) or not wanted.is_file():
            raise DocumentError(f"{url}: no such file beside the page")
        if wanted.stat().st_size > _LARGEST:
            raise DocumentError(f"{url}: larger than any page")
        return wanted.read_bytes()

    return load
