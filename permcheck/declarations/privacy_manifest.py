"""The facts of an iOS app in, what its privacy manifests declare as collected out, one `Disclosure` a data type.

https://developer.apple.com/documentation/bundleresources/describing-data-use-in-privacy-manifests
"""

from __future__ import annotations

from collections.abc import Iterator

from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Category
from permcheck.model import AppFacts, Disclosure, Fact

_DATA_TYPE = "NSPrivacyCollectedDataType"
_TRACKING = "tracking"


def declare(app: AppFacts, knowledge: Knowledge) -> Iterator[Disclosure]:
    """Every declared data type that a category knows, and that the app tracks where a manifest says so.

    A manifest of the app itself speaks for the first party, one of a framework or resource bundle for a third.
    """
    asked = {c.id for fact in app.facts for c, signal in knowledge.signals_for("ios", fact) if signal.asks}
    for fact in app.facts:
        if fact.kind == "privacy-data-type":
            for category in _closest(fact, knowledge, asked):
                yield _disclosure(fact, category, f"{fact.key.removeprefix(_DATA_TYPE)}: {fact.value or 'no purpose'}")
        elif fact.kind == "privacy-tracking" and fact.value == "true" and _TRACKING in knowledge.categories:
            yield _disclosure(fact, knowledge.categories[_TRACKING], "NSPrivacyTracking: true")


def _closest(fact: Fact, knowledge: Knowledge, asked: set[str]) -> list[Category]:
    """The categories that a data type stands for: of several, those that the app asks for, else the first alone.

    An identifier stands for tracking only where its entry says that it is used to track.
    """
    name = fact.key.removeprefix(_DATA_TYPE)
    known = [category for category in knowledge.categories.values() if name in category.apple]
    if len(known) > 1 and _TRACKING not in fact.condition:
        known = [category for category in known if category.id != _TRACKING]
    return [category for category in known if category.id in asked] or known[:1]


def _disclosure(fact: Fact, category: Category, quote: str) -> Disclosure:
    own = fact.location.path.rpartition("/")[0].endswith(".app")
    return Disclosure(
        source="privacy-manifest",
        category=category.id,
        stance="disclosed",
        quote=quote,
        location=fact.location,
        purpose=fact.value if fact.kind == "privacy-data-type" else "",
        scope="ios",
        party="first" if own else "third",
        condition=", ".join(fact.condition),
        why="declared in the privacy manifest",
    )
