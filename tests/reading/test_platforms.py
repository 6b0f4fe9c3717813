"""A platform's label scopes what it stands before as a heading does, so two platforms never contradict each other."""

import pytest

from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge
from permcheck.model import Platform
from permcheck.policy import declare, verdict

OPENING = "This policy tells you how our app for lamps deals with your data.\n\n"


def judge(text: str, platform: Platform | None, knowledge: Knowledge, opening: str = OPENING) -> str:
    policy = declare(document_from_text(opening + text + "\n", "policy.md"), knowledge)
    return verdict(knowledge.categories["camera"], policy.disclosures, platform, knowledge)[0]


@pytest.mark.parametrize(
    "text",
    [
        "Android: we use the camera to scan codes.\n\niOS: we do not use the camera.",
        "**Android**: we use the camera.\n\n**iOS**: we do not use the camera.",
        "**Android** We use the camera.\n\n**iOS** We do not use the camera.",
        "- **Android**: the app uses the camera.\n- **iPhone**: the app does not use the camera.",
        "Android - we use the camera.\n\niPhone and iPad - we do not use the camera.",
        "| Where | Why |\n|---|---|\n| Android | We use the camera. |\n| iOS | We do not use the camera. |",
        "| What | Where | Why |\n|---|---|---|\n| Camera | Android | used to scan |\n| Camera | iOS | not used |",
        "We use the camera on Android. We do not use the camera on iPhones.",
        "iOS: The app is small. We do not use the camera.\n\nAndroid: It is small too. We use the camera.",
    ],
)
def test_a_label_scopes_what_follows_it(text: str, knowledge: Knowledge) -> None:
    assert judge(text, "android", knowledge) == "disclosed"
    assert judge(text, "ios", knowledge) == "denied"
    assert judge(text, None, knowledge) == "disclosed"


@pytest.mark.parametrize(
    ("opening", "text"),
    [
        (
            "本政策说明我们的应用如何处理您的数据。\n\n",
            "安卓：我们使用摄像头扫描二维码。\n\n苹果：我们不会使用摄像头。",
        ),
        (
            "Diese Hinweise sagen Ihnen, wie unsere App mit Ihren Daten umgeht.\n\n",
            "Android: Wir verwenden die Kamera zum Scannen.\n\niOS: Wir verwenden die Kamera nicht.",
        ),
    ],
)
def test_a_label_scopes_in_other_languages(opening: str, text: str, knowledge: Knowledge) -> None:
    assert judge(text, "android", knowledge, opening) == "disclosed"
    assert judge(text, "ios", knowledge, opening) == "denied"


@pytest.mark.parametrize(
    "text",
    [
        "Android and iOS: we use the camera.\n\nWe do not use the camera.",
        "Android: we use the camera.\n\nAndroid: we do not use the camera.",
        "Android is a system that you know: we use the camera.\n\niOS is one too: we do not use the camera.",
    ],
)
def test_what_is_no_label_of_one_platform_scopes_nothing(text: str, knowledge: Knowledge) -> None:
    assert judge(text, None, knowledge) == "contradicted"
