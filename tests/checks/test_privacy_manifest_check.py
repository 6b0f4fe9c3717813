"""What Apple would refuse about privacy manifests."""

from __future__ import annotations

import pytest

from permcheck.checks.privacy_manifest import privacy_manifest
from permcheck.errors import MappingError
from permcheck.knowledge import load_knowledge
from permcheck.model import Finding
from tests.builders.case import MAIN, app, case, rule

KNOWLEDGE = load_knowledge()
API = "NSPrivacyAccessedAPICategory"
ROOT = f"{MAIN}/PrivacyInfo.xcprivacy"
KIT = f"{MAIN}/Frameworks/Kit.framework"
NESTED = f"{KIT}/Kit_Privacy.bundle/PrivacyInfo.xcprivacy"


def find(number: str, *facts: str) -> list[Finding]:
    return list(privacy_manifest(KNOWLEDGE.rules[number], case(app(*facts)), KNOWLEDGE))


def test_a_break_of_the_schema_carries_the_code_of_apples_mail() -> None:
    facts = [f"{path}|privacy-manifest-problem:unknown-key=Oops is no key" for path in (ROOT, NESTED)]
    root, nested = sorted(find("PC360", *facts), key=lambda finding: finding.message)[::-1]
    assert "ITMS-91056" in root.message
    assert root.message.startswith("The privacy manifest of the app is malformed: Oops is no key")
    assert "of Kit_Privacy.bundle" in nested.message
    assert "ITMS-91108" in nested.message


def test_every_framework_declares_for_itself() -> None:
    used = f"{KIT}/Kit|class:NSUserDefaults"
    declared = f"privacy-api:{API}UserDefaults=CA92.1"
    assert [found.subject for found in find("PC364", used)] == ["com.example.lamp/Kit.framework/UserDefaults"]
    assert [found.subject for found in find("PC364", used, f"{ROOT}|{declared}")] != []
    assert find("PC364", used, f"{NESTED}|{declared}") == []


def test_a_manifest_in_a_resource_bundle_of_the_app_declares_for_the_app() -> None:
    used = "Lamp|symbol:_statfs"
    declared = f"{MAIN}/Kit.bundle/PrivacyInfo.xcprivacy|privacy-api:{API}DiskSpace=E174.1"
    [finding] = find("PC364", used)
    assert finding.message.startswith("Lamp in the app references _statfs")
    assert find("PC364", used, declared) == []


def test_a_selector_needs_its_class_in_the_same_binary() -> None:
    assert find("PC364", "Lamp|selector:systemUptime", "Other.dylib|class:NSProcessInfo") == []
    assert len(find("PC364", "Lamp|selector:systemUptime", "Lamp|class:NSProcessInfo")) == 1


def test_a_listed_sdk_is_served_by_a_manifest_in_it_or_in_a_bundle_of_its_name() -> None:
    sdk = f"{MAIN}/Frameworks/Alamofire.framework"
    there = f"{sdk}|embedded-framework:Alamofire=5"
    assert [finding.subject for finding in find("PC365", there)] == ["com.example.lamp/Alamofire"]
    for place in (sdk, f"{sdk}/Alamofire.bundle", f"{MAIN}/Alamofire_Alamofire.bundle"):
        assert find("PC365", there, f"{place}/PrivacyInfo.xcprivacy|privacy-manifest:PrivacyInfo.xcprivacy") == []
    assert len(find("PC365", there, f"{ROOT}|privacy-manifest:PrivacyInfo.xcprivacy=app")) == 1


def test_tracking_domains_need_tracking_in_the_same_manifest() -> None:
    domain = f"{NESTED}|privacy-domain:ads.example.com"
    [finding] = find("PC363", domain, f"{ROOT}|privacy-tracking:NSPrivacyTracking=true")
    assert "ITMS-91107" in finding.message
    assert find("PC363", domain, f"{NESTED}|privacy-tracking:NSPrivacyTracking=true") == []


def test_an_empty_domain_counts() -> None:
    facts = (f"{ROOT}|privacy-manifest-problem:empty-domain=x", f"{ROOT}|privacy-tracking:NSPrivacyTracking=false")
    assert [finding.subject for finding in find("PC363", *facts)] == ["com.example.lamp/(empty)"]


def test_an_unknown_test_is_an_error() -> None:
    with pytest.raises(MappingError, match=r"with\.test"):
        list(privacy_manifest(rule("privacy-manifest", test="taste"), case(app()), KNOWLEDGE))
