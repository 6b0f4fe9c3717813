"""A `Report` in, its matrix out: one row per category over all apps, with the worst verdict leading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from permcheck.model import (
    Assessment,
    CategoryNote,
    Disclosure,
    Fact,
    Finding,
    Gap,
    Platform,
    Report,
    RuleNote,
    Verdict,
)

WORST_FIRST: tuple[Verdict, ...] = (
    "contradicted",
    "silent",
    "placeholder-only",
    "vague",
    "not-checked",
    "unsupported",
    "denied",
    "disclosed",
)
ASKING = ("permission", "purpose-string", "entitlement", "background-mode", "special-access", "foreground-service")
"""Kinds of fact that are worth a line even where no category knows the key."""
MANY = 4
"""From so many apps on, a report has a line per app in a table of its own."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One category: its cells (one per app that it was judged for), facts and disclosures without repeats."""

    category: CategoryNote
    cells: tuple[Assessment, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of the cells."""
        return min((cell.verdict for cell in self.cells), key=WORST_FIRST.index)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What makes the apps ask."""
        return unique(fact for cell in self.cells for fact in cell.facts)

    @property
    def disclosures(self) -> tuple[Disclosure, ...]:
        """What the policies say."""
        return unique(item for cell in self.cells for item in cell.disclosures)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the cells are judged as they are."""
        return unique(cell.why for cell in self.cells if cell.why)

    @property
    def purposes(self) -> tuple[tuple[str, str], ...]:
        """The purposes that the policies state, each with its language."""
        return unique((item.language, item.purpose) for item in self.disclosures if item.purpose)

    @property
    def controls(self) -> tuple[tuple[str, str], ...]:
        """The ways to opt out that the policies state, each with its language."""
        return unique((item.language, item.control) for item in self.disclosures if item.control)

    def on(self, apps: Iterable[str]) -> tuple[Assessment, ...]:
        """The cells of these apps (paths)."""
        paths = set(apps)
        return tuple(cell for cell in self.cells if cell.app in paths)


def rows(report: Report) -> tuple[Row, ...]:
    """All rows in the order of the categories."""
    notes = {note.id: note for note in report.categories}
    order = {name: place for place, name in enumerate(notes)}
    cells = sorted(report.assessments, key=lambda cell: (order.get(cell.category, len(order)), cell.category))
    return tuple(
        Row(notes.get(name, CategoryNote(name, name, "")), tuple(group))
        for name, group in groupby(cells, key=lambda cell: cell.category)
    )


def worst_first(found: Iterable[Row]) -> list[Row]:
    """The rows by verdict, those that need work first; stable within a verdict."""
    return sorted(found, key=lambda row: WORST_FIRST.index(row.verdict))


def is_asked(cell: Assessment) -> bool:
    """Whether the app of a cell asks for the category."""
    return bool(cell.app) and cell.verdict != "unsupported"


def platforms(report: Report) -> dict[Platform, list[str]]:
    """Platform -> paths of its apps, Android first."""
    found: dict[Platform, list[str]] = {}
    for platform in ("android", "ios"):
        paths = [app.path for app in report.apps if app.platform == platform]
        if paths:
            found[platform] = paths
    return found


def rule_notes(report: Report) -> dict[str, RuleNote]:
    """Rule id -> what to say of it; a finding's own words stand in for a rule that the report does not carry."""
    notes = {note.id: note for note in report.rules}
    for found in report.findings:
        notes.setdefault(found.rule, RuleNote(found.rule, found.name, found.severity, found.name, "", found.fix))
    return notes


def is_live(finding: Finding) -> bool:
    """Whether a finding still counts: nothing waives it, or the waiver has expired."""
    return finding.waiver is None or finding.waiver.status != "active"


def all_gaps(report: Report) -> tuple[Gap, ...]:
    """Everything that was not read or judged: lost inputs first, then unread parts of apps and policies."""
    parts = (
        *report.gaps,
        *(gap for app in report.apps for gap in app.gaps),
        *(gap for policy in report.policies for gap in policy.document.gaps),
    )
    return tuple(sorted(unique(parts), key=lambda gap: not gap.fatal))


def telling(quotes: Iterable[Disclosure]) -> tuple[Disclosure, ...]:
    """The quotes that a short report cannot do without: the first, and the first that takes the other side."""
    sides: dict[bool, Disclosure] = {}
    for quote in quotes:
        sides.setdefault(quote.stance in ("denied", "denied-except"), quote)
    return tuple(sides.values())


def unique(items: Iterable[T]) -> tuple[T, ...]:
    """The items in order, each once."""
    return tuple(dict.fromkeys(items))
