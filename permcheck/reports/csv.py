"""A `Report` in, its matrix (without a policy: its evidence) as CSV (RFC 4180) out; no cell is a formula."""

from __future__ import annotations

import csv
import io

from permcheck.model import Report
from permcheck.reports.sheet import defused, evidence, matrix, trust


def render(report: Report) -> str:
    """One row per category and app, or per fact where nothing was judged, and a last one for what the run went by.

    A head row stands first; lines end in CR LF.
    """
    table = matrix(report) if report.assessments else evidence(report)
    table.append(trust(report, len(table[0])))
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([defused(cell) for cell in row] for row in table)
    return out.getvalue()
