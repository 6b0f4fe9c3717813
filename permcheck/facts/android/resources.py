"""A resources.arsc in, values by resource id and strings by locale out: only what is asked for is decoded.

The platform's layout is that of ``ResourceTypes.h``:
https://android.googlesource.com/platform/frameworks/base/+/refs/heads/main/libs/androidfw/include/androidfw/ResourceTypes.h
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple, Protocol

from permcheck.errors import BundleError
from permcheck.facts.android.pool import Pool, read_pool
from permcheck.facts.android.xml import DYNAMIC_REFERENCE, REFERENCE, STRING, Value

TABLE_LIMIT = 256 << 20
"""Bytes of one resource table; the largest seen in a store app is below 30 MB."""

_TABLE, _POOL, _PACKAGE, _TYPE = 0x0002, 0x0001, 0x0200, 0x0201
_SPARSE, _SHORT_OFFSETS = 1, 2
_COMPLEX, _COMPACT = 1, 8
_HOPS = 10


class Entry(NamedTuple):
    """One value of a named resource; ``locale`` is ``""`` for the default, else ``"de"``, ``"pt-BR"``..."""

    locale: str
    name: str
    value: Value


class Table(Protocol):
    """A resource table of either format."""

    def resolve(self, value: Value) -> Value | None:
        """Follow references to the value of the default configuration; nothing where they lead nowhere."""

    def values(self, identifier: int) -> tuple[Entry, ...]:
        """All values of one resource id, one per configuration."""

    def entries(self, type_name: str) -> Iterator[Entry]:
        """All values of all resources of one type."""

    def named(self, type_name: str, wanted: Callable[[str], bool]) -> Iterator[Entry]:
        """All values of those resources of one type whose name is wanted."""


class _Type(NamedTuple):
    """The values of one resource type in one configuration."""

    start: int
    end: int
    header: int
    flags: int
    entries: int
    values: int
    config: bytes


class _Package(NamedTuple):
    types: dict[int, list[_Type]]
    type_names: Pool
    keys: Pool


class Resources:
    """The resource table of an APK; a `Table`. Only single values are kept; styles and plurals are left out."""

    __slots__ = ("_packages", "_raw", "_strings")

    def __init__(self, raw: bytes, where: str) -> None:
        """Walk the table's chunks. Raises `BundleError`, which names ``where``."""
        self._raw = raw
        try:
            self._strings, self._packages = _read_table(raw)
        except BundleError as error:
            raise BundleError(f"{where}: damaged resource table ({error})") from None
        except (struct.error, IndexError):
            raise BundleError(f"{where}: damaged resource table (cut off)") from None

    def resolve(self, value: Value) -> Value | None:
        """Follow references to the value of the default configuration; nothing where they lead nowhere."""
        return follow(self, value)

    def values(self, identifier: int) -> tuple[Entry, ...]:
        """All values of one resource id, one per configuration, in the table's order."""
        package = self._packages.get(identifier >> 24)
        if package is None:
            return ()
        found = (
            self._entry(package, kind, identifier & 0xFFFF) for kind in package.types.get(identifier >> 16 & 0xFF, ())
        )
        return tuple(entry for entry in found if entry)

    def entries(self, type_name: str) -> Iterator[Entry]:
        """All values of all resources of one type (``string``, ``raw``, ``bool``...), in the table's order."""
        for package in self._packages.values():
            for number, kinds in package.types.items():
                if package.type_names.text(number - 1) == type_name:
                    for kind in kinds:
                        entries = (self._entry(package, kind, index) for index in _indexes(self._raw, kind))
                        yield from (entry for entry in entries if entry)

    def named(self, type_name: str, wanted: Callable[[str], bool]) -> Iterator[Entry]:
        """All values of those resources of one type whose name is wanted, without decoding any other.

        Names are looked for in the default configuration, which holds every resource that an app can rely on.
        """
        for package in self._packages.values():
            keys = {at for at in range(len(package.keys.offsets)) if wanted(package.keys.text(at) or "")}
            for kind, kinds in package.types.items():
                if keys and package.type_names.text(kind - 1) == type_name:
                    default = [each for each in kinds if not _locale(each.config)]
                    indexes = {
                        at for each in default for at in _indexes(self._raw, each) if self._key(each, at) in keys
                    }
                    yield from self._of_all(package, kinds, indexes)

    def _of_all(self, package: _Package, kinds: list[_Type], indexes: set[int]) -> Iterator[Entry]:
        """The values of these entries in all configurations, by entry, at no more cost than the table has bytes."""
        found: dict[int, list[Entry]] = {index: [] for index in sorted(indexes)}
        for each in kinds:
            # a table can claim very many configurations that hold next to nothing
            few = found if len(found) < _room(each) else (at for at in _indexes(self._raw, each) if at in found)
            for index in few:
                entry = self._entry(package, each, index)
                if entry:
                    found[index].append(entry)
        return chain.from_iterable(found.values())

    def _key(self, kind: _Type, index: int) -> int | None:
        """The place of an entry's name in the pool of names."""
        at = _entry_place(self._raw, kind, index)
        if at is None or at + 8 > kind.end:
            return None
        size, flags, key = struct.unpack_from("<2HL", self._raw, at)
        return int(size if flags & _COMPACT else key)

    def _entry(self, package: _Package, kind: _Type, index: int) -> Entry | None:
        at = _entry_place(self._raw, kind, index)
        if at is None or at + 8 > kind.end:
            return None
        size, flags, key = struct.unpack_from("<2HL", self._raw, at)
        if flags & _COMPACT:
            value = self._value(flags >> 8, key)
            key = size
        elif flags & _COMPLEX or at + size + 8 > kind.end:
            return None
        else:
            value = self._value(*struct.unpack_from("<3xBL", self._raw, at + size))
        return Entry(_locale(kind.config), package.keys.text(key) or "", value)

    def _value(self, kind: int, data: int) -> Value:
        return Value(kind, data, self._strings.text(data) if kind == STRING else None)


