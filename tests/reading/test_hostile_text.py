"""Text that is made to hurt is read like any other: nothing backtracks, nothing grows out of proportion."""

import sys

import pytest

from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge
from permcheck.policy import declare

HOSTILE = {
    "dots": "." * 50_000 + " We use the camera of your phone to scan codes on devices in your home.",
    "brackets": "(" * 50_000 + " We use the camera of your phone to scan codes on devices in your home.",
    "quotes": '"' * 50_000 + " We use the camera of your phone to scan codes on devices in your home.",
    "one word": "a" * 200_000 + " We use the camera of your phone to scan codes on devices in your home.",
    "negations": "not " * 20_000 + " We use the camera of your phone to scan codes on devices in your home.",
    "verbs": "we do not collect and " * 2_000 + " We use the camera of your phone to scan codes in your home.",
    "gaps": "take " * 20_000 + " We use the camera of your phone to scan codes on devices in your home.",
    "capitals": "aB" * 50_000 + " We use the camera of your phone to scan codes on devices in your home.",
    "addresses": "https://" * 20_000 + " We use the camera of your phone to scan codes on devices in your home.",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_read(text: str, knowledge: Knowledge) -> None:
    policy = declare(document_from_text(text, "policy.txt"), knowledge)
    assert "camera" in {item.category for item in policy.disclosures}


REPEATED = {
    "plain": "We do not collect your location unless you allow it, but the app uses the camera. ",
    "one sentence": "we do not collect your location, ",
    "joined": "we do not collect your location and ",
    "Chinese": "我们不会收集您的位置，",
    "Japanese": "当社は位置情報を収集しません",
    "forbidden": "请勿拍摄，",
    "devices": "the smart camera records what the camera sees, ",
    "without": "without your location the app cannot run, ",
}


@pytest.mark.parametrize("text", REPEATED.values(), ids=REPEATED)
def test_the_work_grows_with_the_text(text: str, knowledge: Knowledge) -> None:
    times = 4_000 // len(text)
    steps(text, knowledge)
    assert steps(text * times * 4, knowledge) < 5 * steps(text * times, knowledge)


def steps(text: str, knowledge: Knowledge) -> int:
    """How many functions are entered to read a text."""
    document = document_from_text(text, "policy.txt")
    count = 0

    def entered(_frame: object, event: str, _what: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(entered)
    try:
        declare(document, knowledge)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("text", REPEATED.values(), ids=REPEATED)
def test_a_sentence_without_end_costs_little_more_than_many(text: str, knowledge: Knowledge) -> None:
    times = 8_000 // len(text)
    steps(text, knowledge)
    ended = text.rstrip(",，、 ") + (". " if text.isascii() else "。")
    assert steps(text * times, knowledge) < 3 * steps(ended * times, knowledge)
