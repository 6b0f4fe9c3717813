"""RTF files: text, characters of every kind, tables and fields."""

import pytest

from permcheck.documents import document_from_bytes
from permcheck.errors import DocumentError
from permcheck.model import Document

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman Times;}{\f1\fnil\fcharset134 SimSun;}}{\info{\author nobody}}"
)
TAIL = r"\par The lamp app is made by people who care about what it stores on their own servers.\par}"


def read(body: str) -> Document:
    return document_from_bytes((HEAD + body + TAIL).encode("latin-1"), "policy.rtf")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"We use the {\i cam}era to scan.", "We use the camera to scan."),
        (r"Gr\'fc\'dfe \endash  \ldblquote ok\rdblquote", "Grüße – “ok”"),
        (r"{\f1 \'ce\'d2\'c3\'c7\'ca\'b9\'d3\'c3\'cf\'e0\'bb\'fa}", "我们使用相机"),
        (r"\uc1\u25105?\u20204?", "我们"),
        (r"Smile \u-10179?\u-8704?!", "Smile \U0001f600!"),
        (r"See {\field{\*\fldinst HYPERLINK x}{\fldrslt our terms}}.", "See our terms."),
        (r"Open \{brace\} and \\ sign", "Open {brace} and \\ sign"),
        (r"{\*\unknown not shown}Shown{\v hidden}.", "Shown."),
    ],
)
def test_text(body: str, text: str):
    assert read(body).blocks[0].text == text


def test_paragraphs_headings_and_rows():
    body = (
        r"{\b 1) Camera:}\par It scans codes.\par"
        r"\trowd\intbl Data\cell Why\cell\row\trowd\intbl Location\cell Pairing\cell\row\pard After it.\par"
    )
    found = read(body).blocks
    assert [(b.kind, b.text) for b in found[:5]] == [
        ("heading", "Camera:"), ("paragraph", "It scans codes."), ("row", "Data | Why"), ("row", "Location | Pairing"),
        ("paragraph", "After it."),
    ]  # fmt: skip
    assert found[1].heading == ("Camera:",)


def test_places_are_those_of_the_source():
    (block, *_) = read("\nWe use the {\\b camera} here.").blocks
    at = block.text.index("camera")
    span = block.span(at, at + 6)
    assert (span.line, span.column) == (2, len("We use the {\\b "))


def test_deep_nesting_is_refused():
    with pytest.raises(DocumentError, match="nested deeper"):
        read("{" * 6000)


def test_list_items_keep_the_marks_that_word_processors_write_beside_them():
    item = r"\pard {\listtext\pard\plain \u8226\'95\tab}\ilvl%s\ls1 %s\par"
    body = (
        r"We do not collect:\par"
        + item % (0, "your contacts;")
        + item % (0, "technical data:")
        + item % (1, "the model of the phone.")
        + r"\pard {\pntext 1.\tab}The lamps of the house.\par \pard After it.\par"
    )
    assert [(b.kind, b.level, b.label, b.text) for b in read(body).blocks[:6]] == [
        ("paragraph", 0, "", "We do not collect:"),
        ("item", 1, "•", "your contacts;"),
        ("item", 1, "•", "technical data:"),
        ("item", 2, "•", "the model of the phone."),
        ("item", 1, "1.", "The lamps of the house."),
        ("paragraph", 0, "", "After it."),
    ]


def test_indentation_tells_the_depth_of_items_and_outline_levels_the_headings():
    body = (
        r"\pard\outlinelevel1 What we may do with it\par\pard We keep the following:\par"
        r"\pard\li360 \bullet \tab one thing\par\pard\li720 \bullet \tab a part of it\par\pard End.\par"
    )
    assert [(b.kind, b.level, b.text) for b in read(body).blocks[:5]] == [
        ("heading", 1, "What we may do with it"),
        ("paragraph", 0, "We keep the following:"),
        ("item", 1, "one thing"),
        ("item", 2, "a part of it"),
        ("paragraph", 0, "End."),
    ]


def test_title():
    assert read(r"{\info{\title Lumo (Privacy)}}Text.").title == "Lumo (Privacy)"
