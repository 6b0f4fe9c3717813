"""A check of our own: apps whose version is a development build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from permcheck.checks.case import Case, found_by
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import Finding


def odd_version(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:  # noqa: ARG001
    """Find apps whose version ends with the rule's parameter ``suffix``."""
    for app in case.apps:
        if app.version.endswith(rule.params.get("suffix", "-dev")):
            found = found_by(rule, f"{app.app_id}/version", rule.message.format(version=app.version))
            yield replace(found, app=app.path)
