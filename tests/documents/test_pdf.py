"""PDFs: sentences are whole over lines and pages, running heads stand apart, what cannot be read is said."""

import io
import textwrap

import pytest
from pypdf import PdfReader, PdfWriter

from permcheck.documents import document_from_bytes
from permcheck.documents.pdf import file as pdf_reader
from permcheck.errors import DocumentError
from permcheck.model import Document, Span
from tests.builders.pdf import pdf

PAGE_ONE = [
    "Lumo Home Privacy Policy - Page 1",
    "1. Camera",
    "We use the camera of your phone to scan the pairing code that stands on the lamp, and the",
    "picture is neither stored nor sent to anybody else.",
    "\u2022",
    "Your name and the e-mail address that you type in when you make the account in the app of",
    "ours on your phone.",
    "2. Bluetooth",
    "Bluetooth is used to find the lamps near you, to control them, and to read the infor-",
    "mation that a third-",
    "party lamp shows, which goes on over the end of the page without",
]
PAGE_TWO = [
    "Lumo Home Privacy Policy - Page 2",
    "stopping at all. We tell you which information it is before that happens.",
    "3. Your rights",
    "You may ask us to delete the account at any time, and we do it within ten days.",
]


def read(data: bytes) -> Document:
    return document_from_bytes(data, "policy.pdf")


def test_sentences_go_over_lines_and_pages():
    blocks = read(pdf([PAGE_ONE, PAGE_TWO])).blocks
    found = next(b for b in blocks if b.text.startswith("Bluetooth is used"))
    assert "read the information that a third-party lamp shows" in found.text
    assert "without stopping at all." in found.text
    at = found.text.index("stopping")
    span = found.span(at, at + 8)
    assert (span.page, span.line, span.column) == (2, 2, 0)


def test_words_broken_at_line_ends_are_whole_again():
    lines = [
        "This notice says what the lamps of Lumo do with the in-",
        "formation that they have on you, with the opt-",
        "out that you may choose, and with the noti-",
        "fications that a lamp sends to the phone in the house.",
    ]
    (block,) = read(pdf([lines])).blocks
    for word in ("information", "opt-out", "notifications"):
        assert f" {word} " in block.text


def test_headings_and_items():
    blocks = read(pdf([PAGE_ONE, PAGE_TWO])).blocks
    assert [b.text for b in blocks if b.kind == "heading"] == ["Camera", "Bluetooth", "Your rights"]
    (item,) = [b for b in blocks if b.kind == "item"]
    assert (item.label, item.text[:13], item.text[-20:]) == ("\u2022", "Your name and", "ours on your phone.".rjust(20))
    assert item.heading == ("Camera",)


def test_running_heads_stand_apart_and_once():
    heads = [b for b in read(pdf([PAGE_ONE, PAGE_TWO])).blocks if "Page" in b.text]
    assert [(b.region, b.text) for b in heads] == [("header", "Lumo Home Privacy Policy - Page 1")]


def test_title():
    assert read(pdf([PAGE_ONE, PAGE_TWO], title="Lumo (Privacy)")).title == "Lumo (Privacy)"


def test_a_page_without_text_is_a_gap():
    (gap,) = read(pdf([PAGE_ONE, [], PAGE_TWO])).gaps
    assert "page 2 holds no text" in gap.reason
    assert gap.location.span is not None
    assert gap.location.span.page == 2


def test_a_scan_is_no_policy_text():
    with pytest.raises(DocumentError, match=r"policy\.pdf: no policy text: the PDF holds no text, only images"):
        read(pdf([[], []]))


@pytest.mark.parametrize("cut", [20, 200, 900])
def test_a_damaged_file_is_told(cut: int):
    with pytest.raises(DocumentError, match=r"policy\.pdf: .*(damaged|no policy text)"):
        read(pdf([PAGE_ONE])[:cut])


def test_text_that_fonts_do_not_tell_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        pdf_reader,
        "_extract",
        lambda *_: (["\ue001\ue002\ue003 ab" * 50], "", [{}], []),
    )
    with pytest.raises(DocumentError, match="fonts of the PDF"):
        read(pdf([PAGE_ONE]))


def test_an_encrypted_file_is_told():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([PAGE_ONE]))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(DocumentError, match="encrypted with a password"):
        read(out.getvalue())


def test_a_file_that_only_restricts_printing_is_read():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([PAGE_ONE]))))
    writer.encrypt("", "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert any("camera" in b.text for b in read(out.getvalue()).blocks)


def test_damage_that_costs_text_is_a_gap_and_no_log(capfd: pytest.CaptureFixture[str]):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([PAGE_ONE, PAGE_TWO]))))
    for page in writer.pages:
        page.compress_content_streams()
    out = io.BytesIO()
    writer.write(out)
    whole = out.getvalue()
    at = whole.index(b"stream", whole.index(b"/FlateDecode")) + 60
    assert read(whole).gaps == ()
    gaps = read(whole[:at] + b"\0\0\0\0" + whole[at + 4 :]).gaps
    assert any("some of its text may be missing" in gap.reason for gap in gaps)
    assert capfd.readouterr().err == ""


LONG = "We use what follows only to run the app, and nobody but us can see any of it at any time, as"
LAID_OUT = [
    (50, 790, LONG),
    (50, 776, "this page says. We do not collect:"),
    (80, 762, "your contacts;"),
    (80, 748, "photos that you have taken with the phone;"),
    (80, 734, "messages."),
    (50, 720, LONG),
    (50, 706, "this page says."),
    (50, 692, "The lamp finds the phone."),
    (90, 664, "Data"),
    (260, 664, "Why"),
    (50, 650, "Camera"),
    (200, 650, "We scan the code that stands"),
    (200, 636, "on the lamp."),
    (420, 643, "Yes"),
    (50, 622, "Microphone"),
    (200, 622, "We hear what you say."),
    (420, 622, "No"),
    (50, 594, LONG),
    (50, 580, "this page says."),
]


def test_items_whose_bullets_are_drawn_are_items_below_their_introduction():
    found = read(pdf([LAID_OUT])).blocks
    assert [(b.kind, b.label, b.text) for b in found[1:4]] == [
        ("item", "•", "your contacts;"),
        ("item", "•", "photos that you have taken with the phone;"),
        ("item", "•", "messages."),
    ]
    assert found[0].text.endswith("as this page says. We do not collect:")
    assert (found[4].kind, found[4].text) == ("paragraph", f"{LONG} this page says.")
    assert found[2].span(0, 6) == Span(4, 0, 4, 6, 1)


def test_a_line_that_ends_early_ends_a_paragraph_and_cells_that_wrap_are_whole():
    texts = [b.text for b in read(pdf([LAID_OUT])).blocks]
    assert "The lamp finds the phone." in texts
    assert "Camera | We scan the code that stands on the lamp. | Yes" in texts
    assert "Microphone | We hear what you say. | No" in texts
    assert texts[-1] == f"{LONG} this page says."


def test_lines_that_were_wrapped_before_they_were_printed_are_joined():
    text = (
        "We use the camera WHEN YOU ADD A LAMP to read the code that stands on its back, and we keep no picture of it. "
        "Mmmm, illicit stills will fill little if it is still lit. WE NEVER WATCH ANYBODY WITH IT, and that is all "
        "there is to say of the camera; the lamp itself has none, which is why it cannot see who comes or goes."
    )
    (block,) = read(pdf([textwrap.wrap(text, 60)])).blocks
    assert block.text == text
