"""Members of an Android bundle in, an opened `Bundle` of one part out: for what reads members and no manifest."""

from __future__ import annotations

from collections.abc import Mapping

from permcheck.bundles import Bundle, Part
from permcheck.errors import BundleError


class Members:
    """A container over a mapping."""

    def __init__(self, members: Mapping[str, bytes]) -> None:
        self.members = members

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.members))

    def size(self, name: str) -> int:
        return len(self.members[name])

    def read(self, name: str, limit: int = 1 << 30) -> bytes:
        if len(self.members[name]) > limit:
            raise BundleError(f"app.apk!/{name}: too large")
        return self.members[name]


def bundle_of(members: Mapping[str, bytes], root: str = "") -> Bundle:
    """An APK, or one module of an AAB when ``root`` is given."""
    part = Part("app.apk", "base", Members(members), root)
    return Bundle("app.apk", "android", "apk", "0" * 64, (part,))
