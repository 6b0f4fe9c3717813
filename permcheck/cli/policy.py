"""``permcheck policy``: policies in, what they disclose and every placeholder out; no app needed."""

from __future__ import annotations

from pathlib import Path

import click

from permcheck.cli import network, rendering
from permcheck.cli.config import configured, waived
from permcheck.cli.given import refuse_found
from permcheck.cli.options import Settings, reporting


@click.command(short_help="List what a policy discloses, and every unfilled passage in it.")
@click.argument("policies", metavar="FILE...", nargs=-1, required=True)
@click.option("--placeholders-only", is_flag=True, help="Only look for unfilled passages: fast, for pre-commit.")
@network.allow_network
@rendering.render_option
@configured
@reporting
@click.pass_context
def policy(ctx: click.Context, policies: tuple[str, ...], placeholders_only: bool, settings: Settings) -> None:
    """List what a policy discloses, by category, and every unfilled passage in it.

    \b
    Example: permcheck policy privacy.html
    """
    from permcheck import inputs, triage  # noqa: PLC0415  (--help loads no heavy module)
    from permcheck.cli.delivery import deliver  # noqa: PLC0415
    from permcheck.session import Session  # noqa: PLC0415

    known = waived(ctx)
    given = tuple(Path(policy) for policy in policies if policy not in ("", "-") and "://" not in policy)
    refuse_found(ctx, given, inputs.find_policies(given))
    with Session(settings.mappings, settings.limits) as session, rendering.local(ctx, policies, settings) as files:
        report = (session.lint if placeholders_only else session.policies)(files)
    ctx.exit(deliver(triage.mark(rendering.proven(ctx, report), known), settings))
