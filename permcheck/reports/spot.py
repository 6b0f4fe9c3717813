"""A finding in, the place in a file of the repository that a CI system can show it at out."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from permcheck.model import Finding, Report, Span
from permcheck.reports.issue import Issue
from permcheck.reports.matrix import is_live, unique
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


def message(issue: Issue, report: Report) -> str:
    """What the findings say, each message once, on one line, with the platforms where the report has both.

    What people decided on a finding that goes on counting follows.
    """
    said = " ".join(unique(line(words) for words in issue.messages))
    both = len({app.platform for app in report.apps}) > 1
    on = ", ".join(PLATFORMS[platform] for platform in issue.platforms)
    said = f"{said} ({on})" if on and both else said
    decided = unique(line(decision(found.waiver)) for found in issue.findings if found.waiver and is_live(found))
    return " ".join([said, *(f"[{words}]" for words in decided)])


def settled(issue: Issue) -> str:
    """``Known from the baseline`` or ``Waived (...)`` for an issue that does not count; empty for one that does."""
    if issue.is_open:
        return ""
    words = issue.first.waiver.reason if issue.first.waiver else ""
    return f"{words[:1].upper()}{words[1:]}" if issue.state == "known" else f"Waived ({waiver_words(issue.first)})"


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
