"""The bytes of one DEX file in, its tables out: strings, types, fields, methods and classes, read where they stand.

Layout: https://source.android.com/docs/core/runtime/dex-format. Nothing is decoded before it is asked for, except the
type names. Every offset that the file names is checked, and every walk is linear in the file's size.
"""

from __future__ import annotations

import re
import struct
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from permcheck.errors import BundleError

MAX_NAME = 4096
MAX_MEMBERS = 65536
"""Types, fields and methods are named by 16 bits in code."""

_LOST_STRING = "is damaged: a string lies beyond the end of the file"
_HEADER = 112
_SAMPLES = 64


@dataclass(frozen=True, slots=True)
class DexFile:
    """One DEX file. ``types`` are descriptors (``b"Landroid/app/Activity;"``); tables are flat rows of integers.

    ``fields`` and ``methods`` have rows of four 16-bit words (class, type or prototype, name low, name high),
    ``classes`` rows of eight 32-bit words as the format lists them.
    """

    data: bytes
    strings: Sequence[int]
    types: tuple[bytes, ...]
    fields: Sequence[int]
    methods: Sequence[int]
    classes: Sequence[int]

    def string(self, index: int) -> bytes:
        """One string in the file's own encoding (modified UTF-8), its first `MAX_NAME` bytes at most.

        Raises `BundleError` with the bare reason.
        """
        try:
            at = _behind_length(self.data, self.strings[index])
        except IndexError:
            raise BundleError(_LOST_STRING) from None
        end = self.data.find(b"\0", at, at + MAX_NAME)
        return self.data[at : end if end > 0 else at + MAX_NAME]

    def rank(self, index: int) -> bytes:
        """What a string is sorted by: UTF-16 units, whose order modified UTF-8 keeps for all but its two-byte zero."""
        return self.string(index).replace(b"\xc0\x80", b"\0")

    def member_name(self, table: Sequence[int], row: int) -> bytes:
        """The name of one field or method."""
        index = table[row * 4 + 2] | table[row * 4 + 3] << 16
        return self.string(index)


def is_dex(head: bytes) -> bool:
    """Whether a file that starts with these (at least 8) bytes is a DEX file of a version that devices load."""
    return head[:4] == b"dex\n" and head[4:7].isdigit() and head[7:8] == b"\0"


def read_dex_files(data: bytes) -> list[DexFile]:
    """Read every DEX file of a member; since version 041 one member may hold several.

    Raises `BundleError` with the bare reason.
    """
    if not is_dex(data[:8]):
        raise BundleError(_other_kind(data))
    if int(data[4:7]) < 41:
        return [_read(data, 0)]
    return [_read(data, at) for at in _container(data)]


def rows_of(table: Sequence[int], owner: int) -> range:
    """The rows of a field or method table whose class is the type ``owner``; the table's own order is verified."""
    column = table[::4]
    return range(bisect_left(column, owner), bisect_right(column, owner))


def superclasses(dex: DexFile, wanted: Container[int]) -> Iterator[tuple[int, int]]:
    """Type index of every class that extends a wanted one, with that of its superclass."""
    for owner, parent in zip(dex.classes[::8], dex.classes[2::8], strict=True):
        if parent in wanted and owner < len(dex.types):
            yield owner, parent


def find_strings(dex: DexFile, start: bytes, limit: int = 64) -> list[int]:
    """The indexes of the strings that begin with ``start``, at most ``limit``: by bisection, the table being sorted."""
    return _strings_from(dex, start, bisect_left(range(len(dex.strings)), start, key=dex.rank), limit)


def find_many_strings(dex: DexFile, starts: Sequence[bytes], limit: int = 64) -> Iterator[list[int]]:
    """The same for many starts: what a sample of the table tells of all is decoded once."""
    step = max(1, int(len(dex.strings) ** 0.5))
    samples = [dex.rank(index) for index in range(0, len(dex.strings), step)]
    for start in starts:
        low = max(0, bisect_left(samples, start) - 1) * step
        near = range(low, min(low + step + 1, len(dex.strings)))
        yield _strings_from(dex, start, low + bisect_left(near, start, key=dex.rank), limit)


def _strings_from(dex: DexFile, start: bytes, first: int, limit: int) -> list[int]:
    found = []
    for index in range(first, min(len(dex.strings), first + limit)):
        if not dex.string(index).startswith(start):
            break
        found.append(index)
    return found


def initial_strings(dex: DexFile, wanted: Collection[int]) -> dict[int, int]:
    """The rows of static fields whose initial value is one of the wanted strings, with that string's index."""
    found: dict[int, int] = {}
    arrays = sorted({at for at in dex.classes[7::8] if 0 < at < len(dex.data)})
    written = [
        re.escape(bytes([kind]) + index.to_bytes(4, "little")[:width])
        for index in wanted
        for width, kind in enumerate((0x17, 0x37, 0x57, 0x77), 1)
        if index < 1 << 8 * width
    ]
    if not arrays or not written:
        return found
    seen = [match.start() for match in re.finditer(b"|".join(written), dex.data[arrays[0] :])]
    holders = {arrays[bisect_right(arrays, arrays[0] + at) - 1] for at in seen}
    for body, values in zip(dex.classes[6::8], dex.classes[7::8], strict=True):
        if body and values in holders:
            places = list(_string_values(dex.data, values, wanted))
            if places:
                rows = _static_fields(dex.data, body, places[-1][0] + 1)
                found.update((rows[place], index) for place, index in places if place < len(rows))
    return found


