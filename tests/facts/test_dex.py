"""What code uses and whose code that is, read out of built DEX files."""

from __future__ import annotations

import random
import struct
import zlib

import pytest
from androguard.core.dex import DALVIK_OPCODES_FORMAT

from permcheck.errors import BundleError
from permcheck.facts.android.code import dex, dex_code, packages, user
from permcheck.facts.android.code.dex_file import MAX_NAME, read_dex_files
from permcheck.model import Fact, Gap
from tests.builders.dex import build_dex, build_dex_container, uleb
from tests.builders.dex_bundle import bundle_of

OPEN = "android.hardware.camera2.CameraManager.openCamera"
CONTACTS = "android.provider.ContactsContract$Contacts.CONTENT_URI"
WANTED = {
    "api-call": frozenset({
        OPEN, CONTACTS, "android.location.LocationManager.getLastKnownLocation", "android.app.Service.startForeground",
        "android.telephony.PhoneStateListener", "com.google.android.gms.location.LocationServices.getClient",
    }),
    "provider": frozenset({"com.android.calendar", "sms"}),
    "intent": frozenset({"android.media.action.IMAGE_CAPTURE"}),
    "string": frozenset({"android_id"}),
    "host": frozenset({"api.openai.com"}),
    "path": frozenset({"/sdcard"}),
}  # fmt: skip
CALL = f"call {OPEN}(java.lang.String, android.os.Handler) -> void"


def found(text: str, **members: bytes) -> list[Fact | Gap]:
    content = {"classes.dex": build_dex(text)} if text else {}
    return list(dex.extract(bundle_of({**content, **members}), WANTED))


def told(items: list[Fact | Gap]) -> list[tuple[str, str, str]]:
    return [(i.kind, i.key, i.value) for i in items if isinstance(i, Fact) and i.kind != "code-package"]


def test_a_call_names_the_class_that_makes_it() -> None:
    (fact,) = [i for i in found(f"class com.acme.Lens\nmethod shoot\n{CALL}") if i.kind == "api-call"]
    assert (fact.key, fact.value) == (OPEN, "com.acme.Lens")
    assert (fact.location.path, fact.origin, fact.confidence) == ("app.apk!/classes.dex", "", "high")


@pytest.mark.parametrize("how", ["virtual", "super", "direct", "static", "interface"])
def test_every_kind_of_call_counts(how: str) -> None:
    line = CALL.replace("call ", f"call {how} ")
    assert told(found(f"class com.acme.Lens\nmethod shoot\n{line}")) == [("api-call", OPEN, "com.acme.Lens")]


def test_what_nobody_looks_for_is_not_told() -> None:
    text = "class com.acme.Lens\nmethod shoot\ncall android.hardware.camera2.CameraManager.getCameraIdList() -> int"
    assert told(found(text)) == []


def test_a_constant_of_a_provider_counts_as_use() -> None:
    text = f"class com.acme.Book\nmethod read\nfield {CONTACTS} android.net.Uri"
    assert told(found(text)) == [("api-call", CONTACTS, "com.acme.Book")]


def test_an_inherited_method_called_by_the_subclass_name_counts() -> None:
    text = """
    class com.acme.Watch extends android.app.Service
      method start
        call com.acme.Watch.startForeground(int, android.app.Notification) -> void
    """
    assert told(found(text)) == [("api-call", "android.app.Service.startForeground", "com.acme.Watch")]


def test_inheritance_counts_at_any_distance() -> None:
    text = """
    class com.acme.Watch extends com.acme.Quiet
      method start
        call com.acme.Watch.startForeground(int, android.app.Notification) -> void
    class com.acme.Quiet extends android.app.Service
    """
    assert told(found(text)) == [("api-call", "android.app.Service.startForeground", "com.acme.Watch")]


def test_an_override_is_use_by_the_class_that_has_it() -> None:
    text = "class com.acme.Watch extends android.app.Service\nmethod startForeground"
    assert told(found(text)) == [("api-call", "android.app.Service.startForeground", "com.acme.Watch")]


