"""`AppFacts` in, the same with the confidence of use evidence settled by what stands beside it in the same binary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Signal
from permcheck.model import CONFIDENCES, AppFacts, Confidence, Fact

BESIDE = ("selector", "symbol", "class")
"""Kinds of fact that can confirm another one."""


def settle(app: AppFacts, knowledge: Knowledge) -> AppFacts:
    """Give every fact whose signal needs company the confidence that it deserves.

    A class that is imported and called (one of the signal's ``needs`` stands in the same binary) is high; the class
    alone keeps the signal's own confidence. A selector alone proves nothing and is never a signal.
    """
    beside: dict[str, set[str]] = {}
    for fact in app.facts:
        if fact.kind in BESIDE:
            beside.setdefault(fact.location.path, set()).add(fact.key)
    return replace(app, facts=tuple(_settled(fact, app, beside, knowledge) for fact in app.facts))


def _settled(fact: Fact, app: AppFacts, beside: Mapping[str, set[str]], knowledge: Knowledge) -> Fact:
    signals = [signal for _, signal in knowledge.signals_for(app.platform, fact) if signal.needs or not signal.asks]
    if not signals:
        return fact
    near = beside.get(fact.location.path, set())
    return replace(fact, confidence=min((_one(fact, signal, near) for signal in signals), key=CONFIDENCES.index))


def _one(fact: Fact, signal: Signal, near: set[str]) -> Confidence:
    """What one signal makes of a fact: company can raise it, nothing else goes beyond what the reader was sure of."""
    if near.intersection(signal.needs):
        return "high"
    if signal.needs:
        return signal.confidence
    return max(fact.confidence, signal.confidence, key=CONFIDENCES.index)
