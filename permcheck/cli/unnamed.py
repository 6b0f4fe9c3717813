"""What a configuration says that lay in the working directory in, refused where only a named one may say it.

Whoever wrote the tree wrote that file too, so it may choose what is checked and make the check stricter, no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from permcheck.cli.destination import is_outside, is_own, leads_out
from permcheck.cli.output import split
from permcheck.errors import UsageError

if TYPE_CHECKING:
    from permcheck.triage import WaiverEntry

SUFFIXES = {
    "text": (".txt", ".log"),
    "json": (".json",),
    "jsonl": (".jsonl", ".ndjson"),
    "html": (".html", ".htm"),
    "markdown": (".md", ".markdown"),
    "sarif": (".sarif", ".json"),
    "junit": (".xml",),
    "github": (".txt", ".log"),
    "gitlab": (".json",),
    "csv": (".csv",),
    "xlsx": (".xlsx",),
    "pdf": (".pdf",),
}
"""What a report may be called that nobody named: no file that a shell, a build or a forge would run."""
PATHS = ("app", "policy", "data-safety", "merger-report", "mapping", "output", "baseline", "decisions")


def refuse(key: str, value: object, path: Path) -> None:
    """Raise `UsageError` for a setting that loosens the check or reaches out of the directory."""
    if key in ("mappings", "limits"):
        raise _unnamed(path, f"{key!r}")
    if value is True and key in ("exit-zero", "allow-incomplete"):
        raise _unnamed(path, f"{key!r}")
    if (key, value) == ("fail-on", "never") or (key == "min-confidence" and value != "low"):
        raise _unnamed(path, f'{key} = "{value}"')
    if key in PATHS:
        for item in value if isinstance(value, list) else [value]:
            _refuse_outside(key, str(item), path)


def refuse_patterns(entries: Iterable[WaiverEntry]) -> None:
    """Raise `UsageError` for a waiver that can cover more than the one thing that it names."""
    for number, entry in enumerate(entries, 1):
        if entry.is_pattern:
            raise _unnamed(entry.source, f"waiver {number} is a pattern ({entry.named}), which")


def inside(path: Path) -> Path:
    """The path, unless a link takes it out of the directory."""
    if is_outside(path):
        raise _unnamed(path, "a link out of this directory")
    return path


def _refuse_outside(key: str, item: str, path: Path) -> None:
    form, named = (split(item) or ("", item)) if key == "output" else ("", item)
    if named == "-" or (key == "policy" and "://" in named):
        return
    if is_outside(Path(named)):
        raise _unnamed(path, f"{key} outside of this directory ({named})")
    if is_own(Path(named)) or leads_out(Path(named)):
        raise _unnamed(path, f"{key} among a repository's own files ({named})")
    if key == "output" and not named.lower().endswith(SUFFIXES.get(form, ())):
        raise _unnamed(path, f"output under a name that is not its format's ({item})")


def _unnamed(path: object, what: str) -> UsageError:
    return UsageError(f"{path}: {what} needs a configuration that you name yourself, with --config")
