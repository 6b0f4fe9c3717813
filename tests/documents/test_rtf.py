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
