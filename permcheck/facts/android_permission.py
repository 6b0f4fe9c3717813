"""A `Manifest` in, its permissions out as a device sees them: declared, implied by the platform, ignored, defined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from permcheck.facts.android_document import (
    MAX_SDK,
    MIN_SDK,
    NAME,
    PERMISSION_FLAGS,
    PROTECTION_LEVEL,
    REQUIRED_FEATURE,
    REQUIRED_NOT_FEATURE,
    Manifest,
)
from permcheck.facts.android_xml import Element
from permcheck.model import Fact, Gap

TAGS = ("uses-permission", "uses-permission-sdk-23", "uses-permission-sdk-m")
_LEVELS = ("normal", "dangerous", "signature", "signature", "internal")
_FLAGS = {0x0001_0000: "neverForLocation", 0x0002_0000: "onlyForLocationButton"}
_ALWAYS = 10_000
_P = "android.permission."

SPLITS: tuple[tuple[tuple[str, ...], tuple[str, ...], int], ...] = (
    (("ACCESS_FINE_LOCATION",), ("ACCESS_COARSE_LOCATION",), _ALWAYS),
    (("WRITE_EXTERNAL_STORAGE",), ("READ_EXTERNAL_STORAGE",), _ALWAYS),
    (("READ_CONTACTS",), ("READ_CALL_LOG",), 16),
    (("WRITE_CONTACTS",), ("WRITE_CALL_LOG",), 16),
    (("ACCESS_FINE_LOCATION", "ACCESS_COARSE_LOCATION"), ("ACCESS_BACKGROUND_LOCATION",), 29),
    (("READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE"), ("ACCESS_MEDIA_LOCATION",), 29),
    (("BLUETOOTH", "BLUETOOTH_ADMIN"), ("BLUETOOTH_SCAN", "BLUETOOTH_CONNECT", "BLUETOOTH_ADVERTISE"), 31),
    (("BODY_SENSORS",), ("BODY_SENSORS_BACKGROUND",), 33),
    (
        ("READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE"),
        ("READ_MEDIA_AUDIO", "READ_MEDIA_VIDEO", "READ_MEDIA_IMAGES"),
        33,
    ),
    (
        ("READ_MEDIA_IMAGES", "READ_MEDIA_VIDEO", "ACCESS_MEDIA_LOCATION"),
        ("READ_MEDIA_VISUAL_USER_SELECTED",),
        _ALWAYS,
    ),
    (("BODY_SENSORS",), ("health.READ_HEART_RATE",), 36),
    (("BODY_SENSORS_BACKGROUND",), ("health.READ_HEALTH_DATA_IN_BACKGROUND",), 36),
    (("INTERNET",), ("ACCESS_LOCAL_NETWORK",), 37),
)
"""What the platform adds to what was asked for, while the target SDK is below the level (``split-permission`` rows):
https://android.googlesource.com/platform/frameworks/base/+/refs/heads/main/data/etc/platform.xml"""


class Entry(NamedTuple):
    """One ``uses-permission`` element; SDK bounds in API levels, open ones at the ends of the range."""

    name: str
    tag: str
    minimum: int
    maximum: int
    flags: int
    features: tuple[str, ...]


def permissions(manifest: Manifest) -> Iterator[Fact | Gap]:
    """All permission facts of one manifest."""
    entries = [_entry(manifest, element) for element in manifest.root.find(*TAGS)]
    named = [entry for entry in entries if entry.name]
    defined = {fact.key: fact.value for fact in _definitions(manifest)}
    yield from _definitions(manifest)
    yield from (_declared(manifest, entry, defined) for entry in named)
    yield from _implied(manifest, [entry for entry in named if not _dead(manifest, entry)])
    yield from _ignored(manifest)
    yield from _conflicts(manifest, named)


def _entry(manifest: Manifest, element: Element) -> Entry:
    return Entry(
        name=manifest.literal(element, NAME),
        tag=element.tag,
        minimum=manifest.number(element, MIN_SDK, 0),
        maximum=manifest.number(element, MAX_SDK, _ALWAYS),
        flags=manifest.number(element, PERMISSION_FLAGS, 0),
        features=tuple(_features(manifest, element)),
    )