def test_a_platform_class_between_hides_no_inherited_method() -> None:
    text = """
    class com.acme.Watch extends android.app.IntentService
      method start
        call com.acme.Watch.startForeground(int, android.app.Notification) -> void
    class com.acme.Sync
      method start
        call android.app.job.JobService.startForeground(int, android.app.Notification) -> void
    """
    assert [value for _, _, value in told(found(text))] == ["com.acme.Sync"]
    assert told(found(text.split("class com.acme.Sync", maxsplit=1)[0]))[0][2] == "com.acme.Watch"


def test_a_class_is_known_to_inherit_what_an_earlier_file_says() -> None:
    parent = build_dex("class com.acme.Quiet extends android.app.Service")
    heir = "class com.acme.Watch extends com.acme.Quiet\nmethod go\ncall com.acme.Watch.startForeground(int) -> void"
    items = found("", **{"classes.dex": parent, "classes2.dex": build_dex(heir)})
    assert told(items) == [("api-call", "android.app.Service.startForeground", "com.acme.Watch")]


TWILIGHT = """
class a.b.x
  method a
    string TwilightManager
    string Failed to get last known location
    call android.location.LocationManager.getLastKnownLocation(java.lang.String) -> android.location.Location
"""


def test_a_renamed_support_class_is_known_by_its_strings() -> None:
    (fact,) = [i for i in found(TWILIGHT) if i.kind == "api-call"]
    assert (fact.value, fact.origin) == ("a.b.x", "androidx")
    assert fact.condition == (
        "known by its strings as androidx.appcompat.app.TwilightManager",
        "the library's own call",
    )
    (other,) = [i for i in found(TWILIGHT.replace("string TwilightManager", "string Twilight")) if i.kind == "api-call"]
    assert (other.origin, other.condition) == ("", ())


WRAPPER = """
class androidx.core.location.LocationManagerCompat
  method getCurrentLocation
    call android.location.LocationManager.getLastKnownLocation(java.lang.String) -> android.location.Location
"""


def test_a_wrapper_is_used_by_who_calls_it() -> None:
    assert told(found(WRAPPER)) == []
    call = "call static androidx.core.location.LocationManagerCompat.getCurrentLocation() -> void"
    caller = f"class com.acme.Map\nmethod go\n{call}"
    (fact,) = [i for i in found(WRAPPER + caller) if i.kind == "api-call"]
    assert (fact.value, fact.confidence) == ("com.acme.Map", "medium")
    assert fact.condition == ("through androidx.core.location.LocationManagerCompat",)


def test_a_guarded_class_named_as_text_is_reflection() -> None:
    text = "class com.acme.Trick\nmethod go\nstring android.hardware.camera2.CameraManager"
    assert told(found(text)) == [("reflection", "android.hardware.camera2.CameraManager", "com.acme.Trick")]


def test_a_guarded_method_named_as_text_is_reflection_where_methods_are_looked_up() -> None:
    text = "class com.acme.Trick\nmethod go\nstring openCamera"
    lookup = "\ncall java.lang.Class.getMethod(java.lang.String, java.lang.Class[]) -> java.lang.reflect.Method"
    assert told(found(text)) == []
    assert told(found(text + lookup)) == [("reflection", OPEN, "com.acme.Trick")]


def test_every_renamed_class_is_told() -> None:
    text = "\n".join(f"class a.{name}\nmethod shoot\n{CALL}" for name in ("b", "c", "d"))
    assert [value for _, _, value in told(found(text))] == ["a.b", "a.c", "a.d"]


