"""Facts as short text in, an app and a `Case` around it out: ``path | kind:key=value | condition; condition``."""

from __future__ import annotations

from permcheck.checks.case import Case
from permcheck.knowledge.schema import Rule
from permcheck.model import AppFacts, Fact, Location, Platform

MAIN = "lamp.ipa!/Payload/Lamp.app"


def fact(text: str) -> Fact:
    """One fact; a path without ``!/`` lies in the main app, ``""`` is its Info.plist."""
    path, body, conditions = (piece.strip() for piece in (f"{text}||".split("|"))[:3])
    kind, _, rest = body.partition(":")
    key, _, value = rest.partition("=")
    place = path if "!/" in path else f"{MAIN}/{path or 'Info.plist'}"
    return Fact(
        kind, key, value, Location(place), condition=tuple(c.strip() for c in conditions.split(";") if c.strip())
    )


def app(*texts: str, platform: Platform = "ios") -> AppFacts:
    """An app that says who it is, and these facts."""
    facts = (Fact("identity", "app_id", "com.example.lamp", Location(f"{MAIN}/Info.plist")), *map(fact, texts))
    return AppFacts("lamp.ipa", platform, "com.example.lamp", "Lamp", "1", "", tuple(sorted(facts)))


def case(*apps: AppFacts) -> Case:
    """A run over these apps, without a policy."""
    return Case(apps, (), (), (), ())


def rule(check: str, message: str = "{subject}", **params: object) -> Rule:
    """A rule with nothing but what its check needs."""
    return Rule("PC999", "a-rule", "Title.", check, "warning", message, "why", "fix", (), params=params)
