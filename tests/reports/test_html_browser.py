"""The HTML page in a real Chromium: accessible, silent, usable by keyboard, whole in print."""

import json
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import permcheck.reports
from permcheck import triage
from permcheck.model import Waiver
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


@pytest.mark.parametrize("width", [1280, 1440, 1920])
def test_the_matrix_fits_a_desktop_beside_the_policy(html, open_page, width):
    page = open_page(html, viewport={"width": width, "height": 900})
    table, policy = page.locator("[aria-label='Matrix of categories']"), page.locator("#policy")
    assert table.evaluate("region => region.scrollWidth <= region.clientWidth")
    assert table.bounding_box()["x"] + table.bounding_box()["width"] <= policy.bounding_box()["x"]


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


def test_matrix_leads_to_the_findings_about_a_category(html, open_page):
    page = open_page(html)
    page.click("#cat-contacts a.to")
    assert page.evaluate("location.hash") == f"#{anchor('contacts')}"
    assert page.text_content("#cat-microphone a.to") == "PC101 (waived)"


def test_without_scripts_everything_is_there(html, open_page):
    page = open_page(html, java_script_enabled=False)
    assert page.locator(".matrix tbody tr:visible").count() == 8
    assert page.locator("#matrix-filter").is_hidden()


def anchor(category):
    """The address of the finding about a category: it names rule, category and fingerprint, and no position."""
    found = next(found for found in report().findings if found.category == category)
    return f"{found.rule}-{category}-{found.fingerprint[:8]}-{found.severity}"


def decide(page, finding, **fields):
    """Open a finding's decision and fill it in."""
    box = page.locator(f"article#{finding} .decide")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    for name, value in fields.items():
        entry = box.locator(f"[name={name}]")
        entry.select_option(value) if name == "decision" else entry.fill(value)


def saved(page):
    with page.expect_download() as download:
        page.click("#save-decisions")
    return json.loads(Path(download.value.path()).read_text(encoding="utf-8"))


def test_decisions_are_saved_and_the_next_run_honours_them(html, open_page):
    page = open_page(html)
    decide(page, anchor("location"), decision="accept", reason="Agreed <b>with</b> legal", name="I. Vale")
    decide(page, anchor("contacts"), decision="will-fix", reason="Release 4.3")
    file = saved(page)
    assert file["schema"] == "permcheck-decisions/1"
    accepted, promised = file["decisions"]
    location, contacts = (next(f for f in report().findings if f.category == c) for c in ("location", "contacts"))
    assert (accepted["fingerprint"], accepted["decision"]) == (location.fingerprint, "accept")
    assert (accepted["reason"], accepted["name"]) == ("Agreed <b>with</b> legal", "I. Vale")
    assert date.fromisoformat(accepted["date"]) < date.fromisoformat(accepted["expires"])
    assert (promised["fingerprint"], promised["name"], promised["expires"]) == (contacts.fingerprint, "I. Vale", "")
    schema = json.loads((Path(permcheck.reports.__file__).parent / "decisions.schema.json").read_text(encoding="utf-8"))
    assert Draft202012Validator(schema).is_valid(file)
    assert file["report"] == {"digest": report().digest, "products": ["com.example.haldenhome"]}
    entries, origin = triage.read_decisions(json.dumps(file), "decisions.json", date.fromisoformat(accepted["date"]))
    assert (origin.report, origin.products) == (report().digest, ("com.example.haldenhome",))
    assert [(entry.fingerprint, entry.owner, entry.kind, entry.verdict) for entry in entries] == [
        (location.fingerprint, "I. Vale", "decision", "accept"),
        (contacts.fingerprint, "I. Vale", "decision", "will-fix"),
    ]
    assert page.said == []


def test_an_incomplete_decision_is_not_saved(html, open_page):
    page = open_page(html)
    decide(page, anchor("location"), decision="accept", name="I. Vale")
    page.click("#save-decisions")
    assert page.text_content("#decisions-said") == "Not saved: a decision is incomplete."
    assert page.evaluate("document.activeElement.name") == "reason"


def test_nothing_is_accepted_for_more_than_a_year(html, open_page):
    page = open_page(html)
    decide(page, anchor("location"), decision="accept", reason="r", name="n", expires="2099-01-01")
    page.click("#save-decisions")
    assert page.text_content("#decisions-said") == "Not saved: a decision is incomplete."


def test_saved_decisions_can_be_taken_up_again_and_none_is_lost(html, open_page, tmp_path):
    fingerprint = report().findings[0].fingerprint
    ours = {"fingerprint": fingerprint, "decision": "reject", "reason": "no", "name": "I. Vale", "date": "2026-11-01"}
    other = {"fingerprint": "0" * 32, "decision": "will-fix", "reason": "later", "name": "N", "date": "2026-11-02"}
    file = tmp_path / "decisions.json"
    file.write_text(json.dumps({"schema": "permcheck-decisions/1", "decisions": [ours, other]}))
    page = open_page(html)
    page.set_input_files("#open-decisions", file)
    page.wait_for_function("document.getElementById('decisions-said').textContent")
    assert page.text_content("#decisions-said").startswith("1 of 2 decisions")
    entries = {entry["fingerprint"]: entry for entry in saved(page)["decisions"]}
    assert entries[fingerprint] == {**ours, **{k: entries[fingerprint][k] for k in ("rule", "subject", "expires")}}
    assert entries["0" * 32] == {**other, "rule": "", "subject": "", "expires": ""}


