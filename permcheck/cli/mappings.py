"""``permcheck check-mappings``: a mappings directory in, everything wrong with it out."""

from __future__ import annotations

from pathlib import Path

import click

from permcheck.cli.stderr import harmless


@click.command("check-mappings", short_help="Check the mappings, the shipped ones or your own.")
@click.argument(
    "directory", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="[DIR]"
)
@click.option("--language", metavar="CODE", help="List what this language still lacks.")
@click.pass_context
def check_mappings(ctx: click.Context, directory: Path | None, language: str | None) -> None:
    """Check the mappings: schema, sources, examples. With DIR, your own added to the shipped ones.

    \b
    Example: permcheck check-mappings company-mappings/
    """
    from permcheck import examples  # noqa: PLC0415  (--help loads no heavy module)

    problems = list(examples.holes(language, directory) if language else examples.lint(directory))
    for problem in problems:
        click.echo(harmless(problem))
    if not problems:
        click.echo("mappings: no problems found")
    ctx.exit(1 if problems else 0)
