"""A `Report` in, its findings as every format counts them out: one issue per fingerprint, whichever builds share it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from permcheck.model import SEVERITIES, Area, Disclosure, Fact, Finding, Platform, Report, RuleNote, Severity
from permcheck.reports.matrix import is_live, rule_notes, unique

State = Literal["open", "known", "waived"]


@dataclass(frozen=True, slots=True)
class Issue:
    """The findings of one fingerprint: the Android and the iOS build of a product share one."""

    rule: RuleNote
    severity: Severity
    """The worst of its findings."""
    findings: tuple[Finding, ...]
    platforms: tuple[Platform, ...]
    """Those of the apps that it is about, Android first."""

    @property
    def first(self) -> Finding:
        """The finding that speaks for all: the first of the worst."""
        return next(found for found in self.findings if found.severity == self.severity)

    @property
    def state(self) -> State:
        """Whether it counts, is known from the baseline, or is waived."""
        if any(map(is_live, self.findings)):
            return "open"
        waiver = self.first.waiver
        return "known" if waiver and waiver.kind == "baseline" else "waived"

    @property
    def is_open(self) -> bool:
        """Whether it counts."""
        return self.state == "open"

    @property
    def area(self) -> Area:
        """Where it is fixed."""
        return self.rule.area

    @property
    def messages(self) -> tuple[str, ...]:
        """What is said, each once."""
        return unique(found.message for found in self.findings)

    @property
    def quotes(self) -> tuple[Disclosure, ...]:
        """The sentences of the policy that it is about."""
        return unique(quote for found in self.findings for quote in found.quotes)

    @property
    def evidence(self) -> tuple[Fact, ...]:
        """What the apps say."""
        return unique(fact for found in self.findings for fact in found.evidence)

    @property
    def apps(self) -> tuple[str, ...]:
        """The paths of the apps that it is about."""
        return unique(found.app for found in self.findings if found.app)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many issues a report has: open ones by severity, then those that do not count."""

    error: int = 0
    warning: int = 0
    note: int = 0
    known: int = 0
    waived: int = 0

    @property
    def open(self) -> int:
        """All that count."""
        return self.error + self.warning + self.note


def issues(report: Report) -> tuple[Issue, ...]:
    """Every issue, worst severity first, then by rule, then in the order of the findings."""
    notes = rule_notes(report)
    platforms = {app.path: app.platform for app in report.apps}
    groups: dict[tuple[str, str], list[Finding]] = {}
    for found in report.findings:
        groups.setdefault((found.rule, found.subject), []).append(found)
    made = (_issue(tuple(same), notes, platforms) for same in groups.values())
    return tuple(sorted(made, key=lambda issue: (SEVERITIES.index(issue.severity), issue.rule.id)))


def _issue(same: tuple[Finding, ...], notes: dict[str, RuleNote], platforms: dict[str, Platform]) -> Issue:
    severity = min((found.severity for found in same), key=SEVERITIES.index)
    on = unique(platforms[found.app] for found in same if found.app in platforms)
    return Issue(notes[same[0].rule], severity, same, tuple(sorted(on)))


def open_issues(report: Report) -> tuple[Issue, ...]:
    """Those that count."""
    return tuple(issue for issue in issues(report) if issue.is_open)


def by_rule(found: Iterable[Issue]) -> list[list[Issue]]:
    """Issues of one severity and rule together, in order."""
    groups: dict[tuple[str, str], list[Issue]] = {}
    for issue in found:
        groups.setdefault((issue.severity, issue.rule.id), []).append(issue)
    return list(groups.values())


def counted(found: Iterable[Issue]) -> Counts:
    """How many of them there are."""
    totals = dict.fromkeys(("error", "warning", "note", "known", "waived"), 0)
    for issue in found:
        totals[issue.severity if issue.is_open else issue.state] += 1
    return Counts(**totals)
