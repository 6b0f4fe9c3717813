"""The end of a zip file in, its member records out, read as Android's libziparchive does, with notes on what is odd."""

from __future__ import annotations

import struct
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from permcheck.errors import BundleError

ENTRY_LIMIT = 200_000
"""Members of one archive; the largest store apps hold about 60,000."""
TOTAL_LIMIT = 16 << 30
"""Declared bytes of all members."""
RATIO_LIMIT = 200
"""Declared bytes of all members per byte of the file, looked at above `RATIO_FLOOR`; real bundles stay below 20."""
RATIO_FLOOR = 128 << 20

_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_CENTRAL = struct.Struct("<4s4x2H4x3L3H8xL")
_COMMENT_MAX = 65_535
_REFUSED = "a device refuses such a file"

Slice = Callable[[int, int], bytes]
"""Offset and length -> bytes of the archive."""


Oddity = tuple[str, str]
"""A trick's own short name, and what it is in words."""


class Entry(NamedTuple):
    """One record of the central directory; sizes in bytes, ``offset`` that of the local header."""

    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class Directory(NamedTuple):
    """All members by name, the names that stand twice with their counts, what was not read, and what is odd."""

    entries: dict[str, Entry]
    twice: dict[str, int]
    unread: tuple[str, ...]
    odd: tuple[Oddity, ...]
    start: int = 0
    """Where the directory itself stands."""


class _Place(NamedTuple):
    start: int
    size: int
    members: int
    shift: int
    odd: tuple[Oddity, ...]


def read_directory(cut: Slice, length: int) -> Directory:
    """Read the directory of an archive of ``length`` bytes. Raises `BundleError` with the reason alone."""
    place = _find(cut, length)
    records, broken = _records(cut(place.start, place.size), place)
    entries, twice, unsafe = _index(records)
    _refuse_bomb(entries.values(), length)
    prefix = _prefix(cut, entries.values()) if not place.shift else ()
    return Directory(entries, twice, (*broken, *unsafe), (*place.odd, *prefix), place.start)


def _find(cut: Slice, length: int) -> _Place:
    tail = cut(max(0, length - _COMMENT_MAX - 22), _COMMENT_MAX + 22)
    at = tail.rfind(_END, 0, max(0, len(tail) - 18))
    if at < 0:
        raise BundleError(_no_zip(cut(0, 64), length))
    end = length - len(tail) + at
    count, size, start, comment = struct.unpack_from("<H2LH", tail, at + 10)
    count, size, start = _wide(cut, end, (count, size, start))
    shift, odd = _shift(cut, start, end - size, count)
    surplus = len(tail) - at - 22 - comment
    if surplus > 0:
        odd = (*odd, ("trailing-bytes", f"{surplus} bytes after the end of the archive; {_REFUSED}"))
    if start + shift + size > end:
        odd = (*odd, ("directory-size", f"a directory that is told to reach beyond its end; {_REFUSED}"))
    return _Place(start + shift, max(0, min(size, end - start - shift)), count, shift, odd)


def _shift(cut: Slice, start: int, before_end: int, count: int) -> tuple[int, tuple[Oddity, ...]]:
    """How far the whole archive lies behind its own offsets: 0 in every archive that a device accepts."""
    if not count:
        raise BundleError("an empty archive")
    if cut(start, 4) == b"PK\x01\x02":
        return 0, ()
    shift = before_end - start
    if shift <= 0 or cut(before_end, 4) != b"PK\x01\x02":
        raise BundleError("damaged archive (no central directory where its end record says)")
    return shift, (("shifted-offsets", f"{shift} bytes before the archive that its offsets leave out; {_REFUSED}"),)


def _wide(cut: Slice, end: int, found: tuple[int, int, int]) -> tuple[int, int, int]:
    """Count, size and start of the directory, from the ZIP64 record where the plain one cannot hold them."""
    if found[0] != 0xFFFF and 0xFFFFFFFF not in found:
        return found
    locator = cut(end - 20, 20) if end >= 20 else b""
    if locator[:4] != _LOCATOR64:
        return found
    record = cut(struct.unpack_from("<Q", locator, 8)[0], 56)
    if len(record) < 56 or record[:4] != _END64:
        raise BundleError("damaged archive (its ZIP64 end record cannot be read)")
    count, size, start = struct.unpack_from("<3Q", record, 32)
    return count, size, start


