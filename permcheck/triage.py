"""A `Report`, waivers and a baseline in; the same report with findings marked out: marked, never dropped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal

from permcheck.errors import UsageError
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import Finding, Report, RuleNote, Waiver

Verdict = Literal["accept", "reject", "will-fix"]
VERDICTS: tuple[Verdict, ...] = ("reject", "will-fix", "accept")
"""What people can decide on a finding; the first one holds where several were decided on the same."""
Status = Literal["active", "expired", "rejected", "will-fix"]
LONGEST = timedelta(days=366)
"""No waiver runs longer: somebody has to look again within a year."""


@dataclass(frozen=True, slots=True)
class WaiverEntry:
    """One ``[[waiver]]`` of the configuration, or one decision of the legal review.

    ``rule`` is an id or kebab name, ``subject`` a glob over the finding's subject; a ``fingerprint`` names one finding.
    Only ``accept`` has a day on which it ``expires``.
    """

    reason: str
    owner: str
    expires: date
    rule: str = "*"
    subject: str = "*"
    fingerprint: str = ""
    kind: Literal["waiver", "decision"] = "waiver"
    verdict: Verdict = "accept"
    decided: str = ""

    def covers(self, finding: Finding) -> bool:
        """Whether it speaks of this finding."""
        if self.fingerprint:
            return finding.fingerprint == self.fingerprint
        return self.rule in ("*", finding.rule, finding.name) and fnmatchcase(finding.subject, self.subject)


@dataclass(frozen=True, slots=True)
class Triage:
    """What is known and decided before a run; ``baseline`` holds fingerprints, ``today`` decides what has expired."""

    today: date
    waivers: tuple[WaiverEntry, ...] = ()
    baseline: frozenset[str] = field(default_factory=frozenset)


def triage(report: Report, known: Triage, knowledge: Knowledge) -> Report:
    """Mark what is waived or was there before, and add findings for waivers that expired or cover nothing."""
    marked = mark(report, known).findings
    stale = tuple(_stale(known, marked, knowledge))
    fired = {finding.rule for finding in stale}
    notes = tuple(_note(rule) for rule in knowledge.rules.values() if rule.id in fired)
    return replace(report, findings=marked + stale, rules=report.rules + notes)


def mark(report: Report, known: Triage) -> Report:
    """Only the marks: for a run that sees part of the inputs, where an unused waiver tells nothing."""
    return replace(report, findings=tuple(_mark(finding, known) for finding in report.findings))


def read_baseline(text: str, path: str) -> frozenset[str]:
    """The fingerprints in an earlier JSON report. Raises `UsageError`."""
    try:
        return frozenset(str(finding["fingerprint"]) for finding in json.loads(text)["findings"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: not a permcheck JSON report, so no baseline") from error


def read_decisions(text: str, path: str, today: date) -> tuple[WaiverEntry, ...]:
    """The decisions saved from the HTML report. Raises `UsageError`, which names the decision and the key."""
    try:
        decisions: object = json.loads(text)["decisions"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(f"{path}: not a file of decisions: {error}") from error
    if not isinstance(decisions, list):
        raise UsageError(f"{path}: not a file of decisions: 'decisions' is no list")
    return tuple(_decision(entry, f"{path}: decision {number}", today) for number, entry in enumerate(decisions, 1))


def _decision(entry: object, where: str, today: date) -> WaiverEntry:
    if not isinstance(entry, dict):
        raise UsageError(f"{where}: not a table")
    words = {key: str(entry.get(key) or "").strip() for key in ("fingerprint", "decision", "reason", "name", "date")}
    for key in ("fingerprint", "decision", "reason", "name"):
        if not words[key]:
            raise UsageError(f"{where}: {key!r} is missing")
    verdict = next((known for known in VERDICTS if known == words["decision"]), None)
    if verdict is None:
        raise UsageError(f"{where}: 'decision' must be one of {', '.join(VERDICTS)}, not {words['decision']!r}")
    return WaiverEntry(
        words["reason"],
        words["name"],
        _last_day(entry, where, today) if verdict == "accept" else date.max,
        str(entry.get("rule") or "*"),
        str(entry.get("subject") or "*"),
        fingerprint=words["fingerprint"],
        kind="decision",
        verdict=verdict,
        decided=words["date"],
    )


def _last_day(entry: Mapping[str, object], where: str, today: date) -> date:
    try:
        return _checked(date.fromisoformat(str(entry.get("expires"))), where, today)
    except ValueError as error:
        raise UsageError(f"{where}: 'expires' must be a date such as {today + timedelta(days=90)}") from error


def _checked(expires: date, where: str, today: date) -> date:
    if expires > today + LONGEST:
        raise UsageError(f"{where}: 'expires' is more than a year away")
    return expires


def waiver_entries(tables: Iterable[Mapping[str, object]], where: str, today: date) -> tuple[WaiverEntry, ...]:
    """The ``[[waiver]]`` tables of a configuration. Raises `UsageError`, which names the table and the key."""
    return tuple(_entry(table, f"{where}: waiver {number}", today) for number, table in enumerate(tables, 1))


def _entry(table: Mapping[str, object], where: str, today: date) -> WaiverEntry:
    unknown = sorted(set(table) - {"rule", "subject", "reason", "owner", "expires"})
    if unknown:
        raise UsageError(f"{where}: unknown key {unknown[0]!r}")
    words = {key: str(table.get(key, "")).strip() for key in ("rule", "subject", "reason", "owner")}
    for key in ("rule", "reason", "owner"):
        if not words[key]:
            raise UsageError(f"{where}: {key!r} is missing")
    expires = table.get("expires")
    if not isinstance(expires, date) or isinstance(expires, datetime):
        raise UsageError(f"{where}: 'expires' must be a date such as {today + timedelta(days=90)}")
    day = _checked(expires, where, today)
    return WaiverEntry(words["reason"], words["owner"], day, words["rule"], words["subject"] or "*")


def _mark(finding: Finding, known: Triage) -> Finding:
    """What was decided against a finding goes before what lets it pass, and the longer waiver before the shorter."""
    entries = [entry for entry in known.waivers if entry.covers(finding)]
    entry = min(entries, key=lambda e: (VERDICTS.index(e.verdict), -e.expires.toordinal()), default=None)
    if entry is not None:
        return replace(finding, waiver=_waiver(entry, known.today))
    if finding.fingerprint in known.baseline:
        return replace(finding, waiver=Waiver("known since the baseline", kind="baseline"))
    return finding


def _waiver(entry: WaiverEntry, today: date) -> Waiver:
    if entry.verdict != "accept":
        status: Status = "rejected" if entry.verdict == "reject" else "will-fix"
        return Waiver(entry.reason, entry.owner, "", entry.kind, status, entry.decided)
    status = "active" if entry.expires >= today else "expired"
    return Waiver(entry.reason, entry.owner, entry.expires.isoformat(), entry.kind, status, entry.decided)


def _stale(known: Triage, findings: tuple[Finding, ...], knowledge: Knowledge) -> Iterator[Finding]:
    """Findings about the waivers themselves: rules of the check ``triage`` say which."""
    for rule in knowledge.rules.values():
        if rule.check == "triage":
            yield from (
                _complaint(rule, e) for e in known.waivers if _status(e, known, findings) == rule.params["status"]
            )


def _status(entry: WaiverEntry, known: Triage, findings: tuple[Finding, ...]) -> str:
    if entry.verdict != "accept":
        return "active"  # once the finding is gone, what was asked for is done
    if not any(entry.covers(finding) for finding in findings):
        return "unused"
    return "expired" if entry.expires < known.today else "active"


def _complaint(rule: Rule, entry: WaiverEntry) -> Finding:
    named = f"{entry.rule}/{entry.subject}"
    message = rule.message.format(subject=named, owner=entry.owner, expires=entry.expires, reason=entry.reason)
    subject = f"{entry.kind} {entry.fingerprint or named}"
    return Finding(rule.id, rule.name, rule.severity, rule.confidence, subject, message, rule.fix)


def _note(rule: Rule) -> RuleNote:
    return RuleNote(rule.id, rule.name, rule.severity, rule.title, rule.why, rule.fix, rule.references)
