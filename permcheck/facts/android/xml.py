"""A compiled AndroidManifest.xml in, its elements out: attributes by resource id, laid out as a device reads them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from permcheck.errors import BundleError
from permcheck.facts.android.pool import read_pool

MANIFEST_LIMIT = 4 << 20
"""Bytes of one manifest, twenty times the largest published one that was tried (175 kB)."""
NODE_LIMIT = 60_000
"""Starts and ends of elements in one manifest; the same one has 2,800."""
DEPTH_LIMIT = 100
"""Elements inside elements; the platform's own schema needs 5."""

REFERENCE, STRING, FLOAT, DYNAMIC_REFERENCE, DECIMAL, HEX, BOOLEAN, LAST_INT = 1, 3, 4, 7, 0x10, 0x11, 0x12, 0x1F

_POOL, _XML, _MAP, _FIRST_NODE, _START, _END, _TEXT, _LAST_NODE = 1, 3, 0x180, 0x100, 0x102, 0x103, 0x104, 0x17F
_CHUNK = struct.Struct("<2HL")
_POOL_HEADER = struct.Struct("<2HL5L")
_START_BODY = struct.Struct("<2L6H")
_ATTRIBUTE = struct.Struct("<3L3xBL")
_ATTRIBUTE_SIZE = 20


class Value(NamedTuple):
    """A typed attribute value (``Res_value``): ``text`` stands for strings, ``data`` for all else."""

    type: int
    data: int
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One element; attributes of the framework by resource id, those without an id by name."""

    tag: str
    attributes: Mapping[int | str, Value] = field(default_factory=dict)
    children: tuple[Element, ...] = ()
    text: str = ""

    def find(self, *tags: str) -> Iterator[Element]:
        """The direct children with one of these tags, in document order."""
        return (child for child in self.children if child.tag in tags)


Event = tuple[str, dict[int | str, Value]] | str | None
"""Tag and attributes where an element opens, text inside one, nothing where it closes."""


class _Layout(NamedTuple):
    """Where the parts of the document stand; nodes end where the root element is closed."""

    pool: int
    ids: tuple[int, ...]
    nodes: tuple[int, ...]
    oddities: tuple[str, ...]


def parse_xml(raw: bytes, where: str) -> tuple[Element, tuple[str, ...]]:
    """The root element of a binary XML document, and notes on how its layout differs from what build tools write.

    ``where`` is the place that messages name. Raises `BundleError` where a device would refuse the document.
    """
    try:
        layout = _lay_out(raw)
        return build_tree(_events(raw, layout)), layout.oddities
    except BundleError as error:
        raise BundleError(f"{where}: {error}") from None


def _lay_out(raw: bytes) -> _Layout:
    """Walk the chunks once, as the platform's ``ResXMLTree`` does, before any parser sees them."""
    if raw.lstrip().startswith((b"<?xml", b"<manifest")):
        raise BundleError("plain text where compiled XML is needed: taken from a source tree, not from a build")
    kind, header, size = _chunk(raw, 0, len(raw))
    oddities = []
    if (kind, header) != (_XML, 8):
        oddities.append("unusual file header")
    if size != len(raw):
        oddities.append(f"{len(raw) - size} bytes after the end of the document")
    pool, ids, at = _preface(raw, header, size)
    if at != header + _chunk(raw, pool, size)[2] + (8 + 4 * len(ids) if ids else 0):
        oddities.append("unusual chunks before the first element")
    if _pool_is_odd(raw, pool):
        oddities.append("unusual string pool")
    nodes, odd_nodes = _nodes(raw, at, size)
    return _Layout(pool, ids, nodes, (*oddities, *odd_nodes))


def _preface(raw: bytes, at: int, end: int) -> tuple[int, tuple[int, ...], int]:
    """String pool, resource ids and first node: the last pool and map before the first node are the ones that count."""
    pool = 0
    ids: tuple[int, ...] = ()
    while at < end:
        kind, header, size = _chunk(raw, at, end)
        if kind == _MAP:
            ids = struct.unpack_from(f"<{(size - header) // 4}L", raw, at + header)
        elif kind == _POOL:
            pool = at
        elif _FIRST_NODE <= kind <= _LAST_NODE:
            break
        at += size
    if not pool:
        raise BundleError("damaged manifest (no string pool)")
    return pool, ids, at


def _nodes(raw: bytes, at: int, end: int) -> tuple[tuple[int, ...], list[str]]:
    found: list[int] = []
    oddities: dict[str, None] = {}
    depth = 0
    while at < end:
        kind, header, size = _chunk(raw, at, end)
        found.append(at)
        if _FIRST_NODE <= kind <= _LAST_NODE:
            oddities.update(dict.fromkeys(_node_oddities(raw, at, kind, header, size)))
        else:
            oddities["foreign chunks between the elements"] = None
        depth += (kind == _START) - (kind == _END)
        if depth > DEPTH_LIMIT:
            raise BundleError(f"elements nested more than {DEPTH_LIMIT} deep")
        if len(found) > NODE_LIMIT:
            raise BundleError(f"more than {NODE_LIMIT} starts and ends of elements")
        if kind == _END and depth <= 0:
            return tuple(found), list(oddities)
        at += size
    raise BundleError("damaged manifest (its root element is never closed)")