def _no_zip(head: bytes, length: int) -> str:
    if not length:
        return "the file is empty"
    if head.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer, not the file itself (fetch it with 'git lfs pull')"
    if head.startswith(b"PK\x03\x04"):
        return "truncated archive (its end record is missing)"
    return "not a zip archive"


def _records(raw: bytes, place: _Place) -> tuple[list[tuple[bytes, Entry]], tuple[str, ...]]:
    if place.members > ENTRY_LIMIT:
        raise BundleError(f"{place.members} members, more than the limit of {ENTRY_LIMIT}")
    found: list[tuple[bytes, Entry]] = []
    at = 0
    while len(found) < place.members:
        if at + _CENTRAL.size > len(raw) or raw[at : at + 4] != b"PK\x01\x02":
            note = f"its directory breaks off after {len(found)} of {place.members} members; {_REFUSED}"
            return found, (note,)
        record, at = _record(raw, at, place.shift)
        found.append(record)
    return found, ()


def _record(raw: bytes, at: int, shift: int) -> tuple[tuple[bytes, Entry], int]:
    """One name and record, and where the next one starts."""
    _, flags, method, crc, packed, size, name, extra, comment, offset = _CENTRAL.unpack_from(raw, at)
    body = at + _CENTRAL.size
    if 0xFFFFFFFF in (packed, size, offset):
        packed, size, offset = _large(raw[body + name : body + name + extra], packed, size, offset)
    entry = Entry(flags, method, crc, packed, size, offset + shift)
    return (raw[body : body + name], entry), body + name + extra + comment


def _large(extra: bytes, packed: int, size: int, offset: int) -> tuple[int, int, int]:
    """The three values, those that do not fit into 32 bits taken from the ZIP64 extra field."""
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, at)
        if tag == 1:
            wide = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            size = next(wide, size) if size == 0xFFFFFFFF else size
            packed = next(wide, packed) if packed == 0xFFFFFFFF else packed
            offset = next(wide, offset) if offset == 0xFFFFFFFF else offset
            break
        at += 4 + length
    return packed, size, offset


def _index(records: Iterable[tuple[bytes, Entry]]) -> tuple[dict[str, Entry], dict[str, int], tuple[str, ...]]:
    """Members by name without directories and names that no member may have, doubled names, and notes on both."""
    entries: dict[str, Entry] = {}
    counts: Counter[str] = Counter()
    unsafe: dict[str, list[str]] = {}
    for raw, entry in records:
        name = raw.decode("utf-8", "backslashreplace")
        reason = _unsafe(name)
        if reason:
            unsafe.setdefault(reason, []).append(name)
        elif not name.endswith("/"):
            counts[name] += 1
            entries[name] = entry
    twice = {name: count for name, count in counts.items() if count > 1}
    return entries, twice, tuple(_told(unsafe, twice))


def _unsafe(name: str) -> str:
    if name.isascii() and name.isprintable() and "\\" not in name and ".." not in name and name[:1] not in ("/", ""):
        return ""
    if not name:
        return "no name"
    if "\0" in name:
        return f"a NUL byte in the name; {_REFUSED}"
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
        return "a name that leads out of the archive"
    if any(unicodedata.category(sign) == "Cc" for sign in name):
        return "control characters in the name"
    return ""


def _told(unsafe: dict[str, list[str]], twice: dict[str, int]) -> Iterator[str]:
    for reason, names in sorted(unsafe.items()):
        yield f"{_members(len(names))} left out, {reason} (the first: {min(names)!r})"
    if twice:
        yield f"{_members(len(twice))} in the archive more than once (the first: {min(twice)!r}); {_REFUSED}"


def _members(count: int) -> str:
    return "1 member" if count == 1 else f"{count} members"


def _refuse_bomb(entries: Iterable[Entry], length: int) -> None:
    total = sum(entry.size for entry in entries)
    if total > TOTAL_LIMIT or (total > RATIO_FLOOR and total > length * RATIO_LIMIT):
        raise BundleError(f"{total >> 20} MB of content declared in {length} bytes: taken for a decompression bomb")


def _prefix(cut: Slice, entries: Iterable[Entry]) -> tuple[Oddity, ...]:
    """What stands before the first member, as in files that are two formats at once."""
    first = min((entry.offset for entry in entries), default=0)
    if not first or cut(0, 4) == b"PK\x03\x04":
        return ()
    if cut(0, 4) == b"dex\n":
        return (("janus", f"{first} bytes of DEX code before the first member (the Janus trick): old devices run it"),)
    return (("foreign-prefix", f"{first} foreign bytes before the first member"),)
