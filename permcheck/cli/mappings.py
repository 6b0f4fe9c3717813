"""``permcheck check-mappings``: a mappings directory in, everything wrong with it out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from permcheck.cli.stderr import harmless
from permcheck.knowledge import load_knowledge


@click.command("check-mappings", short_help="Check the mappings, the shipped ones or your own.")
@click.argument(
    "directory", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="[DIR]"
)
@click.option("--language", metavar="CODE", help="List what this language still lacks.")
@click.option(
    "--stale",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="List the rules that nobody has compared with their references for so many days.",
)
@click.pass_context
def check_mappings(ctx: click.Context, directory: Path | None, language: str | None, stale: int | None) -> None:
    """Check the mappings: schema, sources, examples. With DIR, your own added to the shipped ones.

    DIR is checked with all of our examples: what it changes in them is a complaint about DIR.

    \b
    Example: permcheck check-mappings company-mappings/
    """
    from permcheck import examples  # noqa: PLC0415  (--help loads no heavy module)

    if stale is not None:
        problems = list(
            examples.stale(stale, datetime.now().astimezone().date(), load_knowledge((directory,) if directory else ()))
        )
    else:
        problems = list(examples.holes(language, directory) if language else examples.lint(directory))
    ctx.exit(_told(problems))


@click.command("test-mappings", short_help="Run the examples and tests of your own mappings.")
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR")
@click.pass_context
def test_mappings(ctx: click.Context, directory: Path) -> None:
    """Run the examples and tests of your own mappings, and show for each that fails how it was read.

    \b
    Example: permcheck test-mappings company-mappings/
    """
    from permcheck import examples  # noqa: PLC0415  (--help loads no heavy module)

    problems = list(examples.own_problems(directory, load_knowledge((directory,))))
    ctx.exit(_told(problems))


def _told(problems: Sequence[str]) -> int:
    for problem in problems:
        click.echo(harmless(problem))
    if not problems:
        click.echo("mappings: no problems found")
    return 1 if problems else 0
