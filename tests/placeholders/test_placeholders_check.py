"""Findings about placeholders: one per wording, worst place first, weighed by the permission that hangs on them."""

from __future__ import annotations

from dataclasses import replace

from permcheck.checks import Case, find_check
from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge
from permcheck.model import AppFacts, Assessment, Fact, Finding, Location, Policy
from permcheck.placeholders import lint, of_app, scan, to_placeholder

PROSE = "\n\nWe value your privacy and explain here how the app handles personal data.\n"


def app(*facts: Fact) -> AppFacts:
    return AppFacts("lamp.ipa", "ios", "org.lampyris.lamp", "Lamp", "1", "0" * 64, facts)


def findings(rule: str, case: Case, knowledge: Knowledge) -> list[Finding]:
    return list(find_check("placeholders")(knowledge.rules[rule], case, knowledge))


def policy(text: str, knowledge: Knowledge, *governs: str) -> Policy:
    document = document_from_text(text + PROSE, "policy.txt")
    slots = scan(document.blocks, knowledge)
    return Policy(document, placeholders=tuple(to_placeholder(document, slot, governs, knowledge) for slot in slots))


def case_of(found: Policy, *asked: str) -> Case:
    apps = (app(),) if asked else ()
    cells = tuple(Assessment(category, apps[0].path, "placeholder-only") for category in asked)
    return Case(apps, (found,), (), cells, ())


def test_the_same_wording_is_told_once_with_its_places(knowledge: Knowledge) -> None:
    text = "We, [Company Name], run this.\n\nAsk [Company Name].\n\nWrite to [Company Name]."
    document = document_from_text(text + PROSE, "policy.txt")
    (found,) = findings("PC404", Case((), (lint(document, knowledge),), (), (), ()), knowledge)
    assert (found.subject, found.document) == ("[Company Name]", "policy.txt")
    assert "3 times, lines 1, 3, 5" in found.message
    assert found.location is not None
    assert found.location.span is not None
    assert found.location.span.line == 1


def test_a_slot_weighs_by_the_permission_that_an_app_asks_for(knowledge: Knowledge) -> None:
    found = policy("We keep camera pictures (to be confirmed).", knowledge, "camera")
    asked, unasked = case_of(found, "camera"), case_of(found, "calendar")
    assert [item.severity for item in findings("PC402", asked, knowledge)] == ["error"]
    assert "Camera" in findings("PC402", asked, knowledge)[0].message
    assert [item.severity for item in findings("PC402", unasked, knowledge)] == ["warning"]
    assert "Camera" not in findings("PC402", unasked, knowledge)[0].message


def test_without_an_app_every_category_weighs(knowledge: Knowledge) -> None:
    found = policy("We keep camera pictures (to be confirmed).", knowledge, "camera")
    assert [item.severity for item in findings("PC402", case_of(found), knowledge)] == ["error"]


def test_contact_outweighs_residue_and_residue_outweighs_chrome(knowledge: Knowledge) -> None:
    severities = [knowledge.rules[rule].severity for rule in ("PC406", "PC402", "PC415")]
    assert severities == ["error", "warning", "note"]


def test_purpose_strings_are_linted_in_every_language(knowledge: Knowledge) -> None:
    place = Location("lamp.ipa!/Payload/Lamp.app/Info.plist", "NSCameraUsageDescription")
    bundle = app(
        Fact("purpose-string", "NSCameraUsageDescription", "$(PRODUCT_NAME) needs the camera.", place),
        Fact(
            "purpose-string-locale", "NSMicrophoneUsageDescription", "请在此处填写用途", Location("lamp.ipa!/zh.lproj")
        ),
        Fact("purpose-string", "NSContactsUsageDescription", "Lets you share a lamp with a friend.", place),
    )
    own = replace(bundle, placeholders=of_app(bundle, knowledge))
    case = Case((own,), (), (), (), ())
    (variable,) = findings("PC403", case, knowledge)
    (instruction,) = findings("PC401", case, knowledge)
    assert (variable.subject, variable.app) == ("org.lampyris.lamp/NSCameraUsageDescription", "lamp.ipa")
    assert variable.location == place
    assert instruction.subject == "org.lampyris.lamp/NSMicrophoneUsageDescription"


def test_a_policy_inside_the_app_is_named_by_its_words(knowledge: Knowledge) -> None:
    inside = document_from_text(
        f"We, [Company Name], run this. Ask [Company Name].{PROSE}", "lamp.apk!/assets/privacy.txt"
    )
    case = Case((replace(app(), placeholders=lint(inside, knowledge).placeholders),), (), (), (), ())
    (found,) = findings("PC404", case, knowledge)
    assert (found.subject, found.app) == ("org.lampyris.lamp/[Company Name]", "lamp.ipa")
    assert found.location is not None
    assert found.location.path == "lamp.apk!/assets/privacy.txt"


def test_a_long_instruction_is_named_by_its_opening(knowledge: Knowledge) -> None:
    text = "Confirm: please describe " + ", ".join(f"sensor number {number}" for number in range(40)) + "."
    document = document_from_text(text + PROSE, "policy.txt")
    (found,) = findings("PC401", Case((), (lint(document, knowledge),), (), (), ()), knowledge)
    assert len(found.subject) == 120
    assert found.message.count("sensor") < 12


def test_template_text_in_a_privacy_manifest(knowledge: Knowledge) -> None:
    place = Location("lamp.ipa!/Payload/Lamp.app/PrivacyInfo.xcprivacy", "NSPrivacyTrackingDomains")
    domains = [Fact("privacy-domain", name, location=place) for name in ("{{TRACKING_DOMAIN}}", "stats.lumo.test")]
    (found,) = of_app(app(*domains), knowledge)
    assert (found.text, found.location.path) == ("{{TRACKING_DOMAIN}}", place.path)
