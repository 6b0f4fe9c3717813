"""Which template text did nobody finish? In the policies, and in the purpose strings of the apps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from permcheck.checks.case import Case, found_by
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import SEVERITIES, Finding, Placeholder, Severity

LONGEST = 120
"""Characters of a placeholder that name it; the rest of a long instruction is left to the report's quote."""


def placeholders(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:
    """One finding for each wording in each document, wherever it stands; the worst of its places decides.

    A slot is an error where the disclosure of a permission hangs on it that a given app asks for (without an app:
    of any category); elsewhere it weighs what its rule says.
    """
    asked = {cell.category for cell in case.assessments if cell.app}
    for policy in case.policies:
        told = sorted((item for item in policy.placeholders if item.rule == rule.id), key=lambda item: item.text)
        for _, same in groupby(told, key=lambda item: item.text):
            places = sorted(same, key=lambda item: item.location)
            yield _finding(rule, places, asked if case.apps else set(knowledge.categories), knowledge)
    for app in case.apps:
        own = sorted((item for item in app.placeholders if item.rule == rule.id), key=_own)
        for (_, thing), group in groupby(own, key=_own):
            found = _finding(rule, sorted(group, key=lambda item: item.location), asked, knowledge)
            subject = f"{app.app_id}/{thing[:LONGEST]}"
            yield replace(found, subject=subject, app=app.path, document="")


def _own(item: Placeholder) -> tuple[str, str]:
    """What names template text of an app: the key of its string, or the words in the text that it carries."""
    return item.location.path, " ".join(item.text.split()) if item.location.span else item.location.anchor


def _finding(rule: Rule, group: Sequence[Placeholder], asked: set[str], knowledge: Knowledge) -> Finding:
    first = group[0]
    text = " ".join(first.text.split())
    governs = [category for category in knowledge.categories if any(category in item.governs for item in group)]
    hanging = [category for category in governs if category in asked]
    return replace(
        found_by(
            rule,
            text[:LONGEST],
            rule.message.format(
                text=_short(text),
                places=_places(group),
                hangs=_hangs([knowledge.categories[name].title for name in hanging]),
            ),
        ),
        severity=min((_severity(rule, item, asked) for item in group), key=SEVERITIES.index),
        document=first.location.path,
        location=first.location,
    )


def _severity(rule: Rule, item: Placeholder, asked: set[str]) -> Severity:
    if not item.governs:
        return item.severity
    return "error" if set(item.governs) & asked else rule.severity


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _places(group: Sequence[Placeholder]) -> str:
    """What the slot was known by, and where else it stands."""
    told = "; ".join(filter(None, (group[0].shape, _lines(group))))
    return f" ({told})" if told else ""


def _lines(group: Sequence[Placeholder]) -> str:
    spans = [item.location.span for item in group if item.location.span]
    if len(spans) < 2:
        return ""
    word = "pages" if spans[0].page else "lines"
    numbers = list(dict.fromkeys(str(span.page or span.line) for span in spans))
    more = f" and {len(numbers) - 6} more" if len(numbers) > 6 else ""
    return f"{len(spans)} times, {word} {', '.join(numbers[:6])}{more}"


def _hangs(titles: Sequence[str]) -> str:
    return f"; what the policy says there of {', '.join(titles)} does not count" if titles else ""
