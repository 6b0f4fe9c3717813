"""A finding counts once, and every format comes to the same sum, whichever builds share it and whatever is settled."""

import csv
import io
import json
import re
from collections import Counter
from dataclasses import astuple, replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from permcheck.model import Waiver
from permcheck.reports import render, sheet
from permcheck.reports.conclusion import by_area, conclusion
from permcheck.reports.issue import Counts, counted, issues
from tests.builders.report import APK, IPA, report


def settled(finding):
    return replace(finding, waiver=Waiver("known from the baseline", kind="baseline"))


def twins(base):
    """Every finding on both builds, one of them graver on one build."""
    doubled = [replace(found, app=app) for found in base.findings for app in (APK, IPA)]
    doubled[-1] = replace(doubled[-1], severity="error")
    return replace(base, findings=tuple(doubled))


REPORTS = {
    "as made": report(),
    "both builds": twins(report()),
    "one known": replace(report(), findings=(settled(report().findings[0]), *report().findings[1:])),
    "nothing found": replace(report(), findings=()),
    "all known": replace(report(), findings=tuple(map(settled, report().findings))),
}


@pytest.fixture(params=REPORTS, name="case")
def _case(request):
    found = REPORTS[request.param]
    return found, counted(issues(found))


def words(text):
    """``4 errors, 2 warnings, 1 known`` -> the numbers."""
    found = {
        word.rstrip("s"): int(number)
        for number, word in re.findall(r"(\d+) (errors?|warnings?|notes?|known|waived)", text)
    }
    return Counts(**found)


def test_twins_count_once():
    assert counted(issues(REPORTS["both builds"])).open == counted(issues(REPORTS["as made"])).open
    assert counted(issues(REPORTS["both builds"])).error == counted(issues(REPORTS["as made"])).error + 1


def test_what_the_baseline_knows_is_known_and_not_waived():
    assert counted(issues(REPORTS["one known"])) == Counts(error=3, warning=2, note=1, known=1, waived=1)


def test_terminal(case):
    found, totals = case
    lines = render("text", found).splitlines()
    assert words(next(line for line in reversed(lines) if re.match(r"\d+ error|no findings", line))) == totals


def test_terminal_sections_add_up(case):
    found, totals = case
    from permcheck.reports import text  # noqa: PLC0415  (with the options that only it has)

    output = text.render(found, verbose=True)
    heads = re.findall(
        r"^(?:Policy text|Policy completeness|App bundle|Store forms|This run.*): (.*)$", output, re.MULTILINE
    )
    sums = [sum(column) for column in zip(*(astuple(words(head)) for head in heads), strict=True)] or [0] * 5
    assert tuple(sums) == astuple(totals)


def test_json(case):
    found, totals = case
    record = json.loads(render("json", found))
    assert Counts(**record["summary"]["findings"]) == totals
    assert len({finding["fingerprint"] for finding in record["findings"]}) == sum(astuple(totals))


def test_sarif(case):
    found, totals = case
    (run,) = json.loads(render("sarif", found))["runs"]
    levels = Counter(result["level"] for result in run["results"])
    assert (levels["error"], levels["warning"], levels["note"]) == (totals.error, totals.warning, totals.note)


def test_junit(case):
    found, totals = case
    root = ET.fromstring(render("junit", found))
    assert int(root.get("failures")) == totals.error
    suite = next((entry for entry in root if entry.get("name") == "permcheck findings"), None)
    assert len(suite if suite is not None else ()) == sum(astuple(totals))
    skipped = len(suite.findall("testcase/skipped")) if suite is not None else 0
    assert skipped == totals.known + totals.waived


def test_github(case):
    found, totals = case
    output = render("github", found)
    for command, number in (("error", totals.error), ("warning", totals.warning), ("notice", totals.note)):
        assert len(re.findall(rf"^::{command} ", output, re.MULTILINE)) == number
    assert words(output.splitlines()[-1]) == totals


