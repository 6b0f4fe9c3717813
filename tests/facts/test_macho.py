"""What a binary links, imports and says of itself is read in every variant that linkers write."""

import struct

import pytest

from permcheck.facts.ios.macho import read_binary
from permcheck.facts.ios.macho_objc import LIMITS
from permcheck.model import Fact, Gap, Location
from tests.builders.adhoc_sign import Claim, sign
from tests.builders.macho import CPUS, SIMULATOR, Binary, build, fat

WHERE = Location("lamp.ipa!/Payload/Lamp.app/Lamp")
WANTED = {
    "class": frozenset({"CLLocationManager", "CBCentralManager", "CNContactStore"}),
    "symbol": frozenset({"_AVMediaTypeVideo", "_nw_browser_*"}),
    "selector": frozenset({"requestAlwaysAuthorization", "scanForPeripheralsWithServices:options:"}),
    "objc-class": frozenset({"FIR", "FIRCrashlytics", "ThingSmart"}),
}
IMPORTS = (
    "_OBJC_CLASS_$_CLLocationManager",
    "_OBJC_CLASS_$_UIView",
    "_AVMediaTypeVideo",
    "_nw_browser_create",
    "_free",
)


def read(data, wanted=WANTED):
    return list(read_binary(data, WHERE, wanted))


def keys(items, kind):
    return [item.key for item in items if isinstance(item, Fact) and item.kind == kind]


def reasons(items):
    return [item.reason for item in items if isinstance(item, Gap)]


def signed(**parts):
    return sign(build(Binary(**parts)), Claim("com.example.lamp"))


@pytest.mark.parametrize("table", ["symtab", "bind", "lazy-bind", "chained1", "chained2", "chained3", "packed"])
@pytest.mark.parametrize("cpu", CPUS)
def test_imports_are_read_from_every_table(table, cpu):
    items = read(build(Binary(imports=IMPORTS, tables=(table,), cpu=cpu, kind=6, signed=False)))
    assert keys(items, "class") == ["CLLocationManager"]
    assert keys(items, "symbol") == ["_AVMediaTypeVideo", "_nw_browser_create"]
    assert not reasons(items)


def test_imports_named_in_one_table_only_are_still_found():
    data = build(Binary(imports=IMPORTS, tables=("symtab", "bind", "chained1")))
    start = data.index(b"_OBJC_CLASS_$_CLLocationManager")
    hidden = data[:start] + b"_" * 12 + data[start + 12 :]
    assert keys(read(hidden), "class") == ["CLLocationManager"]


def test_a_class_that_the_binary_defines_itself_is_no_import():
    items = read(signed(defined=("_OBJC_CLASS_$_CLLocationManager",), imports=("_OBJC_CLASS_$_CBCentralManager",)))
    assert keys(items, "class") == ["CBCentralManager"]


def test_classes_of_the_old_runtime_are_imports_too():
    items = read(build(Binary(imports=(".objc_class_name_CNContactStore",), cpu="i386", kind=6, signed=False)))
    assert keys(items, "class") == ["CNContactStore"]


def test_only_wanted_names_are_told_and_use_evidence_is_weighed():
    facts = read(signed(imports=IMPORTS, dylibs=(("/System/Library/Frameworks/UIKit.framework/UIKit", ""),)))
    weights = {fact.kind: fact.confidence for fact in facts}
    assert (weights["framework"], weights["class"], weights["symbol"]) == ("low", "medium", "medium")
    assert "UIView" not in keys(facts, "class")
    assert not keys(read(signed(imports=IMPORTS), {}), "class")


