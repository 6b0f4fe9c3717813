"""Pages lose no text, and every part says which region, list and heading it stands in."""

import pytest

from permcheck.documents import document_from_bytes
from permcheck.model import Block, Document


def page(body: str, head: str = "") -> Document:
    filler = "<p>The lamp app is made by people who care about what it stores on its own servers.</p>"
    return document_from_bytes(f"<html><head>{head}</head><body>{body}{filler}</body></html>".encode(), "p.html")


def block(body: str, start: str = "") -> Block:
    return next(b for b in page(body).blocks if b.text.startswith(start))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>the <b>cam</b>era and <i>more</i></p>", "the camera and more"),
        ("<p>live&nbsp;view &amp; &#8220;scan&#x201D;</p>", "live view & “scan”"),
        ("<p>one\n   two\tthree</p>", "one two three"),
        ("<p>a < b and c > d</p>", "a < b and c > d"),
        ("<p title='x > y'>text after a sly attribute</p>", "text after a sly attribute"),
        ("<p>before<!-- not shown -->after</p>", "beforeafter"),
        ("<p>data<sup>1</sup> of CR<sup>®</sup></p>", "data 1 of CR®"),
        ("<table><tr><td>Location<td>Pairing<tr><td>Camera<td>Codes</table>", "Location | Pairing"),
        ("<table><tr><td>Data<td><ul><li>name<li>mail</ul></table>", "Data | name; mail"),
        ("<dl><dt>Camera<dd>Scans codes.<dt>Siri<dd>Voice.</dl>", "Camera | Scans codes."),
    ],
)
def test_text_of_a_block(body: str, text: str):
    assert next(b.text for b in page(body).blocks if b.region == "main") == text


def test_scripts_and_styles_are_no_text():
    text = " ".join(b.text for b in page("<script>x='<p>secret</p>'</script><style>p{}</style><p>seen</p>").blocks)
    assert "secret" not in text
    assert "seen" in text


def test_a_quote_leads_back_to_line_and_column():
    found = block("\n<p>We use the <em>camera</em>\n  for codes.</p>", "We use")
    at = found.text.index("camera for")
    span = found.span(at, at + len("camera for"))
    assert (span.line, span.column, span.end_line, span.end_column) == (2, 18, 3, 5)


def test_columns_after_a_character_reference_are_those_of_the_source():
    found = block("<p>live&nbsp;view &amp; scan</p>", "live")
    start = found.text.index("scan")
    source = "<html><head></head><body><p>live&nbsp;view &amp; scan</p>"
    assert found.span(start, start + 4).column == source.index("scan")


def test_leftover_of_a_broken_converter_reads_as_a_menu_arrow():
    found = block("<p>Me &rt; Settings</p>", "Me")
    assert found.text == "Me > Settings"
    assert found.marks == ((3, 4, "entity:&rt;"),)


def test_links_keep_text_and_target():
    found = block('<p>See <a href="https://lamp.example/terms">our terms</a>.</p>', "See")
    assert found.text == "See our terms."
    assert found.marks == ((4, 13, "link:https://lamp.example/terms"),)


def test_lists_keep_depth_and_labels():
    found = page('<ol start="3"><li>three<ul><li>inner</ul><li>four</ol><ol type="a"><li>first</ol>').blocks
    assert [(b.text, b.level, b.label) for b in found if b.kind == "item"] == [
        ("three", 1, "3."), ("inner", 2, "•"), ("four", 1, "4."), ("first", 1, "a."),
    ]  # fmt: skip


def test_headings_nest_by_their_rank():
    found = page("<h1>Policy</h1><h2>Data</h2><h3>Camera</h3><p>Codes.</p><h2>Rights</h2><p>Yours.</p>").blocks
    assert next(b for b in found if b.text == "Codes.").heading == ("Policy", "Data", "Camera")
    assert next(b for b in found if b.text == "Yours.").heading == ("Policy", "Rights")


def test_the_number_of_a_heading_is_its_label():
    found = page("<h2>2.1 Camera</h2><p>Codes.</p>").blocks
    assert (found[0].label, found[0].text) == ("2.1", "Camera")
    assert found[1].heading == ("Camera",)


