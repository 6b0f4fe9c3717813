"""Text that is made to hurt is read like any other: nothing backtracks, nothing grows out of proportion."""

import pytest

from permcheck.declarations.lexicon import tokenize
from permcheck.declarations.passages import analyse, lexicon_for
from permcheck.declarations.policy import declare
from permcheck.declarations.sentences import split
from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge

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


def test_the_work_grows_with_the_text(knowledge: Knowledge) -> None:
    lexicon = lexicon_for(knowledge, "en")
    sentence = "We do not collect your location unless you allow it, but the app uses the camera. "
    counts = []
    for times in (10, 100):
        words = [analyse(sentence * times, lexicon, start, end) for start, end in split(sentence * times)]
        counts.append((len(tokenize(sentence * times)), sum(len(one.named) for one in words)))
    assert counts[1] == (counts[0][0] * 10, counts[0][1] * 10)