def _node_oddities(raw: bytes, at: int, kind: int, header: int, size: int) -> Iterator[str]:
    if header < 16:
        raise BundleError(f"damaged manifest (node header of {header} bytes at offset {at})")
    if header != 16:
        yield f"node header of {header} bytes instead of 16"
    if kind != _START:
        return
    if size - header < _START_BODY.size:
        raise BundleError(f"damaged manifest (element of {size} bytes at offset {at})")
    *_, start, width, count, _, _, _ = _START_BODY.unpack_from(raw, at + header)
    if count and width < _ATTRIBUTE_SIZE:
        raise BundleError(f"damaged manifest (attributes of {width} bytes at offset {at}; they take {_ATTRIBUTE_SIZE})")
    if start + width * count > size - header:
        raise BundleError(f"damaged manifest (attributes outside their element at offset {at})")
    if count and (start, width) != (_START_BODY.size, _ATTRIBUTE_SIZE):
        yield f"attributes of {width} bytes from offset {start} instead of 20 from 20"


def _chunk(raw: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Type, header size and size of the chunk at an offset. Raises `BundleError` where it leaves the document."""
    if at + 8 > end:
        raise BundleError("damaged manifest (truncated)" if raw else "the manifest is empty")
    kind, header, size = _CHUNK.unpack_from(raw, at)
    if header < 8 or size < header or size > end - at:
        raise BundleError(f"damaged manifest (chunk of {size} bytes at offset {at})")
    return kind, header, size


def _pool_is_odd(raw: bytes, at: int) -> bool:
    _, header, size, count, styles, _, start, _ = _pool_header(raw, at)
    if header + 4 * (count + styles) > size or (count and start >= size):
        raise BundleError("damaged manifest (string pool larger than its chunk)")
    return (header, start) != (_POOL_HEADER.size, _POOL_HEADER.size + 4 * (count + styles)) and bool(count)


def _pool_header(raw: bytes, at: int) -> tuple[int, ...]:
    if at + _POOL_HEADER.size > len(raw):
        raise BundleError("damaged manifest (string pool cut off)")
    return _POOL_HEADER.unpack_from(raw, at)


def _events(raw: bytes, layout: _Layout) -> Iterator[Event]:
    """What the nodes say, by the layout that was checked."""
    pool = read_pool(raw, layout.pool, layout.pool + _CHUNK.unpack_from(raw, layout.pool)[2])
    for at in layout.nodes:
        kind, header, _ = _CHUNK.unpack_from(raw, at)
        body = at + header
        if kind == _START:
            _, name, start, width, count, *_ = _START_BODY.unpack_from(raw, body)
            fields = (_ATTRIBUTE.unpack_from(raw, body + start + number * width) for number in range(count))
            yield local_name(pool.text(name) or ""), read_attributes(fields, layout.ids, pool.text)
        elif kind == _END:
            yield None
        elif kind == _TEXT:
            yield pool.text(struct.unpack_from("<L", raw, body)[0]) or ""


def build_tree(events: Iterable[Event]) -> Element:
    """The root element of the events. Raises `BundleError` where they do not close."""
    open_elements: list[tuple[str, dict[int | str, Value], list[Element], list[str]]] = [("", {}, [], [])]
    for event in events:
        if isinstance(event, str):
            open_elements[-1][3].append(event)
        elif event:
            open_elements.append((*event, [], []))
        elif len(open_elements) > 1:
            tag, attributes, children, texts = open_elements.pop()
            open_elements[-1][2].append(Element(tag, attributes, tuple(children), "".join(texts).strip()))
    if len(open_elements) != 1 or not open_elements[0][2]:
        raise BundleError("damaged manifest (its elements do not close)")
    return open_elements[0][2][0]


def local_name(tag: str) -> str:
    """The tag without a prefix: the platform compares local names."""
    return tag.rpartition(":")[2]


def read_attributes(
    fields: Iterable[tuple[int, ...]], ids: Sequence[int], text: Callable[[int], str | None]
) -> dict[int | str, Value]:
    """The first attribute of an id or name is the one that counts, as in the platform's own look-up."""
    found: dict[int | str, Value] = {}
    for _, name, _, kind, data in fields:
        key = ids[name] if name < len(ids) and ids[name] else text(name) or ""
        found.setdefault(key, Value(kind, data, text(data) or "" if kind == STRING else None))
    return found
