"""Policies as the user names them in, local files out, pages as a real browser shows them where that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from permcheck.cli import network
from permcheck.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from permcheck.cli.options import Settings
    from permcheck.inputs import Named
    from permcheck.model import Evidence, Report
    from permcheck.rendering.browser import Load, Snapshot

F = TypeVar("F", bound=Callable[..., Any])
RENDER, DIRECTORY, THIRD_PARTY, FOUND = (f"permcheck.render.{name}" for name in ("on", "to", "all", "found"))
PAGES = (".html", ".htm", ".xhtml", ".shtml")
DEFAULT = "permcheck-evidence"


def render_option(function: F) -> F:
    """Add ``--render`` and what belongs to it."""
    for option in (_THIRD_PARTY, _EVIDENCE, _RENDER):
        function = option(function)
    return function


_RENDER = click.option(
    "--render",
    is_flag=True,
    expose_value=False,
    envvar="PERMCHECK_RENDER",
    callback=lambda ctx, _, value: ctx.meta.update({RENDER: value}),
    help="Read web pages as a browser shows them, and keep what was seen (needs the extra render).",
)
_EVIDENCE = click.option(
    "--evidence",
    type=click.Path(path_type=Path, file_okay=False),
    expose_value=False,
    envvar="PERMCHECK_EVIDENCE",
    metavar="DIR",
    callback=lambda ctx, _, value: ctx.meta.update({DIRECTORY: value}),
    help=f"Where to keep what was seen. [default: {DEFAULT}, beside the HTML report]",
)
_THIRD_PARTY = click.option(
    "--third-party",
    is_flag=True,
    expose_value=False,
    envvar="PERMCHECK_THIRD_PARTY",
    callback=lambda ctx, _, value: ctx.meta.update({THIRD_PARTY: value}),
    help="Let a page load parts from other sites.",
)


@contextmanager
def local(ctx: click.Context, policies: Sequence[str], settings: Settings) -> Iterator[tuple[Path, ...]]:
    """The policies as files, as `network.local`; with ``--render`` pages are what a browser shows of them."""
    if not ctx.meta.get(RENDER):
        with network.local(ctx, policies) as files:
            yield files
        return
    from permcheck.inputs import NAMED  # noqa: PLC0415  (only where something is rendered)

    names: dict[Path, Named] = {}
    files = tuple(_rendered(ctx, policy, settings, names) for policy in policies)
    token = NAMED.set(names)
    try:
        yield files
    finally:
        NAMED.reset(token)


def proven(ctx: click.Context, report: Report) -> Report:
    """The report with the evidence of what was rendered."""
    found: Mapping[str, Evidence] = ctx.meta.get(FOUND, {})
    if not found:
        return report
    policies = (
        replace(policy, document=replace(policy.document, evidence=found.get(policy.document.path)))
        for policy in report.policies
    )
    return replace(report, policies=tuple(policies))


def _rendered(ctx: click.Context, policy: str, settings: Settings, names: dict[Path, Named]) -> Path:
    """One policy as a file; what is no page is read as it is. Raises `UsageError`."""
    from permcheck import inputs  # noqa: PLC0415  (as above)
    from permcheck.rendering.evidence import store  # noqa: PLC0415

    is_address = "://" in policy
    if not is_address and (not policy.lower().endswith(PAGES) or not Path(policy).is_file()):
        return Path(policy)
    shown = policy if is_address else inputs.display(Path(policy))
    beside = next((path.parent for name, path in settings.outputs if name == "html"), Path())
    try:
        shown, snapshot = _of_address(ctx, policy) if is_address else (shown, _of_file(ctx, Path(policy)))
        page, evidence = store(snapshot, shown, ctx.meta.get(DIRECTORY) or beside / DEFAULT, beside)
    except DocumentError as error:
        lost = Path(policy)
        names[lost] = inputs.Named(shown, str(error).partition(": ")[2] or str(error))
        return lost
    names[page] = inputs.Named(shown)
    ctx.meta.setdefault(FOUND, {})[shown] = evidence
    return page


def _of_file(ctx: click.Context, path: Path) -> Snapshot:
    from permcheck.rendering.browser import render  # noqa: PLC0415  (as above)
    from permcheck.rendering.local import address_of, loader  # noqa: PLC0415

    return render(address_of(path), loader(path), third_party=ctx.meta.get(THIRD_PARTY, False))


def _of_address(ctx: click.Context, text: str) -> tuple[str, Snapshot]:
    from permcheck.cli.address import parse  # noqa: PLC0415  (as above)
    from permcheck.rendering.browser import render  # noqa: PLC0415

    address = parse(text)
    if not ctx.meta[network.ALLOWED]:
        raise UsageError(f"{address.shown}: permcheck is offline; --allow-network lets it fetch a policy")
    return address.shown, render(text, _over_network(ctx), third_party=ctx.meta.get(THIRD_PARTY, False))


def _over_network(ctx: click.Context) -> Load:
    """Every part of the page comes by the same guarded way as a policy does."""
    from permcheck.cli.address import parse  # noqa: PLC0415  (as above)
    from permcheck.cli.fetch import Rules, fetch  # noqa: PLC0415

    def load(url: str, seconds: float) -> bytes:
        try:
            address = parse(url)
        except UsageError as error:
            raise DocumentError(str(error)) from error
        return fetch(
            address, Rules(allow_private=ctx.meta[network.PRIVATE], deadline=min(30.0, seconds), any_type=True)
        )

    return load
