"""A finding in, the place in a file of the repository that a CI system can show it at out."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from permcheck.model import Finding, Report, Span
from permcheck.reports.matrix import by_rule, is_live, merged, unique
from permcheck.reports.plain import line
from permcheck.reports.wording import PLATFORMS, decision

FIRST_LINE = Span(1, 0, 1, 0)


@dataclass(frozen=True, slots=True)
class Spot:
    """A file and a place in it; a page of a PDF, or no place at all, becomes the first line."""

    path: str
    span: Span
    exact: bool


def spot_of(finding: Finding, report: Report) -> Spot:
    """The policy's line where there is one, else the policy, else the bundle: a repository seldom holds the bundle."""
    documents = {policy.document.path for policy in report.policies}
    location = finding.location
    if location and location.span and location.span.page is None and "!/" not in location.path:
        return Spot(location.path, location.span, exact=True)
    named = (location.path if location else "", finding.document)
    path = next((path for path in (*named, *sorted(documents)) if path in documents), "") or (
        location.path if location else finding.app
    )
    return Spot(path.partition("!/")[0] or "permcheck.toml", FIRST_LINE, exact=False)


def issues(report: Report, *, live: bool) -> list[list[Finding]]:
    """Findings of one fingerprint together, worst severity first: those that count, or those that are waived."""
    chosen = [found for found in report.findings if is_live(found) is live]
    return [same for _, of_rule in by_rule(chosen) for same in merged(of_rule)]


def message(same: list[Finding], report: Report) -> str:
    """What the findings say, each message once, on one line, with the platforms where the report has both.

    What people decided on a finding that goes on counting follows.
    """
    platforms = {app.path: PLATFORMS[app.platform] for app in report.apps}
    said = " ".join(unique(line(found.message) for found in same))
    on = unique(platforms[found.app] for found in same if found.app in platforms)
    said = f"{said} ({', '.join(on)})" if on and len(set(platforms.values())) > 1 else said
    decided = unique(line(decision(found.waiver)) for found in same if found.waiver and is_live(found))
    return " ".join([said, *(f"[{words}]" for words in decided)])


def waiver_words(finding: Finding) -> str:
    """Why, whose and until when a finding is waived, on one line."""
    waiver = finding.waiver
    if waiver is None:
        return ""
    kind = "" if waiver.kind == "waiver" else waiver.kind
    who = f"by {waiver.owner}" if waiver.owner else ""
    until = f"until {waiver.expires}" if waiver.expires else ""
    return line(": ".join(filter(None, (" ".join(filter(None, (kind, who, until))), waiver.reason))))


def address(path: str) -> str:
    """The path as a relative URI; an address stays one."""
    if path.startswith("https://"):
        return quote(path, safe="/:@!$&'()*+,;=~.-_?#[]%")
    return quote(path.encode("utf-8", "surrogatepass"), safe="/:@!$&'()*+,;=~.-_").replace(":", "%3A")
