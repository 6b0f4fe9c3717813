"""Every format of one hand-made report, compared with a file that people review; ``pytest --update`` rewrites them."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from permcheck.model import Waiver
from permcheck.reports import RENDERERS, render
from tests.builders.report import report

GOLDEN = Path(__file__).parent / "golden"
SUFFIXES = {
    "text": "txt",
    "json": "json",
    "html": "html",
    "markdown": "md",
    "sarif": "sarif",
    "junit": "xml",
    "github": "log",
    "gitlab": "gitlab.json",
    "csv": "csv",
    "jsonl": "jsonl",
}
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.mark.parametrize("name", SUFFIXES)
def test_format_is_as_reviewed(name, golden):
    text = render(name, report())
    if name == "html":
        text = re.sub(r"(<(style|script)>).*?(</\2>)|'sha256-[^']+'", r"\1\3", text, flags=re.DOTALL)
    golden(GOLDEN / f"report.{SUFFIXES[name]}", text.replace("\r\n", "\n"))


def cells(data):
    """Sheet name -> rows of text of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        strings = [
            "".join(text.text or "" for text in entry.iter(f"{MAIN}t"))
            for entry in ET.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{MAIN}si")
        ]
        names = [sheet.get("name") for sheet in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]
        pages = [ET.fromstring(book.read(f"xl/worksheets/sheet{n}.xml")) for n in range(1, len(names) + 1)]
    return {
        name: [
            [strings[int(cell.findtext(f"{MAIN}v"))] for cell in row.iter(f"{MAIN}c")]
            for row in page.iter(f"{MAIN}row")
        ]
        for name, page in zip(names, pages, strict=True)
    }


def test_workbook_is_as_reviewed(golden):
    sheets = cells(render("xlsx", report()))
    text = "\n".join(f"# {name}\n" + "\n".join(" | ".join(row) for row in rows) for name, rows in sheets.items())
    golden(GOLDEN / "report.xlsx.txt", text + "\n")


@pytest.mark.parametrize("name", [name for name in RENDERERS if name != "pdf"])
def test_equal_reports_give_equal_bytes(name):
    assert render(name, report()) == render(name, report())


@pytest.mark.parametrize("name", [name for name in RENDERERS if name not in ("xlsx", "pdf")])
@pytest.mark.parametrize("status", ["rejected", "will-fix", "expired", "active"])
def test_a_decision_is_told_in_every_format(name, status):
    waiver = Waiver("Because of the debug menu", "I. Vale", "", "decision", status, "2026-10-02")
    base = report()
    text = render(name, replace(base, findings=(replace(base.findings[0], waiver=waiver), *base.findings[1:])))
    assert "Because of the debug menu" in " ".join(text.split())
    assert "I. Vale" in text


def test_every_format_has_a_golden_file_or_a_test_of_its_own():
    assert set(RENDERERS) == {*SUFFIXES, "xlsx", "pdf"}
