"""A `Report` in, an Excel workbook out: matrix, findings, evidence, unfilled text, gaps; no cell is a formula."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from permcheck.errors import UsageError
from permcheck.model import Report
from permcheck.reports import sheet
from permcheck.reports.plain import clip

LONGEST = 32_000
"""Excel holds 32,767 characters in a cell."""
WIDTHS = {"title": 22, "why": 30, "evidence": 40, "policy says": 60, "purpose": 30, "opt-out": 30, "message": 60}
WIDTHS |= {"fix": 40, "draft clause": 50, "text": 60, "reason": 60, "where": 30, "subject": 30, "findings": 30}


def render(report: Report) -> bytes:
    """The workbook, without a clock time. Raises `UsageError` where xlsxwriter is not installed."""
    try:
        import xlsxwriter  # noqa: PLC0415  (an extra that other formats do without)
    except ImportError as error:
        raise UsageError('the xlsx format needs the extra: pip install "permcheck[xlsx]"') from error
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": "permcheck", "created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
        styles = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for name, table in _sheets(report).items():
            _fill(book.add_worksheet(name), table, *styles)
    return out.getvalue()


def _sheets(report: Report) -> dict[str, sheet.Rows]:
    return {
        "Matrix": sheet.matrix(report),
        "Findings": sheet.findings(report),
        "Evidence": sheet.evidence(report),
        "Unfilled passages": sheet.placeholders(report),
        "Not checked": [*sheet.gaps(report), sheet.trust(report, 3)],
    }


def _fill(page: object, table: sheet.Rows, head: object, body: object) -> None:
    for number, row in enumerate(table):
        for column, cell in enumerate(row):
            page.write_string(number, column, clip(sheet.defused(cell), LONGEST), body if number else head)  # type: ignore[attr-defined]
    for column, name in enumerate(table[0]):
        page.set_column(column, column, WIDTHS.get(name, 14))  # type: ignore[attr-defined]
    page.freeze_panes(1, 1)  # type: ignore[attr-defined]
    page.autofilter(0, 0, max(1, len(table) - 1), len(table[0]) - 1)  # type: ignore[attr-defined]
