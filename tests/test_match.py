"""The join: what counts as asked, which claims are stale, which SDK stands behind a fact."""

from __future__ import annotations

from dataclasses import replace

import pytest

from permcheck.knowledge.schema import Sdk
from permcheck.match import asked_categories, assess, categorise, survey, unsupported
from permcheck.match.attribution import attribute
from permcheck.match.evidence import settle
from permcheck.model import AppFacts, Disclosure, Document, Fact, Gap, Location, Policy


def app(*facts, platform="android", path="a"):
    return AppFacts(path, platform, "com.example.lamp", "Lamp", "1", "0" * 64, tuple(facts))


def policy(*categories):
    said = tuple(Disclosure("policy", name, "disclosed", "q", Location("p.txt")) for name in categories)
    return Policy(Document("p.txt", "", "en", "0" * 64, ()), said)


def judge(category, disclosures, platform, knowledge):
    own = tuple(d for d in disclosures if d.category == category.id)
    return ("disclosed" if own else "silent"), "high", "", own


def verdicts(apps, policies, knowledge):
    cells = assess(apps, policies, knowledge, judge)
    stale = unsupported(apps, {cell.category for cell in cells}, policies, knowledge, judge)
    return {(cell.category, cell.app): cell.verdict for cell in (*cells, *stale)}


CAMERA = Fact("permission", "android.permission.CAMERA")


def test_every_asked_category_gets_a_cell_per_app(knowledge):
    found = verdicts((app(CAMERA), app(CAMERA, path="b")), (policy("camera"),), knowledge)
    assert found["camera", "a"] == found["camera", "b"] == "disclosed"
    assert verdicts((app(CAMERA),), (policy(),), knowledge)["camera", "a"] == "silent"


def test_a_dead_permission_asks_for_nothing(knowledge):
    dead = Fact("permission", "android.permission.CAMERA", condition=("dead: maxSdkVersion 18 below minSdkVersion 23",))
    assert "camera" not in asked_categories(app(dead), knowledge)


def test_what_reaches_no_personal_data_needs_no_word(knowledge):
    assert verdicts((app(Fact("permission", "android.permission.WAKE_LOCK")),), (policy(),), knowledge) == {}


def test_a_class_asks_only_where_its_call_stands_beside_it(knowledge):
    signal = next(s for s in knowledge.categories["notifications"].signals if s.needs and s.asks)
    place = Location("a.ipa!/Payload/A.app/A")
    imported = Fact(signal.kind, signal.key, location=place)
    called = Fact("selector", signal.needs[0], location=place)
    elsewhere = Fact("selector", signal.needs[0], location=Location("a.ipa!/Payload/A.app/B"))

    def asks(*facts):
        return "notifications" in asked_categories(settle(app(*facts, platform="ios"), knowledge), knowledge)

    assert asks(imported, called)
    assert not asks(imported)
    assert not asks(imported, elsewhere)


def test_a_reader_that_was_not_sure_is_not_made_sure(knowledge):
    signal = next(s for s in knowledge.categories["camera"].signals if s.kind == "api-call" and not s.needs)
    unsure = Fact("api-call", signal.key, "androidx.camera.core.X", origin="androidx", confidence="low")
    assert settle(app(unsure), knowledge).facts[0].confidence == "low"


def test_supporting_evidence_alone_asks_for_nothing(knowledge):
    signal = next(s for c in knowledge.categories.values() for s in c.signals if not s.asks and not s.key.endswith("*"))
    fact = Fact(signal.kind, signal.key)
    assert asked_categories(app(fact, platform=signal.platform), knowledge) == {}


def test_a_claim_that_no_app_bears_out_is_unsupported(knowledge):
    assert verdicts((app(),), (policy("camera"),), knowledge)["camera", "a"] == "unsupported"


