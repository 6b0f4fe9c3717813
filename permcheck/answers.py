"""Questions of a coding assistant about files below one directory in, short answers that cite lines out; read-only."""

# The classes have no slots: the protocol's library takes a slot for the default of its field.

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from permcheck.errors import UsageError
from permcheck.knowledge import load_knowledge
from permcheck.knowledge.manual import describe
from permcheck.model import Disclosure, Finding, Location, Report
from permcheck.session import Session

MOST = 40
"""Entries of one list in an answer; the rest is a number, so that an answer stays short."""
LONGEST = 400
"""Characters of one quote or clause."""


@dataclass(frozen=True)
class Quote:
    """A sentence of a policy and how it was read."""

    category: str
    stance: str
    text: str
    file: str
    lines: list[int]
    page: int | None
    why: str


@dataclass(frozen=True)
class Found:
    """One finding, its place, and the sentences that it rests on."""

    rule: str
    severity: str
    message: str
    fix: str
    file: str
    lines: list[int]
    fingerprint: str
    quotes: list[Quote]


@dataclass(frozen=True)
class Cell:
    """What the policy says of a category that an app asks for, with the permissions behind it."""

    category: str
    app: str
    verdict: str
    why: str
    evidence: list[str]


@dataclass(frozen=True)
class CheckAnswer:
    """The verdicts and findings of a check; ``passed`` is false where an error was found or an input lost."""

    passed: bool
    verdicts: list[Cell]
    findings: list[Found]
    not_read: list[str]
    more: int


@dataclass(frozen=True)
class Permission:
    """One fact about an app by which it may reach a category."""

    category: str
    app: str
    kind: str
    key: str
    value: str
    where: str
    origin: str


@dataclass(frozen=True)
class PermissionsAnswer:
    """What apps ask for."""

    permissions: list[Permission]
    not_read: list[str]
    more: int


@dataclass(frozen=True)
class Slot:
    """Template text that nobody filled."""

    text: str
    kind: str
    file: str
    lines: list[int]


@dataclass(frozen=True)
class PolicyAnswer:
    """What policies disclose or deny, and their unfilled template text."""

    disclosures: list[Quote]
    placeholders: list[Slot]
    not_read: list[str]
    more: int


