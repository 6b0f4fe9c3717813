"""One DEX file and the references to look for in, the classes whose code uses them out.

A full disassembly costs a hundred times more than anything else here. Instead the code is searched for the bytes of an
instruction that names a wanted index; only methods with such a hit are walked, to tell an instruction from data.
Instruction formats: https://source.android.com/docs/core/runtime/instruction-formats
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import NamedTuple

from permcheck.errors import BundleError
from permcheck.facts.android.code.dex_file import DexFile

INVOKE = bytes([*range(0x6E, 0x73), *range(0x74, 0x79), 0xFA, 0xFB])
FIELD = bytes(range(0x60, 0x67))
"""Reading a static field: what is looked for there are constants."""
STRING = b"\x1a\x1b"

Wanted = Mapping[bytes, frozenset[int]]
"""Opcodes (`INVOKE`, `FIELD`, `STRING`) -> the indexes that matter as their operand."""

_ULEBS = re.compile(rb"[\x80-\xff]{0,4}[\x00-\x7f]")
_WIDE = 0x1B


def _lengths() -> bytes:
    """Length in 16-bit units by opcode; unused opcodes count as one."""
    two = [2, 5, 8, 0x13, 0x15, 0x16, 0x19, 0x1A, 0x1C, 0x1F, 0x20, 0x22, 0x23, 0x29, 0xFE, 0xFF]
    two += [*range(0x2D, 0x3E), *range(0x44, 0x6E), *range(0x90, 0xB0), *range(0xD0, 0xE3)]
    three = [3, 6, 9, 0x14, 0x17, 0x1B, 0x24, 0x25, 0x26, 0x2A, 0x2B, 0x2C, 0xFC, 0xFD]
    three += [*range(0x6E, 0x73), *range(0x74, 0x79)]
    table = bytearray([1]) * 256
    for opcodes, length in ((two, 2), (three, 3), ([0xFA, 0xFB], 4), ([0x18], 5)):
        for opcode in opcodes:
            table[opcode] = length
    return bytes(table)


_LENGTHS = _lengths()


class Code(NamedTuple):
    """Where each method's code stands, ascending, and the row of the class that defines it.

    Code that a compiler merged, because it is the same, stands here once for each class.
    """

    starts: Sequence[int]
    owners: Sequence[int]

    def owners_of(self, start: int) -> Sequence[int]:
        """The classes whose methods have the code that begins there."""
        return self.owners[bisect_left(self.starts, start) : bisect_right(self.starts, start)]


Place = tuple[int, int]
"""Type index of a class, and where the code of one of its methods starts."""


def find_users(dex: DexFile, wanted: Wanted) -> dict[tuple[bytes, int], set[Place]]:
    """For each wanted operand the methods whose code uses it. Raises `BundleError` with the bare reason."""
    wanted = {opcodes: indexes for opcodes, indexes in wanted.items() if indexes}
    users: dict[tuple[bytes, int], set[Place]] = defaultdict(set)
    if not wanted:
        return users
    code = read_code(dex)
    for start, hits in groupby(_hits(dex, code, wanted), key=lambda hit: hit[0]):
        owners = code.owners_of(start)
        for at, opcode in _real(dex.data, start, [place for _, place in hits]):
            for opcodes, indexes in wanted.items():
                index = _operand(dex.data, at, opcode)
                if opcode in opcodes and index in indexes:
                    users[opcodes, index].update((owner, start) for owner in owners)
    return users


def methods_of(dex: DexFile, owners: Container[int]) -> dict[Place, int]:
    """The rows of the methods of some classes, by the place of their code."""
    found: dict[Place, int] = {}
    for owner, at in zip(dex.classes[::8], dex.classes[6::8], strict=True):
        if owner in owners and at:
            found.update(((owner, start), row) for start, row in _class_methods(dex.data, at))
    return found


def _class_methods(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Code offset and row of each method of the class whose body stands at a place."""
    static, instance, direct, virtual = _ulebs(data, at, 4)
    first = 4 + 2 * (static + instance)
    numbers = _ulebs(data, at, min(first + 3 * (direct + virtual), max(0, len(data) - at)))
    for start, count in ((first, direct), (first + 3 * direct, virtual)):
        row = 0
        for place in range(start, min(start + 3 * count, len(numbers) - 2), 3):
            row += numbers[place]
            yield numbers[place + 2], row


def strings_of(dex: DexFile, owners: Container[int]) -> dict[int, set[bytes]]:
    """The constants that the code of some classes loads."""
    found: dict[int, set[bytes]] = defaultdict(set)
    for owner, start in methods_of(dex, owners):
        at, end = start + 16, min(start + 16 + 2 * _units(dex.data, start), len(dex.data) - 6)
        while start and at < end:
            if dex.data[at] in STRING:
                index = _operand(dex.data, at, dex.data[at])
                found[owner].update([dex.string(index)] if index < len(dex.strings) else ())
            at += 2 * _length(dex.data, at)
    return found


def _ulebs(data: bytes, at: int, count: int) -> list[int]:
    """The first numbers that stand at a place; zeros where the file ends before."""
    found = [_uleb(match[0]) for match in islice(_ULEBS.finditer(data, at), count)]
    return found + [0] * (4 - len(found))


