"""An iOS bundle in, what its privacy manifests declare out, wherever they lie, with every break of their schema.

https://developer.apple.com/documentation/bundleresources/privacy-manifest-files
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from permcheck.bundles import Bundle, Part, nesting
from permcheck.errors import BundleError
from permcheck.facts.ios.plist import read_plist, strings_of, text_of
from permcheck.model import Fact, Gap, Location

FILE = "PrivacyInfo.xcprivacy"
TRACKING = "NSPrivacyTracking"
DOMAINS = "NSPrivacyTrackingDomains"
DATA_TYPES = "NSPrivacyCollectedDataTypes"
APIS = "NSPrivacyAccessedAPITypes"
_TYPE, _LINKED, _TRACKED, _PURPOSES = (
    f"NSPrivacyCollectedDataType{end}" for end in ("", "Linked", "Tracking", "Purposes")
)
_API, _REASONS = "NSPrivacyAccessedAPIType", "NSPrivacyAccessedAPITypeReasons"

SHAPE: Mapping[str, type] = {TRACKING: bool, DOMAINS: list, DATA_TYPES: list, APIS: list}
ENTRIES: Mapping[str, Mapping[str, type]] = {
    DATA_TYPES: {_TYPE: str, _LINKED: bool, _TRACKED: bool, _PURPOSES: list},
    APIS: {_API: str, _REASONS: list},
}
_WORDS = {bool: "a boolean", list: "an array", str: "a string"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """One parsed manifest and where it stands."""

    tree: Mapping[str, Any]
    part: Part
    member: str

    def at(self, *path: str) -> Location:
        """The place of a key."""
        return self.part.location(self.member, ".".join(path))

    def problem(self, key: str, text: str, *path: str) -> Fact:
        """One break of the schema, in words."""
        return Fact("privacy-manifest-problem", key, text, self.at(*path))

    def entries(self, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The dictionaries of one list, each with its number."""
        listed = self.tree.get(key)
        for number, entry in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(entry, dict):
                yield str(number), entry


def recognizes(bundle: Bundle) -> bool:
    """Whether the bundle can hold a privacy manifest."""
    return bundle.platform == "ios"


def extract(bundle: Bundle, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:  # noqa: ARG001
    """Read every manifest of every part. A damaged one is a gap and a problem: Apple refuses it as well."""
    members = nesting.own_members(bundle)
    for part in bundle.parts:
        for member in members[part.root]:
            if member.rpartition("/")[2] == FILE:
                yield from _read(part, member)


def _read(part: Part, member: str) -> Iterator[Fact | Gap]:
    place = part.location(member)
    yield Fact("privacy-manifest", FILE, part.role, place)
    try:
        tree = read_plist(part.container.read(f"{part.root}{member}"))
    except BundleError as error:
        reason = str(error).removeprefix(f"{place.path}: ")
        yield Gap(place, reason)
        yield Fact("privacy-manifest-problem", "unreadable", reason, place)
        return
    manifest = Manifest(tree, part, member)
    yield from _problems(manifest)
    yield from _tracking(manifest)
    yield from _data_types(manifest)
    yield from _apis(manifest)


def _tracking(manifest: Manifest) -> Iterator[Fact]:
    tracking = manifest.tree.get(TRACKING)
    if isinstance(tracking, bool):
        yield Fact("privacy-tracking", TRACKING, "true" if tracking else "false", manifest.at(TRACKING))
    for domain in filter(str.strip, strings_of(manifest.tree.get(DOMAINS))):
        yield Fact("privacy-domain", domain.strip(), "tracking" if tracking is True else "", manifest.at(DOMAINS))


def _data_types(manifest: Manifest) -> Iterator[Fact]:
    """Key is the type; value its purposes without prefix; conditions say ``linked`` and ``tracking``."""
    for number, entry in manifest.entries(DATA_TYPES):
        name = entry.get(_TYPE)
        if isinstance(name, str) and name.strip():
            purposes = [p.strip().removeprefix(f"{_TYPE}Purpose") for p in strings_of(entry.get(_PURPOSES))]
            marks = [("linked", entry.get(_LINKED)), ("tracking", entry.get(_TRACKED))]
            condition = tuple(mark for mark, value in marks if value is True)
            place = manifest.at(DATA_TYPES, number)
            yield Fact("privacy-data-type", name.strip(), ", ".join(purposes), place, condition=condition)


def _apis(manifest: Manifest) -> Iterator[Fact]:
    """Key is the API category, value its reasons."""
    for number, entry in manifest.entries(APIS):
        name = entry.get(_API)
        if isinstance(name, str) and name.strip():
            reasons = ", ".join(reason.strip() for reason in strings_of(entry.get(_REASONS)))
            yield Fact("privacy-api", name.strip(), reasons, manifest.at(APIS, number))


def _problems(manifest: Manifest) -> Iterator[Fact]:
    for key in sorted(manifest.tree):
        yield from _value_problems(manifest, SHAPE, key, manifest.tree[key], ())
    for listed, shape in ENTRIES.items():
        values = manifest.tree.get(listed)
        for number, entry in enumerate(values if isinstance(values, list) else ()):
            yield from _entry_problems(manifest, shape, entry, (listed, str(number)))
    for number, domain in enumerate(_list(manifest.tree.get(DOMAINS))):
        if isinstance(domain, str) and not domain.strip():
            yield manifest.problem("empty-domain", "a tracking domain is empty", DOMAINS, str(number))


def _entry_problems(
    manifest: Manifest, shape: Mapping[str, type], entry: object, path: tuple[str, str]
) -> Iterator[Fact]:
    if not isinstance(entry, dict):
        yield manifest.problem("wrong-type", f"an entry of {path[0]} is no dictionary", *path)
        return
    if not entry:
        yield manifest.problem("empty-entry", f"an entry of {path[0]} is empty", *path)
        return
    for key in sorted(entry, key=str):
        yield from _value_problems(manifest, shape, str(key), entry[key], path)
    for key in shape:
        if key not in entry or entry[key] in ("", []):
            yield manifest.problem("missing-value", f"an entry of {path[0]} has no {key}", *path, key)


def _value_problems(
    manifest: Manifest, shape: Mapping[str, type], key: str, value: object, path: tuple[str, ...]
) -> Iterator[Fact]:
    place = (*path, key)
    if key not in shape:
        yield manifest.problem("unknown-key", f"{text_of(key)} is no key of a privacy manifest", *place)
    elif not isinstance(value, shape[key]):
        yield manifest.problem("wrong-type", f"{key} is not {_WORDS[shape[key]]}", *place)
    else:
        texts = value if isinstance(value, list) else [value]
        if any(isinstance(text, str) and text != text.strip() for text in texts):
            yield manifest.problem("padded-value", f"a value of {key} has spaces or line breaks around it", *place)
        if isinstance(value, list) and key not in ENTRIES and not all(isinstance(text, str) for text in value):
            yield manifest.problem("wrong-type", f"{key} holds something else than strings", *place)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
