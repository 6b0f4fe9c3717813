"""A `Report` in, a GitLab Code Quality report out: a JSON list of issues at the lines of the policy."""

from __future__ import annotations

import json
from typing import Any

from permcheck.model import Report
from permcheck.reports.issue import Issue, issues
from permcheck.reports.plain import clip, line
from permcheck.reports.spot import message, settled, spot_of
from permcheck.reports.wording import trust_line

SEVERITIES = {"error": "critical", "warning": "major", "note": "minor"}
LONGEST = 2000


def render(report: Report) -> str:
    """Every finding once per fingerprint; what is known or waived stays as ``info`` with its reason."""
    found = sorted(issues(report), key=lambda issue: not issue.is_open)
    entries = [_entry(issue, report) for issue in found]
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


def _entry(issue: Issue, report: Report) -> dict[str, Any]:
    spot = spot_of(issue.first, report)
    said = message(issue, report)
    return {
        "description": clip(said if issue.is_open else f"{settled(issue)}: {said}", LONGEST),
        "check_name": line(f"{issue.rule.id} {issue.rule.name}"),
        "fingerprint": issue.first.fingerprint,
        "severity": SEVERITIES[issue.severity] if issue.is_open else "info",
        "location": {"path": line(spot.path), "lines": {"begin": spot.span.line, "end": spot.span.end_line}},
    }
