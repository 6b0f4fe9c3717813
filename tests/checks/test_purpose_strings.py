"""Purpose strings that App Review would send back."""

from __future__ import annotations

import pytest

from permcheck.checks.purpose_strings import language_of, purpose_strings
from permcheck.errors import MappingError
from permcheck.knowledge import load_knowledge
from permcheck.model import AppFacts, Finding
from tests.builders.case import MAIN, app, case, rule

KNOWLEDGE = load_knowledge()
CAMERA, MIC, LOCATION = (
    "NSCameraUsageDescription",
    "NSMicrophoneUsageDescription",
    "NSLocationWhenInUseUsageDescription",
)


def find(number: str, subject: AppFacts) -> list[Finding]:
    return list(purpose_strings(KNOWLEDGE.rules[number], case(subject), KNOWLEDGE))


def string(key: str, text: str, locale: str = "en", kind: str = "purpose-string") -> str:
    return f"|{kind}:{key}={text}|locale={locale}"


def keys(number: str, *facts: str) -> list[str]:
    return [finding.subject.removeprefix("com.example.lamp/") for finding in find(number, app(*facts))]


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "."])
def test_empty_strings(text: str) -> None:
    assert keys("PC350", string(CAMERA, text)) == [CAMERA]


@pytest.mark.parametrize(
    "text",
    ["TODO", "lorem ipsum dolor", "$(PRODUCT_NAME) uses it", "test", "your usage description",
     "Describe the reason here", "[localized in strings file]", "\u5f85\u8865\u5145", CAMERA, "test test, test!",
     "Your message to user when the camera is accessed"],
)  # fmt: skip
def test_placeholders(text: str) -> None:
    assert keys("PC351", string(CAMERA, text)) == [CAMERA]


@pytest.mark.parametrize(
    "text",
    [
        "Scans the code on the lamp to test its light.",
        "Graba todo lo que se dice.",
        "To enter the description by voice.",
    ],
)
def test_sentences_that_only_look_like_placeholders(text: str) -> None:
    assert keys("PC351", string(CAMERA, text)) == []


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("Lamp needs access to your camera.", "en"),
        ("This app requires camera permission", "en"),
        ("We need access to the photo library!", "en"),
        ("Privacy - Camera Usage Description", "en"),
        ("We need this permission.", "en"),
        ("Your data will be used to provide a better experience.", "en"),
        ("Die App m\u00f6chte auf die Kamera Zugriff.", "de"),
        ("L'application n\u00e9cessite l'acc\u00e8s \u00e0 votre cam\u00e9ra", "fr"),
        ("La app necesita acceder a la c\u00e1mara.", "es"),
        ("\u672c\u5e94\u7528\u9700\u8981\u4f7f\u7528\u60a8\u7684\u76f8\u673a", "en"),
        ("\u30ab\u30e1\u30e9\u3092\u4f7f\u7528\u3057\u307e\u3059", "ja"),
    ],
)
def test_strings_that_only_restate_the_resource(text: str, locale: str) -> None:
    assert keys("PC352", string(CAMERA, text, locale)) == [CAMERA]


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("Take a photo of your room.", "en"),
        ("Your camera scans the code on the lamp.", "en"),
        ("---", "en"),
        ("Scannt den Code auf der Lampe.", "de"),
        ("\u7528\u4e8e\u626b\u63cf\u706f\u4e0a\u7684\u4e8c\u7ef4\u7801", "zh-Hans"),
        ("\u30e9\u30f3\u30d7\u306e\u30b3\u30fc\u30c9\u3092\u8aad\u307f\u53d6\u308a\u307e\u3059", "ja"),
    ],
)
def test_strings_that_say_what_for(text: str, locale: str) -> None:
    assert keys("PC352", string(CAMERA, text, locale)) == []


def test_a_translation_is_judged_in_its_own_language() -> None:
    subject = app(
        string(CAMERA, "Scans the code on the lamp."),
        string(CAMERA, "Die App ben\u00f6tigt Zugriff auf die Kamera.", "de", "purpose-string-locale"),
    )
    [finding] = find("PC352", subject)
    assert "(de)" in finding.message
    assert "Zugriff auf die Kamera" in finding.message
    assert finding.category == "camera"


def test_two_resources_with_one_text() -> None:
    shared = "Needed for the app."
    [finding] = find("PC353", app(string(CAMERA, shared), string(LOCATION, shared.upper()), string(MIC, "Talks.")))
    assert finding.subject.endswith(CAMERA)
    assert LOCATION in finding.message
    assert finding.severity == "warning"


