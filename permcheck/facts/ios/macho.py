"""An iOS bundle in, what its binaries link, import, claim and say of themselves out, each fact naming its binary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

from permcheck.bundles import Bundle, Part, nesting
from permcheck.errors import BundleError
from permcheck.facts.ios import entitlements, macho_imports, macho_objc
from permcheck.facts.ios.macho_image import Image, read_images
from permcheck.facts.ios.plist import read_plist
from permcheck.model import Fact, Gap, Location

_CLASS = "_OBJC_CLASS_$_"
_OLD_CLASS = ".objc_class_name_"
_STRIPPED = "has no table of imports (stripped), so what it references cannot be told"
_BITCODE = "holds bitcode in place of code, which the store compiles later, so what it references cannot be told"
_SYSTEM = ("/System/Library/", "/usr/lib/", "/System/iOSSupport/", "/System/Cryptexes/")


SWIFT_RUNTIME = re.compile(
    r"Frameworks/libswift(?:Core|Foundation|Dispatch|Darwin|ObjectiveC|UIKit|CoreFoundation|CoreGraphics|CoreImage|"
    r"CoreLocation|CoreMedia|CoreAudio|CoreData|CoreMIDI|CoreML|AVFoundation|ARKit|Accelerate|CallKit|CloudKit|Contacts|"
    r"EventKit|GameplayKit|GLKit|HealthKit|HomeKit|Intents|MapKit|MediaPlayer|Metal|MetalKit|ModelIO|NaturalLanguage|"
    r"Network|Photos|QuartzCore|RemoteMirror|SceneKit|simd|SpriteKit|SwiftOnoneSupport|Speech|Vision|VisionKit|WatchKit|"
    r"_Concurrency|_StringProcessing|os)\.dylib"
)
"""What Xcode copies into an app for systems older than Swift's stable interface: Apple's code, not the app's."""


def recognizes(bundle: Bundle) -> bool:
    """Whether the bundle can hold Mach-O binaries."""
    return bundle.platform == "ios"


