"""A `Report`, waivers and a baseline in; the same report with findings marked out: marked, never dropped."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal

from permcheck.errors import UsageError
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import Finding, Obeyed, Report, RuleNote, Waiver, fingerprint_of, report_digest

Verdict = Literal["accept", "reject", "will-fix"]
VERDICTS: tuple[Verdict, ...] = ("reject", "will-fix", "accept")
"""What people can decide on a finding; the first one holds where several were decided on the same."""
DECISION_KEYS = ("fingerprint", "rule", "subject", "decision", "reason", "name", "date", "expires")
Status = Literal["active", "expired", "rejected", "will-fix"]
LONGEST = timedelta(days=366)
"""No waiver runs longer: somebody has to look again within a year."""
_WILD = re.compile(r"(?<!\\)(?:\\\\)*\*")


@dataclass(frozen=True, slots=True)
class WaiverEntry:
    r"""One ``[[waiver]]`` of the configuration, or one decision of the legal review.

    ``rule`` is an id or kebab name, ``subject`` the finding's subject, in which ``*`` stands for anything and ``\*``
    for the character; a ``fingerprint`` names one finding.
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
    source: str = ""
    """The file that it stands in."""

    @property
    def is_pattern(self) -> bool:
        """Whether it can cover more than the one thing that it names."""
        return not self.fingerprint and (self.rule == "*" or bool(_WILD.search(self.subject)))

    @property
    def named(self) -> str:
        """Rule and subject, as people wrote them."""
        return f"{self.rule}/{self.subject}"

    def covers(self, finding: Finding) -> bool:
        """Whether it speaks of this finding."""
        if self.fingerprint:
            return finding.fingerprint == self.fingerprint
        return self.rule in ("*", finding.rule, finding.name) and bool(
            _subject(self.subject).fullmatch(finding.subject)
        )


@cache
def _subject(pattern: str) -> re.Pattern[str]:
    """``*`` stands for anything; what follows a backslash, and every other character, for itself."""
    parts = re.findall(r"\\.|\*|[^\\*]+|\\", pattern, re.DOTALL)
    return re.compile("".join(map(_piece, parts)), re.DOTALL)


def _piece(part: str) -> str:
    if part == "*":
        return ".*"
    return re.escape(part[1:] if part.startswith("\\") and len(part) > 1 else part)


@dataclass(frozen=True, slots=True)
class Origin:
    """A file that findings are marked by: the report that it was made on, and the app ids that this was about."""

    kind: Literal["waivers", "decisions", "baseline"]
    path: str
    digest: str = ""
    report: str = ""
    products: tuple[str, ...] = ()
    named: bool = True


@dataclass(frozen=True, slots=True)
class Triage:
    """What is known and decided before a run; ``baseline`` holds fingerprints, ``today`` decides what has expired."""

    today: date
    waivers: tuple[WaiverEntry, ...] = ()
    baseline: frozenset[str] = field(default_factory=frozenset)
    origins: tuple[Origin, ...] = ()


def triage(report: Report, known: Triage, knowledge: Knowledge) -> Report:
    """Mark what is waived or was there before, and add findings for waivers that cover nothing, all, or too long.

    Raises `UsageError` for decisions or a baseline of another product.
    """
    for origin in known.origins:
        _same_product(origin, report)
    marked = mark(report, known)
    stale = tuple(_stale(known, marked.findings, knowledge))
    fired = {finding.rule for finding in stale}
    notes = tuple(_note(rule) for rule in knowledge.rules.values() if rule.id in fired)
    return replace(marked, findings=marked.findings + stale, rules=report.rules + notes)


def mark(report: Report, known: Triage) -> Report:
    """Only the marks: for a run that sees part of the inputs, where an unused waiver tells nothing."""
    chosen = [(finding, _entry_for(finding, known)) for finding in report.findings]
    obeyed = tuple(_obeyed(origin, chosen, known) for origin in known.origins)
    return replace(
        report,
        findings=tuple(_mark(finding, entry, known) for finding, entry in chosen),
        obeyed=report.obeyed + obeyed,
    )


Chosen = list[tuple[Finding, WaiverEntry | None]]
"""Every finding, with what was decided on it."""


def _same_product(origin: Origin, report: Report) -> None:
    here = {app.app_id for app in report.apps}
    if origin.products and here and here.isdisjoint(origin.products):
        theirs, ours = ", ".join(sorted(origin.products)), ", ".join(sorted(here))
        raise UsageError(f"{origin.path}: made for another product ({theirs}), not for {ours}")


def _obeyed(origin: Origin, chosen: Chosen, known: Triage) -> Obeyed:
    """What a file changed, counted."""
    if origin.kind == "baseline":
        held = sum(1 for finding, entry in chosen if entry is None and finding.fingerprint in known.baseline)
        effect = f"{_findings(held)} known"
    else:
        effect = _decided([e for _, e in chosen if e and e.source == origin.path], known)
    made = f" (made on report {origin.report[:12]})" if origin.report else ""
    return Obeyed(origin.kind, origin.path, origin.digest, effect + made, origin.named)


