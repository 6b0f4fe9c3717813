"""What the Info.plist of an app and of its nested bundles says, translations resolved."""

from __future__ import annotations

import plistlib
import struct
from collections.abc import Iterable
from pathlib import Path

import pytest

from permcheck.bundles import open_bundle
from permcheck.errors import BundleError
from permcheck.facts.ios import info_plist
from permcheck.facts.ios.plist import read_plist, text_of
from permcheck.facts.ios.strings_file import read_strings
from permcheck.model import Fact, Gap
from tests.builders import ipa

APP = "Payload/Lamp.app/"


def read(tmp_path: Path, members: dict[str, ipa.Content]) -> list[Fact | Gap]:
    path = tmp_path / "lamp.ipa"
    path.write_bytes(ipa.archive(members))
    return list(info_plist.extract(open_bundle(path, "lamp.ipa"), {}))


def of(items: Iterable[Fact | Gap], *kinds: str) -> list[Fact]:
    return [item for item in items if isinstance(item, Fact) and item.kind in kinds]


def gaps(items: Iterable[Fact | Gap]) -> list[Gap]:
    return [item for item in items if isinstance(item, Gap)]


def test_the_app_says_who_it_is(tmp_path: Path) -> None:
    plist = ipa.info(CFBundleDisplayName="Lamp at home")
    identity = {fact.key: fact.value for fact in of(read(tmp_path, ipa.app({"Info.plist": plist})), "identity")}
    assert identity == {
        "app_id": "com.example.lamp",
        "name": "Lamp at home",
        "version": "2.1",
        "build": "34",
        "min-os": "15.0",
        "platform": "iphoneos",
    }


def test_every_usage_description_is_a_purpose_string_known_or_not(tmp_path: Path) -> None:
    plist = ipa.info(
        NSCameraUsageDescription="Scans codes.",
        NFCReaderUsageDescription="Reads tags.",
        NSTelepathyUsageDescription="Reads minds.",
        NSCameraUsageDescriptionOld="no key",
    )
    found = of(read(tmp_path, ipa.app({"Info.plist": plist})), "purpose-string")
    assert {fact.key: fact.value for fact in found} == {
        "NSCameraUsageDescription": "Scans codes.",
        "NFCReaderUsageDescription": "Reads tags.",
        "NSTelepathyUsageDescription": "Reads minds.",
    }
    assert {fact.location.path for fact in found} == {"lamp.ipa!/Payload/Lamp.app/Info.plist"}


def test_nested_bundles_speak_for_themselves(tmp_path: Path) -> None:
    plist = ipa.info(
        "com.example.lamp.share", NSCameraUsageDescription="Scans.", NSExtension={"NSExtensionPointIdentifier": "p"}
    )
    clip = ipa.info("com.example.lamp.clip", EXAppExtensionAttributes={"EXExtensionPointIdentifier": "q"})
    members = {
        **ipa.app({}),
        **ipa.app({"Info.plist": plist}, f"{APP}PlugIns/Share.appex/"),
        **ipa.app({"Info.plist": clip}, f"{APP}Extensions/New.appex/"),
        **ipa.app({"Info.plist": ipa.info(NSCameraUsageDescription="of no effect")}, f"{APP}Frameworks/Kit.framework/"),
        f"{APP}Kit.bundle/data": b"",
    }
    items = read(tmp_path, members)
    assert [(fact.key, fact.location.path) for fact in of(items, "purpose-string")] == [
        ("NSCameraUsageDescription", "lamp.ipa!/Payload/Lamp.app/PlugIns/Share.appex/Info.plist")
    ]
    assert [(f.key, f.value) for f in of(items, "extension-point")] == [
        ("q", "com.example.lamp.clip"),
        ("p", "com.example.lamp.share"),
    ]
    assert [(f.kind, f.key, f.value) for f in of(items, "embedded-framework", "resource")] == [
        ("embedded-framework", "Kit", "2.1"),
        ("resource", "Kit", ""),
    ]


def test_the_text_of_the_development_region_stands_for_the_key(tmp_path: Path) -> None:
    plist = ipa.info(CFBundleDevelopmentRegion="de_DE", NSCameraUsageDescription="[see strings]")
    members = ipa.app(
        {
            "Info.plist": plist,
            "de.lproj/InfoPlist.strings": {"NSCameraUsageDescription": "Liest Codes."},
            "fr.lproj/InfoPlist.strings": 'NSCameraUsageDescription = "Lit les codes.";',
            "ja.lproj/Localizable.strings": {"hello": "x"},
        }
    )
    items = read(tmp_path, members)
    [string] = of(items, "purpose-string")
    assert (string.value, string.condition) == ("Liest Codes.", ("locale=de-DE",))
    assert string.location.path.endswith("de.lproj/InfoPlist.strings")
    assert {(f.condition, f.value) for f in of(items, "purpose-string-locale")} == {
        (("locale=",), "[see strings]"),
        (("locale=de",), "Liest Codes."),
        (("locale=fr",), "Lit les codes."),
    }
    assert [(f.key, f.value) for f in of(items, "localization")] == [("de-DE", "de,fr,ja")]


