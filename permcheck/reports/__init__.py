"""A `Report` in, text or bytes out; a renderer opens no input and changes no exit code."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from permcheck.errors import UsageError

if TYPE_CHECKING:  # the names of the formats stand in every --help, the types behind them do not
    from permcheck.model import Report

RENDERERS: Mapping[str, str] = {
    "text": "permcheck.reports.text",
    "json": "permcheck.reports.json",
    "jsonl": "permcheck.reports.jsonl",
    "html": "permcheck.reports.html",
    "markdown": "permcheck.reports.markdown",
    "sarif": "permcheck.reports.sarif",
    "junit": "permcheck.reports.junit",
    "github": "permcheck.reports.github",
    "gitlab": "permcheck.reports.gitlab",
    "csv": "permcheck.reports.csv",
    "xlsx": "permcheck.reports.xlsx",
    "pdf": "permcheck.reports.pdf",
}
"""Format name -> the module that writes it; imported only when the format is asked for."""


class Renderer(Protocol):
    """A module of this package that writes one format."""

    def render(self, report: Report) -> str | bytes:
        """The whole report in this format."""


def renderer(name: str) -> Renderer:
    """The renderer of a format. Raises `UsageError` for an unknown name."""
    if name not in RENDERERS:
        raise UsageError(f"unknown format {name!r}; known are {', '.join(RENDERERS)}")
    return cast("Renderer", import_module(RENDERERS[name]))


def render(name: str, report: Report) -> str | bytes:
    """The report in the format of this name: text, but bytes for ``pdf`` and ``xlsx``. Raises `UsageError`."""
    return renderer(name).render(report)


def load_report(text: str, path: str = "report") -> Report:
    """The report out of its JSON. Raises `InputError` that names ``path`` for any other text."""
    return cast("Report", import_module(RENDERERS["json"]).load(text, path))
