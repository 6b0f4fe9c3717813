"""The options that several commands share, and the settings object that they fill."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from permcheck.cli.given import follow_links, refuse_wrong_paths
from permcheck.cli.output import SUFFIXES, split
from permcheck.reports import RENDERERS

if TYPE_CHECKING:  # --help loads no workers
    from permcheck.limits import Limits

F = TypeVar("F", bound=Callable[..., Any])

ENDS = ", ".join(SUFFIXES)


@dataclass(frozen=True, slots=True)
class Settings:
    """How to report, and what makes the run fail."""

    format: str = "text"
    outputs: tuple[tuple[str, Path], ...] = ()
    fail_on: str = "error"
    min_confidence: str = "low"
    exit_zero: bool = False
    allow_incomplete: bool = False
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False
    progress: bool = True
    date: str = ""
    mappings: tuple[Path, ...] = ()
    limits: Limits | None = None


class InputParam(click.Path):
    """A path; an empty one, as a variable leaves that was never set, is not the working directory."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse the empty path."""
        if not str(value):
            self.fail("the path is empty; is a variable unset?", param, ctx)
        return super().convert(value, param, ctx)


class OutputParam(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """``FORMAT:PATH``, or a path whose suffix tells the format."""

    name = "FORMAT:PATH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:
        """Split and check it."""
        if isinstance(value, tuple):
            return value
        found = split(str(value))
        if found is None:
            formats = f"FORMAT:PATH with a FORMAT of {', '.join(RENDERERS)}"
            self.fail(f"{value!r} is not {formats}, nor a path that ends in {ENDS}", param, ctx)
        return found[0], Path(found[1])


def columns_of_terminal() -> int:
    """The width of the terminal, at most 200; 100 where the output goes anywhere else."""
    return min(200, shutil.get_terminal_size((100, 24)).columns) if sys.stdout.isatty() else 100


def _day(_: click.Context, param: click.Parameter, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat() if value else ""
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not a date such as 2026-12-01", param=param) from error


def reporting(function: F) -> F:
    """Add the options that say how to report; the command gets one ``settings`` argument for all of them."""
    names = [name for name in Settings.__dataclass_fields__ if name != "format"]

    @wraps(function)
    def command(*args: Any, format_: str, **values: Any) -> Any:
        taken = {name: values.pop(name) for name in names if name in values}
        taken["mappings"] = tuple(taken.get("mappings", ()))
        taken["outputs"] = tuple(taken.get("outputs", ()))
        refuse_wrong_paths(click.get_current_context(), values, taken["outputs"])
        taken["limits"] = _limits(taken.get("limits", ()))
        return function(*args, settings=Settings(format=format_, **taken), **values)

    for option in reversed(_REPORTING):
        command = option(command)
    return command  # type: ignore[return-value]


def _limits(settings: tuple[str, ...]) -> Limits | None:
    from permcheck.limits import Limits  # noqa: PLC0415  (--help loads no workers)

    return Limits.parse(settings) if settings else None


mappings_option = click.option(
    "--mappings",
    "mappings",
    multiple=True,
    envvar="PERMCHECK_MAPPINGS",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Your own mappings, added to the shipped ones; repeatable.",
)

_REPORTING = (
    click.option(
        "-f",
        "--format",
        "format_",
        default="text",
        envvar="PERMCHECK_FORMAT",
        show_default=True,
        type=click.Choice(list(RENDERERS)),
        metavar="FORMAT",
        help=f"What goes to stdout: {', '.join(RENDERERS)}.",
    ),
    click.option(
        "-o",
        "--output",
        "outputs",
        multiple=True,
        envvar="PERMCHECK_OUTPUT",
        type=OutputParam(),
        metavar="FORMAT:PATH",
        help="Also write a report to a file (FORMAT: may be left out before .html, .json ...); repeatable.",
    ),
    click.option(
        "--fail-on",
        default="error",
        envvar="PERMCHECK_FAIL_ON",
        show_default=True,
        type=click.Choice(["error", "warning", "note", "never"]),
        help="Exit 1 on findings of this severity or worse.",
    ),
    click.option(
        "--min-confidence",
        default="low",
        envvar="PERMCHECK_MIN_CONFIDENCE",
        show_default=True,
        type=click.Choice(["high", "medium", "low"]),
        help="Only findings of this confidence or better fail the run.",
    ),
    click.option("--exit-zero", is_flag=True, envvar="PERMCHECK_EXIT_ZERO", help="Exit 0 even with findings."),
    click.option(
        "--allow-incomplete",
        is_flag=True,
        envvar="PERMCHECK_ALLOW_INCOMPLETE",
        help="Exit 0 even if inputs could not be read.",
    ),
    click.option(
        "--color",
        default="auto",
        envvar="PERMCHECK_COLOR",
        show_default=True,
        type=click.Choice(["auto", "always", "never"]),
        help="Colour the terminal report.",
    ),
    click.option(
        "-q",
        "--quiet",
        is_flag=True,
        envvar="PERMCHECK_QUIET",
        help="One line per product, and unread inputs.",
    ),
    click.option(
        "-v", "--verbose", is_flag=True, envvar="PERMCHECK_VERBOSE", help="All evidence, quotes, reasons and fixes."
    ),
    click.option(
        "--progress/--no-progress", default=True, envvar="PERMCHECK_PROGRESS", help="Show progress on a terminal."
    ),
    click.option(
        "--date",
        default="",
        envvar="PERMCHECK_DATE",
        metavar="YYYY-MM-DD",
        callback=_day,
        help="Date to show in the reports; none by default.",
    ),
    click.option(
        "--limits",
        multiple=True,
        envvar="PERMCHECK_LIMITS",
        metavar="NAME=N",
        help="What opening one input may use: app-memory (MB), app-cpu, app-seconds, policy-..., files; repeatable.",
    ),
    mappings_option,
    follow_links,
)
