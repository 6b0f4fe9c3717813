"""The HTML page in a real Chromium: accessible, silent, usable by keyboard, whole in print."""

import pytest

from permcheck.reports import render
from tests.builders.report import report

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 320, "height": 700}


@pytest.fixture(scope="module")
def html():
    return render("html", report())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_no_accessibility_violation_no_request_no_side_scroll(html, open_page, axe, scheme, viewport):
    page = open_page(html, color_scheme=scheme, viewport=viewport)
    page.evaluate(axe + ";0")
    result = page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in result["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.said == []


def test_axe_notices_what_we_would_break(html, open_page, axe):
    page = open_page(html.replace('<html lang="en">', "<html>"))
    page.evaluate(axe + ";0")
    result = page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)
    assert [v["id"] for v in result["violations"]] == ["html-has-lang"]


def test_a_changed_script_is_refused_by_the_page(html, open_page):
    page = open_page(html.replace('"use strict";', '"use strict";alert(1);'))
    assert any("Content Security Policy" in word for word in page.said)
    assert page.locator("#matrix-filter").is_hidden()


def test_first_tab_is_the_skip_link(html, open_page):
    page = open_page(html)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_filter_hides_rows_and_says_how_many(html, open_page):
    page = open_page(html)
    page.select_option("#matrix-verdict", "silent")
    assert page.locator(".matrix tbody tr:visible").count() == 2
    assert page.text_content("#matrix-count") == "2 of 8 shown"
    page.fill("#matrix-words", "MICRO")
    assert page.locator(".matrix tbody tr:visible").count() == 1


def test_quote_leads_to_the_policy_and_back(html, open_page):
    page = open_page(html)
    page.click("#cat-camera a[href='#d1']")
    assert page.locator("#d1").is_visible() or page.evaluate("location.hash") == "#d1"
    ref = page.locator(".text a.ref[href='#cat-camera']")
    assert ref.is_visible()
    ref.click()
    assert page.evaluate("location.hash") == "#cat-camera"


def test_without_scripts_everything_is_there(html, open_page):
    page = open_page(html, java_script_enabled=False)
    assert page.locator(".matrix tbody tr:visible").count() == 8
    assert page.locator("#matrix-filter").is_hidden()
