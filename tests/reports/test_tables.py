"""CSV and XLSX: the matrix as rows, no cell a formula."""

import csv
import io
import sys
import zipfile
from dataclasses import replace

import pytest

from permcheck.errors import UsageError
from permcheck.reports import render
from tests.builders.report import APK, report
from tests.reports.test_golden import cells

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1"]


def rows(a_report):
    return list(csv.DictReader(io.StringIO(render("csv", a_report), newline="")))


def test_csv_has_a_row_for_every_cell_of_the_matrix():
    *found, last = rows(report())
    assert len(found) == len(report().assessments)
    assert (last["category"], last["title"][:9], last["why"]) == ("trust", "mappings ", "")
    camera = next(row for row in found if row["category"] == "camera" and row["app"] == APK)
    assert (camera["platform"], camera["asked"], camera["verdict"]) == ("Android", "yes", "disclosed")
    assert camera["purpose"] == "scan the pairing code"
    assert camera["declared to the stores"] == "Data safety form: disclosed (PHOTOS: collected)"
    assert camera["where"] == "legal/privacy-policy.txt:5"


def test_csv_without_a_policy_lists_what_the_apps_ask_for():
    asked = rows(replace(report(), policies=(), assessments=(), findings=()))
    assert {row["key"]: row["category"] for row in asked}["android.permission.BLUETOOTH_SCAN"] == "Bluetooth; Location"
    assert {row["key"]: row["category"] for row in asked}["com.example.haldenhome.permission.C2D"] == "Uncategorised"


def test_csv_lines_end_as_the_standard_says():
    assert render("csv", report()).count("\r\n") == len(report().assessments) + 2


def test_csv_tells_a_waiver():
    microphone = next(row for row in rows(report()) if row["category"] == "microphone")
    assert microphone["findings"].startswith("PC101 waived (by r.holm@example.com until 2027-03-31")


@pytest.mark.parametrize("bad", FORMULAS)
def test_no_cell_is_a_formula(bad):
    base = report()
    cell = base.assessments[0]
    fact = replace(cell.facts[0], key=bad)
    said = replace(base.policies[0].disclosures[0], quote=bad, purpose=bad, control=bad, recipients=(bad,))
    hostile = replace(
        base,
        apps=(replace(base.apps[0], app_id=bad, version=bad),),
        assessments=(replace(cell, why=bad, facts=(fact,), disclosures=(said,)),),
        findings=(replace(base.findings[0], subject=bad, message=bad, fix=bad),),
    )
    sheets = cells(render("xlsx", hostile))
    values = [value for row in rows(hostile) for value in row.values()]
    values += [value for name in ("Matrix", "Findings") for row in sheets[name][1:] for value in row]
    assert any(bad.strip() in value for value in values)
    assert not [value for value in values if value.lstrip()[:1] in set("=+-@\uff1d") or value[:1] in set("\t\r\n")]


def test_workbook_holds_no_formula_element_and_no_link():
    finding = replace(report().findings[0], message="https://x.example", fix="=HYPERLINK(1)")
    with zipfile.ZipFile(io.BytesIO(render("xlsx", replace(report(), findings=(finding,))))) as book:
        sheets = b"".join(book.read(name) for name in book.namelist() if "worksheets" in name)
    assert b"<f>" not in sheets
    assert b"hyperlink" not in sheets


def test_workbook_tells_findings_slots_and_gaps():
    sheets = cells(render("xlsx", report()))
    assert list(sheets) == ["Matrix", "Findings", "Evidence", "Unfilled passages", "Not checked"]
    assert [len(rows) for rows in sheets.values()] == [11, 9, 11, 3, 4]


def test_a_cell_of_a_megabyte_fits():
    app = replace(report().apps[0], app_id="x" * 1_000_000)
    longest = max(len(cell) for row in cells(render("xlsx", replace(report(), apps=(app,))))["Matrix"] for cell in row)
    assert longest <= 32_767


def test_without_xlsxwriter_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(UsageError, match=r"permcheck\[xlsx\]"):
        render("xlsx", report())


def test_without_a_browser_one_line_says_what_the_pdf_needs(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(UsageError, match="Chromium on PATH"):
        render("pdf", report())


def test_unknown_format_is_told_with_the_known_ones():
    with pytest.raises(UsageError, match="known are text, json"):
        render("yaml", report())
