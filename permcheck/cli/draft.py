"""``permcheck draft``: bundles and a policy in, clauses or form rows to start writing from out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from permcheck.cli.config import configured
from permcheck.cli.given import follow_links, refuse_wrong_paths
from permcheck.cli.options import InputParam, mappings_option

if TYPE_CHECKING:
    from permcheck.model import Report

apps_argument = click.argument("apps", metavar="APP...", nargs=-1, required=True, type=InputParam(path_type=Path))
policy_option = click.option(
    "-p", "--policy", "policies", multiple=True, type=InputParam(path_type=Path), metavar="FILE"
)


@click.group(short_help="Draft text for what is missing.")
def draft() -> None:
    """Draft text for what is missing. Every open point is a placeholder that permcheck itself flags."""


@draft.command(short_help="A clause for each gap, in the policy's language.")
@apps_argument
@policy_option
@mappings_option
@follow_links
@configured
def clauses(apps: tuple[Path, ...], policies: tuple[Path, ...], mappings: tuple[Path, ...]) -> None:
    """Draft a clause for each category that the policy does not disclose, in the policy's language.

    \b
    Example: permcheck draft clauses app.apk --policy privacy.html
    """
    from permcheck.reports import drafts  # noqa: PLC0415  (--help loads no heavy module)

    click.echo(drafts.clauses(_report(apps, policies, mappings)), nl=False)


@draft.command("data-safety", short_help="Rows for Google Play's Data safety form.")
@apps_argument
@policy_option
@mappings_option
@follow_links
@configured
def data_safety(apps: tuple[Path, ...], policies: tuple[Path, ...], mappings: tuple[Path, ...]) -> None:
    """Draft rows for Google Play's Data safety form, every guess marked for review.

    \b
    Example: permcheck draft data-safety app.aab --policy privacy.html > data_safety.csv
    """
    from permcheck.reports import drafts  # noqa: PLC0415  (--help loads no heavy module)

    click.echo(drafts.data_safety(_report(apps, policies, mappings)), nl=False)


def _report(apps: tuple[Path, ...], policies: tuple[Path, ...], mappings: tuple[Path, ...]) -> Report:
    refuse_wrong_paths(click.get_current_context(), {"apps": apps, "policies": policies})
    from permcheck.errors import InputError  # noqa: PLC0415  (--help loads no heavy module)
    from permcheck.session import Session  # noqa: PLC0415

    with Session(mappings) as session:
        report = session.check(apps, policies)
    if report.gaps:
        raise InputError(f"{report.gaps[0].location.path}: {report.gaps[0].reason}")
    return report
