"""``permcheck doctor``: nothing in, what is installed and what it makes possible out."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click

from permcheck import __version__
from permcheck.cli.options import mappings_option
from permcheck.cli.stderr import harmless

EXTRAS = {"xlsx": ("xlsxwriter", "the xlsx report"), "mcp": ("mcp", "permcheck mcp, for coding assistants")}
"""Extra -> a module of it, and what it makes possible."""


@click.command(short_help="Tell what is installed and what it makes possible.")
@mappings_option
@click.pass_context
def doctor(ctx: click.Context, mappings: tuple[Path, ...]) -> None:
    """Tell what is installed: mappings, cache, browser, extras. Exits 1 where the mappings cannot be used.

    \b
    Example: permcheck doctor
    """
    rows = list(_rows(mappings))
    for good, name, said in rows:
        click.echo(harmless(f"{'ok     ' if good else 'missing'}  {name:10} {said}"))
    ctx.exit(0 if all(good for good, name, _ in rows if name == "mappings") else 1)


def _rows(mappings: tuple[Path, ...]) -> Iterator[tuple[bool, str, str]]:
    yield True, "permcheck", f"{__version__} on Python {platform.python_version()} at {Path(__file__).parents[1]}"
    yield _mappings(mappings)
    yield _cache()
    yield _browser()
    for extra, (module, what) in EXTRAS.items():
        there = find_spec(module) is not None
        yield there, extra, what if there else f'{what}: pip install "permcheck[{extra}]"'


def _mappings(mappings: tuple[Path, ...]) -> tuple[bool, str, str]:
    from permcheck.errors import MappingError  # noqa: PLC0415  (--help loads no heavy module)
    from permcheck.knowledge import load_knowledge  # noqa: PLC0415

    try:
        known = load_knowledge(mappings)
    except MappingError as error:
        return False, "mappings", error.lines[0]
    counted = f"{len(known.categories)} categories, {len(known.rules)} rules, {len(known.sdks)} SDKs"
    return True, "mappings", f"{counted}, {', '.join(known.languages)}; digest {known.digest[:12]}"


def _cache() -> tuple[bool, str, str]:
    from permcheck.knowledge import sources  # noqa: PLC0415  (--help loads no heavy module)

    if (sources.shipped() / sources.INDEX).is_file():
        return True, "index", "built in"
    found = sources.cache()
    return found is not None, "index", f"kept in {found}" if found else "nowhere to keep it: every start is slower"


def _browser() -> tuple[bool, str, str]:
    from permcheck.reports.pdf import BROWSERS  # noqa: PLC0415  (--help loads no heavy module)

    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return found is not None, "browser", f"{found}: the pdf report" if found else f"the pdf report: {BROWSERS[0]}"
