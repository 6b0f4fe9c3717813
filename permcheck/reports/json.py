"""A `Report` in, its JSON out, and back again without loss: the source of truth for every other format."""

from __future__ import annotations

import json
import re

from permcheck.errors import InputError
from permcheck.model import Report
from permcheck.reports.decode import report_of
from permcheck.reports.encode import SCHEMA, record_of

SURROGATE = re.compile("[\ud800-\udfff]")
"""Lone surrogates (from broken names in a bundle) have no UTF-8 form; JSON can still escape them."""


def render(report: Report) -> str:
    """The report as JSON after ``report.schema.json``; no clock time, so equal reports give equal text."""
    text = json.dumps(record_of(report), ensure_ascii=False, indent=1)
    return SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def load(text: str, path: str = "report") -> Report:
    """The report that `render` wrote. Raises `InputError` that names ``path`` when it is none of ours."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error})") from error
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        raise InputError(f"{path}: not a report of schema {SCHEMA}")
    try:
        return report_of(record)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: damaged report ({type(error).__name__}: {error})") from error
