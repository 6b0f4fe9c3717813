"""A thin 64-bit Mach-O file and its entitlements in, the same file with an ad-hoc code signature out.

Layout: ``cs_blobs.h`` of xnu. The signature is genuine (every page and special slot hashes right), but names nobody.
"""

from __future__ import annotations

import hashlib
import plistlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PAGE = 4096
ADHOC = 0x2
REQUIREMENTS, XML, DER, CMS = 2, 5, 7, 0x10000


@dataclass(frozen=True)
class Claim:
    """What is to be signed for: ``forms`` are the forms in which the entitlements are written."""

    identifier: str
    entitlements: Mapping[str, Any] = field(default_factory=dict)
    info_plist: bytes = b""
    resources: bytes = b""
    team: str = ""
    flags: int = ADHOC
    forms: tuple[str, ...] = ("xml", "der")
    xml: bytes | None = None
    der: bytes | None = None


@dataclass(frozen=True)
class _Layout:
    signature: int
    signature_command: int
    linkedit_command: int
    linkedit: int
    text: tuple[int, int]


def sign(binary: bytes, claim: Claim) -> bytes:
    """Replace whatever signature the file has. The file needs an LC_CODE_SIGNATURE, __TEXT and __LINKEDIT."""
    layout = _layout(binary)
    code = bytearray(binary[: layout.signature])
    blobs = _blobs(claim)
    directory_size = len(_directory(claim, blobs, bytes(code), layout))
    total = 12 + 8 * (len(blobs) + 1) + directory_size + sum(map(len, blobs.values()))
    total += -total % 16
    struct.pack_into("<2I", code, layout.signature_command + 8, layout.signature, total)
    size = layout.signature + total - layout.linkedit
    struct.pack_into("<Q", code, layout.linkedit_command + 32, size + -size % 0x4000)
    struct.pack_into("<Q", code, layout.linkedit_command + 48, size)
    # the pages are hashed last: the load commands just changed lie in the first of them
    directory = _directory(claim, blobs, bytes(code), layout)
    return bytes(code) + _superblob({0: directory, **blobs}).ljust(total, b"\0")


def scramble(binary: bytes) -> bytes:
    """Make a linked file look as the store delivers it: the range that LC_ENCRYPTION_INFO_64 names is unreadable."""
    at = _command(binary, 0x2C)
    offset, size = struct.unpack_from("<2I", binary, at + 8)
    hidden = bytes(byte ^ 0x5A for byte in binary[offset : offset + size])
    whole = bytearray(binary[:offset] + hidden + binary[offset + size :])
    struct.pack_into("<I", whole, at + 16, 1)
    return bytes(whole)


def _command(binary: bytes, number: int) -> int:
    at = 32
    while struct.unpack_from("<I", binary, at)[0] != number:
        at += struct.unpack_from("<I", binary, at + 4)[0]
    return at


def der(value: object) -> bytes:
    """Write a property list value in the DER form that Xcode 14 and later write; keys sorted."""
    if isinstance(value, bool):
        return _element(0x01, b"\xff" if value else b"\0")
    if isinstance(value, int):
        return _element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))
    if isinstance(value, str):
        return _element(0x0C, value.encode())
    if isinstance(value, (list, tuple)):
        return _element(0x30, b"".join(map(der, value)))
    assert isinstance(value, Mapping)
    return _element(0xB0, b"".join(_element(0x30, der(key) + der(value[key])) for key in sorted(value)))


def der_entitlements(entitlements: Mapping[str, Any]) -> bytes:
    """Write the whole DER form: version 1 and the dictionary in an application tag."""
    return _element(0x70, der(1) + der(entitlements))


def old_der_entitlements(entitlements: Mapping[str, Any]) -> bytes:
    """Write the form of Xcode 12 and 13: a bare set of pairs in any order."""
    return _element(0x31, b"".join(_element(0x30, der(key) + der(entitlements[key])) for key in reversed(entitlements)))


def _element(tag: int, body: bytes) -> bytes:
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def _layout(binary: bytes) -> _Layout:
    signature = linkedit = text = 0
    at = 32
    for _ in range(struct.unpack_from("<I", binary, 16)[0]):
        command, size = struct.unpack_from("<2I", binary, at)
        name = binary[at + 8 : at + 24].rstrip(b"\0")
        if command == 0x1D:
            signature = at
        elif command == 0x19 and name == b"__LINKEDIT":
            linkedit = at
        elif command == 0x19 and name == b"__TEXT":
            text = at
        at += size
    assert signature, "no room for a signature"
    return _Layout(
        signature=struct.unpack_from("<I", binary, signature + 8)[0],
        signature_command=signature,
        linkedit_command=linkedit,
        linkedit=struct.unpack_from("<Q", binary, linkedit + 40)[0],
        text=struct.unpack_from("<2Q", binary, text + 40),
    )


def _blobs(claim: Claim) -> dict[int, bytes]:
    xml = plistlib.dumps(dict(claim.entitlements)) if claim.xml is None else claim.xml
    binary = der_entitlements(claim.entitlements) if claim.der is None else claim.der
    blobs = {REQUIREMENTS: _blob(0xFADE0C01, struct.pack(">I", 0))}
    if "xml" in claim.forms:
        blobs[XML] = _blob(0xFADE7171, xml)
    if "der" in claim.forms:
        blobs[DER] = _blob(0xFADE7172, binary)
    return {**blobs, CMS: _blob(0xFADE0B01, b"")}


def _blob(magic: int, body: bytes) -> bytes:
    return struct.pack(">2I", magic, 8 + len(body)) + body


def _directory(claim: Claim, blobs: Mapping[int, bytes], code: bytes, layout: _Layout) -> bytes:
    names = claim.identifier.encode() + b"\0"
    team_at = 88 + len(names) if claim.team else 0
    names += claim.team.encode() + b"\0" if claim.team else b""
    special = [blobs.get(7), None, blobs.get(5), None, claim.resources or None, blobs[2], claim.info_plist or None]
    pages = [code[at : at + PAGE] for at in range(0, len(code), PAGE)]
    hashes_at = 88 + len(names) + 32 * len(special)
    head = struct.pack(
        ">7I4BI", 0x20400, claim.flags, hashes_at, 88, len(special), len(pages), len(code), 32, 2, 0, 12, 0
    )
    head += struct.pack(">3I4Q", 0, team_at, 0, 0, *layout.text, 1)
    slots = b"".join(_hash(part) if part is not None else b"\0" * 32 for part in special)
    return _blob(0xFADE0C02, head + names + slots + b"".join(map(_hash, pages)))


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _superblob(blobs: Mapping[int, bytes]) -> bytes:
    at = 12 + 8 * len(blobs)
    index = b""
    for slot, blob in blobs.items():
        index += struct.pack(">2I", slot, at)
        at += len(blob)
    return struct.pack(">3I", 0xFADE0CC0, at, len(blobs)) + index + b"".join(blobs.values())
