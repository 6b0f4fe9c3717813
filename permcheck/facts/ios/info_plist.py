"""An iOS bundle in, what the Info.plist of its app and of every nested bundle says out, localisations resolved.

Keys: https://developer.apple.com/documentation/bundleresources/information-property-list
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from permcheck.bundles import Bundle, Part, nesting
from permcheck.errors import BundleError
from permcheck.facts.ios.localization import Table, read_tables
from permcheck.facts.ios.plist import read_plist, strings_of, text_of
from permcheck.model import Fact, Gap, Location

INJECTED = "tool-injected"
"""Condition of what a development tool wrote into a debug build and will not be in the store's."""
DISCLOSING = frozenset({
    "GADApplicationIdentifier", "LSApplicationQueriesSchemes", "LSSupportsOpeningDocumentsInPlace",
    "NSAccessorySetupBluetoothCompanyIdentifiers", "NSAccessorySetupBluetoothNames",
    "NSAccessorySetupBluetoothServices", "NSAccessorySetupKitSupports", "NSAccessorySetupSupports",
    "NSAdvertisingAttributionReportEndpoint", "NSHealthRequiredReadAuthorizationTypeIdentifiers",
    "NSLocationDefaultAccuracyReduced", "NSSensorKitPrivacyPolicyURL", "NSSensorKitUsageDetail",
    "NSSupportsLiveActivities", "NSWidgetWantsLocation", "SKAdNetworkItems", "UIFileSharingEnabled",
    "UIRequiredDeviceCapabilities", "UISupportedExternalAccessoryProtocols", "WiFiAwareServices",
})  # fmt: skip
"""Keys beside purpose strings, modes and services that bear on what an app discloses or reaches."""
TEMPORARY_LOCATION = "NSLocationTemporaryUsageDescriptionDictionary"
_PURPOSE = re.compile(r"NS\w*UsageDescription|NFCReaderUsageDescription")
_VARIANT = re.compile(r"(?P<key>\w+?)(?:-(?P<platform>iphoneos|iphonesimulator))?(?:~(?P<device>iphone|ipad|ipod))?")
_IDENTITY = {
    "app_id": ("CFBundleIdentifier",),
    "name": ("CFBundleDisplayName", "CFBundleName", "CFBundleExecutable"),
    "version": ("CFBundleShortVersionString",),
    "build": ("CFBundleVersion",),
    "min-os": ("MinimumOSVersion",),
    "platform": ("DTPlatformName",),
}
_FLUTTER_TEXT = "Allow Flutter tools"
_FLUTTER_SERVICES = ("_dartVmService._tcp", "_dartobservatory._tcp")


@dataclass(frozen=True, slots=True)
class Source:
    """One Info.plist with its translations; ``where`` is its place, ``region`` the language it is written in."""

    part: Part
    info: Mapping[str, Any]
    tables: Mapping[str, Table]
    region: str

    def at(self, *path: str) -> Location:
        """The place of a key."""
        return self.part.location("Info.plist", ".".join(path))

    def translated(self, key: str, text: str) -> tuple[str, Location | None]:
        """The text that a user of the development region reads, and the strings file that it comes from."""
        language = self.region.partition("-")[0]
        akin = sorted(locale for locale in self.tables if locale.partition("-")[0] == language)
        for locale in (self.region, *akin, "Base"):
            table = self.tables.get(locale)
            if table and key in table.strings:
                return table.strings[key], table.location(key)
        return text, None


def recognizes(bundle: Bundle) -> bool:
    """Whether the bundle holds an Info.plist."""
    return bundle.platform == "ios"


