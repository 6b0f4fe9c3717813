"""Every shape is planted in a policy of every language: it is found and named, and nothing else is."""

from __future__ import annotations

import sys
from itertools import product

import pytest

from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge
from permcheck.placeholders import lint, scan

CARRIERS = {
    "en": ("We keep recordings for as long as you like.", "The lamp is run by {} and shines all night."),
    "de": ("Wir speichern Aufnahmen so lange, wie Sie möchten.", "Die Lampe wird von {} betrieben und leuchtet."),
    "fr": ("Nous gardons les vidéos aussi longtemps que voulu.", "La lampe est éditée par {} et brille la nuit."),
    "es": ("Guardamos los vídeos el tiempo que usted quiera.", "La lámpara es operada por {} y brilla de noche."),
    "zh": ("我们会按照您的选择保存录像。", "本灯具由 {} 运营，并在夜间发光。"),
    "ja": ("録画はお客様の選択に従って保存されます。", "このランプは {} が運営し、夜に光ります。"),
}
SHAPES = {
    "square brackets": "[Company Name]", "doubled square": "[[company name]]", "angle": "<Company Name>",
    "doubled angle": "<<Company>>", "doubled braces": "{{company}}", "braces": "{company_name}",
    "number in braces": "{0}", "dollar braces": "${company}", "percent braces": "%{company}", "percent": "%company%",
    "dollar": "$COMPANY_NAME", "hash": "#COMPANY#", "at": "@company_name@", "resource": "@string/app_name",
    "blank": "[●]", "order": "[insert the name of your company]", "choice": "[Halden/Lampyris/Lumo]",
    "list": "[lamps, hubs, bulbs, etc.]", "note": "[TBD]", "filler": "[XXX]", "role": "[LEGAL: who runs it]",
    "capitals": "YOUR COMPANY NAME", "joined": "YourCompanyName", "masked": "***@***.com",
}  # fmt: skip


def carrier(language: str, words: str) -> str:
    plain, open_sentence = CARRIERS[language]
    return f"{plain}\n\n{open_sentence.format(words)}\n\n{plain}\n"


@pytest.mark.parametrize("language", CARRIERS)
def test_a_shape_is_found_in_every_language_and_nothing_else_is(language: str, knowledge: Knowledge) -> None:
    missed = []
    for name, words in SHAPES.items():
        document = document_from_text(carrier(language, words), "policy.txt")
        slots = scan(document.blocks, knowledge)
        found = [document.blocks[slot.block].text[slot.start : slot.end] for slot in slots]
        missed += [] if any(words in text or text in words for text in found) else [name]
        assert all(words in text or text in words for text in found), (name, found)
        assert all(slot.shape for slot in slots)
    assert missed == []


@pytest.mark.parametrize("language", CARRIERS)
def test_the_carriers_themselves_are_silent(language: str, knowledge: Knowledge) -> None:
    assert scan(document_from_text(carrier(language, "Halden"), "policy.txt").blocks, knowledge) == ()


def test_a_finding_says_which_shape_it_was(knowledge: Knowledge) -> None:
    (told,) = lint(document_from_text(carrier("en", "[Company Name]"), "policy.txt"), knowledge).placeholders
    assert told.shape == "name in square brackets"


def test_what_a_site_generator_fills_in_is_a_note_in_its_source(knowledge: Knowledge) -> None:
    body = carrier("en", "{{ site.owner }}")
    source = lint(
        document_from_text(f"---\ntitle: Privacy\n---\n\n# Privacy\n\n{body}", "p.md"), knowledge
    ).placeholders
    rendered = lint(document_from_text(body, "p.txt"), knowledge).placeholders
    assert [item.severity for item in source] == ["note"]
    assert [item.severity for item in rendered] == ["error"]


def test_a_constant_that_heads_its_explanation_is_no_slot(knowledge: Knowledge) -> None:
    for name, end in product(("READ_CONTACTS", "ACCESS_FINE_LOCATION", "POST_NOTIFICATIONS"), ("]", "]:")):
        text = f"[{name}{end} To show who calls, the app reads what is needed for it.\n\n{CARRIERS['en'][0]}\n"
        assert scan(document_from_text(text, "policy.txt").blocks, knowledge) == ()


def test_the_cost_grows_with_the_text_and_no_faster(knowledge: Knowledge) -> None:
    def cost(times: int) -> int:
        """How many functions are entered to scan a text."""
        blocks = document_from_text("[Company] " * times, "policy.txt").blocks
        scan(blocks, knowledge)
        count = 0

        def entered(_frame: object, event: str, _what: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(entered)
        try:
            scan(blocks, knowledge)
        finally:
            sys.setprofile(before)
        return count

    assert cost(2400) < 5 * cost(600)