def test_linked_frameworks_are_named_with_their_kind_of_link():
    system = "/System/Library/Frameworks/{0}.framework/{0}".format
    dylibs = (
        (system("CoreLocation"), ""),
        (system("HomeKit"), "weak"),
        (system("Photos"), "lazy"),
        (system("CoreMotion"), "upward"),
        ("@rpath/FirebaseCore.framework/FirebaseCore", "reexport"),
        ("@rpath/libhermes.dylib", ""),
        ("@rpath/libswiftCore.dylib", ""),
        ("/usr/lib/libz.1.dylib", ""),
        ("/System/Library/PrivateFrameworks/Secret.framework/Secret", ""),
    )
    items = read(signed(dylibs=dylibs))
    frameworks = {item.key: item.condition for item in items if isinstance(item, Fact) and item.kind == "framework"}
    assert frameworks == {
        "CoreLocation": (),
        "HomeKit": ("weak",),
        "Photos": ("lazy",),
        "CoreMotion": ("upward",),
        "FirebaseCore": ("reexport",),
    }
    assert keys(items, "native-library") == ["libhermes.dylib"]


@pytest.mark.parametrize("section", ["selectors", "strings"])
def test_wanted_selectors_are_found_in_either_section(section):
    items = read(signed(**{section: ("viewDidLoad", "requestAlwaysAuthorization", "notRequestAlwaysAuthorization")}))
    assert keys(items, "selector") == ["requestAlwaysAuthorization"]


def test_a_selector_in_plain_strings_counts_only_where_there_is_no_section_for_selectors():
    items = read(signed(selectors=("viewDidLoad",), strings=("requestAlwaysAuthorization",)))
    assert keys(items, "selector") == []


def test_a_selector_that_crosses_a_reading_chunk_is_found():
    filler = tuple(f"m{index:06}:" for index in range(116508))
    selectors = (*filler, "requestAlwaysAuthorization", "last")
    data = build(Binary(selectors=selectors, kind=6, signed=False))
    start = data.index(b"requestAlwaysAuthorization") - data.index(b"m000000:")
    assert start < 1 << 20 < start + 26, "the fixture no longer crosses the chunk"
    assert keys(read(data), "selector") == ["requestAlwaysAuthorization"]


def test_own_classes_are_counted_by_the_longest_wanted_prefix():
    items = read(
        signed(class_names=("FIRApp", "FIROptions", "FIRCrashlyticsReport", "LampView", "THINGSmart", "FIR app"))
    )
    counted = {item.key: item.value for item in items if isinstance(item, Fact) and item.kind == "objc-class"}
    assert counted == {"FIR": "2", "FIRCrashlytics": "1"}


def test_swift_modules_linked_into_a_binary_are_counted():
    names = (
        "_TtC9Alamofire7Session",
        "_TtCC9Alamofire7Session5Inner",
        "_TtC4LampP33_0123456789ABCDEF4View",
        "_TtC99Cut",
        "_TtV",
    )
    items = read(signed(strings=(*names, "LampView"), class_names=("_TtC4Lamp3Day", "_TtC4Lamp3Day")))
    counted = {item.key: item.value for item in items if isinstance(item, Fact) and item.kind == "swift-module"}
    assert counted == {"Alamofire": "2", "Lamp": "2"}


def test_an_encrypted_binary_keeps_imports_and_loses_selectors_and_says_so():
    data = signed(imports=IMPORTS, selectors=("requestAlwaysAuthorization",), class_names=("FIRApp",), encrypted=True)
    items = read(data)
    assert keys(items, "class") == ["CLLocationManager"]
    assert keys(items, "signature") == ["identifier", "ad-hoc"]
    assert keys(items, "encrypted") == ["FairPlay"]
    assert not keys(items, "selector")
    assert not keys(items, "objc-class")
    assert ["FairPlay" in reason for reason in reasons(items)] == [True]


def test_a_binary_without_any_import_table_cannot_tell():
    assert ["stripped" in reason for reason in reasons(read(signed(tables=())))] == [True]


def test_an_upload_with_bitcode_in_place_of_code_says_so():
    (reason,) = reasons(read(signed(tables=(), bitcode=b"BC")))
    assert "bitcode" in reason