class Answers:
    """The questions about files below ``root``; paths in answers are relative to the working directory."""

    def __init__(self, root: Path, mappings: Sequence[Path] = ()) -> None:
        """Load the mappings once. Raises `MappingError`, and `UsageError` where the root is no directory."""
        self.root = root.resolve()
        if not self.root.is_dir():
            raise UsageError(f"{root}: not a directory")
        self.mappings = tuple(mappings)
        self.session = Session(self.mappings)

    def check(self, apps: list[str], policies: list[str]) -> CheckAnswer:
        """Hold app bundles against privacy policies.

        Paths are relative to the root. Verdicts: disclosed, vague, contradicted, placeholder-only, silent,
        unsupported, not-checked. Every finding names its rule, file, lines, fix and quotes.
        """
        report = self.session.check(self._inside(apps), self._inside(policies))
        cells = [
            Cell(cell.category, cell.app, cell.verdict, cell.why, sorted({fact.key for fact in cell.facts}))
            for cell in report.assessments
        ]
        findings = [self._finding(found) for found in report.findings]
        lost = self._lost(report)
        passed = not lost and not any(found.severity == "error" for found in findings)
        more = max(0, len(findings) - MOST) + max(0, len(cells) - MOST)
        return CheckAnswer(passed, cells[:MOST], findings[:MOST], lost, more)

    def permissions(self, apps: list[str]) -> PermissionsAnswer:
        """List what app bundles ask for, by category, with the place in the bundle that says so."""
        report = self.session.permissions(self._inside(apps))
        rows = [
            Permission(names[0], app.app_id, fact.kind, fact.key, _cut(fact.value), _place(fact.location), fact.origin)
            for app in report.apps
            for fact in app.facts
            for names in [dict(report.fact_categories).get(fact, ())]
            if names
        ]
        return PermissionsAnswer(rows[:MOST], self._lost(report), max(0, len(rows) - MOST))

    def policy(self, policies: list[str]) -> PolicyAnswer:
        """Read privacy policies: what they disclose or deny, sentence by sentence, and their unfilled template text."""
        report = self.session.policies(self._inside(policies))
        quotes = [self._quote(item) for policy in report.policies for item in policy.disclosures]
        slots = [
            Slot(_cut(slot.text), slot.kind, slot.location.path, _lines(slot.location))
            for policy in report.policies
            for slot in policy.placeholders
        ]
        more = max(0, len(quotes) - MOST) + max(0, len(slots) - MOST)
        return PolicyAnswer(quotes[:MOST], slots[:MOST], self._lost(report), more)

    def trace(self, policy: str, category: str = "", line: int = 0) -> PolicyAnswer:
        """Show how a policy was read on one category or at one line: each sentence, its stance, and why."""
        found = self.session.policies(self._inside([policy]))
        quotes = [self._quote(item) for one in found.policies for item in one.disclosures]
        wanted = [
            quote
            for quote in quotes
            if (not category or quote.category == category) and (not line or _covers(quote.lines, line))
        ]
        return PolicyAnswer(wanted[:MOST], [], self._lost(found), max(0, len(wanted) - MOST))

    def explain(self, name: str) -> str:
        """Explain a rule (PC101, undisclosed-permission) or a category (camera): why, examples, fix, sources."""
        return describe(load_knowledge(self.mappings).find(name))

    def draft(self, apps: list[str], policies: list[str], kind: Literal["clauses", "data-safety"] = "clauses") -> str:
        """Draft a clause for each gap of the policy, or rows for Google Play's form. Every open point is a slot."""
        from permcheck.reports import drafts  # noqa: PLC0415  (most questions need no drafts)

        report = self.session.check(self._inside(apps), self._inside(policies))
        if report.gaps:
            raise UsageError("; ".join(self._lost(report)))
        return drafts.clauses(report) if kind == "clauses" else drafts.data_safety(report)

    def _inside(self, paths: Iterable[str]) -> list[Path]:
        """The paths, each a file or directory below the root once links are followed. Raises `UsageError`."""
        found = []
        for path in paths:
            whole = (self.root / path).resolve()
            if not whole.is_relative_to(self.root):
                raise UsageError(f"{path}: outside of the root of this server")
            if not whole.exists():
                raise UsageError(f"{path}: no such file below the root of this server")
            found.append(whole)
        return found

    def _finding(self, found: Finding) -> Found:
        place = found.location or Location(found.document or found.app)
        quotes = [self._quote(item) for item in found.quotes[:3]]
        lines = _lines(place)
        return Found(found.rule, found.severity, found.message, found.fix, place.path, lines, found.fingerprint, quotes)

    def _quote(self, item: Disclosure) -> Quote:
        page = item.location.span.page if item.location.span else None
        lines = _lines(item.location)
        return Quote(item.category, item.stance, _cut(item.quote), item.location.path, lines, page, item.why)

    def _lost(self, report: Report) -> list[str]:
        inside = [gap for app in report.apps for gap in app.gaps]
        inside += [gap for policy in report.policies for gap in policy.document.gaps]
        every = [gap for gap in (*report.gaps, *inside) if gap.fatal]
        return [f"{gap.location.path}: {gap.reason}" for gap in every]


def _lines(place: Location) -> list[int]:
    return [place.span.line, place.span.end_line] if place.span else []


def _covers(lines: list[int], line: int) -> bool:
    return bool(lines) and lines[0] <= line <= lines[-1]


def _place(place: Location) -> str:
    return "/".join(part for part in (place.path.partition("!/")[2], place.anchor) if part)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
