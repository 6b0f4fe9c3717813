"""Which policy was judged: one that was given, or one that the bundle carries?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from permcheck.checks.case import Case, found_by
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import Finding, Location


def bundled(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:  # noqa: ARG001  (every check has one signature)
    """Find the policies that come out of the bundles themselves; a rule of this check says so and has no parameters."""
    for policy in case.policies:
        for app in case.apps:
            path = policy.document.path
            if path.startswith(f"{app.path}!/"):
                yield replace(
                    found_by(rule, f"{app.app_id}/{path.partition('!/')[2]}", rule.message.format(path=path)),
                    app=app.path,
                    document=path,
                    location=Location(path),
                )