def _decided(entries: list[WaiverEntry], known: Triage) -> str:
    states = Counter(_waiver(entry, known.today).status for entry in entries)
    words: dict[Status, str] = {
        "active": "waived",
        "expired": "no longer waived",
        "rejected": "rejected",
        "will-fix": "to be fixed",
    }
    said = [f"{_findings(states[state])} {word}" for state, word in words.items() if states[state]]
    patterns = Counter(entry.named for entry in entries if entry.is_pattern)
    shown = ", ".join(f"{named} {number}" for named, number in patterns.items())
    return (", ".join(said) or "no finding waived") + (f", by pattern: {shown}" if shown else "")


def _findings(number: int) -> str:
    return f"{number} finding{'' if number == 1 else 's'}"


def read_baseline(text: str, path: str) -> tuple[frozenset[str], Origin]:
    """The fingerprints in an earlier JSON report, and which report that is. Raises `UsageError`."""
    try:
        record = json.loads(text)
        tool, said = record["tool"], record["digest"]
        found = [(f["rule"], f["subject"], f["severity"], f["confidence"], f["message"]) for f in record["findings"]]
        apps = [(app["app_id"], app["sha256"]) for app in record["apps"]]
        documents = [document["sha256"] for document in record["documents"]]
        digest = report_digest(tool["version"], tool["mappings_digest"], apps, documents, found)
        fingerprints = frozenset(fingerprint_of(str(rule), str(subject)) for rule, subject, *_ in found)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(f"{path}: not a permcheck JSON report, so it cannot be a baseline") from error
    if digest != said:
        raise UsageError(f"{path}: was edited after permcheck wrote it, so it cannot be a baseline")
    return fingerprints, Origin("baseline", path, digest, products=tuple(sorted({str(app) for app, _ in apps})))


def read_decisions(text: str, path: str, today: date) -> tuple[tuple[WaiverEntry, ...], Origin]:
    """The decisions saved from the HTML report, and which report that is.

    Raises `UsageError`, which names the decision and the key.
    """
    try:
        record = json.loads(text)
        decisions: object = record["decisions"]
        made, products, said = record["report"]["digest"], record["report"]["products"], record["digest"]
        digest = _decisions_digest(record)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{path}: not a decisions file saved from a permcheck report") from error
    if not isinstance(decisions, list) or not isinstance(products, list):
        raise UsageError(f"{path}: not a decisions file saved from a permcheck report")
    if digest != said:
        raise UsageError(f"{path}: was edited after it was saved; open it in the HTML report and save it again")
    entries = (_decision(entry, f"{path}: decision {number}", today) for number, entry in enumerate(decisions, 1))
    origin = Origin("decisions", path, digest, str(made), tuple(map(str, products)))
    return tuple(replace(entry, source=path) for entry in entries), origin


def _decisions_digest(record: Mapping[str, Any]) -> str:
    """As the page computes it: every word of the file in order, each after its length in UTF-16 units."""
    words = [record["report"]["digest"], *record["report"]["products"]]
    words += [
        str(entry.get(key) or "") for entry in record["decisions"] if isinstance(entry, dict) for key in DECISION_KEYS
    ]
    data = [str(word).encode("utf-16-le", "surrogatepass") for word in words]
    whole = b"".join(f"{len(word) // 2}:".encode("utf-16-le") + word for word in data)
    return hashlib.sha256(whole).hexdigest()


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
    entries = (_entry(table, f"{where}: waiver {number}", today) for number, table in enumerate(tables, 1))
    return tuple(replace(entry, source=where) for entry in entries)


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


def _entry_for(finding: Finding, known: Triage) -> WaiverEntry | None:
    """What was decided against a finding goes before what lets it pass, and the longer waiver before the shorter."""
    entries = [entry for entry in known.waivers if entry.covers(finding)]
    return min(entries, key=lambda e: (VERDICTS.index(e.verdict), -e.expires.toordinal()), default=None)


def _mark(finding: Finding, entry: WaiverEntry | None, known: Triage) -> Finding:
    if entry is not None:
        return replace(finding, waiver=_waiver(entry, known.today))
    if finding.fingerprint in known.baseline:
        return replace(finding, waiver=Waiver("known from the baseline", kind="baseline"))
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
    covered = [finding for finding in findings if entry.covers(finding)]
    if not covered:
        return "unused"
    if entry.expires < known.today:
        return "expired"
    everything = len(covered) == len(findings) > 1 or (entry.rule == "*" and not entry.subject.strip("*/"))
    return "wide" if entry.is_pattern and everything else "active"


def _complaint(rule: Rule, entry: WaiverEntry) -> Finding:
    named = entry.named
    message = rule.message.format(subject=named, owner=entry.owner, expires=entry.expires, reason=entry.reason)
    subject = f"{entry.kind} {entry.fingerprint or named}"
    return Finding(rule.id, rule.name, rule.severity, rule.confidence, subject, message, rule.fix)


def _note(rule: Rule) -> RuleNote:
    return RuleNote(
        rule.id, rule.name, rule.severity, rule.title, rule.why, rule.fix, rule.references, rule.area, rule.change
    )
