"""A `Report` in, GitHub workflow commands out: annotations at the lines of the policy."""

from __future__ import annotations

from collections.abc import Iterator

from permcheck.model import Report
from permcheck.reports.conclusion import AREAS, by_area, conclusion, severities
from permcheck.reports.issue import Issue, counted, issues, open_issues
from permcheck.reports.matrix import all_gaps
from permcheck.reports.plain import clip, line
from permcheck.reports.spot import message, spot_of, waiver_words
from permcheck.reports.wording import count, findings_line, gaps_line, trust_line, where

MOST = 10
"""Annotations of one level that GitHub keeps for a step."""
LONGEST = 1000
COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report) -> str:
    """A foldable group for each place where findings are fixed: the first of each level as annotations, all counted.

    What is known or waived and what was not checked are lines of the log.
    """
    annotated = [issue for severity in COMMANDS for issue in _shown(report, severity)]
    rows = [f"permcheck: {_log_safe(conclusion(report))}"] if conclusion(report) else []
    for area, found in by_area(open_issues(report)):
        rows.append(f"::group::{AREAS[area]}: {severities(counted(found))}")
        rows.extend(_annotation(issue, report) for issue in found if issue in annotated)
        rows.append("::endgroup::")
    rows.extend(_left_out(report))
    return "".join(f"{row}\n" for row in (*rows, *_log(report)))


def _shown(report: Report, severity: str) -> list[Issue]:
    """As many of a level as GitHub keeps, one place left for the count of the others."""
    level = [issue for issue in open_issues(report) if issue.severity == severity]
    return level if len(level) <= MOST else level[: MOST - 1]


def _left_out(report: Report) -> Iterator[str]:
    for severity, command in COMMANDS.items():
        level = sum(issue.severity == severity for issue in open_issues(report))
        left = level - len(_shown(report, severity))
        if left:
            yield f"::{command} title=permcheck::{count(left, f'more {severity}')}, see the report"


def _annotation(issue: Issue, report: Report) -> str:
    spot = spot_of(issue.first, report)
    place = {"file": spot.path, "line": str(spot.span.line)}
    if spot.exact and spot.span.line == spot.span.end_line:
        place |= {"col": str(spot.span.column + 1), "endColumn": str(max(spot.span.column + 1, spot.span.end_column))}
    elif spot.exact:
        place["endLine"] = str(spot.span.end_line)
    place["title"] = f"{issue.rule.id} {issue.rule.name}"
    properties = ",".join(f"{key}={_property(value)}" for key, value in place.items())
    fix = f" Fix: {line(issue.first.fix)}" if issue.first.fix else ""
    return f"::{COMMANDS[issue.severity]} {properties}::{_data(message(issue, report) + fix)}"


def _data(text: str) -> str:
    """Escaped as the runner reads it; the runner takes its older commands from the middle of a line too."""
    return clip(text, LONGEST).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A").replace("##[", "## [")


def _property(text: str) -> str:
    return _data(line(text)).replace(":", "%3A").replace(",", "%2C")


def _log(report: Report) -> Iterator[str]:
    """Lines that are no commands: every one starts with a word of ours."""
    for issue in issues(report):
        if not issue.is_open:
            words = f"{issue.rule.id} {message(issue, report)} ({waiver_words(issue.first)})"
            yield f"{issue.state}: {_log_safe(words)}"
    for gap in all_gaps(report):
        yield f"not checked: {_log_safe(f'{where(gap.location)}: {gap.reason}')}"
    yield f"trust: {_log_safe(trust_line(report))}"
    yield "permcheck: " + ", ".join(filter(None, (findings_line(report), gaps_line(report))))


def _log_safe(text: str) -> str:
    return clip(line(text), LONGEST).replace("##[", "## [")