def test_a_table_of_all_languages_is_read(tmp_path: Path) -> None:
    table = {
        "LocProvenance": {},
        "en": {"NSCameraUsageDescription": "Scans."},
        "fr": {"NSCameraUsageDescription": "Lit."},
    }
    plist = ipa.info(NSCameraUsageDescription="raw")
    items = read(tmp_path, ipa.app({"Info.plist": plist, "InfoPlist.loctable": table}))
    assert [f.value for f in of(items, "purpose-string")] == ["Scans."]
    assert {f.value for f in of(items, "purpose-string-locale")} == {"raw", "Scans.", "Lit."}


def test_precise_location_has_a_string_for_each_occasion(tmp_path: Path) -> None:
    plist = ipa.info(NSLocationTemporaryUsageDescriptionDictionary={"Map": "[raw]", "Zone": "Draws your zone."})
    members = ipa.app({"Info.plist": plist, "en.lproj/InfoPlist.strings": {"Map": "Shows you on the map."}})
    found = of(read(tmp_path, members), "purpose-string")
    assert {(f.value, f.condition[1]) for f in found} == {
        ("Shows you on the map.", "occasion=Map"),
        ("Draws your zone.", "occasion=Zone"),
    }


def test_modes_services_and_other_keys(tmp_path: Path) -> None:
    plist = ipa.info(
        UIBackgroundModes=["location", "bluetooth-central"],
        WKBackgroundModes="workout-processing",
        NSBonjourServices=["_hap._tcp", "_lamp._udp.local."],
        NSSupportsLiveActivities=True,
        LSApplicationQueriesSchemes=["maps", "mail"],
        CFBundleIcons={"x": 1},
    )
    items = read(tmp_path, ipa.app({"Info.plist": plist}))
    assert [f.key for f in of(items, "background-mode")] == ["location", "bluetooth-central", "workout-processing"]
    assert [f.key for f in of(items, "bonjour-service")] == ["_hap._tcp", "_lamp._udp"]
    assert {f.key: f.value for f in of(items, "plist-key")} == {
        "NSSupportsLiveActivities": "true",
        "LSApplicationQueriesSchemes": "[maps, mail]",
    }


def test_keys_for_one_device_say_so(tmp_path: Path) -> None:
    plist = ipa.info(**{"UIBackgroundModes~ipad": ["location"], "NSCameraUsageDescription-iphoneos": "Scans."})
    items = read(tmp_path, ipa.app({"Info.plist": plist}))
    assert [(f.key, f.condition) for f in of(items, "background-mode")] == [("location", ("ipad",))]
    assert [(f.key, f.condition) for f in of(items, "purpose-string")] == [
        ("NSCameraUsageDescription", ("locale=en", "iphoneos"))
    ]


def test_what_flutter_tools_inject_is_labelled(tmp_path: Path) -> None:
    plist = ipa.info(
        NSBonjourServices=["_dartVmService._tcp", "_lamp._tcp"],
        NSLocalNetworkUsageDescription="Allow Flutter tools on your computer to connect.",
    )
    items = read(tmp_path, ipa.app({"Info.plist": plist}))
    labelled = [f.key for f in of(items, "bonjour-service", "purpose-string") if info_plist.INJECTED in f.condition]
    assert sorted(labelled) == ["NSLocalNetworkUsageDescription", "_dartVmService._tcp"]
    assert "flutter-debug-build" in [f.key for f in of(items, "build-note")]


def test_builds_that_are_not_the_stores_are_labelled(tmp_path: Path) -> None:
    plist = ipa.info(DTPlatformName="iphonesimulator")
    items = read(tmp_path, ipa.app({"Info.plist": plist, "Lamp.debug.dylib": b""}))
    assert [f.key for f in of(items, "build-note")] == ["simulator-build", "debug-dylib"]


def test_a_damaged_plist_of_the_app_is_fatal_one_of_an_extension_a_gap(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"^lamp.ipa!/Payload/Lamp.app/Info.plist: damaged property list$"):
        read(tmp_path, ipa.app({"Info.plist": b"bplist00xx"}))
    extension = {f"{APP}PlugIns/S.appex/Info.plist": b"<plist><array/></plist>"}
    [gap] = gaps(read(tmp_path, {**ipa.app({}), **extension}))
    assert gap.location.path == "lamp.ipa!/Payload/Lamp.app/PlugIns/S.appex/Info.plist"
    assert gap.reason == "property list without a dictionary of named values"


