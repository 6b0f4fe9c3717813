"""Nothing in, nothing out: rules of this check are asked after all others, when waivers are laid over the findings."""

from __future__ import annotations

from collections.abc import Iterator

from permcheck.checks.case import Case
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import Finding


def triage(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:  # noqa: ARG001  (every check has one signature)
    """Find nothing here; `permcheck.triage` reads the rule's parameter ``status`` (``expired`` or ``unused``)."""
    yield from ()
