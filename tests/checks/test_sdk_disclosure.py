"""SDKs that collect what the policy never mentions."""

from __future__ import annotations

import pytest

from permcheck.checks.case import Case
from permcheck.checks.sdk_disclosure import sdk_disclosure
from permcheck.knowledge import load_knowledge
from permcheck.match.attribution import attribute
from permcheck.model import AppFacts, Disclosure, Document, Fact, Finding, Location, Policy

KNOWLEDGE = load_knowledge()
RULE = KNOWLEDGE.rules["PC110"]
ADJUST = Fact("code-package", "com.adjust.sdk", "40")


def app(*facts: Fact, path: str = "lamp.apk") -> AppFacts:
    return attribute(AppFacts(path, "android", "com.example.lamp", "Lamp", "1", "0" * 64, facts), KNOWLEDGE)


def policy(*categories: str, stance: str = "disclosed") -> Policy:
    said = tuple(Disclosure("policy", name, stance, "q", Location("p.txt")) for name in categories)
    return Policy(Document("p.txt", "", "en", "0" * 64, ()), said)


def find(apps: tuple[AppFacts, ...], *policies: Policy) -> list[Finding]:
    return list(sdk_disclosure(RULE, Case(apps, policies, (), (), ()), KNOWLEDGE))


def test_what_an_sdk_collects_and_nobody_mentions_is_one_finding_per_sdk_and_app() -> None:
    twice = app(ADJUST, Fact("code-package", "com.adjust.sdk.network", "9"), Fact("meta-data", "io.sentry.dsn"))
    [finding] = find((twice,), policy("camera"))
    assert finding.subject == "com.example.lamp/adjust"
    assert (finding.severity, finding.confidence) == ("note", "low")
    assert KNOWLEDGE.sdks["adjust"].disclosure in finding.message
    assert KNOWLEDGE.categories["tracking"].title in finding.message
    assert len(find((app(ADJUST), app(ADJUST, path="b.apk")), policy("camera"))) == 2


def test_only_what_is_not_mentioned_is_listed() -> None:
    [finding] = find((app(ADJUST),), policy("tracking"))
    assert KNOWLEDGE.categories["tracking"].title not in finding.message
    assert find((app(ADJUST),), policy("tracking", "device-id")) == []
    assert find((app(ADJUST),), policy("tracking"), policy("device-id", stance="denied")) == []
    assert len(find((app(ADJUST),), policy("tracking", "device-id", stance="placeholder"))) == 1


def test_without_a_policy_nothing_is_missing_from_it() -> None:
    assert find((app(ADJUST),)) == []


def test_a_single_weak_mark_accuses_nobody() -> None:
    left_behind = app(Fact("meta-data", "com.google.android.gms.ads.APPLICATION_ID", "x"))
    assert [fact.key for fact in left_behind.facts if fact.kind == "sdk"] == ["google-mobile-ads"]
    assert find((left_behind,), policy("camera")) == []


@pytest.mark.parametrize("sdk", [sdk for sdk in KNOWLEDGE.sdks.values() if sdk.kind == "library"], ids=lambda s: s.id)
def test_a_support_library_is_never_accused(sdk) -> None:  # type: ignore[no-untyped-def]
    assert sdk.categories == ()
    assert find((app(Fact("sdk", sdk.id, sdk.name)),), policy("camera")) == []
