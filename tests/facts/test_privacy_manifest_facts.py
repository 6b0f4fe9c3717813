"""What privacy manifests declare, and how they break their schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from permcheck.bundles import open_bundle
from permcheck.facts.ios import privacy_manifest
from permcheck.model import Fact, Gap
from tests.builders import ipa

DATA = "NSPrivacyCollectedDataType"
GOOD: dict[str, Any] = {
    "NSPrivacyTracking": True,
    "NSPrivacyTrackingDomains": ["ads.example.com"],
    "NSPrivacyCollectedDataTypes": [
        {
            DATA: f"{DATA}Health",
            f"{DATA}Linked": True,
            f"{DATA}Tracking": False,
            f"{DATA}Purposes": [f"{DATA}PurposeAnalytics"],
        }
    ],
    "NSPrivacyAccessedAPITypes": [
        {
            "NSPrivacyAccessedAPIType": "NSPrivacyAccessedAPICategoryDiskSpace",
            "NSPrivacyAccessedAPITypeReasons": ["E174.1", "85F4.1"],
        }
    ],
}


def read(tmp_path: Path, manifest: ipa.Content, member: str = "PrivacyInfo.xcprivacy") -> list[Fact | Gap]:
    path = tmp_path / "lamp.ipa"
    path.write_bytes(ipa.archive(ipa.app({member: manifest})))
    return list(privacy_manifest.extract(open_bundle(path, "lamp.ipa"), {}))


def problems(items: list[Fact | Gap]) -> list[tuple[str, str]]:
    return [(f.key, f.location.anchor) for f in items if isinstance(f, Fact) and f.kind == "privacy-manifest-problem"]


def test_a_manifest_is_read_whole(tmp_path: Path) -> None:
    items = read(tmp_path, GOOD)
    assert [(f.kind, f.key, f.value, f.condition) for f in items if isinstance(f, Fact)] == [
        ("privacy-manifest", "PrivacyInfo.xcprivacy", "app", ()),
        ("privacy-tracking", "NSPrivacyTracking", "true", ()),
        ("privacy-domain", "ads.example.com", "tracking", ()),
        ("privacy-data-type", f"{DATA}Health", "Analytics", ("linked",)),
        ("privacy-api", "NSPrivacyAccessedAPICategoryDiskSpace", "E174.1, 85F4.1", ()),
    ]


def test_a_manifest_in_a_resource_bundle_of_a_framework_is_found(tmp_path: Path) -> None:
    member = "Frameworks/Kit.framework/Kit_Privacy.bundle/PrivacyInfo.xcprivacy"
    first = read(tmp_path, GOOD, member)[0]
    assert first.location.path == f"lamp.ipa!/Payload/Lamp.app/{member}"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"NSPrivacyTracker": True}, ("unknown-key", "NSPrivacyTracker")),
        ({"NSPrivacyTracking": "YES"}, ("wrong-type", "NSPrivacyTracking")),
        ({"NSPrivacyTrackingDomains": [1]}, ("wrong-type", "NSPrivacyTrackingDomains")),
        ({"NSPrivacyTrackingDomains": [""]}, ("empty-domain", "NSPrivacyTrackingDomains.0")),
        ({"NSPrivacyCollectedDataTypes": [{}]}, ("empty-entry", "NSPrivacyCollectedDataTypes.0")),
        ({"NSPrivacyAccessedAPITypes": ["x"]}, ("wrong-type", "NSPrivacyAccessedAPITypes.0")),
    ],
)
def test_each_break_of_the_schema_is_named_with_its_place(
    tmp_path: Path, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert problems(read(tmp_path, {**GOOD, **change})) == [expected]


def test_a_padded_value_is_told_and_still_understood(tmp_path: Path) -> None:
    entry = {
        "NSPrivacyAccessedAPIType": "\n  NSPrivacyAccessedAPICategoryDiskSpace\n",
        "NSPrivacyAccessedAPITypeReasons": [],
    }
    items = read(tmp_path, {"NSPrivacyAccessedAPITypes": [entry]})
    assert ("padded-value", "NSPrivacyAccessedAPITypes.0.NSPrivacyAccessedAPIType") in problems(items)
    assert ("missing-value", "NSPrivacyAccessedAPITypes.0.NSPrivacyAccessedAPITypeReasons") in problems(items)
    assert "NSPrivacyAccessedAPICategoryDiskSpace" in [item.key for item in items if isinstance(item, Fact)]


def test_an_unreadable_manifest_is_a_gap_and_a_problem(tmp_path: Path) -> None:
    items = read(tmp_path, b"bplist00")
    assert [item.reason for item in items if isinstance(item, Gap)] == ["damaged property list"]
    assert problems(items) == [("unreadable", "")]
