"""One Mach-O slice in, the names that it imports out: symbol table, bind opcodes and chained fixups, each read.

Layout: https://github.com/apple-oss-distributions/dyld/blob/main/include/mach-o/fixup-chains.h and ``loader.h``.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from itertools import islice

from permcheck.errors import BundleError
from permcheck.facts.macho_image import MAX_NAME, Image, cut, unpack

MAX_IMPORTS = 1 << 20
MAX_SYMBOLS = 1 << 24
MAX_SYMBOL_BYTES = 64 << 20
MAX_BIND_BYTES = 8 << 20

_UNDEFINED = re.compile(rb"[\x01\x0d\x11\x1d]")
"""``n_type`` of an external symbol that is defined elsewhere: N_EXT with N_UNDF or N_PBUD, private or not."""

_ULEBS = {0x60: 0, 0x70: 1, 0x80: 1, 0x90: 0, 0xA0: 1, 0xB0: 0, 0xC0: 2, 0x20: 1}
"""Bind opcode -> how many ULEB128 numbers follow it, for those that are fixed by the opcode alone."""


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
        for name in islice(read(image), MAX_IMPORTS):
            names.add(name)
            # names may share their bytes, so that a small table could spell out gigabytes
            budget -= len(name)
            if budget < 0:
                break
        else:
            return
        image.problems.append(f"names imports in more than {MAX_SYMBOL_BYTES >> 20} MB; the rest was not read")
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
        opcode = code[at] & 0xF0
        immediate = code[at] & 0x0F
        at += 1
        if opcode == 0x40:
            name = _name(code, at, "an imported name")
            yield name
            at += len(name) + 1
        elif opcode == 0xD0:
            at = _skip_ulebs(code, at, 1 if immediate == 0 else 0)
        elif opcode in _ULEBS:
            at = _skip_ulebs(code, at, _ULEBS[opcode])
        elif opcode > 0xD0:
            raise BundleError(f"the binding opcodes hold the unknown one {opcode:#x}")


def _skip_ulebs(code: bytes, at: int, count: int) -> int:
    for _ in range(count):
        while at < len(code) and code[at] & 0x80:
            at += 1
        at += 1
    return at


def _chained(image: Image) -> Iterator[bytes]:
    if "fixups" not in image.tables:
        return
    table = cut(image.data, image.tables["fixups"], "the table of chained fixups")
    version, _, imports, names_at, count, layout, packing = unpack("<7I", table, 0, "the header of the chained fixups")
    if version or layout not in (1, 2, 3):
        raise BundleError(f"chained fixups of version {version}, imports of format {layout}, are not known")
    if count > MAX_IMPORTS:
        raise BundleError(f"more than {MAX_IMPORTS} imported names")
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