def test_another_file_is_no_file_of_decisions(html, open_page, tmp_path):
    file = tmp_path / "<img src=x onerror=alert(1)>.json"
    file.write_text("[]")
    page = open_page(html)
    page.set_input_files("#open-decisions", file)
    page.wait_for_function("document.getElementById('decisions-said').textContent")
    assert "is not a file of decisions" in page.text_content("#decisions-said")
    assert page.said == []


def test_an_earlier_rejection_stands_in_the_next_report(open_page):
    waiver = Waiver("The camera has to go.", "I. Vale", kind="decision", status="rejected", decided="2026-10-02")
    base = report()
    page = open_page(render("html", replace(base, findings=(replace(base.findings[0], waiver=waiver),))))
    assert "Rejected on 2026-10-02 by I. Vale" in page.text_content("article.finding")
    (entry,) = saved(page)["decisions"]
    assert (entry["decision"], entry["reason"], entry["date"], entry["expires"]) == (
        "reject",
        "The camera has to go.",
        "2026-10-02",
        "",
    )


def test_an_earlier_decision_stands_in_the_next_report(open_page):
    waiver = Waiver("Agreed.", "I. Vale", "2027-02-01", "decision")
    base = report()
    page = open_page(render("html", replace(base, findings=(replace(base.findings[0], waiver=waiver),))))
    (entry,) = saved(page)["decisions"]
    assert (entry["decision"], entry["reason"], entry["name"], entry["expires"]) == (
        "accept",
        "Agreed.",
        "I. Vale",
        "2027-02-01",
    )


def test_findings_are_filtered_by_severity_state_and_words(html, open_page):
    page = open_page(html)
    page.select_option("#finding-severity", "error")
    page.select_option("#finding-state", "open")
    assert page.text_content("#finding-count") == "4 of 8 shown"
    page.select_option("#finding-state", "waived")
    assert page.locator("article.finding:visible").count() == 1
    assert page.locator("section.rule:visible").count() == 1


def test_a_deep_link_to_a_filtered_finding_shows_it(html, open_page):
    page = open_page(html)
    page.fill("#finding-words", "no such words")
    assert page.locator("article.finding:visible").count() == 0
    name = anchor("contacts")
    page.evaluate("name => { location.hash = `#${name}` }", name)
    page.wait_for_selector(f"article#{name}", state="visible")
    direct = open_page(html, f"#{name}")
    assert direct.evaluate("document.querySelector(':target').id") == name


def test_a_decision_can_be_made_by_keyboard_alone(html, open_page):
    page = open_page(html)
    page.focus(f"article#{anchor('location')} .decide summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Agreed")
    page.keyboard.press("Tab")
    page.keyboard.type("I. Vale")
    (entry,) = saved(page)["decisions"]
    assert (entry["decision"], entry["reason"], entry["name"]) == ("accept", "Agreed", "I. Vale")


def test_print_holds_everything_whatever_is_filtered(html, open_page):
    page = open_page(html)
    page.select_option("#matrix-verdict", "silent")
    page.fill("#finding-words", "no such words")
    page.emulate_media(media="print")
    assert page.locator(".matrix tbody tr:visible").count() == 8
    assert page.locator("article.finding:visible").count() == 8
    assert page.locator(".controls:visible, .skip:visible, nav:visible, .decide:visible").count() == 0


