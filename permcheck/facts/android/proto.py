"""The protobuf manifest and resource table of an app bundle in, the same elements and values out as from an APK.

Message layouts: https://android.googlesource.com/platform/frameworks/base/+/refs/heads/main/tools/aapt2/Resources.proto
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from permcheck.errors import BundleError
from permcheck.facts.android.resources import Entry, follow
from permcheck.facts.android.xml import BOOLEAN, DECIMAL, DEPTH_LIMIT, HEX, REFERENCE, STRING, Element, Value

PROTO_LIMIT = 2 << 20
"""Bytes of one protobuf manifest, which costs more to walk than binary XML."""

_NULL = Value(0, 0)

Field = tuple[int, int | bytes]
"""Field number, and the number or bytes that stand there."""


class _Type(NamedTuple):
    """One resource type of one package: ``start`` is the id of its first entry, ``raw`` holds all entries."""

    start: int
    name: str
    raw: bytes


class ProtoResources:
    """The resource table of one module; a `Table`. The entries of a type are read when it is first asked for."""

    __slots__ = ("_entries", "_types", "_where")

    def __init__(self, raw: bytes, where: str) -> None:
        """List the table's types. Raises `BundleError`, which names ``where``."""
        self._where = where
        self._entries: dict[int, dict[int, bytes]] = {}
        with _told(where, "resource table"):
            self._types = {kind.start: kind for kind in _types(raw)}

    def resolve(self, value: Value) -> Value | None:
        """Follow references to the value of the default configuration; nothing where they lead nowhere."""
        return follow(self, value)

    def values(self, identifier: int) -> tuple[Entry, ...]:
        """All values of one resource id, one per configuration, in the table's order. Raises `BundleError`."""
        found = self._of_type(identifier & 0xFFFF_0000).get(identifier & 0xFFFF)
        with _told(self._where, "resource table"):
            return tuple(_values(found)) if found else ()

    def entries(self, type_name: str) -> Iterator[Entry]:
        """All values of all resources of one type (``string``, ``raw``...), in order. Raises `BundleError`."""
        return self.named(type_name, lambda _: True)

    def named(self, type_name: str, wanted: Callable[[str], bool]) -> Iterator[Entry]:
        """All values of those resources of one type whose name is wanted, without decoding any other."""
        kinds = (kind for kind in self._types.values() if kind.name == type_name)
        for found in (entry for kind in kinds for entry in self._of_type(kind.start).values()):
            with _told(self._where, "resource table"):
                chosen = tuple(_values(found)) if wanted(_text(found, 2)) else ()
            yield from chosen

    def _of_type(self, start: int) -> dict[int, bytes]:
        kind = self._types.get(start)
        if kind and start not in self._entries:
            with _told(self._where, "resource table"):
                self._entries[start] = {_id(entry, 1): entry for entry in _messages(kind.raw, 3)}
        return self._entries.get(start, {})


@contextmanager
def _told(where: str, what: str) -> Iterator[None]:
    """Turn what damaged protobuf raises into one error that names the place."""
    try:
        yield
    except BundleError as error:
        raise BundleError(f"{where}: damaged {what} ({error})") from None
    except IndexError:
        raise BundleError(f"{where}: damaged {what} (cut off)") from None


def parse_proto(raw: bytes, where: str) -> Element:
    """The root element of a protobuf manifest. Raises `BundleError`, which names ``where``."""
    if len(raw) > PROTO_LIMIT:
        raise BundleError(f"{where}: {len(raw)} bytes, more than the limit of {PROTO_LIMIT}")
    with _told(where, "manifest"):
        return _element(_message(raw, 1) or b"", 0)


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
    children, texts = [], []
    for tag, value in _fields(raw):
        if tag == 4 and isinstance(value, bytes):
            attributes.setdefault(_id(value, 5) or _text(value, 2), _attribute(value))
        elif tag == 5 and isinstance(value, bytes):
            child = _message(value, 1)
            if child is not None:
                children.append(_element(child, depth + 1))
            texts.append(_text(value, 2))
    return Element(_text(raw, 3).rpartition(":")[2], attributes, tuple(children), "".join(texts).strip())


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


def _types(raw: bytes) -> Iterator[_Type]:
    for package in _messages(raw, 2):
        number = _id(package, 1, 0x7F) << 24
        for kind in _messages(package, 3):
            yield _Type(number | _id(kind, 1) << 16, _text(kind, 2), kind)


def _values(entry: bytes) -> Iterator[Entry]:
    name = _text(entry, 2)
    for value in _messages(entry, 6):
        item = _message(_message(value, 2) or b"", 4)
        if item is not None:
            yield Entry(_text(_message(value, 1) or b"", 3), name, _item(item))
