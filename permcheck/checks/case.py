"""What a check may look at, the shape of a check, and the start of what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import AppFacts, Assessment, Disclosure, Fact, Finding, Gap, Policy


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that a check may look at in one run."""

    apps: tuple[AppFacts, ...]
    policies: tuple[Policy, ...]
    declarations: tuple[Disclosure, ...]
    assessments: tuple[Assessment, ...]
    gaps: tuple[Gap, ...]
    kinds: dict[str, dict[str, list[Fact]]] = field(default_factory=dict, compare=False, repr=False)
    """By path of an app its facts by kind, as far as `facts_of` was asked for them."""

    def facts_of(self, app: AppFacts, patterns: Iterable[str]) -> Iterator[Fact]:
        """The facts of an app of those kinds that the patterns (``kind:key``) name, kind by kind.

        Most rules ask for one or two kinds, and an app has thousands of facts.
        """
        if app.path not in self.kinds:
            table: dict[str, list[Fact]] = {}
            for fact in app.facts:
                table.setdefault(fact.kind, []).append(fact)
            self.kinds[app.path] = table
        known = self.kinds[app.path]
        for kind in sorted({pattern.partition(":")[0] for pattern in patterns}):
            yield from known.get(kind, ())


Check = Callable[[Rule, Case, Knowledge], Iterator[Finding]]


def found_by(rule: Rule, subject: str, message: str) -> Finding:
    """A finding with what its rule says of every one; what is particular to it is laid over with ``replace``."""
    return Finding(rule.id, rule.name, rule.severity, rule.confidence, subject, message, rule.fix)
