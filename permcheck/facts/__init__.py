"""A `Bundle` in, `AppFacts` out; every module here reads one source of evidence and knows nothing of the mappings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Protocol

from permcheck.bundles import Bundle
from permcheck.model import AppFacts, Fact, Gap

Wanted = Mapping[str, frozenset[str]]
"""Fact kind -> the platform names to look for in code, a plain set handed down from the mappings."""


class Extractor(Protocol):
    """A module of this package that reads one source of evidence."""

    def recognizes(self, bundle: Bundle) -> bool:
        """Whether the bundle can hold this kind of evidence."""

    def extract(self, bundle: Bundle, wanted: Wanted) -> Iterator[Fact | Gap]:
        """Yield what is there. A `PermcheckError` becomes a gap; any other exception is a bug."""


EXTRACTORS: tuple[Extractor, ...] = ()


def collect(bundle: Bundle, wanted: Wanted) -> AppFacts:
    """Run every extractor that fits and put the answers in order."""
    raise NotImplementedError
