"""Text manifests per module in, an unsigned Android App Bundle out: manifests and resource tables as protobuf."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from tests.builders.axml import IDS, STRINGS, WORDS
from tests.builders.zips import build_zip


def build_aab(
    modules: Mapping[str, str],
    *,
    strings: Mapping[str, Mapping[str, str]] | None = None,
    members: dict[str, bytes] | None = None,
) -> bytes:
    """An app bundle; ``strings`` (name -> locale -> text) stand in the base module's table (``@string/name``)."""
    ids = {f"string/{name}": 0x7F010000 + index for index, name in enumerate(sorted(strings or {}))}
    content = {"BundleConfig.pb": b""}
    for module, text in modules.items():
        content[f"{module}/manifest/AndroidManifest.xml"] = compile_proto(text, ids)
    if strings:
        content["base/resources.pb"] = compile_proto_table(strings)
    return build_zip(content | (members or {}))


def compile_proto(text: str, resources: Mapping[str, int] | None = None) -> bytes:
    """A manifest as aapt2 writes it for app bundles (``XmlNode``)."""
    return _bytes(1, _element(ET.fromstring(text), resources or {}))


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _int(number: int, value: int) -> bytes:
    return _number(number << 3) + _number(value)


def _bytes(number: int, value: bytes | str) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return _number(number << 3 | 2) + _number(len(raw)) + raw


def _element(element: ET.Element, ids: Mapping[str, int]) -> bytes:
    uri, _, tag = element.tag.rpartition("}")
    attributes = b"".join(_bytes(4, _attribute(*item, ids)) for item in element.attrib.items())
    text = (element.text or "").strip()
    children = _bytes(5, _bytes(2, text)) if text else b""
    children += b"".join(_bytes(5, _bytes(1, _element(child, ids))) for child in element)
    return (_bytes(2, uri[1:]) if uri else b"") + _bytes(3, tag) + attributes + children


def _attribute(key: str, value: str, ids: Mapping[str, int]) -> bytes:
    uri, _, name = key.rpartition("}")
    framework = _int(5, IDS[name]) if uri and name in IDS else b""
    item = _item(name, value, ids)
    return (_bytes(1, uri[1:]) if uri else b"") + _bytes(2, name) + _bytes(3, value) + framework + item


def _item(name: str, value: str, ids: Mapping[str, int]) -> bytes:
    if value.startswith("@"):
        return _bytes(6, _bytes(1, _int(2, ids[value[1:]])))
    words = WORDS.get(name, {})
    if words and all(word in words for word in value.split("|")):
        return _bytes(6, _bytes(7, _int(7, sum(words[word] for word in value.split("|")))))
    if value in ("true", "false"):
        return _bytes(6, _bytes(7, _int(8, value == "true")))
    return _bytes(6, _bytes(7, _int(6, int(value)))) if value.isdigit() and name not in STRINGS else b""


def compile_proto_table(strings: Mapping[str, Mapping[str, str]]) -> bytes:
    """Strings (name -> locale -> text) as aapt2 writes them for app bundles (``ResourceTable``)."""
    entries = b"".join(
        _bytes(3, _bytes(1, _int(1, index)) + _bytes(2, name) + b"".join(_value(*item) for item in by.items()))
        for index, (name, by) in enumerate(sorted(strings.items()))
    )
    kind = _bytes(1, _int(1, 1)) + _bytes(2, "string") + entries
    return _bytes(2, _bytes(1, _int(1, 0x7F)) + _bytes(2, "com.example.app") + _bytes(3, kind))


def _value(locale: str, text: str) -> bytes:
    config = _bytes(1, _bytes(3, locale)) if locale else b""
    return _bytes(6, config + _bytes(2, _bytes(4, _bytes(2, _bytes(1, text)))))
