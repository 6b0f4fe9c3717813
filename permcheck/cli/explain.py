"""``permcheck explain``: a rule, category, permission, SDK, verdict or exit code in, what it means out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from permcheck.cli.config import configured
from permcheck.cli.options import columns_of_terminal, mappings_option
from permcheck.cli.topics import explained

if TYPE_CHECKING:
    from permcheck.knowledge.schema import Category, Rule


@click.command(short_help="Explain a rule, category, permission, SDK, verdict or exit code.")
@click.argument("name", metavar="NAME", required=False)
@click.option("--all", "everything", is_flag=True, help="Print every rule as Markdown (the text of mappings/RULES.md).")
@mappings_option
@configured
def explain(name: str | None, everything: bool, mappings: tuple[Path, ...]) -> None:
    """Explain a rule, category, permission, purpose string, entitlement, SDK, verdict or exit code.

    \b
    Example: permcheck explain PC101
    Example: permcheck explain NSCameraUsageDescription
    """
    from permcheck.knowledge import load_knowledge  # noqa: PLC0415  (--help loads no heavy module)
    from permcheck.knowledge.manual import rules_markdown  # noqa: PLC0415

    knowledge = load_knowledge(mappings)
    if everything:
        click.echo(rules_markdown(knowledge), nl=False)
    elif name:
        click.echo("\n".join(_wrapped(explained(name, knowledge))))
    else:
        click.echo("\n".join(_index(knowledge.categories.values(), knowledge.rules.values())))


def _wrapped(text: str) -> Iterator[str]:
    """Lines that fit the terminal, continued below where they begin; an address stays whole."""
    from permcheck.reports.plain import width, wrap  # noqa: PLC0415  (--help loads no heavy module)

    columns = columns_of_terminal()
    for line in text.splitlines():
        words = line.lstrip(" ")
        indent = line[: len(line) - len(words)]
        if width(line) <= columns or " " not in words:
            yield line
        else:
            yield from (indent + piece for piece in wrap(words, max(20, columns - len(indent))))


def _index(categories: Iterable[Category], rules: Iterable[Rule]) -> Iterator[str]:
    from permcheck.reports.plain import wrap  # noqa: PLC0415  (--help loads no heavy module)

    yield "Categories:"
    yield from (f"  {category.id:22} {category.title}" for category in categories)
    yield "Rules:"
    for rule in rules:
        first, *rest = wrap(f"{rule.title} ({rule.name})", max(20, columns_of_terminal() - 18))
        yield f"  {rule.id}  {rule.severity:8} {first}"
        yield from (" " * 18 + piece for piece in rest)
