"""The few questions that a rule can ask; rules are data and many, the functions here are few."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterable, Iterator

from permcheck.checks.case import Case, Check
from permcheck.errors import MappingError
from permcheck.knowledge import Knowledge
from permcheck.model import SEVERITIES, Finding

__all__ = ["CHECKS", "OF_APPS", "OF_RUNS", "Case", "Check", "find_check", "ordered", "run"]

CHECKS = {
    "bundled": "permcheck.checks.bundled:bundled",
    "consistency": "permcheck.checks.consistency:consistency",
    "coverage": "permcheck.checks.coverage:coverage",
    "gaps": "permcheck.checks.gaps:gaps",
    "pairing": "permcheck.checks.pairing:pairing",
    "placeholders": "permcheck.checks.placeholders:placeholders",
    "policy_text": "permcheck.checks.policy_text:policy_text",
    "presence": "permcheck.checks.presence:presence",
    "privacy-manifest": "permcheck.checks.privacy_manifest:privacy_manifest",
    "purpose": "permcheck.checks.purpose:purpose",
    "purpose-strings": "permcheck.checks.purpose_strings:purpose_strings",
    "sdk_disclosure": "permcheck.checks.sdk_disclosure:sdk_disclosure",
    "triage": "permcheck.checks.triage:triage",
    "unseen": "permcheck.checks.unseen:unseen",
    "usage": "permcheck.checks.usage:usage",
}
"""Name in a rule -> where its function stands; imported when a rule first asks."""
OF_RUNS = frozenset({"consistency", "gaps", "placeholders", "policy_text", "triage"})
"""Checks that look at policies, or at all apps of a run together."""
OF_APPS = frozenset((CHECKS.keys() - OF_RUNS) | {"gaps"})
"""Checks that look at one app after the other."""


def find_check(name: str) -> Check:
    """The function behind a check's name, ours or that of an installed package. Raises `MappingError`."""
    if name not in CHECKS:
        return _of_others(name)
    module, _, function = CHECKS[name].partition(":")
    found: Check = getattr(importlib.import_module(module), function)
    return found


def _of_others(name: str) -> Check:
    """The entry point of this name in the group ``permcheck.checks``; a mappings directory holds no code."""
    from importlib.metadata import entry_points  # noqa: PLC0415  (a slow search, only for what is not ours)

    for point in entry_points(group="permcheck.checks", name=name):
        found: Check = point.load()
        return found
    raise MappingError(f"no check is called {name!r}; known: {', '.join(sorted(CHECKS))}")


def run(case: Case, knowledge: Knowledge, only: Collection[str] = CHECKS.keys()) -> Iterator[Finding]:
    """All findings of all rules, or of those whose check is among ``only``, worst first."""
    wanted = (*only, *_names_of_others(knowledge)) if "presence" in only else only
    rules = [rule for rule in knowledge.rules.values() if rule.check in wanted]
    return ordered(found for rule in rules for found in find_check(rule.check)(rule, case, knowledge))


def _names_of_others(knowledge: Knowledge) -> Iterator[str]:
    """Checks of other packages look at apps: they are asked together with those that do."""
    return (rule.check for rule in knowledge.rules.values() if rule.check not in CHECKS)


def ordered(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each finding once, worst first."""
    unique = {(found.rule, found.subject, found.app, found.location): found for found in findings}
    return iter(sorted(unique.values(), key=_order))


def _order(found: Finding) -> tuple[int, str, str, str, object]:
    span = found.location.span if found.location and found.location.span else None
    place = (span.page or 0, span.line, span.column) if span else (0, 0, 0)
    return SEVERITIES.index(found.severity), found.rule, found.app, found.document, (place, found.subject)
