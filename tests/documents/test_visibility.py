"""What a screen shows counts, what it does not show never does, and what a click opens counts too."""

import pytest

from permcheck.documents import document_from_bytes
from permcheck.model import Block

SAID = "We scan the code that stands on the lamp."
AROUND = "<p>The maker of the lamp tells here how it treats what it learns about you.</p>"


def blocks(body: str, head: str = "") -> list[Block]:
    page = f"<!DOCTYPE html><html><head>{head}</head><body>{AROUND}{body}{AROUND}</body></html>"
    return list(document_from_bytes(page.encode(), "p.html").blocks)


def visibility(body: str, head: str = "") -> str:
    found = {block.visibility for block in blocks(body, head) if SAID in block.text}
    return found.pop() if len(found) == 1 else f"{found}"


@pytest.mark.parametrize(
    "body",
    [
        f"<p style='display:none'>{SAID}</p>",
        f"<p style='display&#58;none'>{SAID}</p>",
        f"<p style='display:/**/none'>{SAID}</p>",
        f"<p style='d\\69splay:none'>{SAID}</p>",
        f"<p style='DISPLAY: NONE !important; display:block'>{SAID}</p>",
        f"<p hidden>{SAID}</p>",
        f"<p style='visibility:hidden'>{SAID}</p>",
        f"<div style='visibility:collapse'><p>{SAID}</p></div>",
        f"<p style='content-visibility:hidden'>{SAID}</p>",
        f"<p style='color:#fff;background:#fff'>{SAID}</p>",
        f"<p style='color:white'>{SAID}</p>",
        f"<p style='color:rgb(250 252 255)'>{SAID}</p>",
        f"<p style='color:hsl(0,0%,100%)'>{SAID}</p>",
        f"<div style='background:#222'><p style='color:#212223'>{SAID}</p></div>",
        f"<p><font color='#ffffff'>{SAID}</font></p>",
        f"<table bgcolor=black><tr><td>{SAID}</table>",
        f"<p style='color:transparent'>{SAID}</p>",
        f"<p style='color:rgba(0,0,0,0)'>{SAID}</p>",
        f"<p style='color:#0000'>{SAID}</p>",
        f"<p style='-webkit-text-fill-color:transparent'>{SAID}</p>",
        f"<p style='font-size:0'>{SAID}</p>",
        f"<p style='font-size:1px'>{SAID}</p>",
        f"<p style='font:0/0 a'>{SAID}</p>",
        f"<div style='font-size:.1em'><p style='font-size:.5em'>{SAID}</p></div>",
        f"<p style='opacity:0'>{SAID}</p>",
        f"<p style='filter:opacity(0)'>{SAID}</p>",
        f"<p style='position:absolute;left:-9999px'>{SAID}</p>",
        f"<p style='position:fixed;top:-200em'>{SAID}</p>",
        f"<p style='margin-left:-9999px'>{SAID}</p>",
        f"<p style='text-indent:-9999px'>{SAID}</p>",
        f"<p style='transform:scale(0)'>{SAID}</p>",
        f"<p style='position:absolute;clip:rect(0,0,0,0)'>{SAID}</p>",
        f"<p style='clip-path:inset(50%)'>{SAID}</p>",
        f"<div style='height:0;overflow:hidden'><p>{SAID}</p></div>",
        f"<div style='width:1px;height:1px;overflow:hidden'><p>{SAID}</p></div>",
        f"<div style='max-height:0;overflow:hidden'><p>{SAID}</p></div>",
        f"<template><p>{SAID}</p></template>",
        f"<noscript><p>{SAID}</p></noscript>",
        f"<dialog><p>{SAID}</p></dialog>",
        f"<div popover><p>{SAID}</p></div>",
        f"<p><del>{SAID}</del></p>",
        f"<p><s>{SAID}</s></p>",
        f"<p style='text-decoration:line-through'>{SAID}</p>",
        f"<canvas>{SAID}</canvas>",
        f"<video>{SAID}</video>",
        f"<object data=x.swf><p>{SAID}</p></object>",
        f"<img alt='{SAID}'>",
        f"<textarea style='display:none'>{SAID}</textarea>",
        f"<ul><li style='display:none'>{SAID}<li>The lamp glows.</ul>",
        f"<table><tr><td>The lamp</td><td style='display:none'>{SAID}</td><td>glows</td></table>",
    ],
)
def test_what_no_reader_sees_is_hidden(body: str):
    assert visibility(body) == "hidden"


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (".x{display:none}", "x"),
        ("div p.x { color : red ; DISPLAY:none }", "x"),
        ("body>div>.x{visibility:hidden}", "x"),
        ("#one.x{opacity:0}", "x"),
        ("p[data-of=lamp]{font-size:0}", ""),
        ("@media screen and (min-width:800px){.x{display:none}}", "x"),
        (".x:not(.shown){display:none}", "x"),
        (".x{display:none!important}.x.y{display:block}", "x y"),
        (".a,.x{color:#fefefe}", "x"),
    ],
)
def test_style_sheets_hide_as_attributes_do(rule: str, name: str):
    body = f"<div><p id=one data-of=lamp class='{name}'>{SAID}</p></div>"
    assert visibility(body, f"<style>{rule}</style>") == "hidden"


