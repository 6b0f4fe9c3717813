"""A DER certificate, or the signed data that holds some, in, the name of its subject out.

Only what leads to the subject is read (RFC 5280 section 4.1, RFC 2315 section 9.1); nothing is verified. Raises
`ValueError` for whatever is not laid out so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

ORGANIZATION, COMMON_NAME = b"\x55\x04\x0a", b"\x55\x04\x03"
"""OIDs 2.5.4.10 and 2.5.4.3, as DER has them."""
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_SEQUENCE, _SET, _OID, _FIRST = 0x30, 0x31, 0x06, 0xA0
_TEXT = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1C: "utf-32-be", 0x1E: "utf-16-be"}
"""Tags of the kinds of string that a name may be."""


class Item(NamedTuple):
    """One value: its tag and its content."""

    tag: int
    content: bytes


def subject(certificate: bytes) -> Iterator[tuple[bytes, str]]:
    """OID and text of each attribute of the subject's name, in order."""
    signed = _items(_one(_one(certificate, _SEQUENCE), _SEQUENCE))
    first = next(signed, None)
    if first and first.tag == _FIRST:  # the version, which certificates of version 1 leave out
        first = next(signed, None)
    kinds = [item for item in (first, *signed) if item]
    if len(kinds) < 5 or kinds[4].tag != _SEQUENCE:
        raise ValueError("a certificate without a subject")
    for part in _items(kinds[4].content):
        for attribute in _items(_of(part, _SET)):
            name, value, *_ = (*_items(_of(attribute, _SEQUENCE)), Item(0, b""), Item(0, b""))
            if name.tag == _OID and value.tag in _TEXT:
                yield name.content, value.content.decode(_TEXT[value.tag])


def certificates(signed_data: bytes) -> Iterator[bytes]:
    """The certificates of a PKCS #7 file, in order."""
    content = list(_items(_one(signed_data, _SEQUENCE)))
    if len(content) < 2 or content[0] != Item(_OID, _SIGNED_DATA) or content[1].tag != _FIRST:
        raise ValueError("no signed data")
    for item in _items(_one(content[1].content, _SEQUENCE)):
        if item.tag == _FIRST:
            yield from (_written(one) for one in _items(item.content))
            return


def _one(data: bytes, tag: int) -> bytes:
    """The content of the value that stands first."""
    return _of(next(_items(data), Item(0, b"")), tag)


def _of(item: Item, tag: int) -> bytes:
    if item.tag != tag:
        raise ValueError(f"a value of kind {item.tag:#x} where {tag:#x} belongs")
    return item.content


def _items(data: bytes) -> Iterator[Item]:
    """The values that stand one behind the other."""
    at = 0
    while at + 2 <= len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            width = length & 0x7F
            if not 0 < width <= 4 or at + width > len(data):
                raise ValueError("a length that DER does not have")
            length = int.from_bytes(data[at : at + width], "big")
            at += width
        if at + length > len(data):
            raise ValueError("a value that is cut off")
        yield Item(tag, data[at : at + length])
        at += length


def _written(item: Item) -> bytes:
    """The value as it stands in a file."""
    length = len(item.content)
    width = (length.bit_length() + 7) // 8
    head = bytes([length]) if length < 0x80 else bytes([0x80 | width]) + length.to_bytes(width, "big")
    return bytes([item.tag]) + head + item.content
