"""Every binary that a device would load is read, each named by its own place, and what is lost is told."""

import pytest

from permcheck.bundles import open_bundle
from permcheck.facts.ios import macho
from permcheck.model import Fact, Gap
from tests.builders.adhoc_sign import Claim, sign
from tests.builders.ipa import app, archive, info, unpacked
from tests.builders.macho import Binary, build

WANTED = {"class": frozenset({"CLLocationManager", "CNContactStore", "AVCaptureDevice"})}


def code(*classes, kind=2):
    binary = build(Binary(imports=tuple(f"_OBJC_CLASS_$_{name}" for name in ("UIView", *classes)), kind=kind))
    return sign(binary, Claim("com.example.lamp"))


def read(tmp_path, members, name="lamp.ipa"):
    path = tmp_path / name
    path.write_bytes(archive(members))
    return list(macho.extract(open_bundle(path, name), WANTED))


def where(items, kind):
    return [(i.key, i.location.path) for i in items if isinstance(i, Fact) and i.kind == kind]


def test_app_extension_framework_and_loose_dylib_are_told_apart(tmp_path):
    members = {
        "Lamp": code("CLLocationManager"),
        "Frameworks/libTalk.dylib": code("CNContactStore", kind=6),
        "Frameworks/Kit.framework/Info.plist": info("com.example.kit"),
        "Frameworks/Kit.framework/Kit": code("AVCaptureDevice", kind=6),
        "PlugIns/Share.appex/Info.plist": info("com.example.lamp.share"),
        "PlugIns/Share.appex/Share": code("CLLocationManager"),
    }
    root = "lamp.ipa!/Payload/Lamp.app/"
    assert where(read(tmp_path, app(members)), "class") == [
        ("CLLocationManager", f"{root}Lamp"),
        ("CNContactStore", f"{root}Frameworks/libTalk.dylib"),
        ("AVCaptureDevice", f"{root}Frameworks/Kit.framework/Kit"),
        ("CLLocationManager", f"{root}PlugIns/Share.appex/Share"),
    ]


def test_a_directory_is_read_like_an_archive(tmp_path):
    unpacked(app({"Lamp": code("CLLocationManager")}, "Lamp.app/"), tmp_path)
    items = list(macho.extract(open_bundle(tmp_path / "Lamp.app", "Lamp.app"), WANTED))
    assert where(items, "class") == [("CLLocationManager", "Lamp.app!/Lamp")]


def test_files_that_are_no_code_are_left_alone(tmp_path):
    members = {"Lamp": code(), "notes.txt": "hello", "tool": code("CNContactStore"), "Assets.car": b"BOMStore"}
    items = read(tmp_path, app(members) | {"__MACOSX/Payload/Lamp.app/._Lamp.dylib": b"\0\5\x16\7"})
    assert not where(items, "class")
    assert not [item for item in items if isinstance(item, Gap)]


def test_a_missing_executable_is_a_gap(tmp_path):
    unread, gap = read(tmp_path, app({"other": code()}))
    assert (unread.kind, unread.location) == ("unread-code", gap.location)
    assert gap.location.path == "lamp.ipa!/Payload/Lamp.app/Lamp"
    assert "does not hold it" in gap.reason


def test_an_app_that_names_no_executable_is_a_gap(tmp_path):
    nameless = {"CFBundleIdentifier": "com.example.lamp"}
    unread, gap = read(tmp_path, app({"Info.plist": nameless, "other": code()}))
    assert (unread.kind, unread.location) == ("unread-code", gap.location)
    assert gap.location.path == "lamp.ipa!/Payload/Lamp.app/Info.plist"
    assert "names no executable" in gap.reason


def test_a_bundle_of_resources_needs_no_executable(tmp_path):
    named = {"Texts.bundle/Info.plist": info("com.example.texts", CFBundleExecutable="Texts")}
    assert not [item for item in read(tmp_path, app({"Lamp": code(), **named})) if isinstance(item, Gap)]


@pytest.mark.parametrize(
    "plist", [b"not a plist", {"CFBundleIdentifier": "com.example.kit"}, {"CFBundleExecutable": "../Kit"}]
)
def test_a_framework_whose_plist_does_not_name_its_binary_is_read_by_its_own_name(tmp_path, plist):
    kit = {"Frameworks/Kit.framework/Info.plist": plist, "Frameworks/Kit.framework/Kit": code("CNContactStore", kind=6)}
    items = read(tmp_path, app({"Lamp": code(), **kit}))
    assert where(items, "class") == [("CNContactStore", "lamp.ipa!/Payload/Lamp.app/Frameworks/Kit.framework/Kit")]


def test_a_damaged_member_is_a_gap_at_its_place_and_the_rest_is_read(tmp_path):
    members = app({"Lamp": code("CLLocationManager"), "Frameworks/libTalk.dylib": code(kind=6)})
    data = bytearray(archive(members))
    start = data.index(b"libTalk.dylib") + len(b"libTalk.dylib")
    data[start : start + 40] = b"\xff" * 40
    path = tmp_path / "lamp.ipa"
    path.write_bytes(data)
    items = list(macho.extract(open_bundle(path, "lamp.ipa"), WANTED))
    assert where(items, "class") == [("CLLocationManager", "lamp.ipa!/Payload/Lamp.app/Lamp")]
    (gap,) = [item for item in items if isinstance(item, Gap)]
    assert gap.location.path.endswith("libTalk.dylib")
    assert gap.reason.startswith("damaged")
