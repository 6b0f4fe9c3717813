"""`AppFacts` of an iOS app in, the same with what each purpose string's resource is used by: code, none, or unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from permcheck.knowledge import Knowledge
from permcheck.match.evidence import BESIDE
from permcheck.model import AppFacts, Fact

NOT_REFERENCED = "code references none of the names known for it"
UNKNOWN = "cannot tell whether code references it"
CODE = ("class", "symbol")
TRACELESS = ("local-network",)
"""Categories that an app can reach through plain sockets, so that the absence of every name says nothing."""
_BUNDLES = (".app", ".appex", ".framework", ".app!", ".appex!")
_CLOSED = {"encrypted": "encrypted", "unread-code": "not all code was read"}

Evidence = Mapping[str, list[tuple[Fact, bool]]]
"""Category id -> the names in code that speak of it, each with whether it proves use."""


def trace_use(app: AppFacts, knowledge: Knowledge) -> AppFacts:
    """Give every purpose string a condition that says who uses its resource, unless its own bundle plainly does.

    ``referenced by Kit.framework, not by the app``; `NOT_REFERENCED`; or `UNKNOWN` with the reason: encrypted or
    unread code, a class without the call that asks, a framework that is linked and no more, a runtime whose programs
    name classes as text.
    """
    evidence = _evidence(app, knowledge)
    return replace(
        app, facts=tuple(_traced(f, app, evidence, knowledge) if f.kind == "purpose-string" else f for f in app.facts)
    )


def _traced(fact: Fact, app: AppFacts, evidence: Evidence, knowledge: Knowledge) -> Fact:
    categories = [category for category, _ in knowledge.signals_for("ios", fact)]
    visible = any(s.platform == "ios" and s.kind in CODE for category in categories for s in category.signals)
    if not visible or any(category.id in TRACELESS for category in categories):
        return fact
    said = _state(fact, app, [pair for category in categories for pair in evidence.get(category.id, ())])
    return replace(fact, condition=(*fact.condition, said)) if said and said not in fact.condition else fact


def _state(fact: Fact, app: AppFacts, found: list[tuple[Fact, bool]]) -> str:
    own = _bundle(fact.location.path)
    users = {_bundle(one.location.path) for one, proves in found if proves}
    if users:
        named = ", ".join(sorted(user.rpartition("/")[2] for user in users))
        return "" if own in users else f"referenced by {named}, not by {_name(own)}"
    closed = sorted({_CLOSED[one.kind] for one in app.facts if one.kind in _CLOSED})
    if closed:
        return f"{UNKNOWN}: {', '.join(closed)}"
    hints = ", ".join(sorted({one.key for one, _ in found}))
    if hints:
        return f"{UNKNOWN}: names {hints} and no more"
    dynamic = sorted({one.key for one in app.facts if one.kind == "framework-marker" and one.value == "dynamic"})
    return f"{UNKNOWN}: {', '.join(dynamic)} names classes as text" if dynamic else NOT_REFERENCED


def _evidence(app: AppFacts, knowledge: Knowledge) -> Evidence:
    """A framework that is linked is a hint; so is a class without the call that makes it ask, in the same binary."""
    beside: dict[str, set[str]] = {}
    for fact in app.facts:
        if fact.kind in BESIDE:
            beside.setdefault(fact.location.path, set()).add(fact.key)
    evidence: dict[str, list[tuple[Fact, bool]]] = {}
    for fact in app.facts:
        for category, signal in knowledge.signals_for(app.platform, fact) if fact.kind in (*CODE, "framework") else ():
            called = not signal.needs or not beside[fact.location.path].isdisjoint(signal.needs)
            evidence.setdefault(category.id, []).append((fact, fact.kind in CODE and called))
    return evidence


def _bundle(path: str) -> str:
    """The path of the innermost bundle that a place lies in."""
    pieces = path.split("/")
    ends = [number for number, piece in enumerate(pieces, 1) if piece.endswith(_BUNDLES)]
    return "/".join(pieces[: ends[-1]]).removesuffix("!") if ends else path.partition("!/")[0]


def _name(bundle: str) -> str:
    return bundle.rpartition("/")[2] if bundle.endswith(".appex") else "the app"
