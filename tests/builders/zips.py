"""Members in, a zip file out, byte by byte and reproducible; every trick that archives play on tools on request."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Members = Mapping[str, bytes] | Iterable["Member"]


@dataclass(frozen=True)
class Member:
    """One member; a field that is not ``None`` stands in the archive instead of the truth."""

    name: str
    content: bytes = b""
    deflate: bool = True
    method: int | None = None
    flags: int = 0
    size: int | None = None
    packed: int | None = None
    crc: int | None = None
    local_name: str | None = None
    local_method: int | None = None
    local_size: int | None = None
    extra: bytes = b""
    raw_name: bytes | None = None


def build_zip(  # noqa: PLR0913  (one for each trick)
    members: Members,
    *,
    prefix: bytes = b"",
    shift: bool = True,
    gap: bytes = b"",
    comment: bytes = b"",
    trailer: bytes = b"",
    count: int | None = None,
    directory: int | None = None,
) -> bytes:
    """Write an archive.

    ``prefix`` stands before the first member (offsets count it, unless ``shift`` is false), ``gap`` between directory
    and end record, ``trailer`` after all; ``count`` and ``directory`` are the number of members and the bytes of
    their directory that the end record tells.
    """
    listed = [Member(*pair) for pair in members.items()] if isinstance(members, Mapping) else list(members)
    body, central = bytearray(prefix), b""
    for member in listed:
        offset = len(body) if shift else len(body) - len(prefix)
        packed = zlib.compressobj(9, zlib.DEFLATED, -15) if member.deflate else None
        data = packed.compress(member.content) + packed.flush() if packed else member.content
        body += _local(member, data) + data
        central += _central(member, data, offset)
    start = len(body) if shift else len(body) - len(prefix)
    told = len(listed) if count is None else count
    size = len(central) if directory is None else directory
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, told, told, size, start, len(comment))
    return bytes(body) + central + gap + end + comment + trailer


def _method(member: Member) -> int:
    return (8 if member.deflate else 0) if member.method is None else member.method


def _told(member: Member, data: bytes) -> tuple[int, int, int]:
    crc = zlib.crc32(member.content) if member.crc is None else member.crc
    packed = len(data) if member.packed is None else member.packed
    return crc, packed, len(member.content) if member.size is None else member.size


def _local(member: Member, data: bytes) -> bytes:
    crc, packed, size = _told(member, data)
    size = size if member.local_size is None else member.local_size
    method = _method(member) if member.local_method is None else member.local_method
    name = member.raw_name or (member.name if member.local_name is None else member.local_name).encode()
    fixed = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, member.flags, method, 0, 0x21, crc, packed, size, len(name), 0)
    return fixed + name


def _central(member: Member, data: bytes, offset: int) -> bytes:
    name = member.raw_name or member.name.encode()
    fixed = struct.pack(
        "<4s6H3L5H2L",
        b"PK\x01\x02",
        20,
        20,
        member.flags,
        _method(member),
        0,
        0x21,
        *_told(member, data),
        len(name),
        len(member.extra),
        0,
        0,
        0,
        0,
        offset,
    )
    return fixed + name + member.extra