def test_a_class_that_matters_when_extended() -> None:
    text = "class com.acme.Ear extends android.telephony.PhoneStateListener\nmethod hear"
    assert told(found(text)) == [("api-call", "android.telephony.PhoneStateListener", "com.acme.Ear")]


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("content://com.android.calendar", [("provider", "com.android.calendar", "com.acme.Day")]),
        ("content://com.android.calendar/events", [("provider", "com.android.calendar", "com.acme.Day")]),
        ("content://com.android.calendar.backup", []),
        ("content://sms", [("provider", "sms", "com.acme.Day")]),
        ("com.android.calendar", [("provider", "com.android.calendar", "com.acme.Day")]),
        ("com.android.calendar.backup", []),
        ("sms", []),
        ("https://api.openai.com/v1/chat", [("host", "api.openai.com", "com.acme.Day")]),
        ("api.openai.com", [("host", "api.openai.com", "com.acme.Day")]),
        ("https://api.openai.com.evil.example", []),
        ("/sdcard/notes.txt", [("path", "/sdcard", "com.acme.Day")]),
        ("/sdcards", []),
        ("android.media.action.IMAGE_CAPTURE", [("intent", "android.media.action.IMAGE_CAPTURE", "com.acme.Day")]),
        ("android.media.action.IMAGE_CAPTURE_SECURE", []),
        ("android_id", [("string", "android_id", "com.acme.Day")]),
        ("", []),
    ],
)
def test_strings_are_whole_authorities_and_whole_actions(string: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(found(f"class com.acme.Day\nmethod plan\nstring {string or 'x'}")) == expected


def test_a_constant_that_no_code_loads_is_no_use() -> None:
    data = build_dex("class com.acme.Day", extra_strings=["content://sms"])
    assert told(list(dex.extract(bundle_of({"classes.dex": data}), WANTED))) == []


def test_an_initial_value_is_used_by_who_reads_the_field() -> None:
    unread = "class com.acme.Day\nconstant INBOX content://sms"
    assert told(found(unread)) == []
    read = f"{unread}\nclass com.acme.Mail\nmethod open\nfield com.acme.Day.INBOX java.lang.String"
    assert told(found(read)) == [("provider", "sms", "com.acme.Mail")]


def test_one_fact_per_calling_package_in_order() -> None:
    text = "\n".join(f"class {name}\nmethod shoot\n{CALL}" for name in ("org.b.Two", "com.a.Two", "com.a.One"))
    assert [value for _, _, value in told(found(text))] == ["com.a.One", "org.b.Two"]


def test_many_calling_packages_are_cut() -> None:
    text = "\n".join(f"class com.p{number:02}.A\nmethod shoot\n{CALL}" for number in range(40))
    assert len(told(found(text))) == user.CALLERS_LIMIT


def test_a_support_library_is_told_only_where_nobody_else_calls() -> None:
    inside = f"class androidx.camera.core.Lens\nmethod shoot\n{CALL}"
    (fact,) = [i for i in found(inside) if i.kind == "api-call"]
    assert (fact.value, fact.origin, fact.confidence) == ("androidx.camera.core.Lens", "androidx", "low")
    both = f"{inside}\nclass com.acme.Lens\nmethod shoot\n{CALL}"
    assert told(found(both)) == [("api-call", OPEN, "com.acme.Lens")]


def test_a_stub_of_a_platform_class_is_no_user() -> None:
    text = f"class android.hardware.camera2.Stub extends android.app.Service\nmethod startForeground\n{CALL}"
    assert {fact.confidence for fact in found(text) if isinstance(fact, Fact) and fact.kind == "api-call"} == {"low"}


def test_a_library_that_only_calls_itself_says_nothing_of_the_app() -> None:
    call = "call static com.google.android.gms.location.LocationServices.getClient() -> void"
    inside = f"class com.google.android.gms.location.zzb\nmethod a\n{call}"
    assert told(found(inside)) == []
    outside = f"{inside}\nclass com.acme.Map\nmethod a\n{call}"
    assert [value for _, _, value in told(found(outside))] == ["com.acme.Map"]


def test_a_number_that_looks_like_a_call_is_none() -> None:
    """The same bytes as an instruction, but inside the operand of another one."""
    data = build_dex(f"class com.acme.Lens\nmethod shoot\n{CALL}")
    call = next(at for at in range(0, len(data), 2) if data[at] == 0x74 and data[at + 1] == 3)
    number = b"\x18\x00" + b"\x00\x00" + data[call : call + 4] + b"\x00\x00"  # const-wide around the call's first half
    start = call - 12  # three registers are set to zero in front of the call
    padding = b"\x00\x00" * ((call + 6 - start - len(number)) // 2)
    broken = data[:start] + number + padding + data[call + 6 :]
    (file,) = read_dex_files(broken)
    users = dex.read_dex(file, dex.compile_names(WANTED))
    assert users["api-call", OPEN] == {}
    assert dex.read_dex(read_dex_files(data)[0], dex.compile_names(WANTED))["api-call", OPEN].keys() == {
        "com.acme.Lens"
    }


def test_code_that_a_compiler_merged_belongs_to_both_classes() -> None:
    data = build_dex(f"class com.acme.Lens\nmethod shoot\n{CALL}\nclass org.ads.Eye\nmethod spy\n{CALL}")
    code = dex_code.read_code(read_dex_files(data)[0])
    own, other = (start for start in code.starts if data[start + 12] > 4)  # the constructors are shorter
    assert data.count(uleb(other)) == 1
    (file,) = read_dex_files(data.replace(uleb(other), uleb(own)))
    assert dex.read_dex(file, dex.compile_names(WANTED))["api-call", OPEN].keys() == {"com.acme.Lens", "org.ads.Eye"}


@pytest.mark.parametrize("number", [0, 127, 128, 1 << 14, (1 << 21) - 1, 1 << 21, (1 << 28) - 1, 1 << 28])
def test_offsets_of_any_length_are_read(number: int) -> None:
    assert dex_code._decoded([uleb(number)]) == [number]


def test_without_callers_the_references_are_told_alone() -> None:
    (file,) = read_dex_files(build_dex(f"class com.acme.Lens\nmethod shoot\n{CALL}"))
    assert dex.read_dex(file, dex.compile_names(WANTED), callers=False) == {("api-call", OPEN): {}}


def test_all_loaded_files_are_read_and_others_named() -> None:
    other = build_dex(f"class org.late.Lens\nmethod shoot\n{CALL}")
    items = found(f"class com.acme.Lens\nmethod shoot\n{CALL}", **{"classes2.dex": other, "assets/late.dex": other})
    assert [value for _, _, value in told(items)] == ["com.acme.Lens", "org.late.Lens"]
    (gap,) = [item for item in items if isinstance(item, Gap)]
    assert gap.location.path == "app.apk!/assets/late.dex"


def test_a_module_of_an_app_bundle_keeps_its_code_in_a_folder() -> None:
    data = build_dex(f"class com.acme.Lens\nmethod shoot\n{CALL}")
    items = list(dex.extract(bundle_of({"base/dex/classes.dex": data}, "base/"), WANTED))
    assert told(items) == [("api-call", OPEN, "com.acme.Lens")]
    assert not [item for item in items if isinstance(item, Gap)]


def test_packages_are_counted_and_cut_to_what_tells_products_apart() -> None:
    text = "class com.a.b.c.d.e.One\nclass com.a.b.c.d.e.f.Two\nclass kotlin.io.Three\nclass Bare"
    counts = {i.key: i.value for i in found(text) if isinstance(i, Fact) and i.kind == "code-package"}
    assert counts == {"com.a.b.c.d.e": "2", "kotlin": "1"}


def test_an_app_of_very_many_packages_is_told_by_shorter_names() -> None:
    text = "\n".join(f"class com.acme.p{number % 7}.q{number}.Some" for number in range(packages.PACKAGES_LIMIT + 5))
    counts = {i.key: int(i.value) for i in found(text) if isinstance(i, Fact) and i.kind == "code-package"}
    assert sorted(counts) == [f"com.acme.p{number}" for number in range(7)]
    assert sum(counts.values()) == packages.PACKAGES_LIMIT + 5


def test_names_beyond_ascii() -> None:
    text = f"class com.acme.Ünï\nmethod shoot\n{CALL}\nclass com.acme.\u6444\u50cf\nmethod shoot\n{CALL}"
    (file,) = read_dex_files(build_dex(text))
    users = dex.read_dex(file, dex.compile_names(WANTED))
    assert users["api-call", OPEN].keys() == {"com.acme.Ünï", "com.acme.\u6444\u50cf"}


def test_who_loads_code_that_is_not_in_the_bundle() -> None:
    loader = "call direct dalvik.system.DexClassLoader.<init>(java.lang.String) -> void"
    text = f"class com.acme.Plug\nmethod load\n{loader}"
    assert told(found(text)) == [("dynamic-code", "dalvik.system.DexClassLoader.<init>", "com.acme.Plug")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"dex\n035\0" + bytes(40), "is cut off"),
        (b"dey\n036\0" + bytes(200), "ODEX"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"PK\3\4" + bytes(200), "not a DEX file"),
    ],
)
def test_what_is_no_dex_file_is_named(data: bytes, reason: str) -> None:
    (gap,) = found("", **{"classes.dex": data})
    assert isinstance(gap, Gap)
    assert reason in gap.reason
    assert gap.location.path == "app.apk!/classes.dex"