def test_bold_and_numbered_lines_are_headings_where_the_page_has_no_others():
    body = "<p><b>1) Camera</b></p><p>It scans codes on lamps.</p><p>2)Bluetooth permission:</p><p>It finds lamps.</p>"
    found = page(body).blocks
    assert next(b for b in found if b.text.startswith("It scans")).heading == ("Camera",)
    assert next(b for b in found if b.text.startswith("It finds")).heading == ("Bluetooth permission:",)


@pytest.mark.parametrize(
    ("body", "region"),
    [
        ("<nav><p>Words here</p></nav>", "nav"),
        ("<header><p>Words here</p></header>", "header"),
        ("<main><header><p>Words here</p></header></main>", "main"),
        ("<footer><p>Words here</p></footer>", "footer"),
        ("<div role='contentinfo'><p>Words here</p></div>", "footer"),
        ("<dialog open><p>Words here</p></dialog>", "main"),
        ("<dialog><p>Words here</p></dialog>", "hidden"),
        ("<button commandfor='d'>Open</button><dialog id='d'><p>Words here</p></dialog>", "dialog"),
        ("<div class='cookie-banner'><p>Words here</p></div>", "dialog"),
        ("<div style='display: none'><div><p>Words here</p></div></div>", "hidden"),
        ("<p hidden>Words here<p>seen", "hidden"),
        ("<div aria-hidden='true'><p>Words here</p></div>", "main"),
        ("<!-- Words here -->", "comment"),
    ],
)
def test_regions(body: str, region: str):
    assert block(body, "Words").region == region


def test_what_follows_a_region_is_main_again():
    assert block("<nav><ul><li>Menu</ul></nav><p>After it</p>", "After").region == "main"


def test_conditional_comments_are_code():
    assert not [b for b in page("<!--[if lt IE 9]><p>old browser</p><![endif]-->").blocks if b.region == "comment"]


def test_declarations_leave_no_trace():
    body = "<p>The lamp app is made by people who care about what it stores on its own servers.</p>"
    found = document_from_bytes(f"<?xml version='1.0'?><!DOCTYPE html><html><body>{body}</body></html>".encode(), "p")
    assert [b.region for b in found.blocks] == ["main"]


def test_a_policy_inside_a_dialog_is_the_policy():
    text = "We store your name and mail address to run the account that you made with us. " * 12
    found = document_from_bytes(
        f"<html><body><p>Close</p><dialog open><p>{text}</p></dialog></body></html>".encode(), "p.html"
    )
    assert found.blocks[-1].region == "main"


def test_wrapped_text_in_a_preformatted_part_is_joined():
    found = block("<pre>\nThe lamp app uses your\nlocation to find lamps in\nyour home.\n</pre>", "The lamp app uses")
    assert found.text == "The lamp app uses your location to find lamps in your home."
    assert found.span(0, len(found.text)).end_line == 4


def test_line_breaks_part_paragraphs():
    found = page("<p>First sentence stands here.<br>Second one stands there.<br><br>Third.</p>").blocks
    assert [b.text for b in found[:3]] == ["First sentence stands here.", "Second one stands there.", "Third."]


def test_title_comes_from_the_page():
    assert page("<h1>Other</h1>", head="<title>Lumo &ndash; Privacy</title>").title == "Lumo – Privacy"


@pytest.mark.parametrize(
    "body",
    [
        "<p>text" + "<b>" * 3000 + "deep" + "</i>" * 3000 + "</p>",
        "<table><tr><td><p>text</table></div></td></tr><p>after",
        "</p></li></td></table><p>text",
        "<ul><li>text<li></ul></ul></ul><p>after",
        "<a href='x'><p>text<a href='y'>more</p></a>",
    ],
)
def test_broken_markup_loses_no_text(body: str):
    text = " ".join(b.text for b in page(body).blocks)
    assert "text" in text
    assert "lamp app is made" in text


def test_text_that_is_crossed_out_is_not_said():
    page = "<html><body><p>We use the <del>microphone and the <b>contacts</b></del> camera <s>always</s> to scan.</p>"
    (block, *_) = document_from_bytes(f"{page}{'<p>And more words that follow.</p>' * 9}".encode(), "p.html").blocks
    assert block.text == "We use the camera to scan."