@pytest.mark.parametrize(
    "rule",
    [
        "@media print{.x{display:none}}",
        "@media (max-width:600px){.x{display:none}}",
        "@keyframes fade{from{opacity:0}to{opacity:1}}",
        ".x{display:none}.x{display:block}",
        ".x{display:none}#one{display:block}",
        ".x:hover{display:none}",
        ".y .x{display:none}",
        ".x::before{display:none}",
        "/* .x{display:none} */",
        ".x{color:#777}",
        ".x{font-size:11px}",
        ".dark .x{color:#fff}",
    ],
)
def test_rules_that_do_not_hold_hide_nothing(rule: str):
    assert visibility(f"<p id=one class=x>{SAID}</p>", f"<style>{rule}</style>") == "visible"


@pytest.mark.parametrize(
    "body",
    [
        f"<p aria-hidden=true>{SAID}</p>",
        f"<p class=sr-only>{SAID}</p>",
        f"<div style='visibility:hidden'><p style='visibility:visible'>{SAID}</p></div>",
        f"<div style='font-size:0'><p style='font-size:16px'>{SAID}</p></div>",
        f"<div style='background:#000'><p style='color:#fff'>{SAID}</p></div>",
        f"<div style='background:url(night.jpg)'><p style='color:#fff'>{SAID}</p></div>",
        f"<p style='text-indent:-10px'>{SAID}</p>",
        f"<div style='height:0'><p>{SAID}</p></div>",
        f"<object><p>{SAID}</p></object>",
        f"<svg><title>A lamp</title><text>{SAID}</text></svg>",
        f"<math><mtext>{SAID}</mtext></math>",
        f"<iframe srcdoc='&lt;p>{SAID}&lt;/p>'></iframe>",
        f"<button>{SAID}</button>",
        f"<dialog open>{SAID}</dialog>",
        f"<details open><summary>Codes</summary>{SAID}</details>",
        f"<footer><p>{SAID}</p></footer>",
    ],
)
def test_what_a_screen_shows_is_visible(body: str):
    assert visibility(body) == "visible"


def test_white_letters_are_visible_where_the_ground_is_in_a_sheet_that_is_not_here():
    head = "<link rel=stylesheet href=site.css>"
    assert visibility(f"<p style='color:#fff'>{SAID}</p>", head) == "visible"
    assert visibility(f"<p style='color:#fff;background:#fff'>{SAID}</p>", head) == "hidden"


@pytest.mark.parametrize(
    "body",
    [
        f"<details><summary>Codes</summary><p>{SAID}</p></details>",
        f"<details><summary>Codes</summary>{SAID}</details>",
        f"<button class=accordion>Codes</button><div class=panel style='display:none'><p>{SAID}</p></div>",
        f"<button>Codes</button><div style='display:none'><p>{SAID}</p></div>",
        f"<h3><button>Codes</button></h3><div hidden><p>{SAID}</p></div>",
        f"<button aria-controls=p1>Codes</button><p>Between</p><div id=p1 hidden><p>{SAID}</p></div>",
        f"<div id=p1 hidden><p>{SAID}</p></div><a href='#p1' data-toggle=collapse>Codes</a>",
        f"<a class=tab href='#p1'>Codes</a><p>Between</p><div id=p1 style='visibility:hidden'><p>{SAID}</p></div>",
        f"<span role=tab>Codes</span><p>Between</p><div role=tabpanel hidden><p>{SAID}</p></div>",
        f"<button onclick=\"show('p1')\">C</button><p>B</p><div id=p1 style='height:0;overflow:hidden'>{SAID}</div>",
        f"<div hidden=until-found><p>{SAID}</p></div>",
        f"<button commandfor=d>Codes</button><p>Between</p><dialog id=d><p>{SAID}</p></dialog>",
        f"<div class='fade-in' style='opacity:0'><p>{SAID}</p></div>",
    ],
)
def test_what_a_control_of_the_page_opens_is_on_demand(body: str):
    assert visibility(body) == "on-demand"


