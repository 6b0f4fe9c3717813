"""What another company named does is no deed of the app's; what the document calls itself is its own."""

import pytest

from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge
from permcheck.policy import declare, verdict

CLOSING = "\n\nThis paragraph tells you how to write to our office about lamps.\n"


def judge(text: str, category: str, knowledge: Knowledge) -> str:
    policy = declare(document_from_text(text + CLOSING, "policy.txt"), knowledge)
    return verdict(knowledge.categories[category], policy.disclosures, None, knowledge)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We use your location. Google does not use your location.", "disclosed"),
        ("We use your location. YouTube does not use your location.", "disclosed"),
        ("We use your location. Google LLC does not use your location.", "disclosed"),
        ("We use your location. Smart Arrival does not use your location.", "disclosed"),
        ("Amazon does not collect your location.", "silent"),
        ("Amazon does not usually collect your location.", "silent"),
        ("Google Maps collects your location in the background.", "vague"),
        ("Google Maps may collect your location if you agree.", "vague"),
        ("The Google Maps SDK in our app collects your location.", "disclosed"),
        ("We and Google collect your location.", "disclosed"),
        ("When you use Google, we collect your location.", "disclosed"),
        ("Smart Arrival uses your location to open the gate.", "disclosed"),
        ("The App collects your location.", "disclosed"),
        ("Our Service collects your location.", "disclosed"),
        ("This Application does not collect your location.", "denied"),
        ("Location is not collected.", "denied"),
    ],
)
def test_a_named_other_neither_discloses_nor_denies(text: str, expected: str, knowledge: Knowledge) -> None:
    assert judge(text, "location", knowledge) == expected


@pytest.mark.parametrize(
    "own",
    [
        "Tuya Privacy Policy\n\n",
        "Welcome to Tuya, where lamps are made.\n\n",
        'Here you read the rules.\n\nMore rules follow.\n\nTuya Berlin ("we") makes lamps.\n\n',
        "Here you read the rules.\n\nMore rules follow.\n\nThe Tuya app switches lamps.\n\n",
        "Here you read the rules.\n\nMore rules follow.\n\nWrite to privacy@tuya.example.\n\n",
    ],
)
def test_the_documents_own_name_is_first_party(own: str, knowledge: Knowledge) -> None:
    assert judge(own + "Tuya Smart collects your location.", "location", knowledge) == "disclosed"
    assert judge(own + "Tuya Smart does not collect your location.", "location", knowledge) == "denied"


def test_a_named_other_is_a_third_party(knowledge: Knowledge) -> None:
    text = "Google Maps collects your location. We collect your contacts."
    found = declare(document_from_text(text + CLOSING, "policy.txt"), knowledge).disclosures
    assert {item.category: item.party for item in found} == {"location": "third", "contacts": "first"}


def test_a_document_that_never_says_we_calls_itself_by_name(knowledge: Knowledge) -> None:
    own = "Halden does not read your contacts."
    closing = "\n\nThis paragraph tells you how to write to the office about lamps.\n"
    policy = declare(document_from_text(own + closing, "policy.txt"), knowledge)
    assert verdict(knowledge.categories["contacts"], policy.disclosures, None, knowledge)[0] == "denied"


def test_a_passive_names_no_doer(knowledge: Knowledge) -> None:
    assert judge("Audio is not recorded with the microphone.", "microphone", knowledge) == "denied"
    assert judge("Audio has never been recorded with the microphone.", "microphone", knowledge) == "denied"


@pytest.mark.parametrize(
    ("text", "closing", "expected"),
    [
        ("摄像头门铃会录制视频，并将其保存在设备上。", "\n\n本段说明如何就灯具联系我们。\n", "vague"),
        ("我们使用手机摄像头扫描门铃上的二维码。", "\n\n本段说明如何就灯具联系我们。\n", "disclosed"),
        ("Die Türklingel nimmt mit ihrer Kamera Videos auf.", "\n\nHier steht, wie Sie uns schreiben.\n", "vague"),
        ("Die App nimmt mit der Kamera Videos auf.", "\n\nHier steht, wie Sie uns schreiben.\n", "disclosed"),
    ],
)
def test_a_doorbells_camera_is_its_own(text: str, closing: str, expected: str, knowledge: Knowledge) -> None:
    policy = declare(document_from_text(text + closing, "policy.txt"), knowledge)
    assert verdict(knowledge.categories["camera"], policy.disclosures, None, knowledge)[0] == expected
