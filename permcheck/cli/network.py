"""Policies as the user names them in, local files out; an address is only fetched where the user allowed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from permcheck.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from permcheck.inputs import Named

F = TypeVar("F", bound=Callable[..., Any])
ALLOWED = "permcheck.network"
PRIVATE = "permcheck.private"


def allow_network(function: F) -> F:
    """Add ``--allow-network`` and ``--allow-private``."""
    for option in (_PRIVATE, _NETWORK):
        function = option(function)
    return function


_NETWORK = click.option(
    "--allow-network",
    is_flag=True,
    expose_value=False,
    envvar="PERMCHECK_ALLOW_NETWORK",
    callback=lambda ctx, _, value: ctx.meta.update({ALLOWED: value}),
    help="Allow a policy to be an https:// address.",
)
_PRIVATE = click.option(
    "--allow-private",
    is_flag=True,
    expose_value=False,
    envvar="PERMCHECK_ALLOW_PRIVATE",
    callback=lambda ctx, _, value: ctx.meta.update({PRIVATE: value}),
    help="Allow a private address (a staging site).",
)


@contextmanager
def local(ctx: click.Context, policies: Sequence[str]) -> Iterator[tuple[Path, ...]]:
    """The policies as files; what was fetched is gone afterwards, and reports show it under its address.

    Raises `UsageError` for no name and for an address without leave; what cannot be fetched is a lost input.
    """
    if not all(policies):
        raise UsageError("the path of a policy is empty; is a variable unset?")
    if not any("://" in policy for policy in policies):
        yield tuple(Path(policy) for policy in policies)
        return
    import tempfile  # noqa: PLC0415  (only for addresses)

    from permcheck.inputs import NAMED  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="permcheck-") as directory:
        files, names = _fetched(ctx, policies, Path(directory))
        token = NAMED.set(names)
        try:
            yield files
        finally:
            NAMED.reset(token)


def _fetched(
    ctx: click.Context, policies: Sequence[str], directory: Path
) -> tuple[tuple[Path, ...], dict[Path, Named]]:
    """Every policy as a file, each address in one of its own, and what those are called."""
    from permcheck.cli.address import parse  # noqa: PLC0415  (only for addresses)
    from permcheck.cli.fetch import Rules, fetch  # noqa: PLC0415
    from permcheck.inputs import Named  # noqa: PLC0415

    addresses = [parse(policy) if "://" in policy else None for policy in policies]
    for wanted in filter(None, addresses):
        if not ctx.meta[ALLOWED]:
            raise UsageError(f"{wanted.shown}: permcheck is offline; --allow-network lets it fetch a policy")
    files: list[Path] = []
    names: dict[Path, Named] = {}
    seen: Counter[str] = Counter()
    for number, (policy, address) in enumerate(zip(policies, addresses, strict=True), 1):
        if address is None:
            files.append(Path(policy))
            continue
        seen[address.shown] += 1
        again = f" ({seen[address.shown]})" if seen[address.shown] > 1 else ""
        path, problem = directory / str(number), ""
        try:
            path.write_bytes(fetch(address, Rules(allow_private=ctx.meta[PRIVATE])))
        except DocumentError as error:
            problem = str(error).removeprefix(f"{address.shown}: ")
        files.append(path)
        names[path] = Named(address.shown + again, problem)
    return tuple(files), names
