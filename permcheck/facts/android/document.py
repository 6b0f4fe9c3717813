"""One part of an Android bundle in, its `Manifest` out: values read and references followed as on a device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from permcheck.bundles import Part
from permcheck.errors import BundleError
from permcheck.facts.android.proto import ProtoResources, parse_proto
from permcheck.facts.android.resources import TABLE_LIMIT, Resources, Table
from permcheck.facts.android.xml import (
    BOOLEAN,
    DECIMAL,
    DYNAMIC_REFERENCE,
    LAST_INT,
    MANIFEST_LIMIT,
    REFERENCE,
    STRING,
    Element,
    Value,
    parse_xml,
)
from permcheck.model import Fact, Gap, Location

LABEL, NAME, PERMISSION, VALUE = 0x01010001, 0x01010003, 0x01010006, 0x01010024
PROTECTION_LEVEL, ENABLED, AUTHORITIES = 0x01010009, 0x0101000E, 0x01010018
MIN_SDK, MAX_SDK, TARGET_SDK = 0x0101020C, 0x01010271, 0x01010270
SHARED_USER, TARGET_PACKAGE, TARGET_ACTIVITY = 0x0101000B, 0x01010021, 0x01010202
VERSION_CODE, VERSION_NAME, VERSION_CODE_MAJOR = 0x0101021B, 0x0101021C, 0x01010576
REQUIRED, ALLOW_BACKUP, CLEARTEXT = 0x0101028E, 0x01010280, 0x010104EC
NETWORK_SECURITY_CONFIG, FOREGROUND_TYPE = 0x01010527, 0x01010599
PERMISSION_FLAGS, REQUIRED_FEATURE, REQUIRED_NOT_FEATURE = 0x01010644, 0x01010557, 0x01010558
"""Ids of framework attributes: https://developer.android.com/reference/android/R.attr"""