@pytest.mark.parametrize(
    ("parts", "platform", "minimum", "cpu"),
    [
        ({}, "ios", "15.0", "arm64"),
        ({"platform": SIMULATOR, "cpu": "x86_64"}, "ios-simulator", "15.0", "x86_64"),
        ({"platform": 4, "minimum": (8, 1, 2)}, "watchos", "8.1.2", "arm64"),
        ({"version_min": True, "minimum": (9, 3, 0)}, "ios", "9.3", "arm64"),
        ({"version_min": True, "cpu": "x86_64"}, "ios-simulator", "15.0", "x86_64"),
        ({"platform": 99}, "platform 99", "15.0", "arm64"),
    ],
)
def test_platform_and_oldest_system_are_told(parts, platform, minimum, cpu):
    fact = next(item for item in read(signed(**parts)) if item.kind == "binary-platform")
    assert (fact.key, fact.value, fact.condition) == (platform, minimum, (cpu,))


@pytest.mark.parametrize("wide", [False, True])
def test_a_fat_file_is_read_slice_by_slice_and_told_once(wide):
    phone = signed(imports=IMPORTS)
    simulator = sign(build(Binary(imports=IMPORTS, platform=SIMULATOR, cpu="x86_64")), Claim("com.example.lamp"))
    items = read(fat(phone, simulator, wide=wide))
    assert keys(items, "binary-platform") == ["ios", "ios-simulator"]
    assert keys(items, "class") == ["CLLocationManager"]
    assert not reasons(items)


def test_a_fat_file_with_one_readable_slice_says_which_part_is_lost():
    phone = signed(imports=IMPORTS)
    whole = fat(phone, phone)
    items = read(whole[:-0x5000])
    assert any("architecture 2" in reason for reason in reasons(items))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "Git LFS pointer"),
        (b"!<arch>\n" + bytes(60), "static library"),
        (b"#!/bin/sh\necho hello\n", "not a Mach-O"),
        (struct.pack(">3I", 0xCAFEBABE, 0x34, 7), "not a Mach-O"),
        (struct.pack(">4I", 0xCAFEBABE, 1, 7, 3), "fat header"),
        (struct.pack(">2I", 0xCAFEBABE, 0), "no loadable code"),
        (struct.pack(">I", 0xFEEDFACE) + bytes(40), "big-endian"),
        (struct.pack("<2I", 0xFEEDFACF, 12), "header"),
        (build(Binary(kind=10)), "no loadable code"),
        (fat(b"!<arch>\n" + bytes(60)), "no loadable code"),
    ],
)
def test_what_is_no_loadable_binary_is_one_gap_with_the_reason(data, words):
    unread, gap = read(data)
    assert isinstance(gap, Gap)
    assert gap.location == WHERE
    assert words in gap.reason
    assert unread == Fact("unread-code", "imports", gap.reason, WHERE)


def test_the_readable_half_of_a_truncated_binary_is_told_beside_the_gap():
    items = read(
        signed(imports=IMPORTS, dylibs=(("/System/Library/Frameworks/HomeKit.framework/HomeKit", ""),))[:0x4000]
    )
    assert keys(items, "framework") == ["HomeKit"]
    assert len(reasons(items)) == 2
    assert all("beyond the end" in reason for reason in reasons(items))


def test_slices_that_share_their_bytes_are_refused():
    whole = fat(signed(imports=IMPORTS), signed(imports=IMPORTS))
    shared = whole[:36] + whole[16:20] + whole[40:]
    assert any("overlaps" in reason for reason in reasons(read(shared)))
    assert keys(read(shared), "class") == ["CLLocationManager"]


def test_a_section_told_many_times_is_read_a_few_times_and_told():
    data = build(Binary(selectors=("requestAlwaysAuthorization",), signed=False, kind=6))
    at = command(data, 0x19)
    size = struct.unpack_from("<I", data, at + 4)[0]
    section = data[at + 72 : at + 152]
    segment = bytearray(data[at : at + 72] + section * 40)
    struct.pack_into("<I", segment, 4, len(segment))
    struct.pack_into("<I", segment, 64, 40)
    longer = data[:at] + segment + data[at + size :]
    grown = len(segment) - size
    longer = longer[:0x1800] + longer[0x1800 + grown :]
    longer = patched(longer, 20, struct.unpack_from("<I", longer, 20)[0] + grown)
    items = read(longer)
    assert keys(items, "selector") == ["requestAlwaysAuthorization"]
    assert any("__objc_methname" in reason for reason in reasons(items))


