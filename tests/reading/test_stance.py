"""Denials are heard as a lawyer hears them: with their exceptions, conditions and purposes."""

import pytest

from permcheck.knowledge import Knowledge
from permcheck.reading.passages import analyse, lexicon_for
from permcheck.reading.stance import denials


def kinds(text: str, knowledge: Knowledge, language: str = "en") -> list[str]:
    return [denial.kind for denial in denials(analyse(text, lexicon_for(knowledge, language)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We do not collect your location.", ["denied"]),
        ("Your contacts are never collected by our servers.", ["denied"]),
        ("No personal information is obtained by the app.", ["denied"]),
        ("The sound of your voice data is not stored.", ["purpose-scoped"]),
        ("We won't be engaging in the collection of health data.", ["denied"]),
        ("Your data is never for sale.", ["denied"]),
        ("We do nt sell your information.", ["denied"]),
        ("Our partners are prohibited from collecting personal data.", ["denied"]),
        ("We collect your age but not your name.", ["denied"]),
        ("We do not share your data, except with the courier.", ["denied-except"]),
        ("We do not collect contacts unless the law demands it.", ["denied-except"]),
        ("We do not collect your location without your consent.", ["conditional"]),
        ("Unless we have your permission, we will not share your photos.", ["conditional"]),
        ("If you do not sign in, we will not collect your name.", ["conditional"]),
        ("We do not generally collect health data.", ["hedged"]),
        ("We do not use your photos for advertising purposes.", ["purpose-scoped"]),
        ("We do not knowingly collect data from children.", ["children"]),
        ("At no time is your location collected.", ["denied"]),
        ("Your photos are under no circumstances collected.", ["denied"]),
        ("Health data is not among the data that we gather.", ["denied"]),
        ("What we collect does not include your contacts.", ["denied"]),
        ("We never collect your location without telling you first.", ["conditional"]),
        ("We do not collect your photos without good reason.", ["denied-except"]),
        ("We do not use your contacts for anything but the list of guests.", ["conditional"]),
        ("The app will not use your contacts to recommend our shop.", ["purpose-scoped"]),
    ],
)
def test_kinds_of_denial(text: str, expected: list[str], knowledge: Knowledge) -> None:
    assert kinds(text, knowledge) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We are not responsible for the data that other sites collect.",
        "We do not control how they use your data.",
        "This data does not identify you.",
        "Please do not send us personal information.",
        "Do not share your password with anyone.",
        "You may choose not to provide your name.",
        "If you do not want us to use your data, write to us.",
        "We respond to Do Not Track signals as far as we can.",
        "We collect data whether or not you sign in.",
        "Data includes, but is not limited to, your name.",
        "We will not accept a request to collect the parcel.",
        "You can use the app without giving your name.",
        "It is not true that we never collect your location.",
        "We cannot rule out that this collects your location.",
        "The map cannot be drawn without using your location.",
        "The scene will not run without using your location.",
        "You can ask us not to use your data for offers.",
        "You have the right to tell us at any time not to sell your data.",
        "If you are under 16, do not give us your data.",
        "You should keep your code secret and never share it with visitors.",
        "If your data has not been shared yet, we delete it.",
        "No transmission of data over the internet is wholly safe.",
        "Children may not be permitted to share their data here.",
        "Page: Do Not Sell My Data",
        "We share clips not recorded by your camera with other members.",
    ],
)
def test_what_sounds_like_a_denial_and_is_none(text: str, knowledge: Knowledge) -> None:
    assert kinds(text, knowledge) == []


def test_what_follows_an_if_is_denied_all_the_same(knowledge: Knowledge) -> None:
    assert kinds("If you are under 16, we do not collect your data.", knowledge) == ["children"]
    assert kinds("If you sign out, we do not collect your location.", knowledge) == ["conditional"]
    assert kinds("Our partners are not permitted to use your data for their own offers.", knowledge)


def test_a_denial_ends_where_the_sentence_turns(knowledge: Knowledge) -> None:
    words = analyse("We do not collect contacts, but we collect your location.", lexicon_for(knowledge, "en"))
    (denial,) = denials(words)
    covered = {hit.term.name for hit in words.named if hit.term.group == "clear" and denial.covers(hit)}
    assert covered == {"contacts"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们不会收集您的位置信息。", ["denied"]),
        ("未经您的同意，我们不会收集您的通讯录。", ["conditional"]),
        ("我们不会将您的个人信息用于营销。", ["purpose-scoped"]),
        ("除法律另有规定外，我们不会共享您的个人信息。", ["denied-except"]),
        ("您不同意的，不影响使用。", []),
        ("包括但不限于设备信息。", []),
    ],
)
def test_chinese_denials(text: str, expected: list[str], knowledge: Knowledge) -> None:
    assert kinds(text, knowledge, "zh") == expected


def test_a_determiner_denies_what_follows_it_alone(knowledge: Knowledge) -> None:
    words = analyse("The camera has no microphone and records no sound.", lexicon_for(knowledge, "en"))
    (denial,) = denials(words)
    camera = next(hit for hit in words.named if hit.term.name == "camera")
    microphone = next(hit for hit in words.named if hit.term.name == "microphone")
    assert (denial.covers(camera), denial.covers(microphone)) == (False, True)
