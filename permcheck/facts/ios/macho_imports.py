"""One Mach-O slice in, the names that it imports out: symbol table, bind opcodes and chained fixups, each read.

Layout: https://github.com/apple-oss-distributions/dyld/blob/main/include/mach-o/fixup-chains.h and ``loader.h``.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator

from permcheck.errors import BundleError
from permcheck.facts.ios.macho_image import MAX_NAME, Image, cut, unpack

MAX_SYMBOLS = 1 << 24
MAX_SYMBOL_BYTES = 64 << 20
"""Memory for imported names of one table: half a million of usual length; large apps have some 20,000."""
_NAME_COST = 100
MAX_BIND_BYTES = 8 << 20

_UNDEFINED = re.compile(rb"[\x01\x0d\x11\x1d]")
"""``n_type`` of an external symbol that is defined elsewhere: N_EXT with N_UNDF or N_PBUD, private or not."""

_ULEB = rb"[\x80-\xff]*+[\x00-\x7f]"
_BIND = re.compile(
    rb"(?:[\x00-\x1f\x30-\x3f\x50-\x5f\x90-\x9f\xb0-\xbf\xd1-\xdf]++"
    rb"|[\x20-\x2f\x60-\x8f\xa0-\xaf\xd0]" + _ULEB + rb"|[\xc0-\xcf]" + _ULEB + _ULEB + rb")*+"
    rb"(?:[\x40-\x4f]([^\x00]*+)\x00)?+",
    re.DOTALL,
)
"""Opcodes that name nothing, with none, one or two ULEB128 numbers behind them, then the one that names an import."""


def imported_names(image: Image) -> frozenset[str]:
    """All names that the slice takes from other images, with their leading underscore.

    What a table holds that cannot be read is told in ``image.problems``; the other tables are read none the less.
    """
    names: set[bytes] = set()
    for read in (_symbol_table, _binds, _chained):
        _gather(image, read, names)
    return frozenset(name.decode("utf-8", "replace") for name in names)


def has_import_table(image: Image) -> bool:
    """Whether the slice carries any table that could name imports; a slice without one can tell nothing."""
    return bool((image.symtab and image.symtab[1]) or image.binds or "fixups" in image.tables)


def _gather(image: Image, read: Callable[[Image], Iterator[bytes]], names: set[bytes]) -> None:
    budget = MAX_SYMBOL_BYTES
    try:
        for name in read(image):
            names.add(name)
            # names may share their bytes, so that a small table could spell out gigabytes
            budget -= len(name) + _NAME_COST
            if budget < 0:
                image.problems.append("imports more names than are read")
                return
    except BundleError as error:
        image.problems.append(str(error))


def _symbol_table(image: Image) -> Iterator[bytes]:
    if not image.symtab:
        return
    offset, count, strings_at, strings_size = image.symtab
    if count > MAX_SYMBOLS:
        raise BundleError(f"the symbol table names {count} symbols, more than {MAX_SYMBOLS}")
    stride = 16 if image.wide else 12
    table = cut(image.data, (offset, count * stride), "the symbol table")
    strings = bytes(cut(image.data, (strings_at, strings_size), "the table of symbol names"))
    # one strided slice and one pattern instead of a Python step per symbol: 20x on half a million of them
    for match in _UNDEFINED.finditer(bytes(table[4::stride])):
        (at,) = struct.unpack_from("<I", table, match.start() * stride)
        yield _name(strings, at, "a symbol's name")


def _binds(image: Image) -> Iterator[bytes]:
    for place in image.binds:
        if place[1] > MAX_BIND_BYTES:
            raise BundleError(f"binding opcodes of {place[1]} bytes, more than {MAX_BIND_BYTES}")
        yield from _bind_names(bytes(cut(image.data, place, "the binding opcodes")))


def _bind_names(code: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(code):
        match = _BIND.match(code, at)
        if match is None or match.end() == at:
            raise BundleError(f"the binding opcodes cannot be read from byte {at} on")
        at = match.end()
        if match[1] is not None:
            yield match[1]


def _chained(image: Image) -> Iterator[bytes]:
    if "fixups" not in image.tables:
        return
    table = cut(image.data, image.tables["fixups"], "the table of chained fixups")
    version, _, imports, names_at, count, layout, packing = unpack("<7I", table, 0, "the header of the chained fixups")
    if version or layout not in (1, 2, 3):
        raise BundleError(f"chained fixups of version {version}, imports of format {layout}, are not known")
    names = _unpacked(table[names_at:], packing)
    stride = {1: 4, 2: 8, 3: 16}[layout]
    entries = cut(table, (imports, count * stride), "the imports of the chained fixups")
    for at in range(0, len(entries), stride):
        if layout == 3:
            offset = struct.unpack_from("<Q", entries, at)[0] >> 32
        else:
            offset = struct.unpack_from("<I", entries, at)[0] >> 9
        yield _name(names, offset, "an imported name")


def _unpacked(names: memoryview, packing: int) -> bytes:
    if packing == 0:
        return bytes(names)
    if packing != 1:
        raise BundleError(f"imported names are packed in the unknown way {packing}")
    unzip = zlib.decompressobj()
    try:
        plain = unzip.decompress(names, MAX_SYMBOL_BYTES)
    except zlib.error as error:
        raise BundleError("the packed imported names are damaged") from error
    if unzip.unconsumed_tail:
        raise BundleError(f"imported names take more than {MAX_SYMBOL_BYTES >> 20} MB unpacked")
    return plain


def _name(strings: bytes, at: int, what: str) -> bytes:
    end = strings.find(b"\0", at, at + MAX_NAME)
    if at >= len(strings) or end < 0:
        raise BundleError(f"{what} is longer than {MAX_NAME} bytes or stands outside its table")
    return strings[at:end]
