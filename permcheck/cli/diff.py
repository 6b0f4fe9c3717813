"""``permcheck diff``: two reports, bundles or policies in, what changed out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from permcheck.cli.config import configured
from permcheck.cli.given import follow_links, refuse_wrong_paths
from permcheck.cli.options import InputParam, mappings_option

if TYPE_CHECKING:
    from permcheck.model import Change

REASONS = {
    "new-permission": "a permission that the old one did not request",
    "lost-disclosure": "a category that the policy no longer discloses",
    "changed-purpose": "a purpose string that reads differently",
    "new-placeholder": "unfilled template text that was not there",
    "new-finding": "a finding that was not there",
}


@click.command(short_help="Show what changed between two builds, policies or reports.")
@click.argument("old", type=InputParam(path_type=Path))
@click.argument("new", type=InputParam(path_type=Path))
@click.option(
    "-f", "--format", "style", default="text", type=click.Choice(["text", "markdown", "json"]), show_default=True
)
@click.option(
    "--fail-on", "reasons", multiple=True, type=click.Choice(list(REASONS)), help="Exit 1 on such a change; repeatable."
)
@mappings_option
@follow_links
@configured
@click.pass_context
def diff(
    ctx: click.Context, old: Path, new: Path, style: str, reasons: tuple[str, ...], mappings: tuple[Path, ...]
) -> None:
    """Show what changed between two JSON reports, two bundles or two policies.

    \b
    Example: permcheck diff app-1.4.apk app-1.5.apk --fail-on new-permission
    """
    refuse_wrong_paths(ctx, {"old": old, "new": new})
    from permcheck.diff import diff as compare  # noqa: PLC0415  (--help loads no heavy module)
    from permcheck.reports import differences  # noqa: PLC0415
    from permcheck.session import Session  # noqa: PLC0415

    with Session(mappings) as session:
        difference = compare(session.report_of(old), session.report_of(new))
    click.echo(differences.RENDERERS[style](difference), nl=False)
    ctx.exit(1 if any(_is(reason, change) for reason in reasons for change in difference.changes) else 0)


def _is(reason: str, change: Change) -> bool:
    came = bool(change.after) and not change.before
    return {
        "new-permission": change.kind == "permission" and came,
        "lost-disclosure": change.kind == "disclosure" and change.before == "disclosed" and _is_lost(change),
        "changed-purpose": change.kind == "purpose-string" and bool(change.before and change.after),
        "new-placeholder": change.kind == "placeholder" and came,
        "new-finding": change.kind == "finding" and came,
    }[reason]


def _is_lost(change: Change) -> bool:
    """Whether a disclosure is gone that is still wanted: an app that no longer asks needs none."""
    if not change.after:
        return not change.app_id
    return change.after not in ("disclosed", "unsupported")