def test_a_truncated_file_is_named_and_never_a_pass() -> None:
    data = build_dex(f"class com.acme.Lens\nmethod shoot\n{CALL}")
    for end in range(8, len(data) - 1, 7):
        assert any(isinstance(item, Gap) for item in found("", **{"classes.dex": data[:end]}))


def test_tables_out_of_order_are_refused() -> None:
    data = bytearray(build_dex(f"class com.acme.Lens\nmethod shoot\n{CALL}"))
    count, at = struct.unpack_from("<2I", data, 56)
    first = data[at : at + 4]
    data[at : at + 4 * (count - 1)] = data[at + 4 : at + 4 * count]
    data[at + 4 * (count - 1) : at + 4 * count] = first
    with pytest.raises(BundleError, match="out of order"):
        read_dex_files(bytes(data))


def test_a_container_of_several_files_is_read_whole() -> None:
    """Version 041: the files share one member, and every offset counts from its start."""
    texts = [f"class com.acme.Lens\nmethod shoot\n{CALL}", f"class org.other.Eye\nmethod look\n{CALL}"]
    items = found("", **{"classes.dex": build_dex_container(texts)})
    assert [value for _, _, value in told(items)] == ["com.acme.Lens", "org.other.Eye"]
    assert not any(isinstance(item, Gap) for item in items)


