"""Word, RTF and PDF files hide text as pages do: what is not seen is kept apart, what is seen stays."""

import pytest

from permcheck.documents import document_from_bytes
from permcheck.model import Document
from tests.builders.docx import docx, paragraph, run
from tests.builders.pdf import drawn

SAID = "We scan the code that stands on the lamp."
AROUND = "The maker of the lamp tells here how it treats what it learns about you in the app. "


def visibility(found: Document) -> set[str]:
    return {block.visibility for block in found.blocks if SAID in block.text}


def word(properties: str, before: str = "") -> Document:
    return document_from_bytes(docx(paragraph(run(AROUND * 3)) + before + paragraph(run(SAID, properties))), "p.docx")


@pytest.mark.parametrize(
    ("properties", "how"),
    [
        ("<w:vanish/>", "hidden text"),
        ("<w:webHidden/>", "hidden on the web"),
        ('<w:color w:val="FFFFFF"/>', "the colour of its ground"),
        ('<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>', "the colour of its ground"),
        ('<w:sz w:val="2"/>', "type too small to see"),
        ('<w:w w:val="1"/>', "type too small to see"),
        ("<w:strike/>", "struck out"),
        ("<w:dstrike/>", "struck out"),
        ('<w:rStyle w:val="Weg"/>', "hidden text"),
    ],
)
def test_word_hides_text(properties: str, how: str):
    style = '<w:style w:styleId="Weg"><w:name w:val="gone"/><w:rPr><w:vanish/></w:rPr></w:style>'
    data = docx(paragraph(run(AROUND * 3)) + paragraph(run(SAID, properties)), {"styles.xml": style})
    found = document_from_bytes(data, "p.docx")
    assert [(block.visibility, block.hidden_by) for block in found.blocks if SAID in block.text] == [("hidden", how)]


@pytest.mark.parametrize(
    "properties",
    [
        "",
        '<w:vanish w:val="0"/>',
        '<w:color w:val="000000"/>',
        '<w:color w:val="auto"/>',
        '<w:sz w:val="16"/>',
        '<w:strike w:val="false"/>',
        '<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>',
        '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="1F3864"/>',
    ],
)
def test_word_shows_text(properties: str):
    assert visibility(word(properties)) == {"visible"}


@pytest.mark.parametrize(
    ("settings", "cell", "seen"),
    [
        ("", '<w:shd w:val="clear" w:fill="000080"/>', {"visible"}),
        ('<w:tblStyle w:val="Dark"/>', "", {"visible"}),
        ("", "", {"hidden"}),
    ],
)
def test_white_letters_in_a_table_are_seen_where_its_ground_is_dark_or_unknown(
    settings: str, cell: str, seen: set[str]
):
    inside = paragraph(run(SAID, '<w:color w:val="FFFFFF"/>'))
    rows = f"<w:tr><w:tc><w:tcPr>{cell}</w:tcPr>{inside}</w:tc></w:tr>"
    found = document_from_bytes(
        docx(paragraph(run(AROUND * 3)) + f"<w:tbl><w:tblPr>{settings}</w:tblPr>{rows}</w:tbl>"), "p.docx"
    )
    assert visibility(found) == seen


def test_a_deletion_in_word_is_kept_apart():
    body = paragraph(run("We do ") + "<w:del><w:r><w:delText>not </w:delText></w:r></w:del>" + run("scan the code."))
    found = document_from_bytes(docx(paragraph(run(AROUND * 3)) + body), "p.docx").blocks[1]
    assert (found.text, found.as_written()) == ("We do scan the code.", "We do not scan the code.")


def rtf(body: str) -> Document:
    table = "{\\colortbl;\\red255\\green255\\blue255;\\red0\\green0\\blue0;}"
    return document_from_bytes(("{\\rtf1\\ansi" + table + AROUND * 3 + "\\par " + body + "\\par}").encode(), "p.rtf")


