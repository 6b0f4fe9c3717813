"""An Android bundle in, the libraries that its build put in out, by their Maven names.

Three places tell them, whatever a shrinker did to the code: the list that the Android Gradle plugin adds to an app
bundle, one ``META-INF/GROUP_ARTIFACT.version`` per AndroidX library, and one properties file per Google library.
Source: https://android.googlesource.com/platform/tools/base/+/refs/heads/mirror-goog-studio-main/build-system/builder-model
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from permcheck.bundles import Bundle, Part
from permcheck.errors import BundleError
from permcheck.model import Fact, Gap, Location

DEPENDENCIES = "BUNDLE-METADATA/com.android.tools.build.libraries/dependencies.pb"
LIBRARIES_LIMIT = 2000
_SIZE_LIMIT = 1 << 24
_VERSION = re.compile(r"(?:root/)?META-INF/(?P<group>[A-Za-z0-9.-]+)_(?P<artifact>[A-Za-z0-9.-]+)\.version")
_PROPERTIES = re.compile(r"(?:root/)?(?P<artifact>(?:play-services|firebase|transport)-[a-z0-9-]+)\.properties")
_GROUPS = {
    "play-services": "com.google.android.gms",
    "firebase": "com.google.firebase",
    "transport": "com.google.android.datatransport",
}


def recognizes(bundle: Bundle) -> bool:
    """Whether the bundle can hold Android code."""
    return bundle.platform == "android"


def extract(bundle: Bundle, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:  # noqa: ARG001  (every extractor has one signature)
    """One ``library`` fact per library, ``group:artifact`` as key and its version as value, where that is told."""
    told: dict[str, Fact] = {}
    for part in bundle.parts:
        try:
            for fact in (*_listed(part), *_marked(part)):
                told.setdefault(fact.key, fact)
        except BundleError as error:
            place, _, reason = str(error).partition(": ")
            yield Gap(Location(place), reason)
    yield from list(told.values())[:LIBRARIES_LIMIT]


def _listed(part: Part) -> Iterator[Fact]:
    if DEPENDENCIES not in part.container.names():
        return
    location = Location(f"{part.location().path.partition('!/')[0]}!/{DEPENDENCIES}")
    for field, library in fields(part.container.read(DEPENDENCIES, _SIZE_LIMIT)):
        maven = next((body for number, body in fields(library) if number == 1), b"") if field == 1 else b""
        names = {number: body.decode("utf-8", "replace") for number, body in fields(maven)}
        if names.get(1) and names.get(2):
            yield Fact("library", f"{names[1]}:{names[2]}", names.get(5, ""), location)


def _marked(part: Part) -> Iterator[Fact]:
    for name in part.container.names():
        member = name.removeprefix(part.root)
        version, properties = _VERSION.fullmatch(member), _PROPERTIES.fullmatch(member)
        if version:
            told = part.container.read(name, _SIZE_LIMIT).decode("utf-8", "replace").strip()
            number = told if re.fullmatch(r"[\w.+-]{1,40}", told) else ""
            yield Fact("library", f"{version['group']}:{version['artifact']}", number, part.location(member))
        elif properties:
            group = _GROUPS[re.sub(r"^(play-services|firebase|transport)-.*", r"\1", properties["artifact"])]
            text = part.container.read(name, _SIZE_LIMIT).decode("utf-8", "replace")
            found = re.search(r"^version=([\w.+-]{1,40})\s*$", text, re.MULTILINE)
            yield Fact("library", f"{group}:{properties['artifact']}", found[1] if found else "", part.location(member))


def fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of a protobuf message that hold bytes; the walk ends where the data makes no sense."""
    at = 0
    while at < len(data):
        tag, at = _number(data, at)
        if tag & 7 == 2:
            size, at = _number(data, at)
            yield tag >> 3, data[at : at + size]
            at += size
        elif tag & 7 == 0:
            _, at = _number(data, at)
        elif tag & 7 in (1, 5):
            at += 8 if tag & 7 == 1 else 4
        else:
            return


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at] if at < len(data) else 0
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
    return value, at
