"""The same sentence gives the same verdict in every language that is read."""

import json
from pathlib import Path

import pytest

from permcheck.documents import document_from_bytes
from permcheck.knowledge import Knowledge
from permcheck.policy import declare, verdict
from tests.reading.test_languages import OPENING

SENTENCES = json.loads(Path(__file__).with_name("six_languages.json").read_text(encoding="utf-8"))
CASES = [(code, item["category"], item["verdict"], text) for item in SENTENCES for code, text in item["text"].items()]


@pytest.mark.parametrize(("language", "category", "expected", "text"), CASES)
def test_a_sentence_is_read_alike(language: str, category: str, expected: str, text: str, knowledge: Knowledge) -> None:
    name = "policy.md" if "|---" in text else "policy.txt"
    document = document_from_bytes(f"{OPENING[language]}\n\n{text}".encode(), name)
    assert (
        verdict(knowledge.categories[category], declare(document, knowledge).disclosures, None, knowledge)[0]
        == expected
    )


def test_every_language_is_tried_on_most_sentences() -> None:
    tried = {code: sum(code in item["text"] for item in SENTENCES) for code in OPENING}
    assert min(tried.values()) >= 50
