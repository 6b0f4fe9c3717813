"""In the policy of a vendor who sells cameras, "camera" is the product unless words of the phone stand by."""

import pytest

from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge
from permcheck.policy import declare, verdict

MAKER = """Our outdoor cameras store clips for a week.

When you share a clip from a security camera, we send a link.

You can rename the Halden camera at any time.

"""


def judge(text: str, knowledge: Knowledge) -> tuple[str, str]:
    policy = declare(document_from_text(text, "policy.txt"), knowledge)
    result, _, why, _ = verdict(knowledge.categories["camera"], policy.disclosures, None, knowledge)
    return result, why


@pytest.mark.parametrize(
    "sentence",
    [
        "We collect the name that you give the camera.",
        "We process what the Halden camera sees so that we can tell you of movement.",
        "The camera uploads clips to our servers, and we keep them for a week.",
    ],
)
def test_the_product_of_a_maker_is_no_camera_of_the_phone(sentence: str, knowledge: Knowledge) -> None:
    result, why = judge(MAKER + sentence, knowledge)
    assert result == "vague"
    assert "smart device" in why


@pytest.mark.parametrize(
    "sentence",
    [
        "The app uses the camera of your phone to read the code on the box.",
        "We need the camera to scan the QR code on the box.",
        "With the camera permission you can take a photo for your profile.",
    ],
)
def test_words_of_the_phone_tie_it_to_the_phone(sentence: str, knowledge: Knowledge) -> None:
    assert judge(MAKER + sentence, knowledge)[0] == "disclosed"


def test_elsewhere_the_word_alone_is_the_phone_s(knowledge: Knowledge) -> None:
    assert judge("The app uses Bluetooth.\n\nWe use the camera so that you can talk face to face.", knowledge)[0] == (
        "disclosed"
    )


def test_the_product_of_a_chinese_maker_is_none_either(knowledge: Knowledge) -> None:
    maker = "智能摄像头的录像保存一周。\n\n绑定您的摄像头后，可以修改名称。\n\n我们会收集您为摄像头设置的名称。\n\n"
    assert judge(maker, knowledge)[0] == "vague"
    assert judge(f"{maker}我们使用摄像头扫描二维码。\n", knowledge)[0] == "disclosed"
