"""Does a cell of the matrix have this verdict? One finding per category, over all apps that share it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from permcheck.checks.case import Case, found_by
from permcheck.checks.section import home_of
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import CONFIDENCES, AppFacts, Assessment, Confidence, Finding

MOST = 3
"""Names of what asks for a category that a message has room for."""


def coverage(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:
    """Find the cells with the rule's ``verdict``.

    A policy that is read without an app is listed, not accused, unless the rule is for that (``alone``). Parameters:
    ``verdict``; optionally ``categories`` (only these), ``not_categories`` (all but these) and ``disputed`` (only cells
    that some sentence denies) and ``not_on`` (platform -> categories that another rule asks of there).
    """
    elsewhere = rule.params.get("not_on", {})
    left = {(app.path, category) for app in case.apps for category in elsewhere.get(app.platform, ())}
    cells = (cell for cell in case.assessments if (cell.app, cell.category) not in left)
    wanted = [cell for cell in cells if cell.verdict == rule.params["verdict"] and _in_scope(rule, cell)]
    for category, group in groupby(wanted, key=lambda cell: cell.category):
        yield from _findings(rule, case, knowledge, category, list(group))


def _in_scope(rule: Rule, cell: Assessment) -> bool:
    only = rule.params.get("categories")
    if rule.params.get("disputed") and not any(item.stance == "denied" for item in cell.disclosures):
        return False
    return (
        bool(cell.app) is not rule.params.get("alone", False)
        and (not only or cell.category in only)
        and cell.category not in rule.params.get("not_categories", ())
    )


def _findings(
    rule: Rule, case: Case, knowledge: Knowledge, category: str, cells: list[Assessment]
) -> Iterator[Finding]:
    known = knowledge.categories[category]
    apps = {app.path: app for app in case.apps}
    home = home_of(case.policies[0]) if case.policies else None
    for cell in cells:
        app = apps.get(cell.app)
        quote = cell.disclosures[0] if cell.disclosures else None
        evidence = _named(_asking(cell, app, knowledge))
        yield replace(
            found_by(
                rule,
                f"{app.app_id}/{category}" if app else category,
                rule.message.format(category=known.title, evidence=evidence, why=cell.why),
            ),
            confidence=_weaker(rule.confidence, cell.confidence),
            app=cell.app,
            document=quote.location.path if quote else _only_document(case),
            location=quote.location if quote else home,
            category=category,
            evidence=cell.facts,
            quotes=cell.disclosures,
            draft=_draft(known.drafts, case) if rule.params.get("draft") else "",
        )


def _asking(cell: Assessment, app: AppFacts | None, knowledge: Knowledge) -> dict[str, None]:
    """What asks for the category, by the platform's own names, without what only shows use."""
    if app is None:
        return {}
    return {
        fact.key: None
        for fact in cell.facts
        for category, signal in knowledge.signals_for(app.platform, fact)
        if category.id == cell.category and signal.asks
    }


def _named(keys: Iterable[str]) -> str:
    """The first names without the prefix that most of them share; the evidence beside the message has them all."""
    shown = [key.removeprefix("android.permission.") for key in keys]
    return ", ".join(shown[:MOST]) + (f" and {len(shown) - MOST} more" if len(shown) > MOST else "")


def _only_document(case: Case) -> str:
    return case.policies[0].document.path if case.policies else ""


def _draft(drafts: Mapping[str, str], case: Case) -> str:
    """The clause that would close the gap, in the language of the policy."""
    language = case.policies[0].document.language if case.policies else "en"
    return drafts.get(language) or drafts.get("en", "")


def _weaker(one: Confidence, other: Confidence) -> Confidence:
    return max(one, other, key=CONFIDENCES.index)
