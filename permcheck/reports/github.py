"""A `Report` in, GitHub workflow commands out: annotations at the lines of the policy."""

from __future__ import annotations

from collections.abc import Iterator

from permcheck.model import Finding, Report
from permcheck.reports.matrix import all_gaps
from permcheck.reports.plain import clip, line
from permcheck.reports.spot import issues, message, spot_of, waiver_words
from permcheck.reports.wording import count, findings_line, gaps_line, trust_line, where

MOST = 10
"""Annotations of one level that GitHub keeps for a step."""
LONGEST = 1000
COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report) -> str:
    """The first findings of each level as annotations, the rest counted; waived ones and gaps as lines of the log."""
    live = issues(report, live=True)
    rows: list[str] = []
    for severity, command in COMMANDS.items():
        level = [same for same in live if same[0].severity == severity]
        shown = level if len(level) <= MOST else level[: MOST - 1]
        rows.extend(_annotation(command, same, report) for same in shown)
        if len(level) > len(shown):
            rows.append(
                f"::{command} title=permcheck::{count(len(level) - len(shown), f'more {severity}')}, see the report"
            )
    return "".join(f"{row}\n" for row in (*rows, *_log(report)))


def _annotation(command: str, same: list[Finding], report: Report) -> str:
    spot = spot_of(same[0], report)
    place = {"file": spot.path, "line": str(spot.span.line)}
    if spot.exact and spot.span.line == spot.span.end_line:
        place |= {"col": str(spot.span.column + 1), "endColumn": str(max(spot.span.column + 1, spot.span.end_column))}
    elif spot.exact:
        place["endLine"] = str(spot.span.end_line)
    place["title"] = f"{same[0].rule} {same[0].name}"
    properties = ",".join(f"{key}={_property(value)}" for key, value in place.items())
    fix = f" Fix: {line(same[0].fix)}" if same[0].fix else ""
    return f"::{command} {properties}::{_data(message(same, report) + fix)}"


def _data(text: str) -> str:
    """Escaped as the runner reads it; the runner takes its older commands from the middle of a line too."""
    return clip(text, LONGEST).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A").replace("##[", "## [")


def _property(text: str) -> str:
    return _data(line(text)).replace(":", "%3A").replace(",", "%2C")


def _log(report: Report) -> Iterator[str]:
    """Lines that are no commands: every one starts with a word of ours."""
    for same in issues(report, live=False):
        yield f"waived: {_log_safe(f'{same[0].rule} {message(same, report)} ({waiver_words(same[0])})')}"
    for gap in all_gaps(report):
        yield f"not checked: {_log_safe(f'{where(gap.location)}: {gap.reason}')}"
    yield f"trust: {_log_safe(trust_line(report))}"
    yield "permcheck: " + ", ".join(filter(None, (findings_line(report), gaps_line(report))))


def _log_safe(text: str) -> str:
    return clip(line(text), LONGEST).replace("##[", "## [")