def test_a_claim_that_one_of_two_apps_bears_out_is_no_claim_of_the_other(knowledge):
    found = verdicts((app(CAMERA), app(platform="ios", path="b")), (policy("camera"),), knowledge)
    assert found["camera", "a"] == "disclosed"
    assert ("camera", "b") not in found


def test_a_claim_is_not_stale_where_the_platform_needs_no_permission(knowledge):
    assert ("device-id", "a") not in verdicts((app(),), (policy("device-id"),), knowledge)
    assert ("home", "a") not in verdicts((app(),), (policy("home"),), knowledge)


def test_a_denial_of_what_is_asked_contradicts(knowledge):
    cells = assess((app(CAMERA),), (policy(),), knowledge, lambda *_: ("denied", "high", "", ()))
    assert {cell.verdict for cell in cells if cell.category == "camera"} == {"contradicted"}


def test_silence_proves_nothing_where_not_all_was_read(knowledge):
    gap = Gap(Location("p.txt"), "in Klingon, which permcheck does not read", silences=True)
    said = policy("microphone")
    unread = replace(said, document=replace(said.document, gaps=(gap,)))
    facts = (CAMERA, Fact("permission", "android.permission.RECORD_AUDIO"))
    found = {cell.category: cell for cell in assess((app(*facts),), (unread,), knowledge, judge)}
    assert (found["camera"].verdict, found["camera"].why) == ("not-checked", gap.reason)
    assert found["microphone"].verdict == "disclosed"


def test_a_fact_leads_with_what_it_asks_for(knowledge):
    facts = (
        Fact("permission", "android.permission.BLUETOOTH_SCAN"),
        Fact("permission", "android.permission.READ_EXTERNAL_STORAGE"),
    )
    leading = {fact.key: names[0] for fact, names in categorise(app(*facts), knowledge)}
    assert sorted(leading.values()) == ["bluetooth", "storage"]


def test_without_apps_every_category_is_judged_and_without_policies_none(knowledge):
    cells = survey((policy("camera"),), knowledge, judge)
    assert [cell.category for cell in cells] == [name for name, c in knowledge.categories.items() if c.judged]
    assert {cell.app for cell in cells} == {""}
    assert assess((app(CAMERA),), (), knowledge, judge) == survey((), knowledge, judge) == ()


def test_an_app_that_could_not_be_read_is_no_lone_policy(knowledge):
    assert verdicts((), (policy("camera"),), knowledge) == {}


SDKS = {
    "scan": Sdk("scan", "Scan", "V", "camera", "https://x", packages=("com.scan",), classes=("SCN",)),
    "scan-pro": Sdk(
        "scan-pro", "Scan Pro", "V", "camera", "https://x", packages=("com.scan.pro",), frameworks=("Pro",)
    ),
}


@pytest.mark.parametrize(
    ("fact", "origin"),
    [
        (Fact("code-package", "com.scan.core"), "Scan"),
        (Fact("code-package", "com.scan.pro.ui"), "Scan Pro"),
        (Fact("code-package", "com.scanner"), ""),
        (Fact("api-call", "android.hardware.Camera.open", "com.scan.pro.Eye"), "Scan Pro"),
        (Fact("api-call", "android.hardware.Camera.open", "com.example.lamp.Eye"), ""),
        (Fact("framework", "Pro", "@rpath/Pro.framework/Pro"), "Scan Pro"),
        (Fact("framework", "Pro"), ""),
        (
            Fact("class", "CLLocationManager", location=Location("a.ipa!/Payload/A.app/Frameworks/Pro.framework/Pro")),
            "Scan Pro",
        ),
        (Fact("class", "CLLocationManager", location=Location("a.ipa!/Payload/A.app/A")), ""),
    ],
)
def test_the_sdk_behind_a_fact(fact, origin):
    class Known:
        digest = "of two SDKs"
        sdks = SDKS

    named = attribute(app(fact), Known())
    assert next(f for f in named.facts if f.kind == fact.kind).origin == origin
    assert [f.value for f in named.facts if f.kind == "sdk"] == ([origin] if origin else [])
