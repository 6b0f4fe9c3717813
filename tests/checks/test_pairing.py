"""Facts that should come in pairs and stand alone."""

from __future__ import annotations

import pytest

from permcheck.checks.pairing import pairing
from permcheck.checks.scope import part_name, part_of
from permcheck.checks.wanted import wanted
from permcheck.errors import MappingError
from permcheck.knowledge import load_knowledge
from permcheck.model import AppFacts, Finding
from tests.builders.case import MAIN, app, case, rule

KNOWLEDGE = load_knowledge()
SHARE = f"{MAIN}/PlugIns/Share.appex"


def find(subject: AppFacts, **params: object) -> list[Finding]:
    message = "{part}: {found} without {missing} ({subject}, {file})"
    return list(pairing(rule("pairing", message, **params), case(subject), KNOWLEDGE))


def test_a_name_without_its_other_half_is_found() -> None:
    [finding] = find(
        app("|background-mode:location"), when=["background-mode:location"], without=["purpose-string:NSLoc*"]
    )
    assert finding.subject == "com.example.lamp/location"
    assert finding.message == "the app: location without NSLoc* (location, Info.plist)"
    assert (finding.app, finding.severity) == ("lamp.ipa", "warning")


def test_the_other_half_silences_the_question() -> None:
    both = app("|background-mode:location", "|purpose-string:NSLocationWhenInUseUsageDescription")
    assert find(both, when=["background-mode:location"], without=["purpose-string:NSLoc*"]) == []


def test_each_part_answers_for_itself_and_frameworks_for_their_app() -> None:
    subject = app(
        f"{SHARE}/Info.plist|identity:app_id=com.example.lamp.share",
        f"{SHARE}/Share|class:CNContactStore",
        f"{MAIN}/Frameworks/Kit.framework/Kit|class:CNContactStore",
        "|purpose-string:NSContactsUsageDescription",
    )
    question = {"when": ["class:CNContactStore"], "without": ["purpose-string:NSContactsUsageDescription"]}
    assert [found.subject for found in find(subject, **question)] == ["com.example.lamp/Share.appex/CNContactStore"]
    assert find(subject, scope="app", **question) == []


def test_an_unread_part_is_not_accused() -> None:
    subject = app(f"{SHARE}/Share|class:CNContactStore")
    assert find(subject, when=["class:CNContactStore"], without=["purpose-string:NSContactsUsageDescription"]) == []


def test_beside_means_the_same_file() -> None:
    question = {
        "when": ["class:PHPhotoLibrary"],
        "beside": ["selector:requestAuthorization:"],
        "without": ["purpose-string:x"],
    }
    assert find(app("Lamp|class:PHPhotoLibrary", "Other.dylib|selector:requestAuthorization:"), **question) == []
    [finding] = find(app("Lamp|class:PHPhotoLibrary", "Lamp|selector:requestAuthorization:"), **question)
    assert [fact.key for fact in finding.evidence] == ["PHPhotoLibrary", "requestAuthorization:"]
    assert finding.confidence == "high"


def test_in_an_encrypted_file_the_class_alone_counts_for_less() -> None:
    subject = app("Lamp|class:PHPhotoLibrary", "Lamp|encrypted:FairPlay")
    [finding] = find(subject, when=["class:PHPhotoLibrary"], beside=["selector:x:"], without=["purpose-string:x"])
    assert finding.confidence == "medium"


def test_further_conditions() -> None:
    subject = app("|a:one=1", "|b:two|gone", "|c:three")
    assert [f.subject for f in find(subject, when=["a:one=1"])] == ["com.example.lamp/one"]
    assert find(subject, when=["a:one=2"]) == []
    assert find(subject, when=["a:one"], unless=["c:three"]) == []
    assert find(subject, when=["b:two"], skip=["gone"]) == []
    assert [f.subject for f in find(subject, when=["*:x", "b:*"], only=["gone"])] == ["com.example.lamp/two"]
    assert find(subject, when=["a:one"], **{"and": ["d:four"]}) == []
    assert find(subject, when=["a:one"], roles=["appex"]) == []
    assert find(subject, when=["a:one"], platform="android") == []


def test_a_rule_may_ask_several_questions_with_shared_parameters() -> None:
    pairs = [{"when": ["a:one"], "subject": "first"}, {"when": ["c:three"], "without": ["a:one"]}]
    assert [f.subject for f in find(app("|a:one", "|c:three"), pair=pairs)] == ["com.example.lamp/first"]


@pytest.mark.parametrize("params", [{}, {"when": ["a:b"], "wihtout": ["c:d"]}])
def test_a_mistyped_parameter_is_an_error(params: dict[str, object]) -> None:
    with pytest.raises(MappingError, match="PC999"):
        find(app(), **params)


@pytest.mark.parametrize(
    ("path", "part", "name"),
    [
        ("a.ipa!/Payload/L.app/Frameworks/K.framework/K", "a.ipa!/Payload/L.app", ""),
        ("a.ipa!/Payload/L.app/PlugIns/S.appex/S", "a.ipa!/Payload/L.app/PlugIns/S.appex", "S.appex"),
        ("L.app!/Info.plist", "L.app", ""),
        ("L.app!/Watch/W.app/Info.plist", "L.app!/Watch/W.app", "W.app"),
        ("x.apks!/base.apk!/AndroidManifest.xml", "x.apks!/base.apk", ""),
        ("a.aab!/base/manifest/AndroidManifest.xml", "a.aab", ""),
    ],
)
def test_places_belong_to_parts(path: str, part: str, name: str) -> None:
    assert part_of(path) == part
    assert part_name(part) == name


def test_extractors_look_for_what_signals_need_and_rules_ask() -> None:
    names = wanted("ios", KNOWLEDGE)
    assert "requestAlwaysAuthorization" in names["selector"]
    assert {"_AVMediaTypeVideo", "_mach_absolute_time"} <= names["symbol"]
    assert {"NSUserDefaults", "CBCentralManager", "NSProcessInfo"} <= names["class"]
    assert "systemUptime" in names["selector"]
