"""A purpose is called empty when it names no function; functions that nobody listed are honest all the same."""

from __future__ import annotations

import pytest

from permcheck import examples, pipeline
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import RuleExample
from permcheck.policy import declare

PERMISSIONS = {
    "camera": "android.permission.CAMERA",
    "microphone": "android.permission.RECORD_AUDIO",
    "contacts": "android.permission.READ_CONTACTS",
    "motion": "android.permission.ACTIVITY_RECOGNITION",
}


def faults(category: str, policy: str, knowledge: Knowledge) -> set[str]:
    app = examples.app_of(RuleExample(facts=(PERMISSIONS[category],), finds=()))
    read = declare(examples.document(f"This policy is about our lamps.\n\n{policy}\n", "policy.txt"), knowledge)
    report = pipeline.judge((app,), (read,), (), (), knowledge)
    return {item.name for item in report.findings if item.name.startswith("purpose-") and item.category == category}


@pytest.mark.parametrize(
    ("category", "text"),
    [
        ("camera", "We use the camera to estimate the colour of your walls."),
        ("camera", "We use the camera to follow your gaze and for statistics."),
        ("microphone", "We use the microphone to let the lamp dance."),
        ("contacts", "We access your contacts to print names on door plates."),
        ("motion", "We use motion data to steer the kite."),
    ],
)
def test_a_function_that_nobody_listed_explains_itself(category: str, text: str, knowledge: Knowledge) -> None:
    assert faults(category, text, knowledge) == set()


@pytest.mark.parametrize(
    ("category", "text"),
    [
        ("camera", "We use the camera to enhance our services."),
        ("camera", "We use the camera to improve our products and for marketing."),
        ("microphone", "We use the microphone for internal purposes."),
        ("contacts", "We access your contacts to understand our customers."),
        ("motion", "We use motion data for research and development."),
    ],
)
def test_empty_words_do_not_explain(category: str, text: str, knowledge: Knowledge) -> None:
    assert faults(category, text, knowledge) == {"purpose-does-not-explain"}
