"""Two reports side by side: what came, what went, what reads differently, and who likely brought it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from permcheck.diff import diff
from permcheck.errors import UsageError
from permcheck.model import AppFacts, Assessment, Document, Fact, Finding, Location, Policy, Report
from permcheck.reports import differences


def app(*facts, version="1.0", path="a.apk"):
    return AppFacts(path, "android", "com.example.lamp", "Lamp", version, "0" * 64, tuple(facts))


def permission(name, *condition, origin=""):
    return Fact("permission", name, location=Location("a.apk!/AndroidManifest.xml"), condition=condition, origin=origin)


def changes(old, new):
    return {(c.kind, c.subject, c.before, c.after) for c in diff(old, new).changes}


def report(*facts, **fields):
    return Report("1", "d", apps=(app(*facts),), **fields)


def test_equal_reports_have_no_changes():
    assert diff(report(permission("CAMERA")), report(permission("CAMERA"))).changes == ()


def test_permissions_that_came_and_went_with_their_likely_origin():
    found = diff(report(permission("NFC")), report(permission("CAMERA", origin="Scan SDK")))
    assert [(c.subject, bool(c.before), bool(c.after)) for c in found.changes] == [
        ("CAMERA", False, True),
        ("NFC", True, False),
    ]
    assert found.changes[0].origin == "Scan SDK"


def test_a_condition_that_was_dropped_is_a_change():
    (change,) = changes(report(permission("BLUETOOTH", "maxSdkVersion=30")), report(permission("BLUETOOTH")))
    assert change == ("permission", "BLUETOOTH", "maxSdkVersion=30", "asked for")


def test_a_permission_that_no_device_grants_is_not_counted():
    assert changes(report(), report(permission("CAMERA", "dead: maxSdkVersion 18 below minSdkVersion 23"))) == set()


def test_purpose_strings_that_read_differently():
    old = Fact("purpose-string", "NSCameraUsageDescription", "Scan codes.", Location("a.ipa!/Payload/A.app/Info.plist"))
    new = replace(old, value="Take pictures.")
    assert changes(report(old), report(new)) == {
        (
            "purpose-string",
            "NSCameraUsageDescription (Payload/A.app/Info.plist)",
            "Scan codes.",
            "Take pictures.",
        )
    }


def test_disclosures_won_and_lost_and_new_findings():
    old = report(assessments=(Assessment("camera", "a.apk", "disclosed"),))
    new = report(
        assessments=(Assessment("camera", "a.apk", "silent"),),
        findings=(Finding("PC101", "undisclosed-permission", "error", "high", "x/camera", "m", app="a.apk"),),
    )
    assert ("disclosure", "camera", "disclosed", "silent") in changes(old, new)
    assert any(kind == "finding" and not before for kind, _, before, _ in changes(old, new))


def test_two_builds_of_one_product_line_up_under_other_paths():
    other = Report("1", "d", apps=(app(permission("CAMERA"), version="1.1", path="b.apk"),))
    assert diff(report(permission("CAMERA")), other).changes == ()


def test_a_permission_that_a_split_brings_is_told_with_the_split():
    def named(path):
        return replace(permission("CAMERA"), location=Location(path, "uses-permission"))

    base, split = named("a.apks!/base-master.apk!/AndroidManifest.xml"), named("a.apks!/scan.apk!/AndroidManifest.xml")
    origins = [diff(report(), report(*facts)).changes[0].origin for facts in ([split], [base, split], [base])]
    assert origins == ["scan.apk!/AndroidManifest.xml", "", ""]


def test_what_is_asked_for_twice_is_asked_for_on_the_widest_terms():
    narrow, wide = permission("BLUETOOTH", "maxSdkVersion=30"), permission("BLUETOOTH")
    assert changes(report(wide), report(narrow, wide)) == set()
    assert changes(report(narrow), report(wide, narrow)) == {
        ("permission", "BLUETOOTH", "maxSdkVersion=30", "asked for")
    }


def test_an_app_and_a_policy_have_nothing_to_compare():
    policy = Report("1", "d", policies=(Policy(Document("p.txt", "", "en", "0" * 64, ())),))
    with pytest.raises(UsageError, match=r"p\.txt: an app and a policy have nothing to compare"):
        diff(report(), policy)


def test_silence_of_a_policy_that_is_read_alone_neither_comes_nor_goes():
    found = Report("1", "d", assessments=(Assessment("camera", "", "silent"), Assessment("nfc", "", "disclosed")))
    assert changes(Report("1", "d"), found) == {("disclosure", "nfc", "", "disclosed")}


def test_markdown_and_text_keep_hostile_names_on_one_line():
    hostile = "evil`|<b>\n\x1b[31m\u202e"
    found = diff(report(), report(permission(hostile)))
    for name, render in differences.RENDERERS.items():
        text = render(found)
        assert "\x1b" not in text
        assert "\u202e" not in text or name == "json"
        if name != "json":
            assert len([line for line in text.splitlines() if "evil" in line]) == 1
    assert json.loads(differences.json(found))["changes"][0]["subject"] == hostile
