"""A string pool of compiled XML or resources in, its strings out by index, decoded when asked for."""

from __future__ import annotations

import struct
from typing import NamedTuple

_UTF8 = 0x100


class Pool(NamedTuple):
    """A ``ResStringPool``: ``strings`` is where its text begins, ``end`` where the pool ends."""

    raw: bytes
    offsets: tuple[int, ...]
    strings: int
    end: int
    utf8: bool

    def text(self, index: int) -> str | None:
        """The string; nothing where the platform has none: the index or the text leaves the pool, or never ends."""
        if index >= len(self.offsets):
            return None
        at = self.strings + self.offsets[index]
        return _text8(self.raw, at, self.end) if self.utf8 else _text16(self.raw, at, self.end)


def read_pool(raw: bytes, at: int, end: int) -> Pool:
    """Read the pool between two offsets; a count beyond its end is cut. Raises ``struct.error`` when it is cut off."""
    header, count, flags, start = struct.unpack_from("<2xH4xL4x2L", raw, at)
    count = min(count, max(0, end - at - header) // 4)
    offsets = struct.unpack_from(f"<{count}L", raw, at + header)
    return Pool(raw, offsets, at + start, end, bool(flags & _UTF8))


def _text8(raw: bytes, at: int, end: int) -> str | None:
    _, at = _length8(raw, at, end)
    length, at = _length8(raw, at, end)
    if at + length >= end or raw[at + length]:
        return None
    return raw[at : at + length].decode("utf-8", "replace")


def _length8(raw: bytes, at: int, end: int) -> tuple[int, int]:
    if at + 2 > end:
        return 0, end + 1
    return ((raw[at] & 0x7F) << 8 | raw[at + 1], at + 2) if raw[at] & 0x80 else (raw[at], at + 1)


def _text16(raw: bytes, at: int, end: int) -> str | None:
    if at + 4 > end:
        return None
    high, low = struct.unpack_from("<2H", raw, at)
    length, at = ((high & 0x7FFF) << 16 | low, at + 4) if high & 0x8000 else (high, at + 2)
    stop = at + 2 * length
    if stop + 2 > end or raw[stop : stop + 2] != b"\0\0":
        return None
    return raw[at:stop].decode("utf-16-le", "replace")
