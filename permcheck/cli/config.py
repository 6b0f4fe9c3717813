"""``permcheck.toml`` in, click's default map and the waivers out; an unknown key is an error."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from permcheck.cli import unnamed
from permcheck.errors import UsageError, reason_of

if TYPE_CHECKING:
    from permcheck.model import Obeyed
    from permcheck.triage import Triage, WaiverEntry

F = TypeVar("F", bound=Callable[..., Any])
MEMO = "permcheck.config"
NONE = "permcheck.no-config"

NAMES = ("permcheck.toml", ".permcheck.toml")
KEYS = {
    "app": "apps",
    "policy": "policies",
    "data-safety": "data_safety",
    "merger-report": "merger_reports",
    "mapping": "mapping_files",
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
    "limits": "limits",
    "mappings": "mappings",
}
"""Key in the file -> parameter of the command."""
LISTS = ("app", "policy", "data-safety", "merger-report", "mapping", "output", "limits", "mappings")
FLAGS = ("exit-zero", "allow-incomplete", "quiet", "verbose", "progress")
OF_CHECK = ("output", "format")
"""Keys for ``check`` alone: no other command may write over its reports."""
BESIDE = ("mappings", "baseline", "decisions")
"""Keys whose paths start at the configuration, not at the working directory."""
GATE = ("fail-on", "min-confidence", "exit-zero", "allow-incomplete")
"""Keys that decide whether the run fails."""


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration says; ``named`` is false where it was found in the working directory."""

    path: Path
    digest: str
    named: bool
    values: Mapping[str, Any]
    waivers: tuple[Mapping[str, object], ...]


MOST = 1024 * 1024
"""Bytes of a configuration."""
MOST_DOTS = 500
"""In one line of a configuration."""
MOST_KNOWN = 256 * 1024 * 1024
"""Bytes of a baseline or of decisions."""


def configured(function: F) -> F:
    """Add ``--config`` and ``--no-config``."""
    for option in (_CONFIG, _NO_CONFIG):
        function = option(function)
    return function


def waived(ctx: click.Context, baseline: Path | None = None, decisions: Path | None = None) -> Triage:
    """What was decided before this run: waivers of the configuration, saved decisions, an earlier report."""
    from permcheck import triage  # noqa: PLC0415  (--help loads no heavy module)

    day = today()
    config: Config | None = ctx.meta.get(MEMO)
    entries: tuple[WaiverEntry, ...] = ()
    known: frozenset[str] = frozenset()
    origins: list[triage.Origin] = []
    if config and config.waivers:
        entries = triage.waiver_entries(config.waivers, str(config.path), day)
        if not config.named:
            unnamed.refuse_patterns(entries)
        origins.append(triage.Origin("waivers", str(config.path), config.digest, named=config.named))
    if decisions:
        decided, origin = triage.read_decisions(_text(decisions), str(decisions), day)
        entries += decided
        origins.append(replace(origin, named=_is_named(ctx, "decisions", config)))
    if baseline:
        known, origin = triage.read_baseline(_text(baseline), str(baseline))
        origins.append(replace(origin, named=_is_named(ctx, "baseline", config)))
    return triage.Triage(day, entries, known, tuple(origins))


def obeyed(ctx: click.Context) -> tuple[Obeyed, ...]:
    """The configuration, with the settings that the run took from it and not from the command line."""
    from permcheck.model import Obeyed  # noqa: PLC0415

    config: Config | None = ctx.meta.get(MEMO)
    if config is None:
        return ()
    taken = (key for key in config.values if _taken(ctx, KEYS[key]))
    said = (f"{key} = {config.values[key]}" if key in GATE else key for key in taken)
    return (Obeyed("config", str(config.path), config.digest, ", ".join(said) or "no setting taken", config.named),)


def _is_named(ctx: click.Context, parameter: str, config: Config | None) -> bool:
    return config is None or config.named or not _taken(ctx, parameter)


def _taken(ctx: click.Context, parameter: str) -> bool:
    return ctx.get_parameter_source(parameter) is ParameterSource.DEFAULT_MAP


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_KNOWN + 1)
        if len(data) > MOST_KNOWN:
            raise UsageError(f"{path}: larger than {MOST_KNOWN >> 20} MB")
        return data.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {reason_of(error)}") from error


