"""``permcheck.toml`` in, click's default map and the waivers out; an unknown key is an error."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from permcheck.errors import UsageError, reason_of

if TYPE_CHECKING:
    from permcheck.triage import Triage

NAMES = ("permcheck.toml", ".permcheck.toml")
KEYS = {
    "app": "apps",
    "policy": "policies",
    "data-safety": "data_safety",
    "merger-report": "merger_reports",
    "baseline": "baseline",
    "decisions": "decisions",
    "format": "format_",
    "output": "outputs",
    "fail-on": "fail_on",
    "min-confidence": "min_confidence",
    "exit-zero": "exit_zero",
    "allow-incomplete": "allow_incomplete",
    "color": "color",
    "quiet": "quiet",
    "verbose": "verbose",
    "progress": "progress",
    "mappings": "mappings",
}
"""Key in the file -> parameter of the command."""
LISTS = ("app", "policy", "data-safety", "merger-report", "output", "mappings")
FLAGS = ("exit-zero", "allow-incomplete", "quiet", "verbose", "progress")
OF_CHECK = ("output", "format")
"""Keys for ``check`` alone: no other command may write over its reports."""

configured = click.option(
    "--config",
    is_eager=True,
    expose_value=False,
    envvar="PERMCHECK_CONFIG",
    type=click.Path(path_type=Path),
    metavar="FILE",
    callback=lambda ctx, _, value: load(ctx, value),
    help="Configuration; default: permcheck.toml here.",
)


def waived(ctx: click.Context, baseline: Path | None = None, decisions: Path | None = None) -> Triage:
    """What was decided before this run: waivers of the configuration, saved decisions, an earlier report."""
    from permcheck import triage  # noqa: PLC0415  (--help loads no heavy module)

    day = today()
    where, tables = ctx.meta.get("permcheck.waivers", ("", ()))
    entries = triage.waiver_entries(tables, where, day)
    if decisions:
        entries += triage.read_decisions(_text(decisions), str(decisions), day)
    known = triage.read_baseline(_text(baseline), str(baseline)) if baseline else frozenset()
    return triage.Triage(day, entries, known)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {reason_of(error)}") from error


def load(ctx: click.Context, value: Path | None) -> None:
    """Eager callback of ``--config``: make the file's values the defaults of the command that runs."""
    path = value or find(Path())
    if path is None:
        return
    table = read(path)
    waivers = table.pop("waiver", [])
    if not isinstance(waivers, list) or not all(isinstance(waiver, dict) for waiver in waivers):
        raise UsageError(f"{path}: waivers are written as [[waiver]] tables")
    ctx.meta["permcheck.waivers"] = (str(path), waivers)
    known = {parameter.name for parameter in ctx.command.params}
    values = {key: _value(key, value, path) for key, value in _checked(table, path).items() if KEYS[key] in known}
    ctx.default_map = {
        KEYS[key]: value for key, value in values.items() if ctx.info_name == "check" or key not in OF_CHECK
    }


def find(directory: Path) -> Path | None:
    """The configuration of a directory: its own file, or a ``pyproject.toml`` that has a ``[tool.permcheck]``."""
    for name in NAMES:
        if (directory / name).is_file():
            return directory / name
    project = directory / "pyproject.toml"
    if project.is_file() and b"[tool.permcheck" in project.read_bytes():
        return project
    return None


def read(path: Path) -> dict[str, Any]:
    """The table that speaks of permcheck. Raises `UsageError` with file and reason."""
    import tomllib  # noqa: PLC0415  (most runs have no configuration)

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {reason_of(error)}") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: {error}") from error
    if path.name == "pyproject.toml":
        table = table.get("tool", {}).get("permcheck", {})
    if not isinstance(table, dict):
        raise UsageError(f"{path}: [tool.permcheck] is no table")
    return table


def today() -> date:
    """The day that decides what has expired: ``SOURCE_DATE_EPOCH``, where set, makes runs repeatable."""
    import os  # noqa: PLC0415

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return (datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)).date()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH: not seconds since 1970: {epoch!r}") from error


def _value(key: str, value: object, path: Path) -> object:
    """The value as the option wants it; one path may stand for a list of one."""
    if key in LISTS:
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in values):
            raise UsageError(f"{path}: {key!r} must be a list of text")
        return values
    if not isinstance(value, bool if key in FLAGS else str):
        raise UsageError(f"{path}: {key!r} must be {'true or false' if key in FLAGS else 'text'}")
    return value


def _checked(table: dict[str, Any], path: Path) -> dict[str, Any]:
    for key in table:
        if key not in KEYS:
            import difflib  # noqa: PLC0415  (only for the error)

            close = difflib.get_close_matches(key, KEYS, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise UsageError(f"{path}: unknown key {key!r}{hint}")
    return table
