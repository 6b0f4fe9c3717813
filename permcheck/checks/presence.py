"""Facts that a store or platform ties to a duty in, a finding out where they are there and the duty is open.

Parameters of a rule (``[with]``), all but ``when`` optional; the same keys may stand in ``[[with.case]]`` tables, one
question each, where what a table leaves out is taken from ``[with]``:

``platform``   ask only about apps of this platform
``when``       patterns, any of which starts the question: ``kind:key``, ``kind:prefix*``, ``kind:key=value``
``and``        further patterns, any of which must be there too
``without``    patterns; one of them answers the question, and there is nothing to find
``skip``       fact conditions: a fact that carries one counts as absent
``target``     ``[lowest, highest]`` target SDK for which the duty stands
``category``   the category that the finding belongs to
``verdicts``   ask only where the policies' verdict on ``category`` is one of these; never without a policy
``conditions`` words, one of which a condition of the fact must begin with; a dead fact counts only here
``subject``    what the finding speaks of; without it there is one finding for each key

The message may name ``{subject}``, ``{found}`` (the keys there), ``{value}``, ``{category}``, ``{condition}`` and
``{target}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from permcheck.checks.case import Case, found_by
from permcheck.checks.pairing import matches
from permcheck.errors import MappingError
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import AppFacts, Assessment, Fact, Finding

KEYS = frozenset({
    "platform", "when", "and", "without", "skip", "target", "category", "verdicts", "conditions", "subject",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One duty that a rule asks about."""

    rule: Rule
    params: Mapping[str, Any]

    def stands_for(self, app: AppFacts) -> bool:
        """Whether the duty is one of this app at all: its platform, its target SDK."""
        if self.params.get("platform") not in (None, app.platform):
            return False
        lowest, highest = self.params.get("target", (0, 10_000))
        return int(lowest) <= target_sdk(app) <= int(highest)

    def counts(self, fact: Fact) -> bool:
        """Whether a fact is to be looked at."""
        wanted = tuple(self.params.get("conditions", ()))
        if wanted:
            return any(condition.startswith(wanted) for condition in fact.condition)
        return not fact.is_dead and set(self.params.get("skip", ())).isdisjoint(fact.condition)


def presence(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:
    """Find the open duties; parameters as the module says. Raises `MappingError`."""
    for question in questions(rule):
        for app in case.apps:
            if question.stands_for(app):
                yield from _ask(question, app, case, knowledge)


def questions(rule: Rule) -> Iterator[Question]:
    """The questions of a rule, each with the parameters that they share. Raises `MappingError` on an unknown one."""
    shared = {key: value for key, value in rule.params.items() if key != "case"}
    for own in rule.params.get("case", ({},)):
        params = {**shared, **own}
        unknown = sorted(params.keys() - KEYS)
        if unknown or not params.get("when"):
            raise MappingError(f"rules/{rule.id}.toml: with.{unknown[0] if unknown else 'when'}: unknown or missing")
        yield Question(rule, params)


def target_sdk(app: AppFacts) -> int:
    """The target SDK; 10,000 for a preview's name, 0 where the platform has none."""
    told = next(iter(app.values("identity", "target-sdk")), "0")
    return int(told) if told.isdigit() else 10_000


def _ask(question: Question, app: AppFacts, case: Case, knowledge: Knowledge) -> Iterator[Finding]:
    params = question.params
    cell = _cell(app, params.get("category", ""), case.assessments)
    if "verdicts" in params and (cell is None or cell.verdict not in params["verdicts"]):
        return
    started = case.facts_of(app, params["when"])
    found = [fact for fact in started if question.counts(fact) and matches(fact, params["when"])]
    if not found or _any_living(params.get("without", ()), app, case):
        return
    if "and" in params and not _any_living(params["and"], app, case):
        return
    for subject, facts in _by_subject(params.get("subject", ""), found):
        yield _finding(question, app, subject, facts, cell, knowledge)


def _any_living(patterns: Sequence[str], app: AppFacts, case: Case) -> bool:
    return any(not fact.is_dead and matches(fact, patterns) for fact in case.facts_of(app, patterns))


def _cell(app: AppFacts, category: str, cells: Iterable[Assessment]) -> Assessment | None:
    return next((cell for cell in cells if cell.app == app.path and cell.category == category), None)


def _by_subject(subject: str, found: list[Fact]) -> Iterator[tuple[str, list[Fact]]]:
    """One group for a rule that speaks of one thing, else one for each key."""
    if subject:
        yield from [(subject, found)] if found else []
        return
    for key in sorted({fact.key for fact in found}):
        yield key, [fact for fact in found if fact.key == key]


def _finding(
    question: Question, app: AppFacts, subject: str, facts: list[Fact], cell: Assessment | None, knowledge: Knowledge
) -> Finding:
    rule, category = question.rule, question.params.get("category", "")
    quote = cell.disclosures[0] if cell and cell.disclosures else None
    title = knowledge.categories[category].title if category in knowledge.categories else ""
    return replace(
        found_by(
            rule,
            f"{app.app_id}/{subject}",
            rule.message.format(
                subject=subject,
                found=", ".join(sorted({fact.key for fact in facts})),
                category=title,
                condition="; ".join(facts[0].condition),
                value="; ".join(sorted({fact.value for fact in facts})),
                target=target_sdk(app),
            ),
        ),
        app=app.path,
        document=quote.location.path if quote else "",
        location=quote.location if quote else facts[0].location,
        category=category,
        evidence=tuple(facts),
        quotes=cell.disclosures if cell else (),
    )