def load(ctx: click.Context, value: Path | None) -> None:
    """Eager callback of ``--config``: make the file's values the defaults of the command that runs."""
    path = value or (None if ctx.meta.get(NONE) else find(Path()))
    if path is None:
        return
    if ctx.meta.get(NONE):
        raise UsageError("--config and --no-config exclude each other")
    table, digest = read(path)
    waivers = table.pop("waiver", [])
    if not isinstance(waivers, list) or not all(isinstance(waiver, dict) for waiver in waivers):
        raise UsageError(f"{path}: waivers are written as [[waiver]] tables")
    known = {parameter.name for parameter in ctx.command.params}
    values = {key: _value(key, value, path) for key, value in _checked(table, path).items()}
    if value is None:
        for key, given in values.items():
            unnamed.refuse(key, given, path)
    values = {
        key: given
        for key, given in values.items()
        if KEYS[key] in known and (ctx.info_name == "check" or key not in OF_CHECK)
    }
    values |= {key: _beside(path, values[key]) for key in BESIDE if key in values}
    ctx.meta[MEMO] = Config(path, digest, value is not None, values, tuple(waivers))
    ctx.meta.setdefault("permcheck.read", []).append(path)
    ctx.default_map = {KEYS[key]: given for key, given in values.items()}


def _beside(path: Path, value: object) -> object:
    """What a configuration is judged by lies where it lies; what it judges, where the command runs."""
    if path.parent == Path():
        return value
    if isinstance(value, list):
        return [str(path.parent / str(item)) for item in value]
    return str(path.parent / str(value))


def _forget(ctx: click.Context, value: bool) -> None:
    if value and MEMO in ctx.meta:
        raise UsageError("--config and --no-config exclude each other")
    ctx.meta[NONE] = value


_CONFIG = click.option(
    "--config",
    is_eager=True,
    expose_value=False,
    envvar="PERMCHECK_CONFIG",
    type=click.Path(path_type=Path),
    metavar="FILE",
    callback=lambda ctx, _, value: load(ctx, value),
    help="Configuration; default: permcheck.toml here, which cannot loosen the check.",
)
_NO_CONFIG = click.option(
    "--no-config",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    envvar="PERMCHECK_NO_CONFIG",
    callback=lambda ctx, _, value: _forget(ctx, value),
    help="Ignore the working directory's configuration.",
)


def find(directory: Path) -> Path | None:
    """The configuration of a directory: its own file, or a ``pyproject.toml`` that has a ``[tool.permcheck]``."""
    for name in NAMES:
        if (directory / name).is_file():
            return unnamed.inside(directory / name)
    project = directory / "pyproject.toml"
    if project.is_file() and b"[tool.permcheck" in _bytes(project):
        return unnamed.inside(project)
    return None


def read(path: Path) -> tuple[dict[str, Any], str]:
    """The table that speaks of permcheck, and the digest of the file. Raises `UsageError` with file and reason."""
    import tomllib  # noqa: PLC0415  (most runs have no configuration)

    data = _bytes(path)
    if data.count(b".") > 40 * MOST_DOTS or any(line.count(b".") > MOST_DOTS for line in data.splitlines()):
        raise UsageError(f"{path}: nested too deeply")  # the parser takes the square of a dotted key's length
    try:
        table = tomllib.loads(data.decode())
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: {reason_of(error)}") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: {error}") from error
    except RecursionError as error:
        raise UsageError(f"{path}: nested too deeply") from error
    if path.name == "pyproject.toml":
        table = table.get("tool", {})
        table = table.get("permcheck", {}) if isinstance(table, dict) else {}
    if not isinstance(table, dict):
        raise UsageError(f"{path}: [tool.permcheck] is not a table")
    return table, hashlib.sha256(data).hexdigest()


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST + 1)
    except OSError as error:
        raise UsageError(f"{path}: {reason_of(error)}") from error
    if len(data) > MOST:
        raise UsageError(f"{path}: larger than {MOST >> 20} MB")
    return data


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
