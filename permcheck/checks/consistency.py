"""Do two of the three disagree about a category: the app, the policy, the store declaration?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from permcheck.checks.case import Case, found_by
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import AppFacts, Assessment, Disclosure, Finding

TOLD = ("disclosed", "vague", "conditional", "denied-except", "purpose-scoped", "hedged")
PLATFORM = {"data-safety": "android", "privacy-manifest": "ios"}
"""Which apps a store declaration speaks of."""


def consistency(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:
    """Find declarations that do not fit.

    Parameters: ``source`` (``data-safety`` or ``privacy-manifest``); ``declared`` (bool); and at least one of ``asked``
    (bool: an app asks for the category) and ``policy`` (``told``, ``denied`` or ``silent``: what the policy says).
    """
    for declaration in case.declarations:
        if declaration.source != rule.params["source"]:
            continue
        if (declaration.stance != "denied") is not rule.params["declared"]:
            continue
        cells = [cell for cell in case.assessments if _same(cell, declaration, case)]
        if _fits(rule, case, declaration, cells):
            yield _finding(rule, case, knowledge, declaration, cells)


def _same(cell: Assessment, declaration: Disclosure, case: Case) -> bool:
    app = next((app for app in case.apps if app.path == cell.app), None)
    return cell.category == declaration.category and app is not None and app.platform == PLATFORM[declaration.source]


def _fits(rule: Rule, case: Case, declaration: Disclosure, cells: list[Assessment]) -> bool:
    asked = any(cell.verdict != "unsupported" for cell in cells)
    if "asked" in rule.params and (not _apps(case, declaration) or asked is not rule.params["asked"]):
        return False
    if "policy" not in rule.params:
        return True
    return bool(case.policies) and _policy(case, declaration, cells) == rule.params["policy"]


def _policy(case: Case, declaration: Disclosure, cells: list[Assessment]) -> str:
    # a category may be judged by what is said of a wider one: then it is mentioned, however vaguely
    if any(cell.verdict in TOLD for cell in cells):
        return "told"
    stances = {d.stance for p in case.policies for d in p.disclosures if d.category == declaration.category}
    if stances.intersection(TOLD):
        return "told"
    return "denied" if "denied" in stances else "silent"


def _apps(case: Case, declaration: Disclosure) -> list[AppFacts]:
    return [app for app in case.apps if app.platform == PLATFORM[declaration.source]]


def _finding(rule: Rule, case: Case, knowledge: Knowledge, declaration: Disclosure, cells: list[Assessment]) -> Finding:
    category = knowledge.categories[declaration.category]
    apps = _apps(case, declaration)
    app = next((app for app in apps if any(cell.app == app.path for cell in cells)), apps[0] if apps else None)
    facts = tuple(fact for cell in cells for fact in cell.facts)
    said = tuple(d for p in case.policies for d in p.disclosures if d.category == category.id)
    return replace(
        found_by(
            rule,
            f"{app.app_id}/{category.id}" if app else category.id,
            rule.message.format(
                category=category.title,
                evidence=", ".join(dict.fromkeys(fact.key for fact in facts)),
                declaration=declaration.quote,
            ),
        ),
        app=app.path if app else "",
        document=declaration.location.path,
        location=declaration.location,
        category=category.id,
        evidence=facts,
        quotes=(declaration, *said[:3]),
    )
