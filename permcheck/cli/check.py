"""``permcheck check``: bundles and policies in, findings out."""

from __future__ import annotations

from pathlib import Path

import click

from permcheck.cli.options import Settings, reporting


@click.command(short_help="Compare what apps ask for with what the policy says.")
@click.argument("apps", metavar="APP...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-p", "--policy", "policies", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
    help="The privacy policy (text, HTML, Markdown, PDF, DOCX; - for stdin); repeatable.",
)
@click.option(
    "--data-safety", multiple=True, type=click.Path(path_type=Path), metavar="CSV",
    help="Google Play's Data safety export, as a further witness.",
)
@reporting
@click.pass_context
def check(
    ctx: click.Context, apps: tuple[Path, ...], policies: tuple[Path, ...], data_safety: tuple[Path, ...], settings: Settings
) -> None:
    """Compare what apps ask for with what the policy says.

    APP is an Android or iOS bundle or a directory of them; all are held against the same policy.

    \b
    Example: permcheck check app.apk app.ipa --policy privacy.html --output html:review.html
    Exit: 0 nothing to fail on, 1 findings, 2 wrong use, 3 an input could not be read.
    """
    from permcheck import pipeline  # noqa: PLC0415  (--help loads no heavy module)
    from permcheck.cli.delivery import deliver, progress  # noqa: PLC0415
    from permcheck.knowledge import load_knowledge  # noqa: PLC0415

    found = pipeline.find_bundles(apps)
    with progress(len(found), settings) as told:
        inputs = pipeline.Inputs(found, policies, data_safety)
        report = pipeline.check(inputs, load_knowledge(settings.mappings), told)
    ctx.exit(deliver(report, settings))
