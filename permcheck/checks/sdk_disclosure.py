"""What is an SDK in the app known to collect, and does the policy mention it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from permcheck.checks.case import Case, found_by
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule, Sdk
from permcheck.model import AppFacts, Fact, Finding


def sdk_disclosure(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:
    """Find SDKs whose own published disclosure names data that no clause of the policy speaks of.

    One finding per SDK and app. An SDK known by a single weak mark is named among the facts, and not accused.
    """
    if not case.policies:
        return
    told = {said.category for policy in case.policies for said in policy.disclosures if said.stance != "placeholder"}
    for app in case.apps:
        for fact in (fact for fact in app.facts if fact.kind == "sdk" and fact.confidence != "low"):
            sdk = knowledge.sdks.get(fact.key)
            silent = [name for name in sdk.categories if name not in told] if sdk else []
            if sdk and silent:
                yield _finding(rule, app, fact, sdk, [knowledge.categories[name].title for name in silent])


def _finding(rule: Rule, app: AppFacts, fact: Fact, sdk: Sdk, titles: list[str]) -> Finding:
    return replace(
        found_by(
            rule,
            f"{app.app_id}/{sdk.id}",
            rule.message.format(
                sdk=sdk.name, vendor=sdk.vendor, categories=", ".join(titles), disclosure=sdk.disclosure or sdk.source
            ),
        ),
        app=app.path,
        location=fact.location,
        evidence=(fact,),
    )
