"""A `ReportDiff` in; plain text, Markdown for a pull request, or JSON out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict

from permcheck.model import Change, ReportDiff
from permcheck.reports.plain import line as plain

TITLES = {
    "permission": "Permissions",
    "purpose-string": "Purpose strings",
    "sdk": "SDKs",
    "disclosure": "Disclosures",
    "placeholder": "Placeholders",
    "finding": "Findings",
    "text": "Text",
}


def text(difference: ReportDiff) -> str:
    """A section per kind, one line per change: ``+`` came, ``-`` went, ``~`` changed."""
    return "\n".join(_lines(difference, "{}", "{} {}", lambda word: word)) + "\n"


def markdown(difference: ReportDiff) -> str:
    """The same as a comment for a pull request."""
    return "\n".join(_lines(difference, "### {}", "- `{}` {}", _escape)) + "\n"


def json(difference: ReportDiff) -> str:
    """The changes with their fields as in `permcheck.model.Change`, under ``schema`` ``permcheck-diff/1``."""
    import json as encoder  # noqa: PLC0415  (this function carries the name of its format)

    return encoder.dumps({"schema": "permcheck-diff/1", **asdict(difference)}, ensure_ascii=False, indent=2) + "\n"


RENDERERS: Mapping[str, Callable[[ReportDiff], str]] = {"text": text, "markdown": markdown, "json": json}


def _lines(difference: ReportDiff, heading: str, line: str, clean: Callable[[str], str]) -> Iterator[str]:
    yield clean(plain(f"{difference.old} -> {difference.new}"))
    if not difference.changes:
        yield "Nothing changed."
    for kind, title in TITLES.items():
        changes = [change for change in difference.changes if change.kind == kind]
        if changes:
            yield ""
            yield heading.format(f"{title} ({len(changes)})")
            yield from (line.format(_sign(change), clean(plain(_say(change)))) for change in changes)


def _sign(change: Change) -> str:
    if not change.before:
        return "+"
    return "~" if change.after else "-"


def _say(change: Change) -> str:
    what = f"{change.subject} [{change.app_id}]" if change.app_id else change.subject
    if change.before and change.after:
        what = f"{what}: {change.before} -> {change.after}"
    elif change.kind in ("disclosure", "purpose-string"):
        what = f"{what}: {change.before or change.after}"
    how = {"permission": "likely from", "sdk": "seen in"}.get(change.kind)
    return f"{what} ({how} {change.origin})" if how and change.origin else what


def _escape(word: str) -> str:
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>#|" else character for character in word)