@pytest.mark.parametrize("byte", [b"\x80", b"a"])
def test_an_endless_string_is_never_taken_whole(byte: bytes) -> None:
    """Every type is named by the same run of bytes: what one name takes of it is bounded."""
    count = 50
    tables = struct.pack("<20I", 0, 0x70, 0x12345678, 0, 0, 0, 1, 0x70, count, 0x74, *[0] * 10)
    data = (
        b"dex\n035\0" + bytes(24) + tables + struct.pack("<I", 0x74 + 4 * count) + bytes(4 * count) + byte * (1 << 20)
    )
    (file,) = read_dex_files(data)
    assert {len(name) for name in file.types} == {MAX_NAME}


def test_damage_ends_in_a_gap_or_in_an_answer() -> None:
    """Bytes changed at random: whatever happens, it is told, and the checksum is of no help to an attacker."""
    text = f"class com.acme.Lens extends android.app.Service\nmethod shoot\n{CALL}\nstring content://sms/inbox"
    whole = build_dex(text)
    chance = random.Random(7)
    for _ in range(1500):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 8))):
            data[chance.randrange(32, len(data))] = chance.choice((0, 0xFF, 0x7F, 0x80, chance.randrange(256)))
        data[8:12] = struct.pack("<I", zlib.adler32(bytes(data[12:])))
        items = found("", **{"classes.dex": bytes(data)})
        assert all(isinstance(item, Fact | Gap) for item in items)


def test_lengths_of_instructions_agree_with_a_disassembler() -> None:
    """androguard decodes one instruction of every opcode that it knows; ours must step over the same bytes."""
    for opcode, (shape, *_) in DALVIK_OPCODES_FORMAT.items():
        units = int(shape.__name__.removeprefix("Instruction")[0])
        if opcode <= 0xFF and units:
            assert dex_code._LENGTHS[opcode] == units, hex(opcode)
