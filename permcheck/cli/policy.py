"""``permcheck policy``: policies in, what they disclose and every placeholder out; no app needed."""

from __future__ import annotations

from pathlib import Path

import click

from permcheck.cli.options import Settings, reporting


@click.command(short_help="List what a policy discloses, and every placeholder in it.")
@click.argument("policies", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--placeholders-only", is_flag=True, help="Only look for unfilled template text: fast, for pre-commit.")
@reporting
@click.pass_context
def policy(ctx: click.Context, policies: tuple[Path, ...], placeholders_only: bool, settings: Settings) -> None:
    r"""List what a policy discloses, category by category, and every placeholder in it.

    \b
    Example: permcheck policy privacy.html
    """
    from permcheck import pipeline  # noqa: PLC0415  (--help loads no heavy module)
    from permcheck.cli.delivery import deliver  # noqa: PLC0415
    from permcheck.knowledge import load_knowledge  # noqa: PLC0415

    knowledge = load_knowledge(settings.mappings)
    found = pipeline.find_policies(policies)
    read = pipeline.lint_policies if placeholders_only else pipeline.check_policies
    ctx.exit(deliver(read(found, knowledge), settings))
