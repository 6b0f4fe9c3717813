"""The mappings in, the names that extractors look for in code out: of signals, of what confirms them, of rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from permcheck.knowledge import Knowledge
from permcheck.model import Platform

CODE = ("api-call", "class", "intent", "provider", "selector", "symbol")
"""Kinds of fact that stand for a name in code."""


def wanted(platform: Platform, knowledge: Knowledge) -> Mapping[str, frozenset[str]]:
    """Fact kind -> names. What confirms a class (``needs``) is a symbol with its underscore, or a selector."""
    names = {kind: set(knowledge.keys(platform, kind)) for kind in knowledge.kinds(platform)}
    for category in knowledge.categories.values():
        for signal in category.signals:
            for need in signal.needs if signal.platform == platform else ():
                names.setdefault("symbol" if need.startswith("_") else "selector", set()).add(need)
    for rule in knowledge.rules.values():
        for kind, name in code_names(rule.params):
            names.setdefault(kind, set()).add(name)
    return {kind: frozenset(found) for kind, found in sorted(names.items())}


def code_names(params: object) -> Iterator[tuple[str, str]]:
    """Kind and name of every pattern for code (``class:CBCentralManager``) anywhere in a rule's parameters."""
    if isinstance(params, Mapping):
        for value in params.values():
            yield from code_names(value)
    elif isinstance(params, list | tuple):
        for value in params:
            yield from code_names(value)
    elif isinstance(params, str):
        for pattern in params.split("+"):
            kind, colon, name = pattern.partition(":")
            if colon and kind in CODE:
                yield kind, name.partition("=")[0]