def extract(bundle: Bundle, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:
    """Read the plists of the app, its extensions, Watch app and clip; name embedded frameworks and resource bundles.

    Raises `BundleError` when that of the main app cannot be read.
    """
    members = nesting.own_members(bundle)
    apps = [part.root.rstrip("/").rpartition("/")[2] for part in bundle.parts if part.role == "app"]
    if len(apps) > 1:
        yield Fact("build-note", "several-apps", ", ".join(apps), Location(bundle.path))
    keys = DISCLOSING | wanted.get("plist-key", frozenset())
    for part in bundle.parts:
        own = members[part.root]
        if part.role not in nesting.PROGRAMS:
            yield from _embedded(part, own)
        elif "Info.plist" in own:
            yield from _program(part, own, keys, main=part is bundle.parts[0])


def _embedded(part: Part, own: list[str]) -> Iterator[Fact | Gap]:
    name = part.root.rstrip("/").rpartition("/")[2].rpartition(".")[0]
    kind = "embedded-framework" if part.role == "framework" else "resource"
    version = ""
    if "Info.plist" in own:
        try:
            info = read_plist(part.container.read(f"{part.root}Info.plist"))
            version = text_of(info.get("CFBundleShortVersionString", ""))
        except BundleError as error:
            yield _gap(part, error)
    yield Fact(kind, name, version, part.location())


def _program(part: Part, own: list[str], keys: frozenset[str], *, main: bool) -> Iterator[Fact | Gap]:
    try:
        info = read_plist(part.container.read(f"{part.root}Info.plist"))
    except BundleError as error:
        if main:
            raise BundleError(f"{part.location('Info.plist').path}: {_gap(part, error).reason}") from error
        yield _gap(part, error)
        return
    tables, gaps = read_tables(part, own)
    yield from gaps
    source = Source(part, info, tables, _region(info))
    known = list(_identity(source))
    if main and not known:
        raise BundleError(f"{source.at().path}: says neither which app this is (CFBundleIdentifier) nor its name")
    yield from known
    yield from _localizations(source)
    for key in sorted(info):
        yield from _entry(source, key, keys)
    yield from _extension_point(source)
    yield from _notes(source, own)


def _gap(part: Part, error: BundleError) -> Gap:
    place = part.location("Info.plist")
    return Gap(place, str(error).removeprefix(f"{place.path}: "))


def _region(info: Mapping[str, Any]) -> str:
    """The development region as a language tag: ``en`` for ``English``, ``zh-CN`` for ``zh_CN``."""
    named = {"english": "en", "german": "de", "french": "fr", "japanese": "ja", "spanish": "es", "italian": "it"}
    region = info.get("CFBundleDevelopmentRegion")
    text = region.replace("_", "-") if isinstance(region, str) and re.fullmatch(r"[\w-]{2,40}", region) else "en"
    return named.get(text.lower(), text)


def _identity(source: Source) -> Iterator[Fact]:
    for key, names in _IDENTITY.items():
        for name in names:
            value = source.info.get(name)
            if isinstance(value, str) and value:
                text, _ = source.translated(name, value)
                yield Fact("identity", key, text, source.at(name))
                break


def _localizations(source: Source) -> Iterator[Fact]:
    locales = sorted(locale for locale in source.tables if locale != "Base")
    if locales:
        yield Fact("localization", source.region, ",".join(locales), source.part.location())


def _entry(source: Source, name: str, keys: frozenset[str]) -> Iterator[Fact]:
    found = _VARIANT.fullmatch(name)
    key = found["key"] if found else name
    narrowed = tuple(part for part in (found["platform"], found["device"]) if part) if found else ()
    value = source.info[name]
    if _PURPOSE.fullmatch(key):
        yield from _purpose(source, name, key, value, narrowed)
    elif key == TEMPORARY_LOCATION:
        yield from _temporary(source, value)
    elif key in ("UIBackgroundModes", "WKBackgroundModes"):
        for mode in strings_of(value):
            yield Fact("background-mode", mode.strip(), "", source.at(name), condition=narrowed)
    elif key == "NSBonjourServices":
        for service in strings_of(value):
            yield _bonjour(service, source.at(name))
    elif key in keys:
        yield Fact("plist-key", key, text_of(value), source.at(name), condition=narrowed)


def _purpose(source: Source, name: str, key: str, value: object, narrowed: tuple[str, ...]) -> Iterator[Fact]:
    """The purpose string as users of the development region read it, then every translation of it."""
    written = text_of(value)
    text, place = source.translated(name, written)
    injected = text.startswith(_FLUTTER_TEXT)
    condition = (f"locale={source.region}", *narrowed, *((INJECTED,) if injected else ()))
    origin = "Flutter tools" if injected else ""
    yield Fact("purpose-string", key, text, place or source.at(name), origin, condition)
    if place and written != text:
        yield Fact("purpose-string-locale", key, written, source.at(name), origin, ("locale=",))
    yield from _translations(source, name, key)


def _temporary(source: Source, value: object) -> Iterator[Fact]:
    """One purpose string for each occasion on which the app asks for precise location."""
    named = {key: text for key, text in value.items() if isinstance(key, str)} if isinstance(value, dict) else {}
    for occasion, written in sorted(named.items(), key=itemgetter(0)):
        text, place = source.translated(occasion, text_of(written))
        condition = (f"locale={source.region}", f"occasion={occasion}")
        yield Fact(
            "purpose-string", TEMPORARY_LOCATION, text, place or source.at(TEMPORARY_LOCATION, occasion), "", condition
        )


def _translations(source: Source, name: str, key: str) -> Iterator[Fact]:
    for locale, table in sorted(source.tables.items()):
        if name in table.strings:
            place = table.location(name)
            yield Fact("purpose-string-locale", key, table.strings[name], place, "", (f"locale={locale}",))


def _bonjour(service: str, place: Location) -> Fact:
    name = service.strip().rstrip(".").removesuffix(".local")
    injected = name in _FLUTTER_SERVICES
    condition = (INJECTED,) if injected else ()
    return Fact("bonjour-service", name, "", place, "Flutter tools" if injected else "", condition)


def _extension_point(source: Source) -> Iterator[Fact]:
    for key, inner in (
        ("NSExtension", "NSExtensionPointIdentifier"),
        ("EXAppExtensionAttributes", "EXExtensionPointIdentifier"),
    ):
        attributes = source.info.get(key)
        point = attributes.get(inner) if isinstance(attributes, dict) else None
        if isinstance(point, str):
            yield Fact(
                "extension-point", point, text_of(source.info.get("CFBundleIdentifier", "")), source.at(key, inner)
            )


def _notes(source: Source, own: list[str]) -> Iterator[Fact]:
    """What makes this another build than the store's: such a build asks for more, or hides where its code is."""
    platforms = (
        *strings_of(source.info.get("CFBundleSupportedPlatforms")),
        *strings_of(source.info.get("DTPlatformName")),
    )
    place = source.at()
    if any("simulator" in platform.lower() for platform in platforms):
        yield Fact("build-note", "simulator-build", platforms[0], place)
    stub = f"{source.info.get('CFBundleExecutable')}.debug.dylib"
    if stub in own:
        yield Fact("build-note", "debug-dylib", stub, source.part.location(stub))
    if any(service in _FLUTTER_SERVICES for service in strings_of(source.info.get("NSBonjourServices"))):
        yield Fact("build-note", "flutter-debug-build", "", place)
    if source.part.root.endswith("-Runner.app/"):
        yield Fact("build-note", "test-runner", "", place)
