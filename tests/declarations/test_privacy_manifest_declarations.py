"""Declared data types as disclosures."""

from __future__ import annotations

from permcheck.declarations.privacy_manifest import declare
from permcheck.knowledge import load_knowledge
from permcheck.model import Disclosure
from tests.builders.case import MAIN, app

KNOWLEDGE = load_knowledge()
TYPE = "NSPrivacyCollectedDataType"


def declared(*facts: str) -> list[Disclosure]:
    return list(declare(app(*facts), KNOWLEDGE))


def test_a_data_type_is_a_disclosure_with_its_purposes() -> None:
    place = f"{MAIN}/PrivacyInfo.xcprivacy"
    [found] = declared(f"{place}|privacy-data-type:{TYPE}Health=AppFunctionality, Analytics|linked")
    assert (found.source, found.category, found.stance) == ("privacy-manifest", "health", "disclosed")
    assert found.quote == "Health: AppFunctionality, Analytics"
    assert (found.purpose, found.condition, found.party) == ("AppFunctionality, Analytics", "linked", "first")
    assert found.location.path == place


def test_the_manifest_of_a_framework_speaks_for_a_third_party() -> None:
    [found] = declared(f"{MAIN}/Frameworks/K.framework/PrivacyInfo.xcprivacy|privacy-data-type:{TYPE}Contacts")
    assert (found.category, found.party) == ("contacts", "third")


def test_of_several_categories_the_app_chooses() -> None:
    media = f"|privacy-data-type:{TYPE}PhotosorVideos"
    assert [d.category for d in declared(media, "|purpose-string:NSCameraUsageDescription")] == ["camera"]
    assert [d.category for d in declared(media, "|purpose-string:NSPhotoLibraryUsageDescription")] == ["photos"]
    assert len(declared(media)) == 1


def test_an_identifier_is_tracking_only_where_the_entry_says_so() -> None:
    assert "tracking" not in [d.category for d in declared(f"|privacy-data-type:{TYPE}DeviceID=Analytics")]
    assert "tracking" in [d.category for d in declared("|privacy-tracking:NSPrivacyTracking=true")]
    assert declared("|privacy-tracking:NSPrivacyTracking=false") == []


def test_types_that_no_category_knows_are_no_disclosure() -> None:
    assert declared(f"|privacy-data-type:{TYPE}GameplayContent") == []