def _string_values(data: bytes, at: int, wanted: Container[int]) -> Iterator[tuple[int, int]]:
    """Place and index of the wanted strings in an encoded array, as far as its values are plain."""
    count, at = _number(data, at)
    for place in range(min(count, MAX_MEMBERS)):
        if at >= len(data):
            return
        kind, width = data[at] & 31, (data[at] >> 5) + 1
        if kind in (0x1C, 0x1D):
            return
        width = 0 if kind in (0x1E, 0x1F) else width
        index = int.from_bytes(data[at + 1 : at + 1 + width], "little")
        if kind == 0x17 and index in wanted:
            yield place, index
        at += 1 + width


def _static_fields(data: bytes, at: int, most: int) -> list[int]:
    count, at = _number(data, at)
    for _ in range(3):
        _, at = _number(data, at)
    rows: list[int] = []
    row = 0
    for _ in range(min(count, most)):
        step, at = _number(data, at)
        _, at = _number(data, at)
        row += step
        rows.append(row)
    return rows


def _number(data: bytes, at: int) -> tuple[int, int]:
    """One number of seven bits a byte, and where the next one starts; zero beyond the end."""
    value = 0
    for place in range(5):
        byte = data[at + place] if at + place < len(data) else 0
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            break
    return value, at + place + 1


def _other_kind(data: bytes) -> str:
    if data[:4] in (b"dey\n", b"cdex"):
        return "is optimised code of one device (ODEX), not a DEX file"
    if data[:8] == b"version ":
        return "is a Git LFS pointer, not the code itself"
    return "is not a DEX file" if data else "is empty"


def _container(data: bytes) -> Iterator[int]:
    at = 0
    while at + _HEADER <= len(data) and is_dex(data[at : at + 8]):
        yield at
        (size,) = struct.unpack_from("<I", data, at + 32)
        at += max(size, _HEADER)


def _read(data: bytes, at: int) -> DexFile:
    if at + _HEADER > len(data):
        raise BundleError("is cut off within the DEX header")
    header = struct.unpack_from("<20I", data, at + 32)
    if header[2] != 0x12345678:
        raise BundleError("is a DEX file of foreign byte order, which no device runs")
    if at == 0 and int(data[4:7]) < 41 and header[0] > len(data):
        raise BundleError(f"is cut off: {len(data)} of {header[0]} bytes")
    strings = _table(data, header[6:8], "I", 1, "strings")
    types = _table(data, header[8:10], "I", 1, "types")
    fields = _table(data, header[12:14], "H", 4, "fields")
    methods = _table(data, header[14:16], "H", 4, "methods")
    classes = _table(data, header[16:18], "I", 8, "classes")
    dex = DexFile(data, strings, tuple(_type_names(data, strings, types)), fields, methods, classes)
    _check_order(dex, types)
    return dex


def _type_names(data: bytes, strings: Sequence[int], types: Sequence[int]) -> list[bytes]:
    """What `DexFile.string` would give for every type, without its cost: this is the one loop over a whole table."""
    names = []
    try:
        for index in types:
            at = strings[index]
            at = at + 1 if data[at] < 0x80 else _behind_length(data, at)
            end = data.find(b"\0", at, at + MAX_NAME)
            names.append(data[at : end if end > 0 else at + MAX_NAME])
    except IndexError:
        raise BundleError(_LOST_STRING) from None
    return names


def _behind_length(data: bytes, at: int) -> int:
    """Where a string's characters start: its length, in at most five bytes, comes first and is of no use here."""
    stop = at + 4
    while data[at] >= 0x80 and at < stop:
        at += 1
    return at + 1


def _table(data: bytes, place: Sequence[int], code: Literal["H", "I"], width: int, what: str) -> Sequence[int]:
    count, offset = place
    size = count * width * (4 if code == "I" else 2)
    if offset + size > len(data):
        raise BundleError(f"is damaged: the table of {what} reaches beyond the end of the file")
    if what not in ("strings", "classes") and count > MAX_MEMBERS:
        raise BundleError(f"is damaged: {count} {what}, more than the format can name")
    view = memoryview(data)[offset : offset + size]
    if sys.byteorder == "little":
        return view.cast(code)
    numbers = array(code, view.tobytes())
    numbers.byteswap()
    return numbers


def _check_order(dex: DexFile, types: Sequence[int]) -> None:
    """Devices refuse a file whose tables are not sorted; so do we, for every look-up here relies on it."""
    step = max(1, len(dex.strings) // _SAMPLES)
    samples = [dex.rank(index) for index in range(0, len(dex.strings), step)]
    owners = (dex.fields[::4].tolist(), dex.methods[::4].tolist())  # type: ignore[attr-defined]
    for column in (samples, list(types), list(dex.types), *owners):
        if column != sorted(column):
            raise BundleError("is damaged: its tables are out of order, so no device loads it")
