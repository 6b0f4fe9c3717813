"""Policies as the user names them in, local paths out; an address is only fetched where the user allowed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from permcheck.errors import DocumentError, UsageError

LIMIT = 32 * 1024 * 1024
TIMEOUT = 30
"""Seconds."""

MEMO = "permcheck.network"

allow_network = click.option(
    "--allow-network",
    is_flag=True,
    expose_value=False,
    envvar="PERMCHECK_ALLOW_NETWORK",
    callback=lambda ctx, _, value: ctx.meta.update({MEMO: value}),
    help="Let a policy be an https:// address.",
)


@contextmanager
def local(ctx: click.Context, policies: Sequence[str]) -> Iterator[tuple[Path, ...]]:
    """The policies as files, those with an address in a directory that is gone afterwards.

    Raises `UsageError` for no name and for an address without leave, `DocumentError` where it cannot be fetched.
    """
    if not all(policies):
        raise UsageError("the path of a policy is empty; is a variable unset?")
    if not any("://" in policy for policy in policies):
        yield tuple(Path(policy) for policy in policies)
        return
    import tempfile  # noqa: PLC0415  (only for addresses)

    with tempfile.TemporaryDirectory() as directory:
        yield tuple(_local(policy, Path(directory), ctx.meta[MEMO]) for policy in policies)


def _local(policy: str, directory: Path, allowed: bool) -> Path:
    if "://" not in policy:
        return Path(policy)
    if not policy.startswith("https://"):
        raise UsageError(f"{policy}: only https addresses are fetched")
    if not allowed:
        raise UsageError(f"{policy}: permcheck is offline; --allow-network lets it fetch a policy")
    path = directory / (policy.partition("?")[0].rstrip("/").rpartition("/")[2] or "policy")
    path.write_bytes(_fetch(policy))
    return path


def _fetch(address: str) -> bytes:
    from http.client import HTTPException  # noqa: PLC0415  (only for addresses)
    from urllib.request import Request, urlopen  # noqa: PLC0415

    request = Request(address, headers={"User-Agent": "permcheck", "Accept": "text/html, application/pdf, */*"})  # noqa: S310  (https, checked above)
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            if not answer.url.startswith("https://"):
                raise DocumentError(f"{address}: leads to {answer.url}, which is not https")
            data: bytes = answer.read(LIMIT + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise DocumentError(f"{address}: cannot be fetched: {getattr(error, 'reason', error)}") from error
    if len(data) > LIMIT:
        raise DocumentError(f"{address}: larger than {LIMIT // 1024 // 1024} MB")
    return data
