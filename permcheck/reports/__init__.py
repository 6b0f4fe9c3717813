"""A `Report` in, text or bytes out; a renderer opens no input and changes no exit code."""

from __future__ import annotations

from typing import Protocol

from permcheck.model import Report


class Renderer(Protocol):
    """A module of this package that writes one format."""

    def render(self, report: Report) -> str | bytes:
        """The whole report in this format."""
