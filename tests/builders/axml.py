"""A manifest as text in, binary XML as Android's build tools write it out; every odd layout on request."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

ANDROID = "http://schemas.android.com/apk/res/android"
IDS = {
    "label": 0x01010001,
    "icon": 0x01010002,
    "name": 0x01010003,
    "permission": 0x01010006,
    "protectionLevel": 0x01010009,
    "enabled": 0x0101000E,
    "exported": 0x01010010,
    "authorities": 0x01010018,
    "value": 0x01010024,
    "resource": 0x01010025,
    "minSdkVersion": 0x0101020C,
    "versionCode": 0x0101021B,
    "versionName": 0x0101021C,
    "targetSdkVersion": 0x01010270,
    "maxSdkVersion": 0x01010271,
    "allowBackup": 0x01010280,
    "required": 0x0101028E,
    "usesCleartextTraffic": 0x010104EC,
    "networkSecurityConfig": 0x01010527,
    "requiredFeature": 0x01010557,
    "requiredNotFeature": 0x01010558,
    "compileSdkVersion": 0x01010572,
    "compileSdkVersionCodename": 0x01010573,
    "versionCodeMajor": 0x01010576,
    "foregroundServiceType": 0x01010599,
    "usesPermissionFlags": 0x01010644,
    "debuggable": 0x0101000F,
    "scheme": 0x01010027,
    "host": 0x01010028,
    "mimeType": 0x01010026,
    "theme": 0x01010000,
}
"""Framework attributes: https://developer.android.com/reference/android/R.attr"""
WORDS = {
    "usesPermissionFlags": {"neverForLocation": 0x10000, "onlyForLocationButton": 0x20000},
    "protectionLevel": {"normal": 0, "dangerous": 1, "signature": 2, "signatureOrSystem": 3, "internal": 4},
    "foregroundServiceType": {
        "dataSync": 1,
        "mediaPlayback": 2,
        "phoneCall": 4,
        "location": 8,
        "connectedDevice": 16,
        "mediaProjection": 32,
        "camera": 64,
        "microphone": 128,
        "health": 256,
        "remoteMessaging": 512,
        "shortService": 2048,
        "mediaProcessing": 8192,
        "specialUse": 1 << 30,
    },
}
STRINGS = {"name", "package", "split", "permission", "versionName", "authorities", "host", "scheme", "mimeType"}
"""Attributes whose digits stay text."""
NOTHING = 0xFFFFFFFF


@dataclass(frozen=True)
class Layout:
    """How the document is laid out; the defaults are those of the build tools."""

    utf8: bool = False
    file_type: int = 3
    file_header: int = 8
    pool_header: int = 28
    node_header: int = 16
    attribute_start: int = 20
    attribute_size: int = 20
    blank_names: bool = False
    """Attribute names emptied in the string pool, as obfuscators do; the ids stay."""
    foreign_chunk: bytes = b""
    """Put before the first element."""
    junk: bytes = b""
    """Put after the document."""


def compile_manifest(text: str, *, resources: Mapping[str, int] | None = None, layout: Layout | None = None) -> bytes:
    """Compile a manifest.

    ``@string/name`` is looked up in ``resources`` (``"string/name"`` -> id), ``@0x7f010000`` is that id. Numbers,
    truth values and flag words get their types; everything else is a string.
    """
    return _Compiler(resources or {}, layout or Layout()).document(ET.fromstring(text), _prefixes(text))


def string_pool(strings: Sequence[str], *, utf8: bool = False, header: int = 28) -> bytes:
    """A ``ResStringPool`` chunk."""
    body = bytearray()
    offsets = []
    for string in strings:
        offsets.append(len(body))
        body += _utf8(string) if utf8 else _utf16(string)
    body += b"\0" * (-len(body) % 4)
    start = header + 4 * len(offsets)
    head = struct.pack("<2H6L", 1, header, start + len(body), len(offsets), 0, 0x100 if utf8 else 0, start, 0)
    return head + b"\0" * (header - 28) + struct.pack(f"<{len(offsets)}L", *offsets) + bytes(body)


def _utf16(string: str) -> bytes:
    raw = string.encode("utf-16-le", "surrogatepass")
    length = len(raw) // 2
    prefix = (
        struct.pack("<H", length) if length < 0x8000 else struct.pack("<2H", 0x8000 | length >> 16, length & 0xFFFF)
    )
    return prefix + raw + b"\0\0"


