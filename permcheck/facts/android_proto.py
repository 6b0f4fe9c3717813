"""The protobuf manifest and resource table of an app bundle in, the same elements and values out as from an APK.

Message layouts: https://android.googlesource.com/platform/frameworks/base/+/refs/heads/main/tools/aapt2/Resources.proto
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from permcheck.errors import BundleError
from permcheck.facts.android_resources import Entry, follow
from permcheck.facts.android_xml import BOOLEAN, DECIMAL, DEPTH_LIMIT, HEX, REFERENCE, STRING, Element, Value

_NULL = Value(0, 0)

Field = tuple[int, int | bytes]
"""Field number, and the number or bytes that stand there."""


class _Found(NamedTuple):
    """Where the values of one resource stand."""

    kind: str
    name: str
    raw: bytes


class ProtoResources:
    """The resource table of one module; a `Table`."""

    __slots__ = ("_entries",)

    def __init__(self, raw: bytes, where: str) -> None:
        """Index the entries; values are read when asked for. Raises `BundleError`, which names ``where``."""
        try:
            self._entries = dict(_table(raw))
        except (BundleError, IndexError) as error:
            raise BundleError(f"{where}: damaged resource table ({error})") from None

    def resolve(self, value: Value) -> Value | None:
        """Follow references to the value of the default configuration; nothing where they lead nowhere."""
        return follow(self, value)

    def values(self, identifier: int) -> tuple[Entry, ...]:
        """All values of one resource id, one per configuration, in the table's order."""
        found = self._entries.get(identifier)
        return tuple(_values(found)) if found else ()

    def entries(self, type_name: str) -> Iterator[Entry]:
        """All values of all resources of one type (``string``, ``raw``, ``bool``...), in the table's order."""
        for found in self._entries.values():
            if found.kind == type_name:
                yield from _values(found)

    def named(self, type_name: str, wanted: Callable[[str], bool]) -> Iterator[Entry]:
        """All values of those resources of one type whose name is wanted, without decoding any other."""
        for found in self._entries.values():
            if found.kind == type_name and wanted(found.name):
                yield from _values(found)


def parse_proto(raw: bytes, where: str) -> Element:
    """The root element of a protobuf manifest. Raises `BundleError`, which names ``where``."""
    try:
        return _element(_message(raw, 1) or b"", 0)
    except (BundleError, IndexError) as error:
        raise BundleError(f"{where}: damaged manifest ({error})") from None


def _fields(raw: bytes) -> Iterator[Field]:
    """The fields of one message, in order; 32 and 64 bit numbers as bytes."""
    at = 0
    while at < len(raw):
        tag, at = _number(raw, at)
        wire = tag & 7
        if wire == 0:
            value, at = _number(raw, at)
            yield tag >> 3, value
            continue
        length, at = _number(raw, at) if wire == 2 else ({1: 8, 5: 4}.get(wire, -1), at)
        if length < 0 or at + length > len(raw):
            raise BundleError(f"field of {length} bytes at offset {at}")
        yield tag >> 3, raw[at : at + length]
        at += length


def _number(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7
        if shift > 63:
            raise BundleError(f"endless number at offset {at}")


def _message(raw: bytes, number: int) -> bytes | None:
    """The last field of that number that holds bytes, which is the one that counts."""
    found = list(_messages(raw, number))
    return found[-1] if found else None


def _messages(raw: bytes, number: int) -> Iterator[bytes]:
    return (value for tag, value in _fields(raw) if tag == number and isinstance(value, bytes))


def _text(raw: bytes, number: int) -> str:
    return (_message(raw, number) or b"").decode("utf-8", "replace")


def _id(raw: bytes, number: int, default: int = 0) -> int:
    """The number in a field, or in the message of one field that stands there."""
    for tag, value in _fields(raw):
        if tag == number:
            return value if isinstance(value, int) else _id(value, 1)
    return default


def _element(raw: bytes, depth: int) -> Element:
    if depth > DEPTH_LIMIT:
        raise BundleError(f"elements nested more than {DEPTH_LIMIT} deep")
    attributes: dict[int | str, Value] = {}
    children = []
    for tag, value in _fields(raw):
        if tag == 4 and isinstance(value, bytes):
            attributes.setdefault(_id(value, 5) or _text(value, 2), _attribute(value))
        elif tag == 5 and isinstance(value, bytes):
            child = _message(value, 1)
            if child is not None:
                children.append(_element(child, depth + 1))
    return Element(_text(raw, 3).rpartition(":")[2], attributes, tuple(children))


def _attribute(raw: bytes) -> Value:
    compiled = _message(raw, 6)
    value = _item(compiled) if compiled is not None else _NULL
    return Value(STRING, 0, _text(raw, 3)) if value == _NULL else value


def _item(raw: bytes) -> Value:
    for tag, value in _fields(raw):
        if not isinstance(value, bytes):
            continue
        if tag == 1:
            return Value(REFERENCE, _id(value, 2))
        if tag in (2, 3, 4, 5):  # plain, raw and styled strings, file names
            return Value(STRING, 0, _text(value, 1))
        if tag == 7:
            return _primitive(value)
    return _NULL


def _primitive(raw: bytes) -> Value:
    kinds = {6: DECIMAL, 7: HEX, 8: BOOLEAN}
    for tag, value in _fields(raw):
        if tag in kinds and isinstance(value, int):
            return Value(kinds[tag], value & 0xFFFF_FFFF)
    return _NULL


def _table(raw: bytes) -> Iterator[tuple[int, _Found]]:
    for package in _messages(raw, 2):
        for kind in _messages(package, 3):
            name, number = _text(kind, 2), _id(package, 1, 0x7F) << 24 | _id(kind, 1) << 16
            for entry in _messages(kind, 3):
                yield number | _id(entry, 1), _Found(name, _text(entry, 2), entry)


def _values(found: _Found) -> Iterator[Entry]:
    for value in _messages(found.raw, 6):
        item = _message(_message(value, 2) or b"", 4)
        if item is not None:
            yield Entry(_text(_message(value, 1) or b"", 3), found.name, _item(item))
