"""A `Bundle` in, `AppFacts` out; every module here reads one source of evidence and knows nothing of the mappings."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterator, Mapping
from typing import Protocol, cast

from permcheck.bundles import Bundle
from permcheck.errors import BundleError, PermcheckError
from permcheck.model import AppFacts, Fact, Gap, Location, Platform

__all__ = ["EXTRACTORS", "Extractor", "Wanted", "collect", "digest_of"]

Wanted = Mapping[str, frozenset[str]]
"""Fact kind -> the platform names to look for in code, a plain set handed down from the mappings."""


class Extractor(Protocol):
    """A module of this package that reads one source of evidence."""

    def recognizes(self, bundle: Bundle) -> bool:
        """Whether the bundle can hold this kind of evidence."""

    def extract(self, bundle: Bundle, wanted: Wanted) -> Iterator[Fact | Gap]:
        """Yield what is there, the main part first. A `PermcheckError` becomes a gap; any other exception is a bug."""


EXTRACTORS: tuple[tuple[Platform, str], ...] = (
    ("android", "android.manifest"),
    ("android", "android.code.dex"),
    ("android", "android.code.packages"),
    ("android", "android.code.libraries"),
    ("android", "bundled_policy"),
    ("android", "signer"),
    ("ios", "ios.info_plist"),
    ("ios", "ios.privacy_manifest"),
    ("ios", "ios.macho"),
    ("ios", "ios.framework"),
    ("ios", "ios.policy"),
    ("ios", "signer"),
)
"""Platform and module of every source of evidence, in the order in which they are asked; imported when asked."""


def collect(bundle: Bundle, wanted: Wanted) -> AppFacts:
    """Run every extractor that fits and put the answers in order.

    Raises `BundleError` when nothing says what app this is: an unread manifest must never look like an app that asks
    for nothing.
    """
    found = [
        item for platform, name in EXTRACTORS if platform == bundle.platform for item in _ask(name, bundle, wanted)
    ]
    facts = [*(item for item in found if isinstance(item, Fact)), *bundle.oddities]
    gaps = [*bundle.gaps, *(item for item in found if isinstance(item, Gap))]
    identity = _identity(facts)
    if not identity:
        raise BundleError(_unidentified(bundle, [item for item in found if isinstance(item, Gap)]))
    return AppFacts(
        path=bundle.path,
        platform=bundle.platform,
        app_id=identity.get("app_id", ""),
        name=identity.get("name", ""),
        version=identity.get("version", ""),
        sha256=bundle.sha256,
        facts=tuple(sorted(set(facts))),
        gaps=tuple(sorted(set(gaps))),
        api_digest=digest_of(wanted),
    )


def _ask(name: str, bundle: Bundle, wanted: Wanted) -> Iterator[Fact | Gap]:
    extractor = cast("Extractor", importlib.import_module(f"permcheck.facts.{name}"))
    if not extractor.recognizes(bundle):
        return
    try:
        yield from extractor.extract(bundle, wanted)
    except PermcheckError as error:
        path, _, reason = str(error).partition(": ")
        yield Gap(Location(path), reason) if reason else Gap(Location(bundle.path), path)


def _identity(facts: list[Fact]) -> dict[str, str]:
    """The main part's own words: the first fact of each key, since extractors yield the main part first."""
    identity: dict[str, str] = {}
    for fact in facts:
        if fact.kind == "identity":
            identity.setdefault(fact.key, fact.value)
    return identity


def _unidentified(bundle: Bundle, gaps: list[Gap]) -> str:
    told = [f"{gap.location.path}: {gap.reason}" for gap in gaps]
    return told[0] if told else f"{bundle.path}: nothing in it says what app it is"


def digest_of(wanted: Wanted) -> str:
    """A name for the set of names that were looked for: only another set makes a stored answer stale."""
    lines = (f"{kind}\0{key}\n" for kind in sorted(wanted) for key in sorted(wanted[kind]))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
