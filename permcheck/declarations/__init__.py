"""What the developer told people (policy, Data safety CSV, privacy manifest) in, `Disclosure` out."""

from __future__ import annotations

from collections.abc import Iterator

from permcheck.knowledge import Knowledge
from permcheck.model import AppFacts, Disclosure, Location

Text = tuple[str, Location]
"""What somebody wrote into a form, and where."""


def of_app(app: AppFacts, knowledge: Knowledge) -> Iterator[Disclosure]:
    """What the bundle itself declares for the store: the data types of its privacy manifests."""
    if app.platform == "ios":
        from permcheck.declarations import privacy_manifest  # noqa: PLC0415  (iOS only)

        yield from privacy_manifest.declare(app, knowledge)


def of_store(data: bytes, display: str, knowledge: Knowledge) -> tuple[tuple[Disclosure, ...], tuple[Text, ...]]:
    """What a store form says, and its free texts with their places. Raises `DeclarationError`, one line."""
    from permcheck.declarations import data_safety  # noqa: PLC0415  (only when given)

    return tuple(data_safety.declare(data, display, knowledge)), tuple(data_safety.texts(data, display))