def test_panels_that_a_class_closes_open_by_their_control():
    head = "<style>.tab-pane{display:none}.tab-pane.active{display:block}</style>"
    panes = f"<div class='tab-pane active'>The lamp glows.</div><div class=tab-pane id=b>{SAID}</div>"
    body = f"<a role=tab href='#b'>B</a>{panes}"
    assert visibility(body, head) == "on-demand"


def test_a_control_opens_nothing_that_is_hidden_in_another_way():
    assert visibility(f"<button>Codes</button><div style='color:#fff'><p>{SAID}</p></div>") == "hidden"


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        ("<span style='display:none'>not</span>", "We do scan the code."),
        ("<span style='font-size:0'>not</span>", "We do scan the code."),
        ("<del>not</del>", "We do scan the code."),
        ("<sup>not</sup>", "We do not scan the code."),
        ("<button>not</button>", "We do not scan the code."),
        ("<textarea>not</textarea>", "We do not scan the code."),
        ("<svg><text>not</text></svg>", "We do not scan the code."),
        ("<img alt=not src=x>", "We do not scan the code."),
        ("<section style='display:inline'>not</section>", "We do not scan the code."),
        ("<span class=n></span>", "We do not scan the code."),
        ("<bdo dir=rtl>ton</bdo>", "We do not scan the code."),
        ("<iframe></iframe>not", "We do not scan the code."),
        ("<canvas>not</canvas>", "We do scan the code."),
    ],
)
def test_words_in_the_middle_of_a_sentence_are_read_as_a_screen_shows_them(inside: str, shown: str):
    head = "<style>.n::before{content:'not'}</style>"
    assert shown in [block.text for block in blocks(f"<div>We do {inside} scan the code.</div>", head)]


def test_hidden_words_are_kept_with_their_place_and_how_they_are_hidden():
    (found,) = [b for b in blocks("<p>We do <b style='opacity:0'>not</b> scan the code.</p>") if "scan" in b.text]
    assert found.unseen == ((5, "not", "fully transparent"),)
    assert found.as_written() == "We do not scan the code."


def test_a_hidden_block_leads_back_to_its_place():
    page = f"<html><body>{AROUND}\n\n  <p style='color:white'>{SAID}</p></body></html>"
    (found,) = [b for b in document_from_bytes(page.encode(), "p.html").blocks if b.visibility == "hidden"]
    span = found.span(0, len(found.text))
    assert (found.hidden_by, span.line, span.column) == ("the colour of its ground", 3, 25)


def test_a_page_inside_the_page_is_a_gap_and_silences_a_page_that_says_little():
    page = "<html><body>{}<iframe src='https://policies.example/lamp'></iframe></body></html>"
    short = document_from_bytes(page.format(AROUND * 3).encode(), "p.html")
    assert [(gap.silences, gap.fatal) for gap in short.gaps] == [(True, False)]
    long = document_from_bytes(page.format(AROUND * 40).encode(), "p.html")
    assert [gap.silences for gap in long.gaps] == [False]
    for player in ("https://www.youtube.com/embed/x", "about:blank", "https://www.google.com/maps/embed?x"):
        body = page.replace("https://policies.example/lamp", player).format(AROUND * 3)
        assert document_from_bytes(body.encode(), "p.html").gaps == ()


def test_a_frame_that_is_not_seen_is_no_gap():
    frames = "<iframe src='https://a.example/x' style='display:none'></iframe><iframe src=//b.example width=0></iframe>"
    body = f"{AROUND * 3}{frames}"
    assert document_from_bytes(f"<html><body>{body}</body></html>".encode(), "p.html").gaps == ()
