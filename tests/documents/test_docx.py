"""Word files: every place that holds text is read, and Word's own marks of unfinished text survive."""

import io
import zipfile

import pytest

from permcheck.documents import document_from_bytes
from permcheck.errors import DocumentError
from permcheck.model import Block, Document
from tests.builders.docx import docx, paragraph, run, table

FILLER = paragraph(run("The lamp app is made by people who care about what it stores and why. " * 4))


def read(body: str, **more) -> Document:
    return document_from_bytes(docx(body + FILLER, **more), "policy.docx")


def first(body: str, **more) -> Block:
    return read(body, **more).blocks[0]


def test_runs_join_and_places_count_paragraphs():
    blocks = read(paragraph(run("Intro.")) + paragraph(run("We use the cam") + run("era to scan.", "<w:i/>"))).blocks
    assert blocks[1].text == "We use the camera to scan."
    span = blocks[1].span(11, 17)
    assert (span.line, span.column, span.end_column) == (2, 11, 17)


@pytest.mark.parametrize(
    ("content", "text", "mark"),
    [
        ("<w:ins>" + run("Contacts are read.") + "</w:ins>", "Contacts are read.", "insertion"),
        ("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + run("Click here") + "</w:sdtContent></w:sdt>",
         "Click here", "content-control"),
        ('<w:fldSimple w:instr=" MERGEFIELD Company ">' + run("«Company»") + "</w:fldSimple>", "«Company»",
         "merge-field:Company"),
        (run("Fill this in", '<w:highlight w:val="yellow"/>'), "Fill this in", "highlight"),
        ('<w:hyperlink r:id="L1">' + run("our terms") + "</w:hyperlink>", "our terms", "link:https://lamp.example/"),
    ],
)  # fmt: skip
def test_native_marks(content: str, text: str, mark: str):
    block = first(paragraph(run("Before ") + content + run(" after.")), links={"L1": "https://lamp.example/"})
    assert block.text == f"Before {text} after."
    assert block.marks == ((7, 7 + len(text), mark),)


def test_filled_content_controls_and_plain_runs_have_no_mark():
    control = "<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>" + run("Lumo") + "</w:sdtContent></w:sdt>"
    assert first(paragraph(control + run(" makes lamps.", '<w:highlight w:val="none"/>'))).marks == ()


def field(instruction: str, result: str) -> str:
    def char(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    instr = f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
    return char("begin") + instr + char("separate") + result + char("end")


def test_complex_fields_show_their_result():
    block = first(
        paragraph(run("By ") + field(" MERGEFIELD Controller \\* MERGEFORMAT ", run("«Controller»")) + run("."))
    )
    assert (block.text, block.marks) == ("By «Controller».", ((3, 15, "merge-field:Controller"),))


def test_a_merge_field_without_result_is_not_lost():
    block = first(paragraph(run("By ") + field(" MERGEFIELD Controller ", "") + run(".")))
    assert (block.text, block.marks) == ("By «Controller».", ((3, 15, "merge-field:Controller"),))


def test_deleted_text_is_no_text():
    deleted = "<w:del><w:r><w:delText>We sell data.</w:delText></w:r></w:del>"
    assert first(paragraph(run("We keep data.") + deleted)).text == "We keep data."


def test_comments_stand_over_their_text_and_as_blocks():
    content = run("We use ") + '<w:commentRangeStart w:id="3"/>' + run("data") + '<w:commentRangeEnd w:id="3"/>'
    document = read(
        paragraph(content), parts={"comments.xml": '<w:comment w:id="3">' + paragraph(run("which?")) + "</w:comment>"}
    )
    assert document.blocks[0].marks == ((7, 11, "comment:which?"),)
    assert [b.text for b in document.blocks if b.region == "comment"] == ["which?"]


def test_tables_headings_lists_and_contents():
    body = (
        paragraph(run("Camera ....... 2"), "Inhalt")
        + paragraph(run("Lumo Policy"), "berschrift1")
        + paragraph(run("Camera"), "berschrift2")
        + paragraph(run("What for:"))
        + paragraph(run("codes"), numbering=(1, 0))
        + paragraph(run("of lamps"), numbering=(1, 1))
        + paragraph(run("live view of the yard."), numbering=(1, 0))
        + paragraph(run("a bullet"), numbering=(2, 0))
        + table([["Data", "Why"], ["Pictures", "Support"]])
    )
    blocks = read(body).blocks
    assert [(b.kind, b.label, b.level, b.text) for b in blocks[:9]] == [
        ("paragraph", "", 0, "Camera ....... 2"),
        ("heading", "", 1, "Lumo Policy"),
        ("heading", "", 2, "Camera"),
        ("paragraph", "", 0, "What for:"),
        ("item", "1.", 1, "codes"),
        ("item", "1.a)", 2, "of lamps"),
        ("item", "2.", 1, "live view of the yard."),
        ("item", "•", 1, "a bullet"),
        ("row", "", 0, "Data | Why"),
    ]
    assert blocks[0].region == "nav"
    assert blocks[4].heading == ("Lumo Policy", "Camera")


def test_headers_footers_notes_and_text_boxes_are_read():
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    box = "<w:r><w:pict><w:txbxContent>" + paragraph(run("In a box.")) + "</w:txbxContent></w:pict></w:r>"
    document = read(
        paragraph(run("We share data.") + note + box),
        parts={
            "header1.xml": paragraph(run("Draft of May")),
            "footer1.xml": paragraph(run("Lumo Ltd")),
            "footnotes.xml": '<w:footnote w:id="2">' + paragraph(run("Only in Spain.")) + "</w:footnote>",
        },
    )
    assert {(b.text, b.region) for b in document.blocks} >= {
        ("Draft of May", "header"), ("Lumo Ltd", "footer"), ("Only in Spain.", "main"), ("In a box.", "main"),
        ("We share data.", "main"),
    }  # fmt: skip


def test_title_is_the_file_s_own():
    assert read(paragraph(run("Lumo Policy"), "berschrift1")).title == "Lumo Policy"


def test_a_dtd_is_refused():
    part = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    with pytest.raises(DocumentError, match="DTD"):
        read(FILLER, parts={"document.xml": part})


def test_deep_nesting_is_refused():
    with pytest.raises(DocumentError, match="nested deeper"):
        read("<w:sdt>" * 400 + "</w:sdt>" * 400)


def test_damaged_files_are_told():
    whole = docx(FILLER)
    with pytest.raises(DocumentError, match=r"policy\.docx: a damaged zip"):
        document_from_bytes(whole[: len(whole) // 2], "policy.docx")
    with pytest.raises(DocumentError, match=r"document\.xml is damaged"):
        read(FILLER, parts={"document.xml": "<?xml version='1.0'?><w:open"})


def test_a_part_that_swells_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("permcheck.documents.word.ooxml._MAX_READ", 10_000)
    with pytest.raises(DocumentError, match="hold more than"):
        read(paragraph(run("a" * 20_000)))


@pytest.mark.parametrize(
    ("member", "what"), [("AndroidManifest.xml", "app bundle"), ("Payload/A.app/A", "app bundle"), ("a.txt", "no Word")]
)
def test_other_zip_files_are_named(member: str, what: str):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(member, "x")
    with pytest.raises(DocumentError, match=what):
        document_from_bytes(file.getvalue(), "app.apk")
