"""The code signature of one Mach-O slice in, who signed it and the entitlements that it claims out.

Layout: https://github.com/apple-oss-distributions/xnu/blob/main/osfmk/kern/cs_blobs.h; the DER form of entitlements:
https://developer.apple.com/documentation/xcode/using-the-latest-code-signature-format
"""

from __future__ import annotations

import json
import plistlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from permcheck.errors import BundleError
from permcheck.facts.ios.macho_image import Image, cut, text_at, unpack

MAX_BLOBS = 64
MAX_ENTRIES = 4096
MAX_DEPTH = 16
MAX_SIZE = 256 << 10
MAX_TEXT = 2000

_SUPERBLOB = 0xFADE0CC0
_DIRECTORY = 0xFADE0C02
_XML = 0xFADE7171
_DER = 0xFADE7172
_ADHOC = 0x2


@dataclass(slots=True)
class Signature:
    """What a signature says. ``xml`` and ``der`` are the two forms of the entitlements, None where a form is absent.

    ``problems`` says in words what of it could not be read.
    """

    identifier: str = ""
    team: str = ""
    adhoc: bool = False
    xml: dict[str, Any] | None = None
    der: dict[str, Any] | None = None
    problems: list[str] = field(default_factory=list)

    def entitlements(self) -> Iterator[tuple[str, Any, str]]:
        """Key, value and, where the two forms disagree, how; the system believes DER since iOS 15."""
        xml, der = self.xml or {}, self.der or {}
        twofold = bool(xml) and bool(der)
        for key in sorted(xml.keys() | der.keys()):
            yield key, der.get(key, xml.get(key)), _disagreement(key, xml, der) if twofold else ""


def read_signature(image: Image) -> Signature | None:
    """Read a slice's signature; None when it carries none. Damaged parts are told in ``problems``."""
    if "signature" not in image.tables:
        return None
    signature = Signature()
    try:
        blob = cut(image.data, image.tables["signature"], "the code signature")
        # a repeated part is never what the system goes by, and reading it would be work without end
        for number, body in dict(reversed(list(_blobs(blob)))).items():
            _read_blob(signature, number, body)
    except BundleError as error:
        signature.problems.append(str(error))
    return signature


def simulator_entitlements(image: Image) -> dict[str, Any]:
    """Read what a simulator build claims: its entitlements stand in a section, its signature holds next to none."""
    for place in image.sections.get("__entitlements", ()):
        return parse_xml(bytes(cut(image.data, place, "the section of entitlements")))
    return {}


def parse_xml(data: bytes) -> dict[str, Any]:
    """Parse entitlements in their XML form. Raises `BundleError`."""
    if len(data) > MAX_SIZE:
        raise BundleError(f"XML entitlements of more than {MAX_SIZE >> 10} kB")
    try:
        tree = plistlib.loads(data.rstrip(b"\0"), fmt=plistlib.FMT_XML)
    except Exception as error:  # plistlib raises ten kinds of exception on damaged input, AttributeError among them
        raise BundleError("the XML entitlements are damaged") from error
    return _checked(tree, "XML")


def parse_der(data: memoryview) -> dict[str, Any]:
    """Parse entitlements in their DER form: ``[APPLICATION 16] { INTEGER 1, dictionary }``. Raises `BundleError`."""
    if len(data) > MAX_SIZE:
        raise BundleError(f"DER entitlements of more than {MAX_SIZE >> 10} kB")
    tag, body, _ = _element(data, 0)
    # Xcode 12 and 13 wrote a bare, unsorted SET of pairs where the final format has version and [CONTEXT 16]
    values = [_value(tag, body, 0)] if tag != 0x70 else _values(body, 0)
    return _checked(next((value for value in values if isinstance(value, dict)), None), "DER")


def value_text(value: object) -> str:
    """Put an entitlement's value for a reader: a string as it stands, anything else as compact JSON, both cut."""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    try:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    except ValueError:  # a hexadecimal integer may have more digits than Python prints
        return "a value that cannot be printed"
    return text[:MAX_TEXT]


