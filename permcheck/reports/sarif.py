"""A `Report` in, SARIF 2.1.0 out: for code scanning, with the policy's line first and the bundle beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from permcheck.model import AppFacts, Gap, Location, Policy, Report, RuleNote
from permcheck.reports.issue import Issue, issues, open_issues
from permcheck.reports.matrix import all_gaps
from permcheck.reports.plain import clip, line
from permcheck.reports.spot import Spot, address, message, settled, spot_of
from permcheck.reports.wording import place, short_key, trust_line, where

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ARGUMENT = re.compile(r"\{\d+\}")
LONGEST = 1000
"""Characters; GitHub takes 1024 for the descriptions of a rule."""
MOST_RELATED = 20
PROBLEM = {"error": "error", "warning": "warning", "note": "recommendation"}
TYPES = {"text": "text/plain", "html": "text/html", "markdown": "text/markdown", "pdf": "application/pdf"}
Table = dict[str, Any]


def render(report: Report) -> str:
    """One run, whose results are the findings that count, so that alerts of the others close.

    What is known or waived, and gaps, are notifications of the run: as results, GitHub would show them as open.
    """
    live = open_issues(report)
    notes = list({issue.rule.id: issue.rule for issue in sorted(live, key=lambda issue: issue.rule.id)}.values())
    index = {note.id: number for number, note in enumerate(notes)}
    run = {
        "tool": {
            "driver": {
                "name": "permcheck",
                "semanticVersion": report.version,
                "rules": [_rule(note, live) for note in notes],
            }
        },
        "automationDetails": {"id": f"permcheck/{_subject(report)}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "artifacts": [*map(_bundle, report.apps), *map(_policy, report.policies)],
        "results": [_result(issue, report, index) for issue in live],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _subject(report: Report) -> str:
    """What a run is about, the same from release to release."""
    names = sorted({app.app_id for app in report.apps} or {policy.document.path for policy in report.policies})
    return clip(line("+".join(names)), 200).replace("/", "-") or "nothing"


def _rule(note: RuleNote, live: Iterable[Issue]) -> Table:
    confidence = next(issue.first.confidence for issue in live if issue.rule.id == note.id)
    text = [note.why, note.fix, *note.references]
    rule: Table = {
        "id": note.id,
        "name": "".join(word.capitalize() for word in line(note.name).split("-")),
        "shortDescription": {"text": _sentence(note.title)},
        "fullDescription": {"text": _sentence(note.why or note.title)},
        "help": {"text": "\n\n".join(map(line, filter(None, text))) or line(note.title), "markdown": _help(note)},
        "defaultConfiguration": {"level": note.severity},
        "properties": {
            "tags": ["privacy", "privacy-policy", "permissions"],
            "precision": confidence,
            "problem.severity": PROBLEM[note.severity],
        },
    }
    address_of = next((link for link in note.references if link.startswith("https://")), None)
    return rule | ({"helpUri": address_of} if address_of else {})


def _sentence(text: str) -> str:
    text = clip(line(text), LONGEST)
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def _help(note: RuleNote) -> str:
    links = "\n".join(f"- <{link}>" for link in note.references)
    parts = (line(note.why), f"**Fix:** {line(note.fix)}" if note.fix else "", links)
    return "\n\n".join(filter(None, parts)) or line(note.title)


def _result(issue: Issue, report: Report, index: dict[str, int]) -> Table:
    first = issue.first
    spot = spot_of(first, report)
    page = place(first.location.span) if first.location and not spot.exact else ""
    related = list(_related(issue))
    result: Table = {
        "ruleId": first.rule,
        "ruleIndex": index[first.rule],
        "level": issue.severity,
        "message": {"text": _plain_message(" ".join(filter(None, (message(issue, report), page))))},
        "locations": [{"physicalLocation": _physical(spot)}],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{first.fingerprint}:1",
            "permcheckFingerprint/v1": first.fingerprint,
        },
        "properties": {"confidence": first.confidence, "subject": clip(line(first.subject), LONGEST)},
    }
    return result | ({"relatedLocations": related} if related else {})


def _plain_message(text: str) -> str:
    """No embedded links and no numbered arguments, which SARIF would read out of brackets and braces."""
    text = ARGUMENT.sub(r"{\g<0>}", clip(text, 4 * LONGEST).replace("](", "] ("))
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def _physical(spot: Spot) -> Table:
    region: Table = {"startLine": spot.span.line}
    if spot.exact:
        region |= {
            "startColumn": spot.span.column + 1,
            "endLine": spot.span.end_line,
            "endColumn": spot.span.end_column + 1,
        }
    return {"artifactLocation": {"uri": address(spot.path)}, "region": region}


def _related(issue: Issue) -> Iterator[Table]:
    """The bundle's members that the findings rest on, then further sentences of the policy."""
    first, facts = issue.first, issue.evidence[:MOST_RELATED]
    for number, fact in enumerate(facts, 1):
        yield _logical(fact.location, f"{fact.kind} {short_key(fact)}", number)
    if not facts and first.app:
        yield _logical(first.location or Location(first.app), "the app", 1)
    quotes = [quote for quote in issue.quotes if quote.location.span]
    for number, quote in enumerate(quotes[1:MOST_RELATED], len(facts) + 2):
        assert quote.location.span is not None
        spot = Spot(quote.location.path, quote.location.span, exact=quote.location.span.page is None)
        yield {
            "id": number,
            "physicalLocation": _physical(spot),
            "message": {"text": _plain_message(line(quote.quote))},
        }


def _logical(location: Location, words: str, number: int) -> Table:
    """A member of a bundle is a name, not a file: scanners know only the bundle as one."""
    bundle = location.path.partition("!/")[0]
    return {
        "id": number,
        "physicalLocation": {"artifactLocation": {"uri": address(bundle)}, "region": {"startLine": 1}},
        "logicalLocations": [{"fullyQualifiedName": clip(line(where(location)), LONGEST), "kind": "resource"}],
        "message": {"text": _plain_message(line(words))},
    }


def _invocation(report: Report) -> Table:
    gaps = all_gaps(report)
    told = [*(_gap(gap) for gap in gaps), *(_settled(issue, report) for issue in issues(report) if not issue.is_open)]
    trust = {"level": "note", "message": {"text": _plain_message(f"Trust: {line(trust_line(report))}")}}
    told.append(trust)
    return {"executionSuccessful": not any(gap.fatal for gap in gaps), "toolExecutionNotifications": told}


def _gap(gap: Gap) -> Table:
    text = _plain_message(f"Not checked: {line(where(gap.location))}: {line(gap.reason)}")
    return {"level": "error" if gap.fatal else "warning", "message": {"text": text}}


def _settled(issue: Issue, report: Report) -> Table:
    text = _plain_message(f"{issue.rule.id} {message(issue, report)} {settled(issue)}")
    return {"level": "note", "message": {"text": text}, "properties": {"fingerprint": issue.first.fingerprint}}


def _bundle(app: AppFacts) -> Table:
    return _artifact(app.path, "application/octet-stream", app.sha256)


def _policy(policy: Policy) -> Table:
    document = policy.document
    return _artifact(document.path, TYPES.get(document.format, "application/octet-stream"), document.sha256)


def _artifact(path: str, mime: str, digest: str) -> Table:
    return {
        "location": {"uri": address(path)},
        "mimeType": mime,
        "roles": ["analysisTarget"],
        "hashes": {"sha-256": digest},
    }
