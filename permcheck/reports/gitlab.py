"""A `Report` in, a GitLab Code Quality report out: a JSON list of issues at the lines of the policy."""

from __future__ import annotations

import json
from typing import Any

from permcheck.model import Finding, Report
from permcheck.reports.plain import clip, line
from permcheck.reports.spot import issues, message, spot_of, waiver_words
from permcheck.reports.wording import trust_line

SEVERITIES = {"error": "critical", "warning": "major", "note": "minor"}
LONGEST = 2000


def render(report: Report) -> str:
    """Every finding once per fingerprint; a waived one stays as ``info`` with its reason."""
    found = [*issues(report, live=True), *issues(report, live=False)]
    live = len(issues(report, live=True))
    entries = [_entry(same, report, waived=number >= live) for number, same in enumerate(found)]
    if report.obeyed:
        entries.append(_trust(report))
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


def _trust(report: Report) -> dict[str, Any]:
    """GitLab knows issues alone: what the run went by is one, where it went by anything beside its inputs."""
    return {
        "description": clip(f"Trust: {line(trust_line(report))}", LONGEST),
        "check_name": "permcheck trust",
        "fingerprint": "trust",
        "severity": "info",
        "location": {"path": line(report.obeyed[-1].path), "lines": {"begin": 1, "end": 1}},
    }


def _entry(same: list[Finding], report: Report, *, waived: bool) -> dict[str, Any]:
    first = same[0]
    spot = spot_of(first, report)
    said = message(same, report)
    return {
        "description": clip(f"Waived ({waiver_words(first)}): {said}" if waived else said, LONGEST),
        "check_name": line(f"{first.rule} {first.name}"),
        "fingerprint": first.fingerprint,
        "severity": "info" if waived else SEVERITIES[first.severity],
        "location": {"path": line(spot.path), "lines": {"begin": spot.span.line, "end": spot.span.end_line}},
    }
