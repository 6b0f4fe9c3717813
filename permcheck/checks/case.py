"""What a check may look at, the shape of a check, and the start of what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import AppFacts, Assessment, Disclosure, Finding, Gap, Policy


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that a check may look at in one run."""

    apps: tuple[AppFacts, ...]
    policies: tuple[Policy, ...]
    declarations: tuple[Disclosure, ...]
    assessments: tuple[Assessment, ...]
    gaps: tuple[Gap, ...]


Check = Callable[[Rule, Case, Knowledge], Iterator[Finding]]


def found_by(rule: Rule, subject: str, message: str) -> Finding:
    """A finding with what its rule says of every one; what is particular to it is laid over with ``replace``."""
    return Finding(rule.id, rule.name, rule.severity, rule.confidence, subject, message, rule.fix)