def test_reading_and_writing_with_one_text_is_a_note() -> None:
    text = "Shows your weight."
    subject = app(string("NSHealthShareUsageDescription", text), string("NSHealthUpdateUsageDescription", text))
    assert [finding.severity for finding in find("PC353", subject)] == ["note"]


def test_old_and_new_name_of_one_resource_may_share_a_text() -> None:
    text = "Finds lamps."
    assert (
        keys(
            "PC353",
            string("NSBluetoothAlwaysUsageDescription", text),
            string("NSBluetoothPeripheralUsageDescription", text),
        )
        == []
    )


@pytest.mark.parametrize(
    ("key", "text", "found"),
    [
        (CAMERA, "Shows your location on the map.", True),
        (CAMERA, "Take photos and send them to your home.", False),
        (CAMERA, "Shows the way.", False),
        (LOCATION, "Reads the name of your Wi-Fi.", False),
        (LOCATION, "Imports your contacts.", True),
        ("NSFocusStatusUsageDescription", "Imports your contacts.", False),
    ],
)
def test_texts_about_another_resource(key: str, text: str, found: bool) -> None:
    assert keys("PC354", string(key, text)) == [key] * found


@pytest.mark.parametrize(
    "text",
    ["The app does not write health data.", "Images only, for future use.", "This is currently not used.",
     "Required by a third-party SDK.", "\u672a\u6765\u7248\u672c\u5c06\u4f7f\u7528"],
)  # fmt: skip
def test_admissions_of_non_use(text: str) -> None:
    assert keys("PC355", string(MIC, text)) == [MIC]


@pytest.mark.parametrize(
    "text",
    ["We do not use your voice for advertising.", "Recordings will not leave your phone.",
     "The door station needs it; it is not used when the app is closed."],
)  # fmt: skip
def test_assurances_are_no_admissions(text: str) -> None:
    assert keys("PC355", string(MIC, text)) == []


def test_short_strings() -> None:
    assert keys(
        "PC356", string(CAMERA, "Scan codes"), string(MIC, "\u5f55\u97f3"), string(LOCATION, "Shows lamps near you.")
    ) == [CAMERA, MIC]


def test_missing_translations_are_named() -> None:
    facts = [
        "|localization:en=de,en,en-GB,fr,zh-Hans,zh-Hant",
        string(CAMERA, "Scans the code."),
        string(CAMERA, "Liest den Code.", "de", "purpose-string-locale"),
        string(CAMERA, "\u626b\u63cf\u4ee3\u7801", "zh-Hans", "purpose-string-locale"),
    ]
    [finding] = find("PC357", app(*facts))
    assert "not translated into fr, zh-Hant" in finding.message


def test_an_app_in_one_language_lacks_no_translation() -> None:
    assert keys("PC357", "|localization:en=en", string(CAMERA, "Scans the code.")) == []
    assert keys("PC357", string(CAMERA, "Scans the code.")) == []


def test_what_a_tool_injected_is_not_judged() -> None:
    injected = "|purpose-string:NSLocalNetworkUsageDescription=test|locale=en; tool-injected"
    assert [number for number in ("PC350", "PC351", "PC352", "PC356") if keys(number, injected)] == []


def test_an_extension_is_named() -> None:
    share = f"{MAIN}/PlugIns/Share.appex/Info.plist"
    subject = app(f"{share}|identity:name=Share", f"{share}|purpose-string:{CAMERA}=|locale=en")
    [finding] = find("PC350", subject)
    assert finding.subject == f"com.example.lamp/Share.appex/{CAMERA}"
    assert finding.location is not None
    assert finding.location.path == share


def test_an_unknown_test_is_an_error() -> None:
    with pytest.raises(MappingError, match=r"with\.test"):
        list(purpose_strings(rule("purpose-strings", test="taste"), case(app()), KNOWLEDGE))
    with pytest.raises(MappingError, match="PC000"):
        list(purpose_strings(rule("purpose-strings", test="other", words_of="PC000"), case(app()), KNOWLEDGE))


def test_the_script_tells_the_language_before_the_locale() -> None:
    assert [
        language_of(text, "en-GB") for text in ("camera", "\u76f8\u673a", "\u30ab\u30e1\u30e9", "\uce74\uba54\ub77c")
    ] == [
        "en",
        "zh",
        "ja",
        "ko",
    ]


def test_where_a_translation_is_missing_people_read_the_bare_text() -> None:
    facts = [
        "|localization:en=en,fr",
        "en.lproj/InfoPlist.strings|purpose-string:NSCameraUsageDescription=Scans the code.|locale=en",
        "|purpose-string-locale:NSCameraUsageDescription=[see strings]|locale=",
    ]
    [finding] = find("PC357", app(*facts))
    assert "not translated into fr: users there read \u201c[see strings]\u201d" in finding.message
