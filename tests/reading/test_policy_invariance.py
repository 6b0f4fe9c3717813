"""A verdict hangs on the words alone: not on line breaks, mark-up or a paragraph about something else."""

import html
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permcheck.documents import document_from_bytes, document_from_text
from permcheck.knowledge import load_knowledge
from permcheck.model import Document
from permcheck.policy import declare, verdict
from tests.builders.docx import docx, paragraph, run
from tests.builders.pdf import pdf

KNOWLEDGE = load_knowledge()
PARAGRAPHS = (
    "Lamp Works Ltd runs the Lumen Home app, and this policy tells what the app may reach on your phone and why.",
    "We use the camera of your phone to scan the pairing code on a lamp, and we never use the camera for advertising.",
    "When you turn on location access, we collect your precise location so that the app can find lamps near you.",
    "You can turn location access off in the settings of your phone.",
    "We do not collect your contacts, and we do not read your SMS without your consent.",
    "The motion sensor of the doorbell records movement at your door; the app shows you when it happened.",
    "We share your advertising ID with Northlight Hosting Ltd unless you opt out.",
)


def verdicts(text: str, name: str = "policy.txt") -> dict[str, str]:
    return judged(document_from_text(text, name))


def judged(document: Document) -> dict[str, str]:
    disclosures = declare(document, KNOWLEDGE).disclosures
    return {
        category.id: verdict(category, disclosures, None, KNOWLEDGE)[0] for category in KNOWLEDGE.categories.values()
    }


PLAIN = verdicts("\n\n".join(PARAGRAPHS))


def test_the_text_says_something() -> None:
    told = {name: result for name, result in PLAIN.items() if result != "silent"}
    assert told["camera"] == told["location"] == told["tracking"] == told["sms"] == "disclosed"
    assert told["contacts"] == "denied"
    assert told["motion"] == "vague"


@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=45, max_value=160))
def test_wrapping_lines_changes_nothing(width: int) -> None:
    assert verdicts("\n\n".join(textwrap.fill(text, width) for text in PARAGRAPHS)) == PLAIN


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(["\n", "", "  \n\t"]), st.booleans())
def test_markup_changes_nothing(between: str, marked: bool) -> None:
    body = between.join(f"<p>{html.escape(text)}</p>" for text in PARAGRAPHS)
    if marked:
        body = body.replace("camera", "<b>camera</b>").replace("location", "<span>location</span>")
    page = f"<!doctype html><html><head><title>Policy</title></head><body>{body}</body></html>"
    assert verdicts(page, "policy.html") == PLAIN


@settings(max_examples=15, deadline=None)
@given(st.integers(min_value=0, max_value=len(PARAGRAPHS)))
def test_a_paragraph_about_something_else_changes_nothing(place: int) -> None:
    other = "Our shop in Port Ellery is open from Monday to Friday, and we are glad to see you there."
    texts = [*PARAGRAPHS[:place], other, *PARAGRAPHS[place:]]
    assert verdicts("\n\n".join(texts)) == PLAIN


def file_of(name: str) -> bytes:
    if name.endswith(".docx"):
        return docx("".join(paragraph(run(text)) for text in PARAGRAPHS))
    if name.endswith(".pdf"):
        return pdf([[line for text in PARAGRAPHS for line in (*textwrap.wrap(text, 80), "")]])
    if name.endswith(".rtf"):
        return ("{\\rtf1\\ansi " + "\\par ".join(PARAGRAPHS) + "\\par}").encode()
    return "\n\n".join(textwrap.fill(text, 72) for text in PARAGRAPHS).encode()


@pytest.mark.parametrize("name", ["policy.docx", "policy.pdf", "policy.rtf", "policy.md"])
def test_the_format_of_the_file_changes_nothing(name: str) -> None:
    assert judged(document_from_bytes(file_of(name), name)) == PLAIN


DENIED = ("the contacts in your address book;", "text messages (SMS);", "photos.")


def test_what_a_list_denies_is_denied_in_rtf_whose_bullets_stand_apart() -> None:
    items = "".join(r"\pard{\listtext\pard \u8226\'95\tab}\ilvl0\ls1 " + text + r"\par" for text in DENIED)
    found = judged(document_from_bytes(rf"{{\rtf1\ansi We do not collect:\par{items}}}".encode(), "policy.rtf"))
    assert (found["contacts"], found["sms"], found["photos"]) == ("denied", "denied", "denied")


def test_what_a_list_denies_is_denied_in_a_pdf_whose_bullets_are_drawn() -> None:
    long = "Lamp Works Ltd runs the Lumen Home app, and this policy tells what the app does on your phone, and"
    lines = [(50, 700, long), (50, 686, "why. We do not collect:")]
    lines += [(80, 672 - 14 * number, text) for number, text in enumerate(DENIED)]
    found = judged(document_from_bytes(pdf([[*lines, (50, 600, long), (50, 586, "why.")]]), "policy.pdf"))
    assert (found["contacts"], found["sms"], found["photos"]) == ("denied", "denied", "denied")