def test_sections_and_names_beyond_their_limits_are_told(monkeypatch):
    names = tuple(f"m{number}" for number in range(200))
    data = signed(selectors=("requestAlwaysAuthorization", *names), class_names=("FIRApp",))
    monkeypatch.setitem(LIMITS, "__objc_methname", 100)
    items = read(data)
    assert keys(items, "selector") == ["requestAlwaysAuthorization"]
    assert any("__objc_methname" in reason for reason in reasons(items))
    monkeypatch.setattr("permcheck.facts.ios.macho_image.MAX_SECTIONS", 1)
    assert any("more than 1 sections" in reason for reason in reasons(read(data)))


def test_a_section_that_ends_outside_the_file_is_told():
    data = build(Binary(selectors=("requestAlwaysAuthorization",), kind=6, signed=False))
    size = command(data, 0x19) + 72 + 40
    items = read(patched(data, size, 1 << 24))
    assert keys(items, "selector") == ["requestAlwaysAuthorization"]
    assert any("__objc_methname reaches beyond" in reason for reason in reasons(items))


def test_names_that_share_their_bytes_cannot_spell_out_gigabytes(monkeypatch):
    monkeypatch.setattr("permcheck.facts.ios.macho_imports.MAX_SYMBOL_BYTES", 40)
    items = read(build(Binary(imports=IMPORTS, signed=False)))
    assert any("more names than are read" in reason for reason in reasons(items))


def test_binding_opcodes_beyond_the_limit_are_refused(monkeypatch):
    monkeypatch.setattr("permcheck.facts.ios.macho_imports.MAX_BIND_BYTES", 40)
    items = read(build(Binary(imports=IMPORTS, tables=("symtab", "bind"), signed=False)))
    assert any("more than 40" in reason for reason in reasons(items))
    assert keys(items, "class") == ["CLLocationManager"]


def patched(data, offset, *numbers):
    return data[:offset] + struct.pack(f"<{len(numbers)}I", *numbers) + data[offset + 4 * len(numbers) :]


@pytest.mark.parametrize(
    ("offset", "number", "words"),
    [(16, 1 << 31, "load commands, more than"), (20, 1 << 30, "list of load commands"), (36, 4, "impossible size")],
)
def test_impossible_load_commands_are_refused(offset, number, words):
    assert any(words in reason for reason in reasons(read(patched(signed(), offset, number))))


def command(data, number):
    at = 32
    while struct.unpack_from("<I", data, at)[0] != number:
        at += struct.unpack_from("<I", data, at + 4)[0]
    return at


@pytest.mark.parametrize(
    ("table", "offset", "number", "words"),
    [
        ("symtab", 12, 1 << 31, "symbol table"),
        ("symtab", 20, 1, "symbol's name"),
        ("chained1", 16, 1, "fixups of version"),
        ("chained1", 32, 1 << 30, "imports of the chained fixups"),
        ("chained1", 36, 9, "format 9"),
        ("chained1", 40, 7, "unknown way 7"),
        ("chained1", 24, 1 << 30, "imports of the chained fixups"),
        ("packed", 28, 40, "damaged"),
    ],
)
def test_impossible_tables_are_refused(table, offset, number, words):
    data = build(Binary(imports=IMPORTS, tables=(table,), kind=6, signed=False))
    at = command(data, 2 if table == "symtab" else 0x80000034)
    if table != "symtab":
        at = struct.unpack_from("<I", data, at + 8)[0] - 16
    assert any(words in reason for reason in reasons(read(patched(data, at + offset, number))))
