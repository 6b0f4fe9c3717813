"""What hangs on a slot: its sentence, the text that an instruction introduces, or nothing but itself."""

from __future__ import annotations

import pytest

from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge
from permcheck.model import Document, Location
from permcheck.placeholders import Slot, lint, scan, scan_text, to_placeholder

CONDITIONAL = """What we collect

Confirm: whether a partner reads health data, if so, please keep the following text; if not, you can delete it:

When you link a scale, we share your weight with the partner. It is never sold.

We use the camera of your phone to scan the code on a lamp.
"""


def read(text: str, knowledge: Knowledge) -> tuple[Document, tuple[Slot, ...]]:
    document = document_from_text(text, "policy.txt")
    return document, scan(document.blocks, knowledge)


def governed(text: str, knowledge: Knowledge) -> list[str]:
    document, slots = read(text, knowledge)
    places = {place for slot in slots for place in slot.governed}
    return [document.blocks[number].text[start:end].strip() for number, start, end in sorted(places)]


def test_a_slot_governs_its_sentence_alone(knowledge: Knowledge) -> None:
    text = (
        "We use the camera to scan codes. We share your location with [list the partners]. We use Bluetooth for lamps."
    )
    assert governed(text, knowledge) == ["We share your location with [list the partners]."]


def test_an_instruction_to_delete_governs_what_it_introduces(knowledge: Knowledge) -> None:
    hanging = governed(CONDITIONAL, knowledge)
    assert any("We share your weight".lower() in text.lower() for text in hanging)
    assert not any("camera" in text for text in hanging)


def test_the_introduced_text_may_stand_in_the_same_paragraph(knowledge: Knowledge) -> None:
    text = (
        "If not applicable, please delete this paragraph: when you link a scale, we share your weight. It is not sold."
    )
    assert governed(text, knowledge)[-1].endswith("It is not sold.")


def test_a_heading_ends_what_an_instruction_introduces(knowledge: Knowledge) -> None:
    text = "If not, you can delete the following text:\n\n2. Camera\n\nWe use the camera to scan the code on a lamp."
    assert not any("We use the camera" in hanging for hanging in governed(text, knowledge))


def test_a_marker_beside_a_value_governs_only_itself(knowledge: Knowledge) -> None:
    text = "If you have any question about the location of lamps, write to us:\nConfirm: help@lampyris.org"
    assert governed(text, knowledge) == ["Confirm:"]


def test_a_marker_before_a_list_leaves_the_list_unconfirmed(knowledge: Knowledge) -> None:
    text = "You can turn off, in the settings: Confirm: camera, microphone, Bluetooth and others."
    assert "microphone" in " ".join(governed(text, knowledge))


def test_a_label_without_value_governs_only_itself(knowledge: Knowledge) -> None:
    text = "Effective date:\n\n1. Camera\n\nWe use the camera to scan the code on a lamp in your house."
    assert governed(text, knowledge) == ["Effective date:"]


def test_an_unclosed_label_line_does_not_swallow_the_next_sentence(knowledge: Knowledge) -> None:
    text = (
        "Confirm: the permissions\nthat the app needs\n"
        "In order to find your lamps we use the precise location of your phone, and we\n"
        "tell you so before we do it. You can switch it off in the settings of your phone.\n"
    )
    document, slots = read(text, knowledge)
    span = lint(document, knowledge).placeholders[0].location.span
    assert span is not None
    assert (span.line, span.end_line) == (1, 2)
    assert len(slots) == 1
    assert not any("precise location" in hanging for hanging in governed(text, knowledge))


def test_a_slot_on_which_a_disclosure_hangs_is_an_error(knowledge: Knowledge) -> None:
    document, (slot,) = read("The lamp is open (to be confirmed) for use of your camera.", knowledge)
    alone = to_placeholder(document, slot, (), knowledge)
    hanging = to_placeholder(document, slot, ("camera", "health"), knowledge)
    assert (alone.severity, alone.governs) == ("warning", ())
    assert (hanging.severity, set(hanging.governs)) == ("error", {"camera", "health"})
    assert hanging.governed


@pytest.mark.parametrize(
    ("page", "severity"),
    [
        ("<nav><p>Hello {{first_name}}</p></nav>", "warning"),
        ("<p>{{company_name}} keeps your data.</p>", "error"),
        ("<p>Hello {{ user.avatar }}</p>", "note"),
        ("<!-- TODO: confirm the dates -->", "note"),
    ],
)
def test_what_stands_in_the_frame_of_a_page_weighs_less(page: str, severity: str, knowledge: Knowledge) -> None:
    body = "<p>We value your privacy and explain here how the app handles personal data of all people.</p>"
    text = f"<html><body>{page}<main><h1>Privacy policy</h1>{body}{body}</main></body></html>"
    if "company" in page:
        text = f"<html><body><main><h1>Privacy policy</h1>{page}{body}{body}</main></body></html>"
    found = lint(document_from_text(text, "policy.html"), knowledge).placeholders
    assert [item.severity for item in found] == [severity]


def test_a_plain_string_is_linted_with_its_place(knowledge: Knowledge) -> None:
    place = Location("Lampyris.ipa!/Info.plist", "NSCameraUsageDescription")
    (found,) = scan_text("TODO: explain why [App Name] needs the camera", place, knowledge)
    assert (found.location.path, found.location.anchor) == (place.path, place.anchor)
    assert scan_text("Scans the code on your lamp.", place, knowledge) == ()
