"""A `Report` in, JSON Lines out: a whole report of schema ``permcheck-report/1`` for each app, and one of the rest.

The line of an app holds its facts, its cells and findings, and the quotes that these rest on; the last line holds the
policies, what was lost, and what is told of all apps together. A folder of apps is written so line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from permcheck.model import Report
from permcheck.reports.encode import record_of


def render(report: Report) -> str:
    """The report line by line; one about no app, or about nothing else, is a single line."""
    return "".join(line(part) for part in _parts(report))


def line(part: Report) -> str:
    """One report as one line of ASCII."""
    # plain ASCII: readers of lines differ on what else ends one
    return json.dumps(record_of(part), separators=(",", ":")).replace("\x7f", "\\u007f") + "\n"


def _parts(report: Report) -> Iterator[Report]:
    facts = dict(report.fact_categories)
    for app in report.apps:
        yield replace(
            report,
            apps=(app,),
            policies=(),
            declarations=(),
            assessments=tuple(c for c in report.assessments if c.app == app.path and c.verdict != "unsupported"),
            findings=tuple(f for f in report.findings if f.app == app.path),
            gaps=(),
            fact_categories=tuple((fact, facts[fact]) for fact in app.facts if fact in facts),
        )
    rest = replace(
        report,
        apps=(),
        assessments=tuple(c for c in report.assessments if not c.app or c.verdict == "unsupported"),
        findings=tuple(finding for finding in report.findings if not finding.app),
        fact_categories=(),
    )
    if not report.apps or rest.policies or rest.gaps or rest.findings or rest.assessments or rest.declarations:
        yield rest
