"""A compiled AndroidManifest.xml in, its elements out: attributes by resource id, laid out as a device reads them."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from permcheck.errors import BundleError

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
        return _tree(_plain(raw, layout) if layout.oddities else raw, layout.ids), layout.oddities
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


def _plain(raw: bytes, layout: _Layout) -> bytes:
    """The same document in the layout that build tools write, so that a strict parser reads what a device reads."""
    nodes = b"".join(_plain_node(raw, at) for at in layout.nodes)
    ids = struct.pack(f"<2HL{len(layout.ids)}L", _MAP, 8, 8 + 4 * len(layout.ids), *layout.ids)
    body = _plain_pool(raw, layout.pool) + ids + nodes
    return _CHUNK.pack(_XML, 8, 8 + len(body)) + body


def _plain_pool(raw: bytes, at: int) -> bytes:
    _, header, size, count, _, flags, start, styles_start = _pool_header(raw, at)
    end = styles_start if start < styles_start <= size else size
    strings = raw[at + start : at + end]
    offsets = raw[at + header : at + header + 4 * count]
    whole = _POOL_HEADER.size + len(offsets) + len(strings)
    return _POOL_HEADER.pack(_POOL, 28, whole, count, 0, flags, 28 + len(offsets), 0) + offsets + strings


def _plain_node(raw: bytes, at: int) -> bytes:
    kind, header, size = _CHUNK.unpack_from(raw, at)
    if kind not in (_START, _END, _TEXT):
        return b""
    place = raw[at + 8 : at + 16]
    body = at + header
    if kind == _TEXT:
        return _CHUNK.pack(kind, 16, 28) + place + raw[body : body + 12].ljust(12, b"\0")
    if kind == _END:
        return _CHUNK.pack(kind, 16, 24) + place + raw[body : body + 8]
    namespace, name, start, width, count, *_ = _START_BODY.unpack_from(raw, body)
    first = body + start
    fields = b"".join(raw[first + i * width : first + i * width + _ATTRIBUTE_SIZE] for i in range(count))
    size = 16 + _START_BODY.size + len(fields)
    return _CHUNK.pack(kind, 16, size) + place + _START_BODY.pack(namespace, name, 20, 20, count, 0, 0, 0) + fields


def _tree(raw: bytes, ids: tuple[int, ...]) -> Element:
    """Let androguard read the document, and build the elements from its events."""
    open_elements: list[tuple[str, dict[int | str, Value], list[Element], list[str]]] = [("", {}, [], [])]
    for event in _events(raw, ids):
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


def _events(raw: bytes, ids: tuple[int, ...]) -> Iterator[tuple[str, dict[int | str, Value]] | str | None]:
    """Tag and attributes where an element opens, text inside one, ``None`` where it closes.

    The boundary to androguard: whatever its parser raises (it lets ``struct.error``, ``IndexError`` and others out)
    becomes one error of ours, and its log stays silent without touching the host's sinks.
    """
    from androguard.core import axml  # noqa: PLC0415  (0.2 s that only an APK is worth)
    from loguru import logger  # noqa: PLC0415

    logger.disable("androguard")
    try:
        parser = axml.AXMLParser(raw)
        event = next(parser)
        while parser.is_valid() and event != axml.END_DOCUMENT:
            if event == axml.START_TAG:
                yield _local(parser.name), _attributes(parser, ids)
            elif event in (axml.END_TAG, axml.TEXT):
                yield parser.text if event == axml.TEXT else None
            event = next(parser)
        valid = parser.is_valid()
    except Exception as error:  # its failures have no common class
        raise BundleError(f"damaged manifest ({type(error).__name__})") from error
    if not valid:
        raise BundleError("damaged manifest (not a binary XML document)")


def _local(tag: str) -> str:
    """The tag without a prefix: the platform compares local names."""
    return tag.rpartition(":")[2]


def _attributes(parser: Any, ids: tuple[int, ...]) -> dict[int | str, Value]:
    """The first attribute of an id or name is the one that counts, as in the platform's own look-up."""
    found: dict[int | str, Value] = {}
    fields = parser.m_attributes
    for at in range(0, len(fields), 5):
        _, name, _, kind, data = fields[at : at + 5]
        key = ids[name] if name < len(ids) and ids[name] else parser.sb[name]
        found.setdefault(key, Value(kind, data, parser.sb[data] if kind == STRING else None))
    return found
