"""What an opened bundle is to the extractors: containers of members, grouped into parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from permcheck.model import Fact, Gap, Location, Platform


class Container(Protocol):
    """A zip or a directory whose members are read in memory; names use ``/`` and never leave the container."""

    def names(self) -> tuple[str, ...]:
        """All file members, sorted."""

    def size(self, name: str) -> int:
        """The uncompressed size that the container declares, in bytes."""

    def read(self, name: str, limit: int = ...) -> bytes:
        """The member's content. Raises `BundleError` when absent, damaged or (declared or actual) above ``limit``."""


@dataclass(frozen=True, slots=True)
class Part:
    """One installable or loadable piece of a bundle: an APK of a set, an AAB module, an app, extension, framework.

    ``path`` names it for a reader (``app.apks!/base.apk``); its members are those of ``container`` under ``root``,
    which is empty or ends in ``/``. ``role`` is ``base``, ``split``, ``feature``, ``embedded`` (Android) or ``app``,
    ``extension``, ``watch``, ``clip``, ``framework``, ``resource`` (iOS).
    """

    path: str
    role: str
    container: Container
    root: str = ""

    def location(self, member: str = "", anchor: str = "") -> Location:
        """The place of one of the part's members; ``member`` is relative to ``root``."""
        if not member:
            return Location(self.path, anchor)
        joint = "/" if "!/" in self.path and self.root else "!/"
        return Location(f"{self.path}{joint}{member}", anchor)


@dataclass(frozen=True, slots=True)
class Bundle:
    """An app as the user gave it. ``parts`` is never empty and starts with the main one; ``format`` is its suffix."""

    path: str
    platform: Platform
    format: str
    sha256: str
    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...] = ()
    oddities: tuple[Fact, ...] = ()
    """Facts of the kind ``tampering``: what was read all the same, but shows other content to some tools."""