def test_a_damaged_translation_is_a_gap(tmp_path: Path) -> None:
    [gap] = gaps(read(tmp_path, ipa.app({"fr.lproj/InfoPlist.strings": '"a" = "b";\n"c" = '})))
    assert gap.location.path.endswith("fr.lproj/InfoPlist.strings")
    assert gap.reason == "strings file that cannot be read from line 2 on"


XML = plistlib.dumps({"a": "ä"}).decode()


@pytest.mark.parametrize(
    "data",
    [
        XML.encode(),
        b"\xef\xbb\xbf" + XML.encode(),
        b"\n  " + XML.encode(),
        XML.replace("UTF-8", "UTF-16").encode("utf-16"),
        plistlib.dumps({"a": "ä"}, fmt=plistlib.FMT_BINARY),
        "<plist><dict><key>a</key><string>ä</string></dict></plist>".encode(),
    ],
)
def test_every_encoding_of_a_plist_is_read(data: bytes) -> None:
    assert read_plist(data) == {"a": "ä"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "damaged"),
        (b"{ a = b; }", "damaged"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (plistlib.dumps(["a"]), "without a dictionary"),
        (b"<plist><dict><key>d</key><date>today</date></dict></plist>", "damaged"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><plist><dict/></plist>', "damaged"),
        (b"<plist>" + b" " * (2 << 20), "more than the limit"),
    ],
)
def test_what_is_no_plist_is_told(data: bytes, reason: str) -> None:
    with pytest.raises(BundleError, match=reason):
        read_plist(data)


def test_a_plist_that_holds_itself_or_repeats_itself_is_put_in_bounded_text() -> None:
    loop: dict[str, object] = {}
    loop["again"] = [loop, loop]
    assert len(text_of(loop)) <= 2000


def test_a_binary_plist_of_overlapping_objects_is_refused() -> None:
    text = b"\x5f\x11\x40\x00" + b"a" * 0x4000
    refs = 3000
    array = b"\xaf\x11" + struct.pack(">H", refs) + b"".join(struct.pack(">H", 1 + i) for i in range(refs))
    table = [8 + len(text)] + [8] * refs
    body = b"bplist00" + text + array
    offsets = b"".join(struct.pack(">H", at) for at in table)
    trailer = struct.pack(">5xBBBQQQ", 0, 2, 2, len(table), 0, len(body))
    with pytest.raises(BundleError, match="overlap"):
        read_plist(body + offsets + trailer)


STRINGS = '/* a note */\n"NSCameraUsageDescription" = "Scans the \\"code\\".\\nTwice.";\n// more\nkey = value;\nlone;\n'
PAIRS = {"NSCameraUsageDescription": 'Scans the "code".\nTwice.', "key": "value", "lone": "lone"}


@pytest.mark.parametrize(
    "data",
    [
        STRINGS.encode(),
        STRINGS.encode("utf-8-sig"),
        STRINGS.encode("utf-16"),
        STRINGS.encode("utf-16-le"),
        STRINGS.encode("utf-16-be"),
        plistlib.dumps(PAIRS),
        plistlib.dumps({**PAIRS, "plural": {"one": "x"}}, fmt=plistlib.FMT_BINARY),
    ],
)
def test_every_form_of_a_strings_file_is_read(data: bytes) -> None:
    assert read_strings(data) == PAIRS


def test_escapes_of_strings_files() -> None:
    assert read_strings(rb'"a" = "\U00e4\t\\\351";') == {"a": "\u00e4\t\\\u00e9"}
    assert read_strings(b"") == {}


def test_a_region_is_served_by_a_table_of_its_language(tmp_path: Path) -> None:
    members = ipa.app(
        {
            "Info.plist": ipa.info(CFBundleDevelopmentRegion="zh_CN", NSCameraUsageDescription="raw"),
            "zh-Hans.lproj/InfoPlist.strings": {"NSCameraUsageDescription": "\u626b\u63cf"},
        }
    )
    assert [f.value for f in of(read(tmp_path, members), "purpose-string")] == ["\u626b\u63cf"]


def test_several_apps_in_one_file_are_told(tmp_path: Path) -> None:
    items = read(tmp_path, {**ipa.app({}), **ipa.app({}, "Payload/sub/Attic.app/")})
    assert [(f.key, f.value) for f in of(items, "build-note")] == [("several-apps", "Lamp.app, Attic.app")]
    assert {f.location.path for f in of(items, "identity")} == {
        "lamp.ipa!/Payload/Lamp.app/Info.plist",
        "lamp.ipa!/Payload/sub/Attic.app/Info.plist",
    }


def test_more_translations_than_there_are_languages_are_not_all_read(tmp_path: Path) -> None:
    tables: dict[str, ipa.Content] = {f"x{number}.lproj/InfoPlist.strings": "" for number in range(310)}
    [gap] = gaps(read(tmp_path, ipa.app(tables)))
    assert gap.reason == "more than 300 translations; the rest not read"