def _features(manifest: Manifest, element: Element) -> Iterator[str]:
    if manifest.words(element, REQUIRED_FEATURE):
        yield f"required-feature={manifest.words(element, REQUIRED_FEATURE)}"
    if manifest.words(element, REQUIRED_NOT_FEATURE):
        yield f"required-not-feature={manifest.words(element, REQUIRED_NOT_FEATURE)}"
    for child in element.find("required-feature", "required-not-feature"):
        yield f"{child.tag}={manifest.words(child, NAME)}"


def _declared(manifest: Manifest, entry: Entry, defined: dict[str, str]) -> Fact:
    return Fact(
        kind="permission",
        key=entry.name,
        location=manifest.location(entry.tag),
        origin=manifest.split,
        condition=(*_conditions(manifest, entry), *_own(entry, defined)),
    )


def _conditions(manifest: Manifest, entry: Entry) -> Iterator[str]:
    if entry.maximum != _ALWAYS:
        yield f"maxSdkVersion={entry.maximum}"
    if entry.minimum:
        yield f"minSdkVersion={entry.minimum}"
    yield from (word for bit, word in _FLAGS.items() if entry.flags & bit)
    if entry.tag != TAGS[0]:
        yield "sdk-23"
    yield from entry.features
    if _dead(manifest, entry):
        yield f"dead: never granted on API level {manifest.min_sdk} and above, which the app needs"


def _own(entry: Entry, defined: dict[str, str]) -> tuple[str, ...]:
    return (f"defined by the app itself ({defined[entry.name]})",) if entry.name in defined else ()


def _dead(manifest: Manifest, entry: Entry) -> bool:
    return entry.maximum < manifest.min_sdk or entry.minimum > entry.maximum


def _implied(manifest: Manifest, living: Sequence[Entry]) -> Iterator[Fact]:
    """The platform's rows in its order, so that one row's answer can lead to the next one's."""
    target = manifest.target_sdk
    known = {entry.name for entry in living}
    if target < 4:
        for name in ("WRITE_EXTERNAL_STORAGE", "READ_PHONE_STATE"):
            if _P + name not in known:
                known.add(_P + name)
                yield _added(manifest, _P + name, f"implied by a target SDK of {target}, below 4")
    for reasons, added, below in SPLITS:
        reason = next((_P + name for name in reasons if _P + name in known), "")
        for name in added if reason and target < below else ():
            if _P + name not in known:
                known.add(_P + name)
                because = "" if below == _ALWAYS else f" at a target SDK of {target}, below {below}"
                yield _added(manifest, _P + name, f"implied by {reason}{because}")


def _added(manifest: Manifest, name: str, why: str) -> Fact:
    place = manifest.location("uses-permission")
    return Fact("implied-permission", name, location=place, origin=manifest.split, condition=(why,))


def _ignored(manifest: Manifest) -> Iterator[Fact]:
    """What looks like a request to a person or a simple tool, and is none to a device."""
    for element in manifest.root.find(*TAGS):
        if not manifest.literal(element, NAME) and manifest.is_reference(element, NAME):
            named = manifest.words(element, NAME) or "an unknown resource"
            yield _overlooked(manifest, element.tag, named, "dead: named by a resource, which a device ignores")
    for application in manifest.root.find("application"):
        for element in application.find(*TAGS):
            name = manifest.words(element, NAME) or "unnamed"
            yield _overlooked(manifest, f"application/{element.tag}", name, "dead: stands inside another element")


def _overlooked(manifest: Manifest, anchor: str, name: str, why: str) -> Fact:
    return Fact("ignored-permission", name, location=manifest.location(anchor), origin=manifest.split, condition=(why,))


def _conflicts(manifest: Manifest, entries: Sequence[Entry]) -> Iterator[Gap]:
    """Two requests with different flags: the platform refuses to install such an app."""
    clashing = {
        one.name for one, other in combinations(entries, 2) if one.name == other.name and one.flags != other.flags
    }
    for name in sorted(clashing):
        yield Gap(
            manifest.location("uses-permission"), f"{name} asked for twice with different flags; a device refuses it"
        )


def _definitions(manifest: Manifest) -> Iterator[Fact]:
    for element in manifest.root.find("permission"):
        level = manifest.number(element, PROTECTION_LEVEL, 0) & 0xF
        word = _LEVELS[level] if level < len(_LEVELS) else str(level)
        name = manifest.literal(element, NAME)
        if name:
            yield Fact("permission-definition", name, word, manifest.location("permission"), manifest.split)