def extract(bundle: Bundle, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:
    """Read every binary of every part: executable, frameworks' binaries, loose and debug dylibs.

    ``wanted`` holds the names to look for by kind: imported ``class`` and ``symbol`` (with its leading underscore;
    ``*`` at the end is a prefix), ``selector``, and ``objc-class`` (prefixes of the classes that a binary defines).
    """
    owned = nesting.own_members(bundle)
    for part in bundle.parts:
        executable = _executable(part, owned[part.root])
        yield from _missing(part, executable, owned[part.root])
        for member in _code(executable, owned[part.root]):
            yield from _read_member(part, member, wanted)


def read_binary(data: bytes, location: Location, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:
    """All that one binary says; the facts of several architectures are told once, what cannot be read is a `Gap`."""
    try:
        images = read_images(data)
    except BundleError as error:
        yield from _unread(location, str(error))
        return
    seen: set[Fact | Gap] = set()
    for image in images:
        for item in _read_image(image, location, wanted):
            if item not in seen:
                seen.add(item)
                yield item


def _unread(location: Location, reason: str) -> Iterator[Fact | Gap]:
    """Code that could name more than was seen: a gap, and a fact for who judges what is *not* named."""
    yield Fact("unread-code", "imports", reason, location)
    yield Gap(location, reason)


def _missing(part: Part, executable: str, members: list[str]) -> Iterator[Fact | Gap]:
    if not executable and part.role in nesting.PROGRAMS:
        yield from _unread(part.location("Info.plist"), "names no executable, so the code of the bundle was not read")
    # Xcode writes the key into bundles of resources too, which hold no code
    if executable and executable not in members and part.role != "resource":
        yield from _unread(part.location(executable), "the bundle names this executable, but does not hold it")


def _code(executable: str, members: list[str]) -> Iterator[str]:
    """Yield what the device loads as a part's code, the executable first: debug builds keep theirs in a dylib."""
    if executable in members:
        yield executable
    dylibs = (name for name in members if name.endswith(".dylib") and name != executable)
    yield from (name for name in dylibs if not SWIFT_RUNTIME.fullmatch(name))


def _executable(part: Part, members: list[str]) -> str:
    """Tell what Info.plist calls the executable; a framework without a readable one is named as its directory is."""
    name = None
    # what is wrong with the plist is told where plists are read; here it only costs the name
    with suppress(BundleError):
        name = read_plist(part.container.read(f"{part.root}Info.plist")).get("CFBundleExecutable")
    if isinstance(name, str) and name and "/" not in name:
        return name
    stem = part.root.rstrip("/").rpartition("/")[2].rpartition(".")[0]
    return stem if stem in members else ""


def _read_member(part: Part, member: str, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:
    location = part.location(member)
    try:
        data = part.container.read(f"{part.root}{member}")
    except BundleError as error:
        yield from _unread(location, str(error).rpartition(f"{member}: ")[2])
        return
    yield from read_binary(data, location, wanted)


def _read_image(image: Image, location: Location, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:
    yield from _platform(image, location)
    yield from _signature(image, location)
    yield from _linked(image, location)
    yield from _imported(image, location, wanted)
    yield from _named(image, location, wanted)
    yield from _encryption(image, location)
    for problem in image.problems:
        yield from _unread(location, problem)


def _platform(image: Image, location: Location) -> Iterator[Fact]:
    for platform, minimum in image.platforms:
        yield Fact("binary-platform", platform, minimum, location, condition=(image.cpu,))


def _signature(image: Image, location: Location) -> Iterator[Fact | Gap]:
    signature = entitlements.read_signature(image)
    place = Location(location.path, "code signature")
    if signature is None:
        if image.kind == "executable":
            yield Gap(place, "is not signed, so what entitlements the app has cannot be told")
    else:
        yield from _signer(signature, place)
        for key, value, note in signature.entitlements():
            yield _entitlement(key, value, place, note, loose=image.kind != "executable")
        for problem in signature.problems:
            yield Gap(place, problem)
    yield from _simulated(image, location)


def _signer(signature: entitlements.Signature, place: Location) -> Iterator[Fact]:
    if signature.identifier:
        yield Fact("signature", "identifier", signature.identifier, place)
    if signature.team:
        yield Fact("signature", "team", signature.team, place)
    if signature.adhoc:
        yield Fact("signature", "ad-hoc", "true", place)


def _simulated(image: Image, location: Location) -> Iterator[Fact | Gap]:
    place = Location(location.path, "__TEXT,__entitlements")
    if not macho_objc.is_readable(image, "__entitlements"):
        return
    try:
        for key, value in sorted(entitlements.simulator_entitlements(image).items()):
            yield _entitlement(key, value, place, "simulator build")
    except BundleError as error:
        yield Gap(place, str(error))


def _entitlement(key: str, value: object, place: Location, note: str, *, loose: bool = False) -> Fact:
    dead = ""
    if loose:
        dead = "dead: only an executable's entitlements count"
    elif value is False or value in ("", [], {}):
        # an empty list is what Xcode writes for "none"
        dead = "dead: claims nothing"
    condition = tuple(filter(None, (dead, note)))
    return Fact("entitlement", key, entitlements.value_text(value), place, condition=condition)


def _linked(image: Image, location: Location) -> Iterator[Fact]:
    for dylib in image.dylibs:
        name = _framework(dylib.name)
        condition = (dylib.link,) if dylib.link else ()
        if name:
            embedded = "" if dylib.name.startswith(_SYSTEM) else dylib.name
            yield Fact("framework", name, embedded, location, condition=condition, confidence="low")
        elif not dylib.name.startswith(_SYSTEM) and "/libswift" not in dylib.name:
            library = dylib.name.rpartition("/")[2]
            yield Fact("native-library", library, dylib.name, location, condition=condition, confidence="low")


def _framework(install_name: str) -> str:
    """``CoreLocation`` for a public or embedded framework; empty for a plain library and a private framework."""
    before, found, _ = install_name.rpartition(".framework/")
    if not found:
        return ""
    directory, _, name = before.rpartition("/")
    return "" if directory.endswith("/PrivateFrameworks") else name


def _imported(image: Image, location: Location, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:
    if not macho_imports.has_import_table(image):
        yield from _unread(location, _BITCODE if "__bundle" in image.sections else _STRIPPED)
        return
    names = macho_imports.imported_names(image)
    classes = {_class_name(name) for name in names}
    for name in sorted(_matching(classes - {""}, wanted.get("class", frozenset()))):
        yield Fact("class", name, "", location, confidence="medium")
    for name in sorted(_matching(names, wanted.get("symbol", frozenset()))):
        yield Fact("symbol", name, "", location, confidence="medium")


def _class_name(symbol: str) -> str:
    for prefix in (_CLASS, _OLD_CLASS):
        if symbol.startswith(prefix):
            return symbol[len(prefix) :]
    return ""


def _matching(names: frozenset[str] | set[str], wanted: frozenset[str]) -> set[str]:
    found = set(names & wanted)
    prefixes = tuple(sorted(key[:-1] for key in wanted if key.endswith("*")))
    if prefixes:
        found.update(name for name in names if name.startswith(prefixes))
    return found


def _named(image: Image, location: Location, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact]:
    for selector in sorted(macho_objc.selectors(image, wanted.get("selector", frozenset()))):
        yield Fact("selector", selector, "", location, confidence="low")
    names = macho_objc.defined_names(image)
    for prefix, count in sorted(macho_objc.class_prefixes(names, wanted.get("objc-class", frozenset())).items()):
        yield Fact("objc-class", prefix, str(count), location)
    for module, count in sorted(macho_objc.swift_modules(image).items()):
        yield Fact("swift-module", module, str(count), location)
    for host in sorted(macho_objc.hosts(image, wanted.get("host", frozenset()))):
        yield Fact("host", host, "", location, confidence="medium")


def _encryption(image: Image, location: Location) -> Iterator[Fact | Gap]:
    if image.crypt is None:
        return
    yield Fact("encrypted", "FairPlay", str(image.crypt[1]), location, condition=(image.cpu,))
    yield Gap(
        location, "is encrypted (FairPlay): imports and entitlements were read, selectors and class names could not be"
    )