def test_pdf_is_tagged_and_whole(tool):
    data = render("pdf", report())
    assert data.startswith(b"%PDF-")
    assert data == render("pdf", report())
    out = subprocess.run([tool("pdftotext"), "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    words = " ".join(out.split())
    for note in report().categories:
        assert note.title in words
    assert "android.permission.ACCESS_FINE_LOCATION" in words.replace(" ", "")
    assert "Voice control ships in 4.3" in words
    info = subprocess.run([tool("pdfinfo"), "-"], input=data, capture_output=True, check=True).stdout.decode()
    assert "Tagged: yes" in " ".join(info.split())
    assert "Sat Jan  1 00:00:00 2000" in info


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_forms_and_folds_are_accessible_too(html, open_page, axe, scheme):
    page = open_page(html, color_scheme=scheme, viewport=NARROW)
    decide(page, anchor("location"), decision="accept", reason="Agreed", name="I. Vale")
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    page.wait_for_function("document.querySelectorAll('.finding fieldset').length === 8")
    page.evaluate(axe + ";0")
    result = page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in result["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("absent", [("policies", "assessments", "findings"), ("apps",)], ids=["no policy", "no app"])
def test_pages_of_one_side_alone_are_accessible(open_page, axe, absent):
    page = open_page(render("html", replace(report(), **dict.fromkeys(absent, ()))))
    page.evaluate(axe + ";0")
    result = page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in result["violations"]] == []
    assert page.said == []


def test_decisions_are_printed_and_open_points_are_not(html, open_page):
    page = open_page(html)
    decide(page, anchor("location"), decision="reject", reason="Must be told", name="I. Vale")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".decide:visible").count() == 1
    assert page.locator(".decide:visible [name=reason]").input_value() == "Must be told"
    assert page.locator("#ev-camera .facts:visible, #policy:visible").count() == 0


def test_policy_and_evidence_are_printed_on_demand(html, open_page):
    page = open_page(html)
    page.check("#print-all")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#ev-camera .facts:visible").count() == 2
    assert page.locator("#policy:visible").count() == 1


PHONE = {"width": 390, "height": 844}


def test_on_a_phone_the_matrix_is_cards_that_keep_their_roles(html, open_page):
    page = open_page(html, viewport=PHONE)
    region = page.locator("[aria-label='Matrix of categories']")
    assert region.evaluate("region => region.scrollWidth <= region.clientWidth")
    row = page.locator("#cat-camera")
    assert row.evaluate("row => getComputedStyle(row).display") == "block"
    assert page.locator("#cat-camera td").first.evaluate("c => getComputedStyle(c, '::before').content") == '"Android"'
    assert row.get_attribute("role") == "row"
    assert page.locator("#cat-location td.off:visible").count() == 0


def test_several_findings_are_decided_at_once_and_undone(html, open_page):
    page = open_page(html)
    page.click("#bulk > summary")
    page.select_option("#bulk [name=scope]", "rule=PC404")
    page.select_option("#bulk [name=decision]", "will-fix")
    page.fill("#bulk [name=reason]", "Release 4.3")
    page.fill("#bulk [name=name]", "I. Vale")
    page.click("#bulk button:not([type])")
    assert page.text_content("#decisions-said") == "2 findings decided: will fix."
    entries = saved(page)["decisions"]
    assert {(e["rule"], e["decision"], e["reason"], e["name"], e["expires"]) for e in entries} == {
        ("PC404", "will-fix", "Release 4.3", "I. Vale", "")
    }
    assert len(entries) == 2
    page.click("#bulk-undo")
    page.click("#save-decisions")
    assert page.text_content("#decisions-said") == "Nothing to save: no finding is decided."


def test_bulk_decisions_are_for_what_is_shown(html, open_page):
    page = open_page(html)
    page.select_option("#finding-severity", "warning")
    page.click("#bulk > summary")
    page.fill("#bulk [name=reason]", "Agreed")
    page.fill("#bulk [name=name]", "I. Vale")
    page.click("#bulk button:not([type])")
    assert {entry["rule"] for entry in saved(page)["decisions"]} == {"PC102", "PC901"}


def test_a_bulk_decision_needs_a_reason(html, open_page):
    page = open_page(html)
    page.click("#bulk > summary")
    page.fill("#bulk [name=name]", "I. Vale")
    page.click("#bulk button:not([type])")
    assert page.evaluate("document.activeElement.name") == "reason"
    assert page.text_content("#decisions-said") == ""


def test_nothing_decided_downloads_nothing(html, open_page):
    page = open_page(html)
    begun = {"downloads": 0}
    page.on("download", lambda _: begun.update(downloads=begun["downloads"] + 1))
    page.click("#save-decisions")
    assert page.text_content("#decisions-said") == "Nothing to save: no finding is decided."
    assert begun == {"downloads": 0}


STOPS = """() => [...document.querySelectorAll("#findings article :is(a, summary, input, select)")]
    .filter((element) => element.tabIndex >= 0 && element.checkVisibility()).length"""


def test_a_finding_is_one_stop_until_it_is_entered(html, open_page):
    page = open_page(html)
    findings = page.locator("article.finding").count()
    assert page.evaluate(STOPS) == findings
    page.focus(f"article#{anchor('contacts')} .decide summary")
    assert page.evaluate(STOPS) > findings
    page.focus("#finding-words")
    page.focus(f"article#{anchor('location')} .decide summary")
    entered = page.evaluate("[...document.querySelectorAll('article.entered')].map((a) => a.id)")
    assert entered == [anchor("location")]


def test_keys_lead_to_the_next_and_the_previous_finding(html, open_page):
    page = open_page(html)
    focused = "document.activeElement.closest('article')?.id"
    page.focus("#findings")
    page.keyboard.press("n")
    first = page.evaluate(focused)
    page.keyboard.press("n")
    second = page.evaluate(focused)
    page.keyboard.press("p")
    assert page.evaluate(focused) == first != second
    page.focus("#finding-words")
    page.keyboard.press("n")
    assert page.input_value("#finding-words") == "n"


def test_every_printed_page_names_the_product_the_date_and_the_report(tool):
    dated = replace(report(), date="2026-12-01")
    data = render("pdf", dated)
    pages = subprocess.run([tool("pdftotext"), "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    sheets = pages.split("\f")[:-1]
    assert len(sheets) <= 12
    for number, sheet in enumerate(sheets, 1):
        words = " ".join(sheet.split())
        assert "Halden Home" in words
        assert f"2026-12-01 · report {dated.digest[:16]}" in words
        assert f"{number}/{len(sheets)}" in words.replace(" ", "")