@pytest.mark.parametrize(
    ("body", "how"),
    [
        ("{\\v " + SAID + "}", "hidden text"),
        ("{\\cf1 " + SAID + "}", "the colour of its ground"),
        ("{\\cf2\\highlight2 " + SAID + "}", "the colour of its ground"),
        ("{\\strike " + SAID + "}", "struck out"),
        ("{\\striked1 " + SAID + "}", "struck out"),
        ("{\\fs1 " + SAID + "}", "type too small to see"),
        ("{\\deleted " + SAID + "}", "taken out by a tracked change"),
    ],
)
def test_rtf_hides_text(body: str, how: str):
    found = rtf(body)
    assert [(block.visibility, block.hidden_by) for block in found.blocks if SAID in block.text] == [("hidden", how)]


@pytest.mark.parametrize(
    "body",
    [
        SAID,
        "{\\v x}" + SAID,
        "\\strike x\\strike0 " + SAID,
        "\\fs1 x\\plain " + SAID,
        "{\\cf2 " + SAID + "}",
        "{\\cf1\\highlight2 " + SAID + "}",
        "{\\cf7 " + SAID + "}",
        "\\trowd\\clcbpat2\\cellx900\\intbl{\\cf1 " + SAID + "}\\cell\\row\\pard",
    ],
)
def test_rtf_shows_text(body: str):
    assert visibility(rtf(body)) == {"visible"}


def test_an_unknown_code_page_of_rtf_is_read_as_the_usual_one():
    found = document_from_bytes(b"{\\rtf1\\ansi\\ansicpg12520 We use your caf\\'e9 lamp.\\par}", "p.rtf")
    assert found.blocks[0].text == "We use your café lamp."


TEXT = f"BT /F1 11 Tf 50 500 Td ({SAID}) Tj ET"
BOX = "40 490 500 30 re f"


def pdf(content: str, before: str = "") -> Document:
    lines = "".join(f"({AROUND}) Tj T*\n" for _ in range(8))
    return document_from_bytes(drawn(f"{before}\nBT /F1 11 Tf 14 TL 50 790 Td\n{lines}ET\n{content}"), "p.pdf")


@pytest.mark.parametrize(
    ("content", "how"),
    [
        (TEXT.replace("BT", "BT 3 Tr"), "drawn invisibly"),
        (TEXT.replace("BT", "BT 1 g"), "the colour of its ground"),
        (TEXT.replace("11 Tf", "0.1 Tf"), "type too small to see"),
        (TEXT.replace("50 500 Td", ".01 0 0 .01 50 500 Tm"), "type too small to see"),
        (TEXT.replace("50 500", "50 -500"), "off the page"),
        (TEXT.replace("50 500", "5000 500"), "off the page"),
        (f"0 g {BOX} {TEXT}", "the colour of its ground"),
        (f"{TEXT} 0.9 g {BOX}", "covered"),
    ],
)
def test_a_pdf_hides_text(content: str, how: str):
    found = pdf(content)
    assert [(block.visibility, block.hidden_by) for block in found.blocks if SAID in block.text] == [("hidden", how)]


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        f"0 g {BOX} 1 g {TEXT}",
        TEXT.replace("BT", "BT 0.6 g"),
        f"1 g {BOX} 0 g {TEXT}",
        f"0 g 40 499 500 1 re f {TEXT}",
    ],
)
def test_a_pdf_shows_text(content: str):
    assert visibility(pdf(content)) == {"visible"}


def test_hidden_words_inside_a_line_of_a_pdf_are_told_with_the_line():
    found = pdf("BT /F1 11 Tf 50 500 Td (We do ) Tj 1 g (not ) Tj 0 g (scan the code.) Tj ET")
    assert "We do scan the code." in [block.text for block in found.blocks]
    (hidden,) = [block for block in found.blocks if block.visibility == "hidden"]
    assert "We do not scan the code." in hidden.text
    assert hidden.origins[0][3] == 1


def test_the_text_layer_of_a_scan_is_read_and_told():
    picture = "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"
    lines = "".join(f"({AROUND}) Tj T*\n" for _ in range(8))
    found = document_from_bytes(drawn(f"{picture}\nBT 3 Tr /F1 11 Tf 14 TL 50 790 Td\n{lines}ET"), "p.pdf")
    assert {block.visibility for block in found.blocks} == {"visible"}
    assert ["picture" in gap.reason for gap in found.gaps] == [True]