def read_code(dex: DexFile) -> Code:
    """Find the code of every method. Raises `BundleError` with the bare reason."""
    places = sorted(
        (offset, owner)
        for offset, owner in zip(dex.classes[6::8], dex.classes[::8], strict=True)
        if offset and owner < len(dex.types)
    )
    ends = [*(offset for offset, _ in places), len(dex.data)][1:]
    offsets: list[bytes] = []
    owners: list[int] = []
    for (offset, owner), end in zip(places, ends, strict=True):
        found = _code_offsets(dex.data, offset, end)
        offsets += found
        owners += [owner] * len(found)
    last = len(dex.data) - 16
    pairs = sorted((start, owner) for start, owner in zip(_decoded(offsets), owners, strict=True) if 0 < start <= last)
    return Code([start for start, _ in pairs], [owner for _, owner in pairs])


def _code_offsets(data: bytes, offset: int, end: int) -> list[bytes]:
    """The code offsets of one class: its lists of fields and methods are runs of small numbers of 7 bits a byte."""
    if offset >= len(data):
        raise BundleError("is damaged: a class lies beyond the end of the file")
    numbers: Sequence[int] = data[offset : min(end, offset + 4)]
    if max(numbers, default=0) > 127:
        numbers = [_uleb(token) for token in _ULEBS.findall(data, offset, min(end, offset + 20))[:4]]
    if len(numbers) < 4:
        return []
    static, instance, direct, virtual = numbers
    skip = 4 + 2 * (static + instance)
    methods = skip + 3 * (direct + virtual)
    if methods > 5 * (end - offset):
        raise BundleError("is damaged: a class claims more members than it has bytes")
    return _ULEBS.findall(data, offset, min(end, offset + 5 * methods))[skip + 2 : methods : 3]


def _decoded(tokens: Iterable[bytes]) -> list[int]:
    """Their numbers: nearly all offsets take three bytes or four, and this runs once per method of the app."""
    return [
        n[0] & 127 | (n[1] & 127) << 7 | n[2] << 14
        if len(n) == 3
        else n[0] & 127 | (n[1] & 127) << 7 | (n[2] & 127) << 14 | n[3] << 21
        if len(n) == 4
        else _uleb(n)
        for n in tokens
    ]


def _uleb(token: bytes) -> int:
    value = 0
    for place, byte in enumerate(token):
        value |= (byte & 0x7F) << 7 * place
    return value


def _hits(dex: DexFile, code: Code, wanted: Wanted) -> Iterator[tuple[int, int]]:
    """Code start and place of whatever looks like a wanted instruction, ascending."""
    if not code.starts:
        return
    data, last = dex.data, code.starts[-1]
    end = min(len(data), last + 16 + 2 * _units(data, last))
    by_opcode = {opcode: indexes for opcodes, indexes in wanted.items() for opcode in opcodes}
    for match in _pattern(wanted).finditer(data, code.starts[0], end):
        at = match.start()
        if _operand(data, at, data[at]) in by_opcode[data[at]]:
            start = code.starts[bisect_right(code.starts, at) - 1]
            # instructions start on even places behind the 16-byte head of their method's code
            if not (at - start) & 1 and start + 16 <= at < start + 16 + 2 * _units(data, start):
                yield start, at


def _pattern(wanted: Wanted) -> re.Pattern[bytes]:
    """Opcode, one byte of registers, then the index: every instruction searched for has this shape.

    One set of opcodes in front, whichever goes with which index, is what the regex engine scans fastest.
    """
    by_low: dict[bytes, set[bytes]] = defaultdict(set)
    for low, high in (struct.pack("<H", index & 0xFFFF) for indexes in wanted.values() for index in indexes):
        by_low[bytes([low])].add(bytes([high]))
    tails = b"|".join(re.escape(low) + _one_of(highs) for low, highs in sorted(by_low.items()))
    opcodes = _one_of(bytes([opcode]) for opcodes in wanted for opcode in opcodes)
    return re.compile(opcodes + b"(?=." + _one_of(by_low) + b")(?=.(?:" + tails + b"))", re.DOTALL)


def _one_of(choices: Iterable[bytes]) -> bytes:
    return b"[" + b"".join(map(re.escape, sorted(set(choices)))) + b"]"


def _units(data: bytes, start: int) -> int:
    return int.from_bytes(data[start + 12 : start + 16], "little")


def _operand(data: bytes, at: int, opcode: int) -> int:
    return int.from_bytes(data[at + 2 : at + (6 if opcode == _WIDE else 4)], "little")


def _real(data: bytes, start: int, hits: list[int]) -> Iterator[tuple[int, int]]:
    """Those hits that are instructions, with their opcode: walk the method from its start to the last of them."""
    at = start + 16
    for hit in hits:
        while at < hit:
            at += 2 * _length(data, at)
        if at == hit:
            yield at, data[at]


def _length(data: bytes, at: int) -> int:
    """The length in 16-bit units of what stands at a place: an instruction, or a table that only looks like a no-op."""
    if data[at] or not data[at + 1]:
        return _LENGTHS[data[at]]
    kind, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "little")
    if kind == 1:
        return 4 + 2 * size
    if kind == 2:
        return 2 + 4 * size
    if kind == 3:
        return 4 + (int.from_bytes(data[at + 4 : at + 8], "little") * size + 1) // 2
    return 1
