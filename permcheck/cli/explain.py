"""``permcheck explain``: a rule or category in, why, example, fix and sources out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from permcheck.cli.options import mappings_option


@click.command(short_help="Say what a rule or category means, with example, fix and sources.")
@click.argument("name", metavar="RULE-OR-CATEGORY", required=False)
@click.option("--all", "everything", is_flag=True, help="Every rule, as Markdown (the text of mappings/RULES.md).")
@mappings_option
def explain(name: str | None, everything: bool, mappings: tuple[Path, ...]) -> None:
    """Say what a rule or category means: why, example, fix, sources.

    \b
    Example: permcheck explain undisclosed-permission
    Example: permcheck explain camera
    """
    from permcheck.knowledge import load_knowledge  # noqa: PLC0415  (--help loads no heavy module)
    from permcheck.knowledge.manual import describe, rules_markdown  # noqa: PLC0415

    knowledge = load_knowledge(mappings)
    if everything:
        click.echo(rules_markdown(knowledge), nl=False)
    elif name:
        click.echo(describe(knowledge.find(name)))
    else:
        click.echo("\n".join(_index(knowledge.categories.values(), knowledge.rules.values())))


def _index(categories: object, rules: object) -> Iterator[str]:
    yield "Categories:"
    yield from (f"  {category.id:22} {category.title}" for category in categories)  # type: ignore[attr-defined]
    yield "Rules:"
    yield from (f"  {rule.id}  {rule.name:36} {rule.severity:8} {rule.title}" for rule in rules)  # type: ignore[attr-defined]
