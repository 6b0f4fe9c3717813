"""What ``--output`` was given in, a format and a path out: ``FORMAT:PATH``, or a path whose suffix tells the format."""

from __future__ import annotations

from pathlib import Path

from permcheck.reports import RENDERERS

SUFFIXES = {
    ".txt": "text",
    ".json": "json",
    ".jsonl": "jsonl",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".sarif": "sarif",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".pdf": "pdf",
}
"""A suffix that more than one format has (``.xml``) tells none."""


def split(value: str) -> tuple[str, str] | None:
    """Format and path, or nothing where neither a name nor a suffix tells the format."""
    name, colon, path = value.partition(":")
    if colon and name in RENDERERS:
        return (name, path) if path else None
    known = SUFFIXES.get(Path(value).suffix.lower())
    is_other_format = bool(colon) and name.isalpha() and len(name) > 1  # "hmtl:report.html" is a slip, no path
    return (known, value) if known and not is_other_format else None
