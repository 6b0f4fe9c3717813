"""The categories measured by the platforms' own lists, and names that neither knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from permcheck.knowledge import Knowledge, platforms
from permcheck.knowledge.platforms import names, problems
from permcheck.match.unjudged import NO_SUCH_NAME, REASON, mark
from permcheck.model import AppFacts, Fact, Gap, Location


def marked(knowledge: Knowledge, *facts: Fact, platform: str = "android") -> AppFacts:
    app = AppFacts("a.apk", platform, "com.example.app", "A", "1", "", facts)  # type: ignore[arg-type]
    return mark(app, knowledge)


def permission(name: str, *conditions: str) -> Fact:
    return Fact("permission", name, condition=conditions)


def reasons(app: AppFacts) -> list[str]:
    return [gap.reason for gap in app.gaps if gap.fatal]


def test_every_name_by_which_an_app_reaches_something_has_a_category_or_a_reason(knowledge: Knowledge) -> None:
    assert list(problems(knowledge)) == []


@pytest.mark.parametrize(
    "lost",
    [
        "android.permission.CAMERA", "android.permission.MANAGE_ONGOING_CALLS", "android.permission.WRITE_SETTINGS",
        "com.google.android.gms.permission.CAR_SPEED", "com.oculus.permission.EYE_TRACKING",
        "NSHandsTrackingUsageDescription", "com.apple.developer.exposure-notification",
    ],
)  # fmt: skip
def test_a_category_that_loses_a_name_is_told(knowledge: Knowledge, lost: str) -> None:
    holes = {
        name: replace(category, signals=tuple(one for one in category.signals if one.key != lost))
        for name, category in knowledge.categories.items()
    }
    assert any(lost in problem for problem in problems(replace(knowledge, categories=holes)))


def test_the_lists_are_whole_and_say_where_they_come_from() -> None:
    assert len(names()) > 1300
    for path in sorted((platforms.sources.shipped() / "platforms").glob("*.tsv")):
        first, second, *_ = path.read_text(encoding="utf-8").splitlines()
        assert first.startswith("# source: https://"), path
        assert second.startswith("# read: 2026-"), path


def test_unknown_access_is_one_fatal_gap_with_what_is_known_of_each_name(knowledge: Knowledge) -> None:
    app = marked(
        knowledge,
        permission("android.car.permission.CAR_TIRES"),
        permission("com.acme.permission.LOCKS"),
        permission("android.permission.CAMERA"),
    )
    assert reasons(app) == [
        f"{REASON}: android.car.permission.CAR_TIRES (signature|privileged), com.acme.permission.LOCKS"
    ]


def test_what_the_app_defines_or_cannot_get_is_not_unknown(knowledge: Knowledge) -> None:
    own = Fact("permission-definition", "org.acme.SYNC", "signature")
    dead = permission("com.acme.permission.OLD", "dead: below the minimum SDK of 24")
    app = marked(knowledge, own, permission("org.acme.SYNC"), permission("com.example.app.HUB"), dead)
    assert app.gaps == ()


def test_an_invented_name_grants_nothing_and_leaves_nothing_unjudged(knowledge: Knowledge) -> None:
    app = marked(knowledge, permission("android.permission.GALLERY"))
    assert app.gaps == ()
    assert app.facts[0].condition == (NO_SUCH_NAME,)


def test_a_name_of_a_health_record_is_never_invented(knowledge: Knowledge) -> None:
    app = marked(knowledge, permission("android.permission.health.READ_SOMETHING_NEW"))
    assert NO_SUCH_NAME not in app.facts[0].condition


def test_unknown_keys_and_entitlements_of_ios_do_not_pass(knowledge: Knowledge) -> None:
    key, right = "NSAuraUsageDescription", "com.apple.developer.aura"
    facts = (Fact("purpose-string", key, "x"), Fact("entitlement", right, "1"))
    assert reasons(marked(knowledge, *facts, platform="ios")) == [f"{REASON}: {key}, {right}"]
    known = (Fact("purpose-string", "NSCameraUsageDescription", "x"), Fact("entitlement", "get-task-allow", "1"))
    assert marked(knowledge, *known, platform="ios").gaps == ()


def test_other_gaps_stay(knowledge: Knowledge) -> None:
    read = (Gap(Location("b"), "z"),)
    app = AppFacts("a.apk", "android", "com.example.app", "A", "1", "", (permission("x.y"),), read)
    assert [gap.reason for gap in mark(app, knowledge).gaps] == [f"{REASON}: x.y", "z"]