def test_gitlab(case):
    found, totals = case
    levels = Counter(entry["severity"] for entry in json.loads(render("gitlab", found)))
    settled_ones = totals.known + totals.waived
    assert (levels["critical"], levels["major"], levels["minor"], levels["info"]) == (
        totals.error,
        totals.warning,
        totals.note,
        settled_ones,
    )


def test_markdown(case):
    found, totals = case
    output = render("markdown", found)
    assert (
        words(next(line for line in output.splitlines() if re.match(r"\d+ error|no findings|\d+ categor", line)))
        == totals
    )
    assert len(re.findall(r"^- \*\*PC", output, re.MULTILINE)) == sum(astuple(totals))


class Articles(HTMLParser):
    """The findings of a page: severity and state."""

    def __init__(self, page):
        super().__init__()
        self.found = Counter()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        if tag == "article":
            self.found[known["data-severity"] if known["data-state"] == "open" else known["data-state"]] += 1


def test_html(case):
    found, totals = case
    page = render("html", found)
    assert Counts(**Articles(page).found) == totals
    heads = [words(head) for head in re.findall(r"<summary><h3>[^:]+: ([^<]+)</h3>", page)]
    assert [sum(column) for column in zip(*map(astuple, heads), strict=True)] == (
        list(astuple(totals)) if heads else []
    )


def test_workbook_rows(case):
    found, totals = case
    assert len(sheet.findings(found)) - 1 == sum(astuple(totals))


def test_conclusion_and_areas_agree(case):
    found, totals = case
    groups = [counted(group) for _, group in by_area(issues(found))]
    assert [sum(column) for column in zip(*map(astuple, groups), strict=True)] in (list(astuple(totals)), [])
    said = conclusion(found)
    must = (
        sum(int(number) for number in re.findall(r"(\d+)(?: must-fix)? in (?:the|both)", said)) if totals.error else 0
    )
    assert must == totals.error


def test_csv_has_a_row_per_cell_whatever_is_found(case):
    found, _ = case
    rows = list(csv.reader(io.StringIO(render("csv", found))))
    assert len(rows) == 1 + len(found.assessments) + 1


def test_all_clear_is_said_in_every_format():
    clean = replace(
        report(),
        apps=tuple(replace(app, gaps=()) for app in report().apps),
        assessments=tuple(cell for cell in report().assessments if cell.verdict == "disclosed"),
        findings=(),
        gaps=(),
        rules=(),
    )
    said = "Ready: no problems found, and the policy discloses all 2 categories the apps can access."
    assert conclusion(clean) == said
    for name in ("text", "markdown", "json", "html", "github"):
        assert said in " ".join(render(name, clean).split())
    (run,) = json.loads(render("sarif", clean))["runs"]
    assert (run["results"], run["invocations"][0]["executionSuccessful"]) == ([], True)
    root = ET.fromstring(render("junit", clean))
    assert int(root.get("tests")) > len(root.findall("*[@name='permcheck trust']/testcase"))
    assert root.get("failures") == root.get("errors") == "0"
    assert json.loads(render("gitlab", clean)) == []


def test_many_apps_have_a_line_each_worst_first_and_share_their_findings():
    first, *_ = report().findings
    apps = [
        replace(report().apps[0], path=f"{n}.apk", app_id=f"com.example.a{n}", name=f"Brand {n}") for n in range(30)
    ]
    cells = [replace(report().assessments[0], app=app.path) for app in apps]
    found = [replace(first, app=app.path, subject=f"{app.app_id}/location") for app in apps]
    found.append(replace(report().findings[2], app=apps[7].path, subject="com.example.a7/contacts"))
    fleet = replace(report(), apps=tuple(apps), assessments=tuple(cells), findings=tuple(found), gaps=())
    output = render("text", fleet)
    rows = [row for row in output.splitlines() if row.startswith("Brand ")]
    assert len(rows) == 30
    assert rows[0].split()[:2] == ["Brand", "7"]
    assert " ".join(output.split()).count("never mentions it. [30 apps]") == output.count("✗ error   PC101") == 1
    assert len(output.splitlines()) <= 75
    assert "31 must-fix in the policy" in output
