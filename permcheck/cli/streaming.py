"""The parts of a run in as they come, a line for each in every JSON Lines report out; nothing is kept of an app."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import IO

import click

from permcheck import triage
from permcheck.cli.config import obeyed
from permcheck.cli.delivery import counts, is_incomplete, lost_inputs
from permcheck.cli.destination import appending
from permcheck.cli.options import Settings
from permcheck.cli.stderr import complain
from permcheck.model import SEVERITIES, Finding, Report
from permcheck.reports.jsonl import line
from permcheck.reports.plain import line as one_line
from permcheck.session import Session

FORMAT = "jsonl"


def is_streamed(settings: Settings) -> bool:
    """Whether lines are all that is asked for, beside what a person reads on the terminal."""
    named = [name for name, _ in settings.outputs]
    wants_lines = FORMAT in named or settings.format == FORMAT
    return wants_lines and set(named) <= {FORMAT} and settings.format in (FORMAT, "text")


@dataclass(slots=True)
class Tally:
    """What is left of the parts that were written."""

    fails: bool = False
    lost: bool = False
    findings: Counter[str] = field(default_factory=Counter)
    apps: int = 0
    waived: list[Finding] = field(default_factory=list)
    """Findings without what they rest on, kept only where there are waivers to hold against them."""


def stream(parts: Iterable[Report], known: triage.Triage, session: Session, settings: Settings) -> int:
    """Write every part as it comes, and give the exit code. Raises `UsageError` where it cannot be written."""
    tally = Tally()
    config = obeyed(click.get_current_context())
    with ExitStack() as stack:
        files = [stack.enter_context(appending(path)) for _, path in settings.outputs]
        for part in _marked(parts, known, session, tally):
            told = replace(part, obeyed=(*part.obeyed, *config))
            _write(line(told), files, settings)
            _take(told, tally, settings)
    if settings.format == "text":
        click.echo(_summary(tally.findings, f"{tally.apps} apps"))
    if tally.fails and not settings.exit_zero:
        return 1
    return 3 if tally.lost and not settings.allow_incomplete else 0


def _marked(parts: Iterable[Report], known: triage.Triage, session: Session, tally: Tally) -> Iterator[Report]:
    """Every part with its waivers, the last one with what is to be said of these themselves."""
    last: Report | None = None
    for part in parts:
        if last is not None:
            marked = triage.mark(last, known)
            if known.waivers:
                tally.waived += (replace(found, evidence=(), quotes=()) for found in marked.findings)
            yield marked
        last = part
    if last is not None:
        yield session.triage_rest(last, known, tally.waived)


def _write(text: str, files: list[IO[bytes]], settings: Settings) -> None:
    data = text.encode("utf-8", errors="backslashreplace")
    for file in files:
        file.write(data)
        file.flush()
    if settings.format == FORMAT:
        sys.stdout.write(text)
        sys.stdout.flush()


def _take(part: Report, tally: Tally, settings: Settings) -> None:
    tally.fails = tally.fails or any(counts(finding, settings) for finding in part.findings)
    tally.lost = tally.lost or is_incomplete(part)
    tally.findings.update(finding.severity for finding in part.findings)
    tally.apps += len(part.apps)
    for gap in lost_inputs(part):
        complain(f"{gap.location.path}: {gap.reason}")
    if settings.format == "text" and not settings.quiet:
        for app in part.apps:
            found: Counter[str] = Counter(finding.severity for finding in part.findings)
            click.echo(one_line(_summary(found, app.path)))


def _summary(found: Counter[str], what: str) -> str:
    told = ", ".join(f"{found[name]} {name}{'' if found[name] == 1 else 's'}" for name in SEVERITIES if found[name])
    return f"{what}: {told or 'no findings'}"
