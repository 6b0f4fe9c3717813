"""Every kind is planted at a hundred places of a clean policy: nearly all plants are found, and nothing else is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import pytest

from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge
from permcheck.placeholders import scan

POLICY = (Path(__file__).parent.parent / "cases" / "clean_policy.txt").read_text(encoding="utf-8")
PLACES = 100
TOGETHER = 10
"""Plants in one mutated text; they stand far enough apart not to touch."""

SENTENCES = {
    "PC401": (
        "Confirm: please list here what the lamp hears.",
        "Please insert the name of your data protection officer.",
        "Note to drafter: ask the lamp team about sound.",
        "Confirm the following details.",
        "Please adapt this template to your own business.",
    ),
    "PC402": ("Confirm: help@lampyris.org.", "Sound is kept for a day (to be confirmed)."),
    "PC405": ("Please contact us by e-mail at .", "The cloud is operated by , our partner."),
    "PC406": ("Write to ***@***.com.", "Write to privacy@yourdomain.com.", "Call us on (555) 555-5555."),
    "PC408": ("The cloud is operated by undefined.", 'Our firm is called "we" or "".', "Contact: [object Object]."),
    "PC409": (
        "[CHOOSE ONE] Option A: We keep sound.",
        "This holds for our [website/app/service].",
        "We [do/do not] sell.",
    ),
    "PC410": ("TODO: ask the lamp team.", "This is a placeholder policy.", "Feel free to modify this policy."),
    "PC411": ("Lorem ipsum dolor sit amet.",),
    "PC412": ("When you open the App name, a lamp shines.", 'Your Company Name ("we") makes lamps.'),
    "PC413": ("It was updated on 31 April 2024.", "It is of XX/XX/20XX.", "It holds from 30 February 2025."),
    "PC414": ("Our website address is: http://localhost.", "Suggested text: we keep sound."),
    "PC415": ("Hello {{ user.avatar }}.", "{% if lamp %} We shine. {% endif %}"),
    "PC416": ("Click or tap here to enter text.", "Choose an item."),
    "PC417": ("Commented [LK3]: is this true?", "Formatted: Font: 12 pt."),
}
WORDS = {
    "PC403": ("{{company_name}}", "${app_name}", "%COUNTRY_NAME%", "__SUPPORT_EMAIL__", "{APP_NAME}"),
    "PC404": (
        "[Company Name]",
        "[insert date]",
        "<Company Name>",
        "[your e-mail address]",
        "[●]",
        "[NOMBRE DE LA EMPRESA]",
    ),
    "PC407": ("XXX", "XX公司", "某某公司"),
}
INSIDE = {"PC411": {"PC411"}}


def ends_of_sentences() -> list[int]:
    """Where a further sentence can stand: behind a sentence that goes on with another one on the same line."""
    return [match.end() for match in re.finditer(r"(?<=[a-z]{3}[.])(?=[ \n][A-Z])", POLICY)]


def gaps_between_words() -> list[int]:
    """Between two plain words of one line, away from brackets, quotation marks and numbers."""
    return [match.end() for match in re.finditer(r"(?<=[a-z]{2} )(?=[a-z]{2})", POLICY)]


def mutants(rule: str) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Texts with `TOGETHER` plants each, and where the plants stand; `PLACES` plants in all."""
    plants, places = (WORDS[rule], gaps_between_words()) if rule in WORDS else (SENTENCES[rule], ends_of_sentences())
    step = max(1, len(places) // TOGETHER)
    supply = cycle(plants)
    for start in range(PLACES // TOGETHER):
        chosen = [places[(start + number * step) % len(places)] for number in range(TOGETHER)]
        yield plant(sorted(set(chosen)), supply)


def plant(places: list[int], supply: Iterator[str]) -> tuple[str, list[tuple[int, int]]]:
    text, spans, last = "", [], 0
    for place, words in zip(places, islice(supply, len(places)), strict=True):
        before, after = (" ", "") if POLICY[place - 1] != " " else ("", " ")
        text += POLICY[last:place] + before
        spans.append((len(text), len(text) + len(words)))
        text, last = text + words + after, place
    return text + POLICY[last:], spans


def found_at(text: str, knowledge: Knowledge) -> list[tuple[str, int, int]]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    document = document_from_text(text, "policy.txt")
    result = []
    for slot in scan(document.blocks, knowledge):
        span = document.blocks[slot.block].span(slot.start, slot.end)
        result.append((slot.rule, starts[span.line - 1] + span.column, starts[span.end_line - 1] + span.end_column))
    return result


def test_the_clean_policy_has_no_slot(knowledge: Knowledge) -> None:
    assert found_at(POLICY, knowledge) == []


@pytest.mark.parametrize("rule", sorted({**SENTENCES, **WORDS}))
def test_planted_slots_are_found_and_nothing_else_is(rule: str, knowledge: Knowledge) -> None:
    planted = found = 0
    missed, stray = [], []
    for text, spans in mutants(rule):
        slots = found_at(text, knowledge)
        for start, end in spans:
            planted += 1
            hit = any(kind == rule and first < end and start < last for kind, first, last in slots)
            found += hit
            missed += [] if hit else [text[start - 30 : end + 30]]
        stray += [
            text[first:last]
            for _, first, last in slots
            if not any(start < last and first < end for start, end in spans)
        ]
    assert planted >= 0.9 * PLACES
    assert stray == []
    assert found >= 0.98 * planted, missed
