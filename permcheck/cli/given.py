"""The paths that a command line names in; a path that cannot be meant is refused before any work is done."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from permcheck.cli.destination import check, leads_out
from permcheck.errors import UsageError, reason_of

INPUTS = ("apps", "policies", "data_safety", "merger_reports", "mapping_files", "baseline", "decisions", "old", "new")
"""Parameters of the commands that name what is read."""
MEMO = "permcheck.follow-links"

follow_links = click.option(
    "--follow-links",
    is_flag=True,
    expose_value=False,
    envvar="PERMCHECK_FOLLOW_LINKS",
    callback=lambda ctx, _, value: ctx.meta.update({MEMO: value}),
    help="Follow links out of the working directory.",
)


def refuse_wrong_paths(
    ctx: click.Context, values: Mapping[str, object], outputs: Sequence[tuple[str, Path]] = ()
) -> None:
    """Raise `UsageError` for an input that is not there or is none, and an output that cannot be written."""
    named = {name: list(_paths(values.get(name))) for name in INPUTS}
    inputs = [path for paths in named.values() for path in paths]
    for path in inputs:
        _must_exist(path)
        refuse_links(ctx, (path,))
    for name in ("data_safety", "merger_reports", "mapping_files", "baseline", "decisions"):
        _no_directory(named[name])
    if "apps" in values:
        _no_directory(named["policies"])
    check(outputs, [*inputs, *ctx.meta.get("permcheck.read", ())])


def refuse_found(ctx: click.Context, roots: Iterable[Path], found: Iterable[Path]) -> None:
    """Raise `UsageError` for what a search came to by a link that leads out of where it was to search."""
    if ctx.meta.get(MEMO):
        return
    inside = [Path(os.path.realpath(root)) for root in (*roots, Path.cwd())]
    for path in found:
        real = Path(os.path.realpath(path))
        if not any(real.is_relative_to(root) for root in inside):
            raise UsageError(f"{path}: a link leads out of the directory, to {real}; give --follow-links to read it")
    refuse_links(ctx, found)


def refuse_links(ctx: click.Context, paths: Iterable[Path]) -> None:
    """Raise `UsageError` where the tree, and not the user, chose which file outside of it is read."""
    if ctx.meta.get(MEMO):
        return
    for path in paths:
        outside = leads_out(path)
        if outside:
            raise UsageError(
                f"{path}: a link leads out of the working directory, to {outside}; "
                "name that path itself, or give --follow-links"
            )


def _paths(value: object) -> Iterator[Path]:
    """Those of a parameter that are files: neither standard input nor an address."""
    many = value if isinstance(value, tuple) else (value,)
    for one in many:
        text = str(one) if isinstance(one, (str, Path)) else ""
        if text and text != "-" and not (isinstance(one, str) and "://" in one):
            yield Path(text)


def _must_exist(path: Path) -> None:
    try:
        path.stat()
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        raise UsageError(f"{path}: {reason}") from error


def _no_directory(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir():
            raise UsageError(f"{path}: is a directory; name the file itself")
