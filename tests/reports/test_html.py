"""The HTML page as text: what is in it and what is not."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from permcheck.model import Report
from permcheck.reports import render
from permcheck.reports.matrix import WORST_FIRST
from tests.builders.report import document, report

VOID = {"meta", "input", "br", "link", "img", "hr"}


class Outline(HTMLParser):
    """Elements, ids, link targets and whether every element is closed where it must be."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.links, self.open, self.tags, self.attributes = [], [], [], [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        known = dict(attrs)
        if "id" in known:
            self.ids.append(known["id"])
        if "href" in known:
            self.links.append(known["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page():
    return render("html", report())


def test_every_element_is_closed_and_every_id_is_one_of_a_kind(page):
    outline = Outline(page)
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))


def test_every_link_within_the_page_leads_somewhere(page):
    outline = Outline(page)
    inside = {link[1:] for link in outline.links if link.startswith("#")}
    assert inside - set(outline.ids) == set()
    assert {"d1", "p1", "cat-camera", "matrix", "policy"} <= inside


def test_a_quote_stresses_the_words_that_decide(page):
    assert 'We <b class="deed">never read</b> <b class="data">your contacts</b>.' in page


def test_the_same_policy_twice_has_no_id_twice():
    ids = Outline(render("html", replace(report(), policies=report().policies * 2))).ids
    assert len(ids) == len(set(ids))


def test_links_out_are_references_alone(page):
    out = {link for link in Outline(page).links if not link.startswith("#")}
    assert out == {reference for note in report().rules for reference in note.references}


def test_nothing_is_loaded_and_nothing_is_inline_but_what_is_pinned(page):
    outline = Outline(page)
    assert not {"link", "img", "iframe", "object", "embed"} & set(outline.tags)
    assert not {name for name in outline.attributes if name.startswith("on")} | ({"style", "src"} & outline.attributes)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_matrix_tells_verdict_quote_purpose_and_opt_out(page):
    row = re.search(r'<tr id="cat-camera".*?</tr>', page, re.DOTALL)[0]
    for words in (
        "We use the camera to scan",
        "lines 5-6",
        "disclosed",
        "scan the pairing code",
        "You can turn the camera",
    ):
        assert words in row
    assert row.count(">yes</a>") == 2


def test_what_the_stores_are_told_stands_in_the_matrix(page):
    row = re.search(r'<tr id="cat-location".*?</tr>', page, re.DOTALL)[0]
    assert "privacy manifest: disclosed" in row
    assert "Declared to the stores" not in render("html", replace(report(), declarations=()))


def test_evidence_stands_under_its_category_and_uncategorised_is_kept(page):
    camera = re.search(r'<section class="holding" id="ev-camera".*?</section>', page, re.DOTALL)[0]
    assert "android.permission.CAMERA" in camera
    assert "NSCameraUsageDescription" in camera
    rest = re.search(r'<section class="holding" id="ev-uncategorised".*?</section>', page, re.DOTALL)[0]
    assert "com.example.haldenhome.permission.C2D" in rest


def test_whole_policy_is_there_with_its_marks(page):
    body = page[page.index('<aside id="policy"') :]
    plain = re.sub(r'<a class="ref".*?</a>|<[^>]+>', "", body)
    for block in document().blocks:
        assert block.text.replace("'", "&#39;") in plain
    assert '<mark class="slot">[company e-mail address]</mark>' in body
    assert re.search(r'<mark class="governed">we read your heart rate.*?</mark>', body)


def test_waived_finding_and_gaps_are_shown(page):
    assert "Voice control ships in 4.3" in page
    assert "not a zip file" in page
    assert "the binary is encrypted" in page


def test_markup_from_a_bundle_or_policy_stays_text():
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'"
    base = report()
    app = replace(base.apps[0], name=bad, version=bad, app_id=bad, path=bad)
    policy = replace(base.policies[0], document=document(f"{bad}\n\n{bad} is here.\n", bad))
    finding = replace(base.findings[0], message=bad, subject=bad, fix=bad, draft=bad)
    hostile = replace(base, apps=(app,), policies=(policy,), findings=(finding,))
    outline = Outline(render("html", hostile))
    assert "img" not in outline.tags
    assert outline.tags.count("script") == 1
    assert outline.tags.count("style") == 2


def test_controls_are_written_out():
    app = replace(report().apps[0], name="a\u202eb\x00\ud800")
    page = render("html", replace(report(), apps=(app,)))
    assert r"a\u202eb\x00\ud800" in page
    page.encode("utf-8")


def test_a_reference_that_is_no_web_address_is_no_link():
    rules = tuple(replace(note, references=("javascript:alert(1)",)) for note in report().rules)
    assert "javascript:alert(1)" not in Outline(render("html", replace(report(), rules=rules))).links


def test_page_without_a_policy_does_not_claim_that_all_is_well():
    page = render("html", replace(report(), policies=(), assessments=(), findings=()))
    assert "No policy was read, so nothing was compared with one." in page
    assert "No findings" not in page
    assert "<h1><bdi>Halden Home</bdi>: permissions</h1>" in page


def test_page_without_an_app_says_how_the_policy_was_judged():
    cells = tuple(replace(cell, app="", facts=()) for cell in report().assessments)
    page = render("html", replace(report(), apps=(), assessments=cells))
    assert "No app was read" in page
    assert '<th scope="col" class="narrow">' not in page


def test_the_matrix_begins_with_the_problems():
    verdicts = re.findall(r'<tr id="cat-[^"]*" data-verdict="([^"]*)"', render("html", report()))
    assert verdicts[0] == "contradicted"
    assert verdicts[-1] == "disclosed"
    assert verdicts == sorted(verdicts, key=WORST_FIRST.index)


def test_further_sentences_of_a_category_fold():
    cell = next(cell for cell in report().assessments if cell.category == "camera")
    many = tuple(replace(cell.disclosures[0], quote=f"Sentence {number}.") for number in range(6))
    page = render("html", replace(report(), assessments=(replace(cell, disclosures=many),)))
    assert "<summary>5 more</summary>" in page
    assert "Sentence 5." in page


def test_empty_report_is_a_whole_page():
    assert Outline(render("html", Report("0.1.0", "00"))).open == []
