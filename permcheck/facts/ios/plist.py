"""The bytes of a property list in, a dictionary out, whatever the file tries.

`plistlib` answers damaged input with ten kinds of exception, and a binary list may hold itself, or a thousand times the
same megabyte: https://github.com/apple-oss-distributions/CF/blob/main/CFBinaryPList.c describes the format.
"""

from __future__ import annotations

import plistlib
from collections.abc import Iterator
from typing import Any

from permcheck.errors import BundleError

SIZE_LIMIT = 2 << 20
"""Bytes of one property list; the largest Info.plist of a store app is below 100 kB."""
DEPTH_LIMIT = 12
"""Levels that are looked into."""
TEXT_LIMIT = 2000
"""Characters of one value as facts show it."""
_SMALL = 8 << 10
_LFS = b"version https://git-lfs"


def read_plist(data: bytes) -> dict[str, Any]:
    """Parse XML or binary, UTF-16 and byte order marks included. Raises `BundleError` with the reason alone.

    The tree may hold itself: look at the levels that you know, or go by `text_of`.
    """
    if len(data) > SIZE_LIMIT:
        raise BundleError(f"property list of {len(data)} bytes, more than the limit of {SIZE_LIMIT}")
    if data.startswith(_LFS):
        raise BundleError("a Git LFS pointer, not the property list itself")
    _refuse_expansion(data)
    try:
        tree = plistlib.loads(data.lstrip(b" \t\r\n") if data[:1].isspace() else data)
    except Exception as error:
        raise BundleError("damaged property list") from error
    if not isinstance(tree, dict) or not all(isinstance(key, str) for key in tree):
        raise BundleError("property list without a dictionary of named values")
    return tree


def text_of(value: object) -> str:
    """Put a value for a reader: text as it stands, lists and dictionaries short, cut at `TEXT_LIMIT` characters."""
    if isinstance(value, str):
        return value[:TEXT_LIMIT]
    budget = TEXT_LIMIT
    pieces = []
    for piece in _pieces(value, DEPTH_LIMIT):
        pieces.append(piece[:budget])
        budget -= len(piece)
        if budget <= 0:
            break
    return "".join(pieces)


def strings_of(value: object) -> list[str]:
    """Give the texts of a list, or a lone text as the one item that it stands for; anything else is left out."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _pieces(value: object, depth: int) -> Iterator[str]:
    if depth == 0:
        yield "..."
    elif isinstance(value, dict):
        yield "{"
        for number, (key, item) in enumerate(value.items()):
            yield f"{', ' if number else ''}{key}: "
            yield from _pieces(item, depth - 1)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for number, item in enumerate(value):
            yield ", " if number else ""
            yield from _pieces(item, depth - 1)
        yield "]"
    else:
        yield _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return str(value) if not isinstance(value, int) or value.bit_length() < 128 else "a large number"


def _refuse_expansion(data: bytes) -> None:
    """Refuse a binary list whose objects overlap: read out, they would be far larger than the file."""
    if not data.startswith(b"bplist00") or len(data) < _SMALL:
        return
    total = 0
    for offset in _offsets(data):
        total += _length(data, offset)
        if total > 2 * len(data):
            raise BundleError("binary property list whose objects overlap")


def _offsets(data: bytes) -> Iterator[int]:
    width = data[-26]
    count, _, table = (int.from_bytes(data[-24 + at : -16 + at or None], "big") for at in (0, 8, 16))
    if not 1 <= width <= 8 or table + count * width > len(data):
        raise BundleError("damaged property list")
    for at in range(table, table + count * width, width):
        yield int.from_bytes(data[at : at + width], "big")


def _length(data: bytes, offset: int) -> int:
    """Bytes that one object says it has, by its marker; containers count by their references."""
    marker = data[offset] if offset < len(data) else 0
    count, kind = marker & 0xF, marker >> 4
    if count == 0xF and kind in (4, 5, 6, 0xA, 0xC, 0xD) and offset + 1 < len(data):
        width = 1 << (data[offset + 1] & 3)
        count = int.from_bytes(data[offset + 2 : offset + 2 + width], "big")
    unit = {4: 1, 5: 1, 6: 2, 0xA: data[-25], 0xC: data[-25], 0xD: 2 * data[-25]}.get(kind, 0)
    return 1 + count * unit
