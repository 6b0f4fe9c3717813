"""The mappings in, the names that extractors look for in code out: of signals, of what confirms them, of rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from permcheck.knowledge import Knowledge
from permcheck.model import Platform

CODE = ("api-call", "class", "intent", "provider", "selector", "symbol")
"""Kinds of fact that stand for a name in code."""


def wanted(platform: Platform, knowledge: Knowledge) -> Mapping[str, frozenset[str]]:
    """Fact kind -> names. What confirms a class (``needs``) is a symbol with its underscore, or a selector."""
    names: dict[str, set[str]] = defaultdict(set)
    signals = (signal for category in knowledge.categories.values() for signal in category.signals)
    for signal in (signal for signal in signals if signal.platform == platform):
        names[signal.kind].add(signal.key)
        for need in signal.needs:
            names["symbol" if need.startswith("_") else "selector"].add(need)
    for rule in knowledge.rules.values():
        for kind, name in code_names(rule.params):
            names[kind].add(name)
    return {kind: frozenset(found) for kind, found in sorted(names.items())}


def code_names(params: object) -> Iterator[tuple[str, str]]:
    """Kind and name of every pattern for code (``class:CBCentralManager``) anywhere in a rule's parameters."""
    if isinstance(params, str):
        # nearly all strings are words of rules, and most runs come past each of them
        for pattern in params.split("+") if ":" in params else ():
            kind, colon, name = pattern.partition(":")
            if colon and kind in CODE:
                yield kind, name.partition("=")[0]
    elif isinstance(params, Mapping | list | tuple):
        for value in params.values() if isinstance(params, Mapping) else params:
            yield from code_names(value)