def follow(table: Table, value: Value) -> Value | None:
    """Follow references to the value of the default configuration, through a table of either format."""
    for _ in range(_HOPS):
        if value.type not in (REFERENCE, DYNAMIC_REFERENCE):
            return value
        found = table.values(value.data)
        if not found:
            return None
        value = min(found, key=lambda entry: (entry.locale != "", entry.locale not in ("en", "en-US"))).value
    return None


def _read_table(raw: bytes) -> tuple[Pool, dict[int, _Package]]:
    strings: Pool | None = None
    packages: dict[int, _Package] = {}
    kind, header, size = struct.unpack_from("<2HL", raw, 0)
    if kind != _TABLE:
        raise BundleError("not a resource table")
    for at, kind, _, end in _chunks(raw, header, min(size, len(raw))):
        if kind == _POOL and strings is None:
            strings = read_pool(raw, at, end)
        elif kind == _PACKAGE:
            number, package = _read_package(raw, at, end)
            packages.setdefault(number, package)
    if strings is None:
        raise BundleError("no string pool")
    return strings, packages


def _chunks(raw: bytes, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Offset, type, header size and end of each chunk."""
    while at + 8 <= end:
        kind, header, size = struct.unpack_from("<2HL", raw, at)
        if header < 8 or size < header or size > end - at:
            raise BundleError(f"chunk of {size} bytes at offset {at}")
        yield at, kind, header, at + size
        at += size


def _read_package(raw: bytes, start: int, end: int) -> tuple[int, _Package]:
    header = struct.unpack_from("<H", raw, start + 2)[0]
    number, type_strings, _, key_strings = struct.unpack_from("<L256x3L", raw, start + 8)
    types: dict[int, list[_Type]] = {}
    for at, kind, head, stop in _chunks(raw, start + header, end):
        if kind == _TYPE:
            identifier, flags, count, values = struct.unpack_from("<2B2x2L", raw, at + 8)
            config = raw[at + 20 : at + 20 + struct.unpack_from("<L", raw, at + 20)[0]][:64]
            types.setdefault(identifier, []).append(_Type(at, stop, head, flags, count, values, config))
    names = _pool_at(raw, start + type_strings, end)
    return number & 0xFF, _Package(types, names, _pool_at(raw, start + key_strings, end))


def _pool_at(raw: bytes, at: int, end: int) -> Pool:
    size = struct.unpack_from("<L", raw, at + 4)[0]
    return read_pool(raw, at, min(at + size, end))


def _indexes(raw: bytes, kind: _Type) -> Iterator[int]:
    """The entries that a type holds in one configuration."""
    if kind.flags & _SPARSE:
        yield from struct.unpack_from("<" + "H2x" * _room(kind), raw, kind.start + kind.header)
        return
    yield from range(_room(kind))


def _room(kind: _Type) -> int:
    """How many entries a type has, of which there are at most as many as its bytes can list."""
    width = 2 if kind.flags & _SHORT_OFFSETS and not kind.flags & _SPARSE else 4
    return min(kind.entries, max(0, kind.end - kind.start - kind.header) // width)


def _entry_place(raw: bytes, kind: _Type, index: int) -> int | None:
    first = kind.start + kind.header
    if kind.flags & _SPARSE:
        offset = _sparse_offset(raw, kind, index)
    elif index >= kind.entries:
        return None
    elif kind.flags & _SHORT_OFFSETS:
        offset = _within(raw, "<H", first + 2 * index, kind.end)
        offset = None if offset in (None, 0xFFFF) else 4 * (offset or 0)
    else:
        offset = _within(raw, "<L", first + 4 * index, kind.end)
    return None if offset in (None, 0xFFFFFFFF) else kind.start + kind.values + (offset or 0)


def _sparse_offset(raw: bytes, kind: _Type, index: int) -> int | None:
    """Sparse entries are pairs of index and offset, sorted by index."""
    first = kind.start + kind.header
    room = range(first, first + 4 * min(kind.entries, max(0, kind.end - first) // 4), 4)
    place = bisect_left(room, index, key=lambda at: _pair(raw, at)[0])
    if place == len(room):
        return None
    found, offset = _pair(raw, room[place])
    return 4 * offset if found == index else None


def _pair(raw: bytes, at: int) -> tuple[int, int]:
    index, offset = struct.unpack_from("<2H", raw, at)
    return index, offset


def _within(raw: bytes, form: str, at: int, end: int) -> int | None:
    if at + struct.calcsize(form) > end:
        return None
    found: int = struct.unpack_from(form, raw, at)[0]
    return found


def _locale(config: bytes) -> str:
    """The locale of a configuration (``ResTable_config``), from its packed language and region."""
    language, region = _packed(config[8:10], "a"), _packed(config[10:12], "0")
    return f"{language}-{region}" if language and region else language


def _packed(pair: bytes, base: str) -> str:
    if len(pair) < 2 or not pair[0]:
        return ""
    if not pair[0] & 0x80:
        return pair.decode("ascii", "replace")
    bits = pair[1] << 8 | pair[0]
    first, second, third = bits >> 8 & 0x1F, (bits >> 13 & 7) | (bits & 3) << 3, bits >> 2 & 0x1F
    return "".join(chr(ord(base) + number) for number in (first, second, third))
