"""Facts and disclosures in, one `Assessment` per category and app out: a pure join, no rules."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Category, Signal
from permcheck.match.unjudged import mark as mark
from permcheck.model import AppFacts, Assessment, Confidence, Disclosure, Fact, Platform, Policy, Verdict

Judgement = tuple[Verdict, Confidence, str, tuple[Disclosure, ...]]
Judge = Callable[[Category, tuple[Disclosure, ...], Platform | None, Knowledge], Judgement]
"""What the policies say of one category on one platform: verdict, confidence, why, and the disclosures that decide."""

Asked = dict[str, tuple[Fact, ...]]
"""Category id -> the facts that speak of it."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """The policy side of the join, the same for every app of a run."""

    disclosures: tuple[Disclosure, ...]
    knowledge: Knowledge
    judge: Judge
    unread: str = ""
    """Why silence proves nothing, where it does not."""
    hidden: Mapping[str, str] = field(default_factory=dict)
    """Categories of which text tells that no reader sees, and how it is hidden."""

    def cell(self, category: Category, app: AppFacts | None = None, facts: tuple[Fact, ...] = ()) -> Assessment:
        """Judge one category for one app, or as if an app asked for it."""
        platform = app.platform if app else None
        verdict, confidence, why, decisive = self.judge(category, self.disclosures, platform, self.knowledge)
        if app and verdict == "denied":
            verdict = "contradicted"
        if verdict == "silent" and category.id in self.hidden:
            reason = f"only text that no reader sees speaks of it ({self.hidden[category.id]})"
            verdict, confidence, why = "not-checked", "low", reason
        if self.unread and verdict == "silent":
            verdict, confidence, why = "not-checked", "low", self.unread
        return Assessment(category.id, app.path if app else "", verdict, confidence, why, facts, decisive)


def assess(
    apps: tuple[AppFacts, ...], policies: tuple[Policy, ...], knowledge: Knowledge, judge: Judge
) -> tuple[Assessment, ...]:
    """Judge every category that an app asks for. Without policies there is nothing to judge."""
    if not policies:
        return ()
    matcher = _matcher(policies, knowledge, judge)
    asked = {app.path: asked_categories(app, knowledge) for app in apps}
    return tuple(cell for category in _judged(knowledge) for cell in _asked_cells(matcher, category, apps, asked))


def unsupported(
    apps: tuple[AppFacts, ...], asked: Container[str], policies: tuple[Policy, ...], knowledge: Knowledge, judge: Judge
) -> tuple[Assessment, ...]:
    """The cells of every claim that no given app bears out: ``asked`` are the categories that one asks for."""
    if not policies:
        return ()
    matcher = _matcher(policies, knowledge, judge)
    unasked = (category for category in _judged(knowledge) if category.id not in asked)
    return tuple(cell for category in unasked for cell in _stale_cells(matcher, category, apps))


def survey(policies: tuple[Policy, ...], knowledge: Knowledge, judge: Judge) -> tuple[Assessment, ...]:
    """Judge every category as if an app asked for it: what policies say on their own."""
    matcher = _matcher(policies, knowledge, judge)
    return tuple(matcher.cell(category) for category in _judged(knowledge)) if policies else ()


def _judged(knowledge: Knowledge) -> Iterator[Category]:
    return (category for category in knowledge.categories.values() if category.judged)


def _matcher(policies: tuple[Policy, ...], knowledge: Knowledge, judge: Judge) -> Matcher:
    said = tuple(disclosure for policy in policies for disclosure in policy.disclosures)
    unread = (gap.reason for policy in policies for gap in policy.document.gaps if gap.silences)
    hidden = {item.category: item.why for policy in policies for item in policy.hidden}
    return Matcher(said, knowledge, judge, next(unread, ""), hidden)


def categorise(app: AppFacts, knowledge: Knowledge) -> Iterator[tuple[Fact, tuple[str, ...]]]:
    """Each fact with the categories that it belongs to: first what it asks for, the most specific one leading."""
    for fact in app.facts:
        found = knowledge.signals_for(app.platform, fact)
        named = {category.id: category for category, _ in found}
        asking = {category.id for category, signal in found if signal.asks}
        yield fact, tuple(sorted(named, key=lambda name: _rank(named[name], named, asking)))


def _rank(category: Category, named: Mapping[str, Category], asking: AbstractSet[str]) -> tuple[bool, bool]:
    return category.id not in asking, category.parent not in named


def asked_categories(app: AppFacts, knowledge: Knowledge) -> Asked:
    """The categories that at least one living fact of the app *asks* for, with all facts that speak of them."""
    facts: dict[str, list[Fact]] = {}
    asking = set()
    for fact in app.facts:
        for category, signal in knowledge.signals_for(app.platform, fact):
            facts.setdefault(category.id, []).append(fact)
            if _asks(signal, fact):
                asking.add(category.id)
    return {name: tuple(facts[name]) for name in knowledge.categories if name in asking}


def _asks(signal: Signal, fact: Fact) -> bool:
    """Whether a fact asks for its category: alive, and confirmed where the signal needs company."""
    return signal.asks and not fact.is_dead and (not signal.needs or fact.confidence == "high")


def _asked_cells(
    matcher: Matcher, category: Category, apps: tuple[AppFacts, ...], asked: dict[str, Asked]
) -> list[Assessment]:
    return [matcher.cell(category, app, asked[app.path][category.id]) for app in apps if category.id in asked[app.path]]


def _stale_cells(matcher: Matcher, category: Category, apps: tuple[AppFacts, ...]) -> list[Assessment]:
    """Cells of a claim that no given app bears out, where the platform would show it if one did."""
    cells = [matcher.cell(category, app) for app in apps if app.platform in category.gated]
    return [
        replace(cell, verdict="unsupported", why="the policy claims it, but no checked app requests it")
        for cell in cells
        if cell.verdict == "disclosed"
    ]
