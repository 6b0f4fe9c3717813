"""What was not read or not judged? Every gap becomes a finding, so that it can never look like a pass.

The parameter ``fatal`` chooses between lost inputs and unread parts; ``reason`` those that begin so, which the rules
without it leave to the rule with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from permcheck.checks.case import Case, found_by
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import Finding


def gaps(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:
    """Find the gaps that the rule speaks of."""
    others = {str(one.params["reason"]) for one in knowledge.rules.values() if "reason" in one.params}
    wanted = str(rule.params.get("reason", ""))
    known = (
        *((gap, "", "") for gap in case.gaps),
        *((gap, app.path, app.app_id) for app in case.apps for gap in app.gaps),
        *((gap, "", "") for policy in case.policies for gap in policy.document.gaps),
    )
    for gap, app, app_id in known:
        of_another = not wanted and gap.reason.startswith(tuple(others))
        if gap.fatal is rule.params["fatal"] and gap.reason.startswith(wanted) and not of_another:
            where = "/".join(filter(None, (gap.location.path, gap.location.anchor)))
            yield replace(
                found_by(
                    rule,
                    f"{app_id}/{gap.reason}" if app_id else f"{where}: {gap.reason}",
                    rule.message.format(where=where, reason=gap.reason),
                ),
                app=app,
                location=gap.location,
            )
