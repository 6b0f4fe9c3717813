"""``mappings/platforms/*.tsv`` in, what is known of each name that the platforms have out.

The lists are dated copies of what the platforms publish. They tell a name that no category knows from one that no
platform has, and they are what the categories are measured by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from permcheck.knowledge import sources
from permcheck.model import Fact, Platform

if TYPE_CHECKING:
    from permcheck.knowledge import Knowledge

ASKING = ("dangerous", "appop", "asks", "normal", "entitlement")
"""Words of a protection level by which an app can come by a name: the rest is for parts of the system."""
KINDS: Mapping[str, tuple[Platform, str]] = {
    "apple-usage-keys": ("ios", "purpose-string"),
    "apple-entitlements": ("ios", "entitlement"),
}
"""List -> platform and fact kind of its names; all others hold Android permissions."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a platform: its protection level, and why it is ordinary where no category has it."""

    name: str
    level: str
    ordinary: str
    platform: Platform
    kind: str


@cache
def names() -> Mapping[str, Name]:
    """Every name of every list."""
    return {one.name: one for path in sorted((sources.shipped() / "platforms").glob("*.tsv")) for one in _read(path)}


def _read(path: Path) -> Iterator[Name]:
    platform, kind = KINDS.get(path.stem, ("android", "permission"))
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, level, ordinary = (*line.split("\t"), "", "")[:3]
            yield Name(name, level, ordinary, platform, kind)


def problems(knowledge: Knowledge) -> Iterator[str]:
    """Names by which apps reach something, with neither a category nor a written reason to be ordinary."""
    for one in names().values():
        known = one.ordinary or knowledge.signals_for(one.platform, Fact(one.kind, one.name))
        if not known and any(word in one.level for word in ASKING):
            yield f"platforms: {one.name} ({one.level}): no category has it, and no reason says why it is ordinary"
