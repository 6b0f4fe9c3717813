"""A `Report` in, its tables out as plain rows of text: the matrix, findings, unfilled text and what was not checked."""

from __future__ import annotations

from collections.abc import Iterator

from permcheck.model import Assessment, Finding, Report
from permcheck.reports.conclusion import AREAS
from permcheck.reports.issue import issues
from permcheck.reports.matrix import ASKING, all_gaps, is_asked, is_live, rows
from permcheck.reports.plain import visible
from permcheck.reports.spot import waiver_words
from permcheck.reports.wording import PLATFORMS, SOURCES, STANCES, decision, detail, place, source_of, trust_line, where

Rows = list[tuple[str, ...]]
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters, full-width forms included, that make a spreadsheet take a cell for a formula."""


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before whatever could start one."""
    shown = visible(text.replace("\r\n", "\n").replace("\n", " "))
    return f"'{shown}" if shown.lstrip().startswith(FORMULA) or text.startswith(FORMULA) else shown


def matrix(report: Report) -> Rows:
    """One row per category and app; without apps, one per category."""
    apps = {app.path: app for app in report.apps}
    table: Rows = [
        (
            "category",
            "title",
            "platform",
            "app id",
            "app version",
            "app",
            "asked",
            "verdict",
            "confidence",
            "why",
            "evidence",
            "policy says",
            "where",
            "purpose",
            "opt-out",
            "recipients",
            "declared to the stores",
            "findings",
        )
    ]
    for row in rows(report):
        for cell in row.cells:
            app = apps.get(cell.app)
            who = (PLATFORMS[app.platform], app.app_id, app.version, app.path) if app else ("", "", "", cell.app)
            asked = "yes" if is_asked(cell) else "no"
            table.append(
                (
                    cell.category,
                    row.category.title,
                    *who,
                    asked,
                    *_judged(cell),
                    _declared(cell, report),
                    _rules(cell, report),
                )
            )
    return table


def _judged(cell: Assessment) -> tuple[str, ...]:
    said = cell.disclosures
    return (
        cell.verdict,
        cell.confidence,
        cell.why,
        _joined(" ".join(filter(None, (fact.key, detail(fact)))) for fact in cell.facts),
        _joined(item.quote for item in said),
        _joined(source_of(item) for item in said),
        _joined(item.purpose for item in said),
        _joined(item.control for item in said),
        _joined(name for item in said for name in item.recipients),
    )


def _declared(cell: Assessment, report: Report) -> str:
    """What the developer told the stores of a cell's category."""
    about = (item for item in report.declarations if item.category == cell.category)
    return _joined(f"{SOURCES[item.source]}: {STANCES[item.stance]} ({item.quote})" for item in about)


def _joined(parts: Iterator[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, parts)))


def _rules(cell: Assessment, report: Report) -> str:
    """Rule and severity, or why it is waived, of the findings about a cell."""
    about = [found for found in report.findings if (found.app, found.category) == (cell.app, cell.category)]
    return _joined(f"{found.rule} {_state(found)}" for found in about)


def _state(found: Finding) -> str:
    if found.waiver and not is_live(found):
        return found.waiver.reason if found.waiver.kind == "baseline" else f"waived ({waiver_words(found)})"
    return f"{found.severity} ({decision(found.waiver)})" if found.waiver else found.severity


def evidence(report: Report) -> Rows:
    """One row per fact that a category knows or that asks for something."""
    titles = {note.id: note.title for note in report.categories}
    categories = dict(report.fact_categories)
    table: Rows = [
        ("category", "platform", "app id", "app", "kind", "key", "value", "condition", "likely from", "where")
    ]
    for app in report.apps:
        for fact in app.facts:
            names = categories.get(fact) or ()
            if names or fact.kind in ASKING:
                known = "; ".join(titles.get(name, name) for name in names) or "Uncategorised"
                said = fact.kind, fact.key, fact.value, "; ".join(fact.condition), fact.origin, where(fact.location)
                table.append((known, PLATFORMS[app.platform], app.app_id, app.path, *said))
    return table


def findings(report: Report) -> Rows:
    """One row per finding, however many builds share it; what is known or waived included."""
    head = "rule", "name", "severity", "confidence", "subject", "message", "app", "document", "where", "why", "fix"
    table: Rows = [(*head, "draft clause", "fixed in", "state", "fingerprint")]
    for issue in issues(report):
        found, rule = issue.first, issue.rule
        spot = place(found.location.span) if found.location else ""
        named = rule.id, rule.name, issue.severity, found.confidence, found.subject, " ".join(issue.messages)
        told = rule.why, found.fix, found.draft, AREAS[rule.area], _state(found), found.fingerprint
        table.append((*named, "; ".join(issue.apps), found.document, spot, *told))
    return table


def placeholders(report: Report) -> Rows:
    """One row per unfilled passage of a policy."""
    table: Rows = [("document", "where", "kind", "text", "categories that depend on it")]
    for policy in report.policies:
        for slot in policy.placeholders:
            spot = place(slot.location.span)
            table.append((policy.document.path, spot, slot.kind, slot.text, ", ".join(slot.governs)))
    return table


def gaps(report: Report) -> Rows:
    """One row per thing that was not read."""
    table: Rows = [("where", "reason", "whole input lost")]
    return table + [(where(gap.location), gap.reason, "yes" if gap.fatal else "no") for gap in all_gaps(report)]


def trust(report: Report, columns: int) -> tuple[str, ...]:
    """What the run went by, as a row of a table of so many columns."""
    return ("trust", trust_line(report), *[""] * (columns - 2))
