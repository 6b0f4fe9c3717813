"""Messages and failures in, lines on stderr out that neither a terminal nor a CI runner takes for a command."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import click


def complain(message: str) -> None:
    """One line, with everything that acts or hides written out."""
    _tell(f"permcheck: {harmless(message)}")


def harmless(message: str) -> str:
    """The message on one line; GitHub takes ``##[`` for a command in the middle of a line too."""
    from permcheck.reports.plain import line  # noqa: PLC0415  (only where something is wrong)

    return line(message).replace("##[", "## [")


def explain_use(error: click.ClickException) -> None:
    """What click says of wrong use, its usage line first."""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        _tell(harmless(error.ctx.get_usage()))
        _tell(f"Try '{harmless(error.ctx.command_path)} --help' for help.\n")
    _tell(f"Error: {harmless(error.format_message())}")


def internal(error: Exception) -> None:
    """A failure that is ours; the traceback only for whoever asked for it."""
    if os.environ.get("PERMCHECK_DEBUG"):
        for row in _trace(error):
            _tell(f"  | {row}")
    complain(f"internal error: {type(error).__name__}: {error} (PERMCHECK_DEBUG=1 shows where)")


def _trace(error: Exception) -> Iterator[str]:
    import traceback  # noqa: PLC0415  (7 ms that only a failure of ours needs)

    for text in traceback.format_exception(error):
        for row in text.splitlines():
            yield " " * (len(row) - len(row.lstrip())) + harmless(row)


def _tell(row: str) -> None:
    try:
        click.echo(row, err=True)
        sys.stderr.flush()
    except OSError:  # nobody reads it, and there is nowhere else to say so
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  (stays open to the end)
