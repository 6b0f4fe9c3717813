"""A `Report` and `Settings` in; reports on stdout and in files, warnings on stderr, and the exit code out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from permcheck import reports
from permcheck.cli.config import obeyed
from permcheck.cli.destination import write
from permcheck.cli.options import Settings, columns_of_terminal
from permcheck.cli.stderr import complain
from permcheck.errors import UsageError, reason_of
from permcheck.model import CONFIDENCES, SEVERITIES, Finding, Gap, Report
from permcheck.reports.plain import line


def deliver(report: Report, settings: Settings) -> int:
    """Write every report that was asked for, whole or not at all, and only then decide the exit code."""
    ctx = click.get_current_context(silent=True)
    report = replace(report, obeyed=(*report.obeyed, *(obeyed(ctx) if ctx else ())), date=settings.date)
    rendered = [(path, _render(report, name, settings)) for name, path in settings.outputs]
    stdout = _render(report, settings.format, settings, terminal=True)
    unwritten = [error for path, content in rendered if (error := _written(path, content))]
    _print(stdout)
    for gap in lost_inputs(report):
        complain(f"{gap.location.path}: {gap.reason}")
    for error in unwritten[:-1]:
        complain(str(error))
    if unwritten:
        raise unwritten[-1]
    return exit_code(report, settings)


def _written(path: Path, content: str | bytes) -> UsageError | None:
    """Why a report could not be written; the others are written all the same."""
    try:
        write(path, content.encode("utf-8", errors="backslashreplace") if isinstance(content, str) else content)
    except UsageError as error:
        return error
    return None


def exit_code(report: Report, settings: Settings) -> int:
    """1 for findings that count, else 3 where an input was lost, else 0."""
    if not settings.exit_zero and any(counts(finding, settings) for finding in report.findings):
        return 1
    if is_incomplete(report) and not settings.allow_incomplete:
        return 3
    return 0


def counts(finding: Finding, settings: Settings) -> bool:
    """Whether a finding makes the run fail."""
    if settings.fail_on == "never" or (finding.waiver and finding.waiver.status == "active"):
        return False
    return SEVERITIES.index(finding.severity) <= SEVERITIES.index(settings.fail_on) and CONFIDENCES.index(
        finding.confidence
    ) <= CONFIDENCES.index(settings.min_confidence)


def is_incomplete(report: Report) -> bool:
    """Whether an input was lost, or an app asks for something on which the policy could not be judged."""
    return bool(lost_inputs(report)) or any(cell.app and cell.verdict == "not-checked" for cell in report.assessments)


def lost_inputs(report: Report) -> tuple[Gap, ...]:
    """The gaps that make the run incomplete."""
    inside = (*(g for app in report.apps for g in app.gaps), *(g for p in report.policies for g in p.document.gaps))
    return tuple(gap for gap in (*report.gaps, *inside) if gap.fatal)


@contextmanager
def progress(total: int, settings: Settings) -> Iterator[Callable[[str], None]]:
    """A progress bar on stderr where a person watches several bundles; silence anywhere else."""
    watched = settings.progress and not settings.quiet and sys.stderr.isatty() and not os.environ.get("CI")
    if total < 2 or not watched:
        yield lambda _: None
        return
    with click.progressbar(length=total, file=sys.stderr, item_show_func=lambda item: item) as bar:
        yield lambda path: bar.update(1, line(path))


def _render(report: Report, name: str, settings: Settings, *, terminal: bool = False) -> str | bytes:
    if name != "text":
        return reports.render(name, report)
    from permcheck.reports import text  # noqa: PLC0415  (a run that writes JSON alone needs no tables)

    return text.render(
        report,
        color=terminal and _colored(settings),
        verbose=settings.verbose,
        quiet=terminal and settings.quiet,
        width=columns_of_terminal() if terminal else 100,
        links=terminal and _links(),
    )


def _links() -> bool:
    """Whether the terminal is known to understand hyperlinks (OSC 8); one that does not may show their addresses."""
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return False
    known = ("VTE_VERSION", "KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION", "FORCE_HYPERLINK")
    program = os.environ.get("TERM_PROGRAM", "")
    return program in ("iTerm.app", "WezTerm", "vscode", "ghostty") or any(map(os.environ.get, known))


def _colored(settings: Settings) -> bool:
    if settings.color != "auto":
        return settings.color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _print(content: str | bytes) -> None:
    """The report on stdout. A reader that has gone away, as `head` does, changes nothing."""
    if isinstance(content, bytes) and sys.stdout.isatty():
        raise UsageError("this format is binary: use --output FORMAT:PATH")
    data = content.encode("utf-8", errors="backslashreplace") if isinstance(content, str) else content
    if isinstance(content, str) and data and not data.endswith(b"\n"):
        data += b"\n"
    try:
        sys.stdout.flush()
        if hasattr(sys.stdout, "buffer"):
            sys.stdout.buffer.write(data)
        else:  # a stream that a caller put in its place
            sys.stdout.write(data.decode("utf-8", errors="replace"))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left would fail again at the end
        raise UsageError(f"standard output: cannot write: {reason_of(error)}") from error
