"""`AppFacts` in, the same with the SDK behind each fact named, as far as the SDK data knows it, out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Sdk
from permcheck.model import AppFacts, Fact

EXACT = {"native-library": "libraries", "meta-data": "metadata", "framework": "frameworks", "resource": "frameworks"}
"""Fact kind -> the SDK field whose entries name it to the letter."""


def attribute(app: AppFacts, knowledge: Knowledge) -> AppFacts:
    """Set the origin of every fact that an SDK brings, and add one ``sdk`` fact per SDK that was recognised.

    The value of an ``sdk`` fact is the SDK's name, its location the first place where it shows.
    """
    index = _Index(knowledge.sdks)
    facts = []
    seen: dict[str, Fact] = {}
    for fact in app.facts:
        sdk = index.find(fact)
        if sdk is not None:
            seen.setdefault(sdk.id, Fact("sdk", sdk.id, sdk.name, fact.location))
            fact = replace(fact, origin=sdk.name)  # noqa: PLW2901  (the same fact, better known)
        facts.append(fact)
    return replace(app, facts=tuple(sorted([*facts, *seen.values()])))


class _Index:
    """Longest-prefix and exact look-up over all SDKs."""

    def __init__(self, sdks: Mapping[str, Sdk]) -> None:
        self.packages = {prefix: sdk for sdk in sdks.values() for prefix in sdk.packages}
        self.classes = {prefix: sdk for sdk in sdks.values() for prefix in sdk.classes}
        self.exact = {
            (kind, name): sdk
            for kind, entries in EXACT.items()
            for sdk in sdks.values()
            for name in getattr(sdk, entries)
        }

    def find(self, fact: Fact) -> Sdk | None:
        if fact.kind == "code-package":
            return _longest(self.packages, fact.key, _dotted)
        if fact.kind == "api-call":
            return _longest(self.packages, fact.value, _dotted)
        if fact.kind == "objc-class":
            return _longest(self.classes, fact.key, _every)
        return self.exact.get((fact.kind, fact.key)) or self._holder(fact)

    def _holder(self, fact: Fact) -> Sdk | None:
        """The SDK whose own framework or resource bundle the fact lies in."""
        for piece in reversed(fact.location.path.split("/")):
            name, _, suffix = piece.rpartition(".")
            if suffix in ("framework", "bundle") and ("framework", name) in self.exact:
                return self.exact["framework", name]
        return None


def _longest(table: Mapping[str, Sdk], name: str, prefixes: Callable[[str], Iterator[str]]) -> Sdk | None:
    return next((table[prefix] for prefix in prefixes(name) if prefix in table), None)


def _dotted(name: str) -> Iterator[str]:
    """``a.b.c``, ``a.b``, ``a``."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def _every(name: str) -> Iterator[str]:
    return (name[:end] for end in range(len(name), 0, -1))
