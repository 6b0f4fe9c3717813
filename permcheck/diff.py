"""Two `Report`s in, what changed between them out: permissions, purpose strings, SDKs, disclosures, findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from permcheck.errors import UsageError
from permcheck.model import AppFacts, Change, Fact, Policy, Report, ReportDiff

ASKING = ("permission", "special-access", "entitlement", "background-mode", "foreground-service")
"""Kinds of fact that let an app reach something: one added is a new permission."""
ASKED = "asked for"
MAIN = re.compile(r"(?:base(?:-master)?(?:\.apk!)?/)?(?:manifest/)?AndroidManifest\.xml|Payload/[^/]+\.app/[^/]+|")
"""Members of a bundle that speak for the whole app."""
Key = tuple[str, str, str]
"""(kind, app id, subject)."""
Table = dict[Key, tuple[str, str]]
"""Key -> what is said there, and the SDK or part that it likely comes from."""


def diff(old: Report, new: Report) -> ReportDiff:
    """Compare two reports. Apps are paired by identifier and platform, so two builds of one product line up.

    Raises `UsageError` where one has apps alone and the other policies alone.
    """
    if {_sort(old), _sort(new)} == {"apps", "policies"}:
        raise UsageError(f"{_title(old)} and {_title(new)}: an app and a policy have nothing to compare")
    before, after = _table(old), _table(new)
    changes = [
        Change(kind, subject, app_id, *_sides(before, after, (kind, app_id, subject)))
        for kind, app_id, subject in sorted(before.keys() | after.keys())
        if before.get((kind, app_id, subject), ("", ""))[0] != after.get((kind, app_id, subject), ("", ""))[0]
    ]
    return ReportDiff(_title(old), _title(new), tuple(changes))


def _sort(report: Report) -> str:
    if report.apps and report.policies:
        return "both"
    return "apps" if report.apps else "policies" if report.policies else ""


def _sides(before: Table, after: Table, key: Key) -> tuple[str, str, str]:
    old, new = before.get(key, ("", "")), after.get(key, ("", ""))
    return old[0], new[0], new[1] or old[1]


def _table(report: Report) -> Table:
    ids = {app.path: _app_key(app) for app in report.apps}
    table: Table = {}
    for app in report.apps:
        table.update(_of_app(app))
    for cell in report.assessments:
        if cell.app or cell.verdict != "silent":  # without an app, silence is nothing that comes or goes
            table["disclosure", ids.get(cell.app, ""), cell.category] = cell.verdict, ""
    for policy in report.policies:
        table.update(_of_policy(policy))
    for finding in report.findings:
        table["finding", ids.get(finding.app, ""), f"{finding.rule} {finding.subject}"] = finding.message, ""
    return table


def _of_app(app: AppFacts) -> Table:
    """What is asked for in several places is asked for on the widest terms, and brought by none if the app asks too."""
    found: dict[Key, list[tuple[str, str]]] = {}
    for fact in app.facts:
        for key, said in _of_fact(fact, _app_key(app)):
            found.setdefault(key, []).append(said)
    return {key: _widest(said) for key, said in found.items()}


def _widest(said: list[tuple[str, str]]) -> tuple[str, str]:
    words = dict.fromkeys(word for word, _ in said)
    origins = dict.fromkeys(origin for _, origin in said)
    word = ASKED if ASKED in words else " / ".join(words)
    return word, "" if "" in origins else ", ".join(origins)


def _of_fact(fact: Fact, app: str) -> Iterator[tuple[Key, tuple[str, str]]]:
    part = fact.location.path.partition("!/")[2]
    origin = fact.origin or ("" if MAIN.fullmatch(part) else part)
    if fact.kind in ASKING and not fact.is_dead:
        yield ("permission", app, fact.key), (", ".join(fact.condition) or ASKED, origin)
    elif fact.kind == "purpose-string":
        yield ("permission", app, fact.key), (ASKED, origin)
        yield ("purpose-string", app, f"{fact.key} ({part})"), (fact.value, origin)
    elif fact.kind == "sdk":
        yield ("sdk", app, fact.value or fact.key), ("present", part)


def _of_policy(policy: Policy) -> Mapping[tuple[str, str, str], tuple[str, str]]:
    """The unfilled places; of what a browser showed also every text, which is worth as much as the verdicts."""
    slots = {("placeholder", "", found.text): (found.kind, "") for found in policy.placeholders}
    shown = (
        (block for block in policy.document.blocks if block.visibility != "hidden") if policy.document.evidence else ()
    )
    return {**slots, **{("text", "", block.text): ("shown", "") for block in shown}}


def _app_key(app: AppFacts) -> str:
    return f"{app.app_id} ({app.platform})"


def _title(report: Report) -> str:
    apps = [f"{app.app_id} {app.version} ({app.platform})" for app in report.apps]
    return ", ".join(apps or [policy.document.path for policy in report.policies]) or "empty report"
