"""``permcheck trace``: a policy in, how each mention of a category was read out."""

from __future__ import annotations

import json
from pathlib import Path

import click

from permcheck.cli.options import InputParam, mappings_option
from permcheck.cli.stderr import harmless


@click.command(short_help="Show why a policy was read as it was.")
@click.argument("policy", metavar="FILE", type=InputParam(path_type=Path))
@click.option("--line", type=click.IntRange(min=1), metavar="N", help="Only mentions in this line.")
@click.option("--category", default="", metavar="ID", help="Only mentions of this category.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@mappings_option
@click.pass_context
def trace(
    ctx: click.Context, policy: Path, line: int | None, category: str, form: str, mappings: tuple[Path, ...]
) -> None:
    """Show how each mention of a category was read.

    For each one: the sentence and its clause, what stands above it, the cues with the file that declares them, the
    claim or the reason why it makes none, and the rule that decided the verdict.

    \b
    Example: permcheck trace privacy.html --category camera
    """
    from permcheck.session import Session  # noqa: PLC0415  (--help loads no heavy module)

    with Session(mappings) as session:
        records = session.trace(policy, line=line, category=category)
    if form == "json":
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
        return
    from permcheck.reading.trace import as_text  # noqa: PLC0415

    place = f" in line {line}" if line else ""
    nothing = f"{policy}: no mention of {category or 'any category'}{place}"
    click.echo("\n".join(map(_clean, as_text(records).splitlines())) if records else harmless(nothing))
    ctx.exit(0)


def _clean(line: str) -> str:
    """The line with its indentation and nothing that steers a terminal."""
    return " " * (len(line) - len(line.lstrip(" "))) + harmless(line)
