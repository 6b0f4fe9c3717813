"""Two `Report`s in, what changed between them out: permissions, purpose strings, SDKs, disclosures, findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from permcheck.model import AppFacts, Change, Fact, Policy, Report, ReportDiff

ASKING = ("permission", "special-access", "entitlement", "background-mode", "foreground-service")
"""Kinds of fact that let an app reach something: one added is a new permission."""
Table = dict[tuple[str, str, str], tuple[str, str]]
"""(kind, app id, subject) -> what is said there, and where it likely comes from."""


def diff(old: Report, new: Report) -> ReportDiff:
    """Compare two reports. Apps are paired by identifier and platform, so two builds of one product line up."""
    before, after = _table(old), _table(new)
    changes = [
        Change(kind, subject, app_id, *_sides(before, after, (kind, app_id, subject)))
        for kind, app_id, subject in sorted(before.keys() | after.keys())
        if before.get((kind, app_id, subject), ("", ""))[0] != after.get((kind, app_id, subject), ("", ""))[0]
    ]
    return ReportDiff(_title(old), _title(new), tuple(changes))


def _sides(before: Table, after: Table, key: tuple[str, str, str]) -> tuple[str, str, str]:
    old, new = before.get(key, ("", "")), after.get(key, ("", ""))
    return old[0], new[0], new[1] or old[1]


def _table(report: Report) -> Table:
    ids = {app.path: _app_key(app) for app in report.apps}
    table: Table = {}
    for app in report.apps:
        for fact in app.facts:
            table.update(_of_fact(fact, _app_key(app)))
    for cell in report.assessments:
        table["disclosure", ids.get(cell.app, ""), cell.category] = cell.verdict, ""
    for policy in report.policies:
        table.update(_of_policy(policy))
    for finding in report.findings:
        table["finding", ids.get(finding.app, ""), f"{finding.rule} {finding.subject}"] = finding.message, ""
    return table


def _of_fact(fact: Fact, app: str) -> Iterator[tuple[tuple[str, str, str], tuple[str, str]]]:
    origin = fact.origin or fact.location.path
    if fact.kind in ASKING and not fact.is_dead:
        yield ("permission", app, fact.key), (", ".join(fact.condition) or "asked for", origin)
    elif fact.kind == "purpose-string":
        yield ("permission", app, fact.key), ("asked for", origin)
        part = fact.location.path.partition("!/")[2]
        yield ("purpose-string", app, f"{fact.key} ({part})"), (fact.value, origin)
    elif fact.kind == "sdk":
        yield ("sdk", app, fact.value or fact.key), ("present", fact.location.path)


def _of_policy(policy: Policy) -> Mapping[tuple[str, str, str], tuple[str, str]]:
    return {("placeholder", "", found.text): (found.kind, "") for found in policy.placeholders}


def _app_key(app: AppFacts) -> str:
    return f"{app.app_id} ({app.platform})"


def _title(report: Report) -> str:
    apps = [f"{app.app_id} {app.version} ({app.platform})" for app in report.apps]
    return ", ".join(apps or [policy.document.path for policy in report.policies]) or "empty report"
