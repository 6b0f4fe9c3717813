"""A `Report` in, its matrix as CSV (RFC 4180) out; no cell is a formula."""

from __future__ import annotations

import csv
import io

from permcheck.model import Report
from permcheck.reports.sheet import defused, matrix


def render(report: Report) -> str:
    """One row per category and app, after a head row, UTF-8 without a mark, lines ending in CR LF."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([defused(cell) for cell in row] for row in matrix(report))
    return out.getvalue()