def _utf8(string: str) -> bytes:
    raw = string.encode()
    return _short(len(string.encode("utf-16-le")) // 2) + _short(len(raw)) + raw + b"\0"


def _short(length: int) -> bytes:
    return bytes([length]) if length < 0x80 else bytes([0x80 | length >> 8, length & 0xFF])


def _prefixes(text: str) -> list[tuple[str, str]]:
    """The namespace declarations of the document, which ElementTree drops."""
    return [pair for _, pair in ET.iterparse(io.StringIO(text), events=["start-ns"])]


class _Compiler:
    def __init__(self, resources: Mapping[str, int], layout: Layout) -> None:
        self.resources = resources
        self.layout = layout
        self.strings: list[str] = []
        self.ids: list[int] = []

    def document(self, root: ET.Element, prefixes: list[tuple[str, str]]) -> bytes:
        names = {_local(key) for element in root.iter() for key in element.attrib if _is_framework(key)}
        ordered = sorted((IDS[name], name) for name in names)
        self.ids = [identifier for identifier, _ in ordered]
        self.strings = [name for _, name in ordered]
        body = b"".join(self.namespace(0x100, *pair) for pair in prefixes)
        body += self.element(root)
        body += b"".join(self.namespace(0x101, *pair) for pair in reversed(prefixes))
        strings = self.strings
        if self.layout.blank_names:
            strings = [""] * len(self.ids) + self.strings[len(self.ids) :]
        pool = string_pool(strings, utf8=self.layout.utf8, header=self.layout.pool_header)
        ids = struct.pack(f"<2HL{len(self.ids)}L", 0x180, 8, 8 + 4 * len(self.ids), *self.ids)
        pad = b"\0" * (self.layout.file_header - 8)
        whole = pad + pool + (ids if self.ids else b"") + self.layout.foreign_chunk + body
        head = struct.pack("<2HL", self.layout.file_type, self.layout.file_header, 8 + len(whole))
        return head + whole + self.layout.junk

    def index(self, string: str) -> int:
        """The string's place in the pool; framework attribute names keep theirs to themselves."""
        own = self.strings[len(self.ids) :]
        if string not in own:
            self.strings.append(string)
            return len(self.strings) - 1
        return len(self.ids) + own.index(string)

    def namespace(self, kind: int, prefix: str, uri: str) -> bytes:
        return self.node(kind, struct.pack("<2L", self.index(prefix), self.index(uri)))

    def element(self, element: ET.Element) -> bytes:
        uri, tag = _split(element.tag)
        namespace = self.index(uri) if uri else NOTHING
        attributes = sorted((self.attribute(key, value) for key, value in element.attrib.items()), key=self.order)
        layout = self.layout
        pad = b"\0" * (layout.attribute_size - 20)
        fields = b"".join(
            struct.pack("<3L2H", ns, name, raw, 8, kind << 8) + struct.pack("<L", data) + pad
            for ns, name, raw, kind, data in attributes
        )
        start = struct.pack(
            "<2L6H", namespace, self.index(tag), layout.attribute_start, layout.attribute_size, len(attributes), 0, 0, 0
        )
        opened = self.node(0x102, start + b"\0" * (layout.attribute_start - 20) + fields)
        text = (element.text or "").strip()
        if text:
            opened += self.node(0x104, struct.pack("<LHBBL", self.index(text), 8, 0, 3, self.index(text)))
        children = b"".join(self.element(child) for child in element)
        return opened + children + self.node(0x103, struct.pack("<2L", namespace, self.index(tag)))

    def node(self, kind: int, body: bytes) -> bytes:
        header = self.layout.node_header
        head = struct.pack("<2H3L", kind, header, header + len(body), 1, NOTHING)
        return head + b"\0" * (header - 16) + body

    def attribute(self, key: str, value: str) -> tuple[int, int, int, int, int]:
        uri, name = _split(key)
        place = self.ids.index(IDS[name]) if _is_framework(key) else self.index(name)
        kind, data = self.value(name, value)
        return self.index(uri) if uri else NOTHING, place, data if kind == 3 else NOTHING, kind, data

    def order(self, attribute: tuple[int, ...]) -> int:
        return self.ids[attribute[1]] if attribute[1] < len(self.ids) else NOTHING

    def value(self, name: str, value: str) -> tuple[int, int]:
        if value.startswith("@"):
            return 1, int(value[1:], 16) if value[1:3] == "0x" else self.resources[value[1:]]
        words = WORDS.get(name, {})
        if words and all(word in words for word in value.split("|")):
            return 0x11, sum(words[word] for word in value.split("|"))
        if name in STRINGS:
            return 3, self.index(value)
        if value in ("true", "false"):
            return 0x12, NOTHING if value == "true" else 0
        if value.isdigit():
            return 0x10, int(value)
        return (0x11, int(value, 16)) if value.startswith("0x") else (3, self.index(value))


def _split(name: str) -> tuple[str, str]:
    uri, _, local = name.rpartition("}")
    return uri[1:], local


def _local(name: str) -> str:
    return _split(name)[1]


def _is_framework(name: str) -> bool:
    uri, local = _split(name)
    return bool(uri) and local in IDS