def _disagreement(key: str, xml: dict[str, Any], der: dict[str, Any]) -> str:
    if key not in xml:
        return "only in the DER form"
    if key not in der:
        return "only in the XML form"
    return "" if value_text(xml[key]) == value_text(der[key]) else "the XML form differs"


def _blobs(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    magic, _, count = unpack(">3I", data, 0, "the code signature")
    if magic != _SUPERBLOB:
        raise BundleError(f"the code signature begins with the unknown magic {magic:#x}")
    if count > MAX_BLOBS:
        raise BundleError(f"the code signature has {count} parts, more than {MAX_BLOBS}")
    for index in range(count):
        _, offset = unpack(">2I", data, 12 + 8 * index, "the code signature")
        number, length = unpack(">2I", data, offset, "a part of the code signature")
        yield number, cut(data, (offset, length), "a part of the code signature")


def _read_blob(signature: Signature, number: int, body: memoryview) -> None:
    try:
        if number == _DIRECTORY:
            _read_directory(signature, body)
        elif number == _XML and len(body) > 8:
            signature.xml = parse_xml(bytes(body[8:]))
        elif number == _DER and len(body) > 8:
            signature.der = parse_der(body[8:])
    except BundleError as error:
        signature.problems.append(str(error))


def _read_directory(signature: Signature, body: memoryview) -> None:
    version, flags, _, identifier = unpack(">4I", body, 8, "the code directory")
    signature.identifier = text_at(body, identifier)
    signature.adhoc = bool(flags & _ADHOC)
    if version >= 0x20200:
        (team,) = unpack(">I", body, 48, "the code directory")
        signature.team = text_at(body, team) if team else ""


def _checked(tree: object, form: str) -> dict[str, Any]:
    if not isinstance(tree, dict) or not all(isinstance(key, str) for key in tree):
        raise BundleError(f"the {form} entitlements are no dictionary")
    if len(tree) > MAX_ENTRIES:
        raise BundleError(f"the {form} entitlements hold more than {MAX_ENTRIES} keys")
    if _depth(tree) > MAX_DEPTH:
        raise BundleError(f"the {form} entitlements are nested more than {MAX_DEPTH} deep")
    return tree


def _depth(tree: object) -> int:
    """Levels of nesting, counted level by level: recursion is what a hostile tree is made to break."""
    level: list[object] = [tree]
    depth = 0
    while level and depth <= MAX_DEPTH:
        level = [child for node in level for child in _children(node)]
        depth += 1
    return depth


def _children(node: object) -> list[object]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def _element(data: memoryview, at: int) -> tuple[int, memoryview, int]:
    tag, length = unpack("2B", data, at, "the DER entitlements")
    at += 2
    if length & 0x80:
        width = length & 0x7F
        if not 1 <= width <= 8:
            raise BundleError("the DER entitlements hold an impossible length")
        length = int.from_bytes(cut(data, (at, width), "the DER entitlements"), "big")
        at += width
    return tag, cut(data, (at, length), "the DER entitlements"), at + length


def _values(data: memoryview, depth: int) -> list[Any]:
    values: list[Any] = []
    at = 0
    while at < len(data):
        tag, body, at = _element(data, at)
        values.append(_value(tag, body, depth))
        if len(values) > MAX_ENTRIES:
            raise BundleError(f"the DER entitlements hold a list of more than {MAX_ENTRIES} entries")
    return values


def _value(tag: int, body: memoryview, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise BundleError(f"the DER entitlements are nested more than {MAX_DEPTH} deep")
    if tag == 0x01:
        return any(body)
    if tag == 0x02:
        return int.from_bytes(body[:16], "big", signed=True)
    if tag == 0x0C:
        return bytes(body).decode("utf-8", "replace")
    if tag == 0x30:
        return _values(body, depth + 1)
    if tag in (0xB0, 0x31):
        return dict(_pair(entry) for entry in _values(body, depth + 1))
    if tag == 0x04:
        return bytes(body).hex()
    raise BundleError(f"the DER entitlements hold the unknown type {tag:#x}")


def _pair(entry: object) -> tuple[str, Any]:
    if isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str):
        return entry[0], entry[1]
    raise BundleError("the DER entitlements hold a dictionary entry that is no pair")