_WITNESS_LIMIT = 256 << 10
"""Bytes of a manifest that is read twice; androguard spends more than a second on a megabyte of junk."""
PREVIEW = 10_000
"""The API level of a platform that is not released, as in the platform's own ``CUR_DEVELOPMENT``."""
_MANIFESTS = ("AndroidManifest.xml", "manifest/AndroidManifest.xml")
_TABLES: dict[str, Callable[[bytes, str], Table]] = {"resources.arsc": Resources, "resources.pb": ProtoResources}


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of one part. SDK levels are those in force: target falls back to minimum, minimum to 1."""

    part: Part
    member: str
    root: Element
    resources: Table | None
    notes: tuple[Fact | Gap, ...] = ()
    """What is odd about it, and what of it was not read."""

    @property
    def package(self) -> str:
        """The application id."""
        return self.words(self.root, "package")

    @property
    def split(self) -> str:
        """The name of the split or feature module; empty for the base."""
        return self.words(self.root, "split")

    @property
    def min_sdk(self) -> int:
        """The lowest API level that the app installs on."""
        return self._level(MIN_SDK, 1)

    @property
    def target_sdk(self) -> int:
        """The API level whose rules the app plays by."""
        return self._level(TARGET_SDK, self.min_sdk)

    def location(self, anchor: str = "") -> Location:
        """The place of an element."""
        return self.part.location(self.member, anchor)

    def fact(self, kind: str, key: str, value: str, anchor: str, *condition: str) -> Fact:
        """A fact that stands at an element; one of a split or feature module names it (``split=...``)."""
        part = (f"split={self.split}",) if self.split else ()
        return Fact(kind, key, value, self.location(anchor), condition=(*filter(None, condition), *part))

    def literal(self, element: Element, attribute: int) -> str:
        """A string that stands in the manifest itself; empty for a resource, as the platform has it for names."""
        value = element.attributes.get(attribute)
        return value.text or "" if value and value.type == STRING else ""

    def words(self, element: Element, attribute: int | str) -> str:
        """A string, wherever it stands; a number or truth value in its usual spelling; empty when absent."""
        value = self._value(element, attribute)
        if value is None:
            return ""
        if value.type == STRING:
            return value.text or ""
        if value.type == BOOLEAN:
            return "true" if value.data else "false"
        return str(value.data) if DECIMAL <= value.type <= LAST_INT else ""

    def number(self, element: Element, attribute: int, default: int) -> int:
        """An integer, also from a resource or a string of digits."""
        value = self._value(element, attribute)
        if value is None:
            return default
        if DECIMAL <= value.type <= LAST_INT:
            return value.data - (1 << 32) if value.data >= 1 << 31 else value.data
        return int(value.text) if value.text and value.text.isascii() and value.text.isdigit() else default

    def truth(self, element: Element, attribute: int, *, default: bool) -> bool:
        """A truth value, also from a resource or a string."""
        words = self.words(element, attribute)
        return words not in ("false", "0") if words else default

    def is_reference(self, element: Element, attribute: int) -> bool:
        """Whether the value stands in the resource table."""
        value = element.attributes.get(attribute)
        return value is not None and value.type in (REFERENCE, DYNAMIC_REFERENCE)

    def component(self, element: Element, attribute: int = NAME) -> str:
        """The full class name of an activity, service, receiver or provider."""
        name = self.words(element, attribute)
        if name.startswith("."):
            return f"{self.package}{name}"
        return name if "." in name or not name else f"{self.package}.{name}"

    def _level(self, attribute: int, default: int) -> int:
        """An API level; that of a preview, which has a name, is above all others."""
        for element in self.root.find("uses-sdk"):
            words = self.words(element, attribute)
            return PREVIEW if words and not words.isdigit() else self.number(element, attribute, default)
        return default

    def _value(self, element: Element, attribute: int | str) -> Value | None:
        value = element.attributes.get(attribute)
        if value is None or value.type not in (REFERENCE, DYNAMIC_REFERENCE):
            return value
        return self.resources.resolve(value) if self.resources else None


def read_manifest(part: Part) -> Manifest:
    """The manifest of one part, with the resource table that it refers to. Raises `BundleError`."""
    member = next((name for name in _MANIFESTS if part.root + name in part.container.names()), _MANIFESTS[0])
    raw = part.container.read(part.root + member, MANIFEST_LIMIT)
    where = part.location(member)
    root, oddities = parse_xml(raw, where.path) if member == _MANIFESTS[0] else (parse_proto(raw, where.path), ())
    notes: list[Fact | Gap] = [_tampering("manifest-layout", ", ".join(oddities), where)] if oddities else []
    if oddities and len(raw) <= _WITNESS_LIMIT:
        notes += _other_reading(raw, root, where)
    if root.tag != "manifest":
        raise BundleError(f"{where.path}: its root element is {root.tag!r}, not 'manifest'")
    resources = None
    try:
        resources = read_resources(part)
    except BundleError as error:
        place, _, reason = str(error).partition(": ")
        notes.append(Gap(Location(place), reason))
    manifest = Manifest(part, member, root, resources, tuple(notes))
    if not manifest.package:
        raise BundleError(f"{where.path}: names no package")
    return manifest


def _other_reading(raw: bytes, root: Element, where: Location) -> Iterator[Fact]:
    """Whether an unusual layout shows other content to common tools than to a device."""
    from permcheck.facts.android.androguard_reading import read_with_androguard  # noqa: PLC0415  (0.2 s that few files need)

    if read_with_androguard(raw) != root:
        yield _tampering("hidden-from-tools", "androguard, and what builds on it, reads other content out of it", where)


def _tampering(key: str, text: str, where: Location) -> Fact:
    return Fact("tampering", key, f"{text}; read as a device reads it", where)


def read_resources(part: Part) -> Table | None:
    """The resource table of one part; nothing where there is none. Raises `BundleError`."""
    names = part.container.names()
    for member, parse in _TABLES.items():
        if part.root + member in names:
            return parse(part.container.read(part.root + member, TABLE_LIMIT), part.location(member).path)
    return None
