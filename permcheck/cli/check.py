"""``permcheck check``: bundles and policies in, findings out."""

from __future__ import annotations

from pathlib import Path

import click

from permcheck.cli import network, rendering
from permcheck.cli.config import configured, waived
from permcheck.cli.given import refuse_found
from permcheck.cli.options import InputParam, Settings, reporting


@click.command(short_help="Check apps against their privacy policy.")
@click.argument(
    "apps", metavar="APP...", nargs=-1, required=True, type=InputParam(path_type=Path), envvar="PERMCHECK_APP"
)
@click.option(
    "-p",
    "--policy",
    "policies",
    multiple=True,
    envvar="PERMCHECK_POLICY",
    metavar="FILE",
    help="The privacy policy (text, HTML, Markdown, PDF, DOCX; - for stdin); repeatable.",
)
@click.option(
    "--data-safety",
    multiple=True,
    envvar="PERMCHECK_DATA_SAFETY",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="Google Play's Data safety export, checked against the policy as well.",
)
@click.option(
    "--merger-report",
    "merger_reports",
    multiple=True,
    envvar="PERMCHECK_MERGER_REPORT",
    type=click.Path(path_type=Path),
    metavar="TXT",
    help="Gradle's manifest-merger report: names the library behind each permission.",
)
@click.option(
    "--mapping",
    "mapping_files",
    multiple=True,
    envvar="PERMCHECK_MAPPING",
    type=click.Path(path_type=Path),
    metavar="TXT",
    help="The shrinker's map: restores class names.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    envvar="PERMCHECK_BASELINE",
    metavar="JSON",
    help="An earlier JSON report: only new findings fail the run.",
)
@click.option(
    "--decisions",
    type=click.Path(path_type=Path),
    envvar="PERMCHECK_DECISIONS",
    metavar="JSON",
    help="Decisions saved from the HTML report.",
)
@network.allow_network
@rendering.render_option
@configured
@reporting
@click.pass_context
def check(
    ctx: click.Context,
    /,
    apps: tuple[Path, ...],
    policies: tuple[str, ...],
    baseline: Path | None,
    decisions: Path | None,
    settings: Settings,
    **witnesses: tuple[Path, ...],
) -> None:
    """Check apps against their privacy policy.

    APP is an Android or iOS bundle or a directory of them. All are checked against the same policy.

    \b
    Example: permcheck check app.apk app.ipa --policy privacy.html --output html:review.html
    Exit: 0 no findings at --fail-on, 1 findings, 2 wrong usage, 3 an input could not be read.
    """
    from permcheck import inputs  # noqa: PLC0415  (--help loads no heavy module)
    from permcheck.cli.delivery import deliver, progress  # noqa: PLC0415
    from permcheck.cli.streaming import is_streamed, stream  # noqa: PLC0415
    from permcheck.session import Session  # noqa: PLC0415

    known = waived(ctx, baseline, decisions)
    found = inputs.find_bundles(apps)
    refuse_found(ctx, apps, found)
    with (
        Session(settings.mappings, settings.limits) as session,
        rendering.local(ctx, policies, settings) as files,
        progress(len(found), settings) as told,
    ):
        if is_streamed(settings):
            parts = session.stream(found, files, progress=told, **witnesses)
            ctx.exit(stream(parts, known, session, settings))
        report = session.check(found, files, progress=told, **witnesses)
        ctx.exit(deliver(session.triage(rendering.proven(ctx, report), known), settings))
