"""A `Manifest` in, its permissions out as a device sees them: declared, implied by the platform, ignored, defined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from permcheck.facts.android.document import (
    MAX_SDK,
    MIN_SDK,
    NAME,
    PERMISSION_FLAGS,
    PROTECTION_LEVEL,
    REQUIRED_FEATURE,
    REQUIRED_NOT_FEATURE,
    Manifest,
)
from permcheck.facts.android.xml import Element
from permcheck.model import Fact, Gap

TAGS = ("uses-permission", "uses-permission-sdk-23", "uses-permission-sdk-m")
_LEVELS = ("normal", "dangerous", "signature", "signature", "internal")
_FLAGS = {0x0001_0000: "neverForLocation", 0x0002_0000: "onlyForLocationButton"}
_ALWAYS = 10_000
_DONUT = 4
"""The first API level at which an app must ask for storage and phone state itself."""
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


def permissions(manifest: Manifest, main: Manifest) -> Iterator[Fact | Gap]:
    """What one part declares, defines and fails to ask for; the main part's SDK levels rule."""
    entries = _entries(manifest)
    defined = dict(_definitions(manifest))
    for name, level in defined.items():
        yield manifest.fact("permission-definition", name, level, "permission")
    for entry in entries:
        own = f"defined by the app itself ({defined[entry.name]})" if entry.name in defined else ""
        yield manifest.fact("permission", entry.name, "", entry.tag, *_conditions(main, entry), own)
    yield from _ignored(manifest)
    yield from _conflicts(manifest, entries)


def implied(manifests: Sequence[Manifest], main: Manifest) -> Iterator[Fact]:
    """What the platform adds to all that the parts together ask for, and why.

    Its rows are read in its order, so that one row's answer can lead to the next one's.
    """
    living = (entry for manifest in manifests for entry in _entries(manifest) if not _dead(main, entry))
    known = {entry.name for entry in living}
    target = main.target_sdk
    if target < _DONUT:
        yield from _added(
            main, known, ("WRITE_EXTERNAL_STORAGE", "READ_PHONE_STATE"), f"a target SDK of {target}, below 4"
        )
    for reasons, added, below in SPLITS:
        reason = next((_P + name for name in reasons if _P + name in known), "")
        if reason and target < below:
            because = "" if below == _ALWAYS else f" at a target SDK of {target}, below {below}"
            yield from _added(main, known, added, f"{reason}{because}")


def _added(main: Manifest, known: set[str], names: Sequence[str], reason: str) -> Iterator[Fact]:
    for name in (_P + name for name in names):
        if name not in known:
            known.add(name)
            yield main.fact("implied-permission", name, "", "uses-permission", f"implied by {reason}")


def _entries(manifest: Manifest) -> list[Entry]:
    entries = (_entry(manifest, element) for element in manifest.root.find(*TAGS))
    return [entry for entry in entries if entry.name]


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


def _conditions(main: Manifest, entry: Entry) -> Iterator[str]:
    if entry.maximum != _ALWAYS:
        yield f"maxSdkVersion={entry.maximum}"
    if entry.minimum:
        yield f"minSdkVersion={entry.minimum}"
    yield from (word for bit, word in _FLAGS.items() if entry.flags & bit)
    if entry.tag != TAGS[0]:
        yield "sdk-23"
    yield from entry.features
    if _dead(main, entry):
        yield f"dead: never granted on API level {main.min_sdk} and above, which the app needs"


def _dead(main: Manifest, entry: Entry) -> bool:
    return entry.maximum < main.min_sdk or entry.minimum > entry.maximum


def _ignored(manifest: Manifest) -> Iterator[Fact]:
    """What looks like a request to a person or a simple tool, and is none to a device."""
    kind = "ignored-permission"
    for element in manifest.root.find(*TAGS):
        if not manifest.literal(element, NAME) and manifest.is_reference(element, NAME):
            named = manifest.words(element, NAME) or "an unknown resource"
            yield manifest.fact(kind, named, "", element.tag, "dead: named by a resource, which a device ignores")
    for application in manifest.root.find("application"):
        for element in application.find(*TAGS):
            name, anchor = manifest.words(element, NAME) or "unnamed", f"application/{element.tag}"
            yield manifest.fact(kind, name, "", anchor, "dead: stands inside another element")


def _conflicts(manifest: Manifest, entries: Sequence[Entry]) -> Iterator[Gap]:
    """Two requests with different flags: the platform refuses to install such an app."""
    flags: dict[str, set[int]] = {}
    for entry in entries:
        flags.setdefault(entry.name, set()).add(entry.flags)
    for name in sorted(name for name, values in flags.items() if len(values) > 1):
        reason = f"{name} asked for twice with different flags; a device refuses such an app"
        yield Gap(manifest.location("uses-permission"), reason)


def _definitions(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Name and protection level of the permissions that the app defines."""
    for element in manifest.root.find("permission"):
        level = manifest.number(element, PROTECTION_LEVEL, 0) & 0xF
        name = manifest.literal(element, NAME)
        if name:
            yield name, _LEVELS[level] if level < len(_LEVELS) else str(level)
