"""Letters count as a person reads them; the file's own letters stay for people to see."""

import pytest

from permcheck.documents import document_from_bytes, document_from_text
from permcheck.documents.folding import fold_text, strange_words
from permcheck.model import Block

AROUND = "The maker of the lamp tells here how it treats what it learns about you in the app."


def block(sentence: str) -> Block:
    return document_from_text(f"{AROUND}\n\n{sentence}\n\n{AROUND}", "p.txt").blocks[1]


@pytest.mark.parametrize(
    "written",
    [
        "We do n\u043et scan.",  # Cyrillic o
        "We do n\u03bft scan.",  # Greek omicron
        "We d\u043e not s\u0441an.",
        "W\u0435 d\u043e \u0578ot scan.".replace("\u0578", "n"),
        "We do \uff4e\uff4f\uff54 scan.",
        "We do \U0001d427\U0001d428\U0001d42d scan.",
        "We do \u24dd\u24de\u24e3 scan.",
        "We do \u207f\u1d52\u1d57 scan.",
        "We do n\u200bot scan.",
        "We do n\ufe0fot scan.",
        "We do n\u034fot scan.",
        "We do n\U000e0101ot scan.",
        "We do no\u0335t scan.",
        "We do \u202eton\u202c scan.",
        "We do \u202e\u202dn\u202cot\u202c scan.".replace("\u202dn\u202cot", "to\u202dn\u202c"),
        "We \u202dd\u202co not scan.",
        "We \u2066do\u2069 not scan.",
    ],
)
def test_a_sentence_in_any_dress_is_the_same_sentence(written: str):
    assert block(written).text == "We do not scan."


@pytest.mark.parametrize("apostrophe", list("\u02bc\u02b9\uff07\u201b\u00b4\u2032\ua78c"))
def test_every_apostrophe_is_one(apostrophe: str):
    assert block(f"We don{apostrophe}t scan.").text == "We don\u2019t scan."


def test_an_accent_is_part_of_its_letter_and_a_ligature_is_two():
    assert block("Wir o\u0308ffnen, notre identite\u0301.").text == "Wir öffnen, notre identité."
    found = block("We \ufb01nd the of\ufb01ce.")
    assert found.text == "We find the office."
    assert found.span(7, 10).column == 6, "what follows a ligature stands where it stands in the file"


@pytest.mark.parametrize(
    "meant",
    [
        "Мы не собираем данные о вашем местоположении, и нет камеры.",
        "Δεν συλλέγουμε δεδομένα θέσης.",
        "Der Sensor misst bis 3 μm genau, und das α-Teilchen auch.",
        "使用 Wi-Fi 连接，可访问 IP地址（可选）：不收集１。".replace("１", "1"),
        "Footnote¹ and x², the nº 5, ℹ️ and ™.".replace("\ufe0f", ""),
        "İstanbul'da ışık açık.",
        "L'identité d'été, l’œuvre.",
    ],
)
def test_letters_that_are_meant_stay(meant: str):
    assert fold_text(meant) == meant


def test_a_word_of_look_alikes_in_an_english_text_is_folded_and_in_a_russian_one_is_not():
    assert block("We scan the \u0440\u0430\u0441\u0435 of the lamp in your room.").text.count("pace") == 1
    assert "pace" not in fold_text("\u0440\u0430\u0441\u0435 и другое слово")


def test_the_letters_of_the_file_are_kept_place_by_place():
    found = block("We do n\u043et scan your \uff43\uff4f\uff44\uff45.")
    start = found.text.index("not")
    assert found.quote(start, start + 3) == "n\u043et"
    assert len(found.original) == len(found.text)
    assert found.span(start, start + 3).column == start


def test_turned_letters_lead_back_to_where_they_stand():
    found = block("We do \u202eton\u202c scan.")
    assert found.text[6:9] == "not"
    assert found.span(6, 7).column == 9, "the n stands last in the file"
    assert found.span(10, 14).column == 12
    assert (6, 9, "override") in found.marks


def test_links_keep_their_words_when_letters_before_them_are_turned():
    page = f"<html><body><p>{AROUND}<p>We do \u202eton\u202c scan <a href=x>the code</a> here.</body></html>"
    found = document_from_bytes(page.encode(), "p.html").blocks[1]
    assert [found.text[start:end] for start, end, mark in found.marks if mark == "link:x"] == ["the code"]


def test_hebrew_and_arabic_are_not_turned():
    text = "אנחנו \u202eלא\u202c אוספים מידע"
    assert "לא" in block(text).text
    assert not [mark for mark in block(text).marks if mark[2] == "override"]


def test_words_with_letters_of_another_script_are_told_and_other_dresses_are_not():
    written = "n\u043et \uff4e\uff4f\uff54 don\u02bct"
    assert list(strange_words(fold_text(written), written)) == [(0, 3)]
