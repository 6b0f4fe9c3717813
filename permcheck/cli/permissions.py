"""``permcheck permissions``: bundles in, what they ask for out; no policy needed."""

from __future__ import annotations

from pathlib import Path

import click

from permcheck.cli.config import configured
from permcheck.cli.given import refuse_found
from permcheck.cli.options import InputParam, Settings, reporting


@click.command(short_help="List what apps can access, by category, with evidence.")
@click.argument("apps", metavar="APP...", nargs=-1, required=True, type=InputParam(path_type=Path))
@configured
@reporting
@click.pass_context
def permissions(ctx: click.Context, apps: tuple[Path, ...], settings: Settings) -> None:
    """List what apps can access, by category, each with its evidence.

    \b
    Example: permcheck permissions app.ipa --format json
    """
    from permcheck import inputs  # noqa: PLC0415  (--help loads no heavy module)
    from permcheck.cli.delivery import deliver, progress  # noqa: PLC0415
    from permcheck.session import Session  # noqa: PLC0415

    found = inputs.find_bundles(apps)
    refuse_found(ctx, apps, found)
    with Session(settings.mappings, settings.limits) as session, progress(len(found), settings) as told:
        report = session.permissions(found, progress=told)
    ctx.exit(deliver(report, settings))
