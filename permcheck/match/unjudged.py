"""`AppFacts` in, the same with a gap for the access that no category knows, and names that grant nothing told, out."""

from __future__ import annotations

from dataclasses import replace

from permcheck.knowledge import Knowledge, platforms
from permcheck.model import AppFacts, Fact, Gap

REASON = "access that could not be judged"
NO_SUCH_NAME = "no release of the platform has it, so it grants nothing"
_KINDS = ("permission", "purpose-string", "entitlement")
_RESERVED = ("android.permission.", "android.car.permission.")
"""Packages whose permissions only the platform defines."""


def mark(app: AppFacts, knowledge: Knowledge) -> AppFacts:
    """Add one fatal gap that lists what an app asks for and no category knows, each with its protection level.

    What the app defines itself, what a platform's list gives a reason to be ordinary, and what the platform would have
    to define and does not are left out; the last bears `NO_SUCH_NAME` as a condition.
    """
    open_facts = [fact for fact in app.facts if fact.kind in _KINDS and not knowledge.signals_for(app.platform, fact)]
    if not open_facts:
        return app
    defined = {fact.key for fact in app.facts if fact.kind == "permission-definition"}
    invented = {fact.key for fact in open_facts if _is_invented(fact, defined)}
    unknown = [fact for fact in open_facts if fact.key not in invented and _is_unknown(fact, app, defined)]
    facts = tuple(
        replace(fact, condition=(*fact.condition, NO_SUCH_NAME))
        if fact.kind == "permission" and fact.key in invented
        else fact
        for fact in app.facts
    )
    if not unknown:
        return replace(app, facts=facts)
    said = ", ".join(dict.fromkeys(_told(fact) for fact in unknown))
    gap = Gap(unknown[0].location, f"{REASON}: {said}", fatal=True)
    return replace(app, facts=facts, gaps=tuple(sorted({*app.gaps, gap})))


def _is_invented(fact: Fact, defined: set[str]) -> bool:
    return (
        fact.kind == "permission"
        and fact.key.startswith(_RESERVED)
        and fact.key not in platforms.names()
        and fact.key not in defined
        and not fact.key.startswith("android.permission.health.")
    )


def _is_unknown(fact: Fact, app: AppFacts, defined: set[str]) -> bool:
    known = platforms.names().get(fact.key)
    own = fact.key in defined or fact.key.startswith(f"{app.app_id}.")
    return not own and not fact.is_dead and not (known and known.ordinary)


def _told(fact: Fact) -> str:
    known = platforms.names().get(fact.key)
    return f"{fact.key} ({known.level})" if known and known.level else fact.key
