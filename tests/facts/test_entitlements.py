"""The entitlements of a signature are read in both forms, and what disagrees or is damaged is told."""

import plistlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permcheck.errors import BundleError
from permcheck.facts.ios.entitlements import MAX_DEPTH, parse_der, parse_xml, value_text
from permcheck.facts.ios.macho import read_binary
from permcheck.model import Fact, Gap, Location
from tests.builders.adhoc_sign import Claim, der, der_entitlements, old_der_entitlements, sign
from tests.builders.macho import SIMULATOR, Binary, build

CLAIMED = {
    "application-identifier": "TEAM123456.com.example.lamp",
    "aps-environment": "development",
    "com.apple.developer.homekit": True,
    "com.apple.developer.nfc.readersession.formats": ["NDEF", "TAG"],
    "com.example.number": 1000,
    "com.example.table": {"b": [1, -2], "a": False},
}
TOLD = {
    "application-identifier": "TEAM123456.com.example.lamp",
    "aps-environment": "development",
    "com.apple.developer.homekit": "true",
    "com.apple.developer.nfc.readersession.formats": '["NDEF","TAG"]',
    "com.example.number": "1000",
    "com.example.table": '{"a":false,"b":[1,-2]}',
}


def read(claim, **parts):
    return list(read_binary(sign(build(Binary(**parts)), claim), Location("Lamp"), {}))


def entitlements(items):
    return {item.key: item.value for item in items if isinstance(item, Fact) and item.kind == "entitlement"}


def conditions(items):
    return {item.key: item.condition for item in items if isinstance(item, Fact) and item.kind == "entitlement"}


def reasons(items):
    return [item.reason for item in items if isinstance(item, Gap)]


@pytest.mark.parametrize("forms", [("xml", "der"), ("xml",), ("der",)])
def test_either_form_of_the_entitlements_is_enough(forms):
    items = read(Claim("com.example.lamp", CLAIMED, forms=forms))
    assert entitlements(items) == TOLD
    assert set(conditions(items).values()) == {()}
    assert not reasons(items)


def test_the_unsorted_set_of_older_xcodes_is_read():
    items = read(Claim("com.example.lamp", forms=("der",), der=old_der_entitlements({"b": True, "a": "x"})))
    assert entitlements(items) == {"a": "x", "b": "true"}


def test_padding_behind_the_xml_form_does_no_harm():
    items = read(Claim("com.example.lamp", xml=plistlib.dumps({"kept": True}) + b"\0\0\0", forms=("xml",)))
    assert entitlements(items) == {"kept": "true"}
    assert not reasons(items)


def test_forms_that_disagree_are_told_with_what_the_system_believes():
    claim = Claim(
        "com.example.lamp",
        {"same": True, "differs": "xml", "old": 1},
        der=der_entitlements({"same": True, "differs": "der", "new": 2}),
    )
    items = read(claim)
    assert entitlements(items) == {"same": "true", "differs": "der", "old": "1", "new": "2"}
    assert conditions(items) == {
        "same": (),
        "differs": ("the XML form differs",),
        "old": ("only in the XML form",),
        "new": ("only in the DER form",),
    }


def test_who_signed_is_told():
    items = read(Claim("com.example.lamp", team="TEAM123456", flags=0))
    assert {(f.key, f.value) for f in items if f.kind == "signature"} == {
        ("identifier", "com.example.lamp"),
        ("team", "TEAM123456"),
    }
    adhoc = read(Claim("com.example.lamp"))
    assert ("ad-hoc", "true") in {(f.key, f.value) for f in adhoc if f.kind == "signature"}


def test_a_simulator_build_keeps_its_entitlements_in_a_section():
    section = plistlib.dumps({"com.apple.developer.healthkit": True})
    items = read(
        Claim("com.example.lamp", {"get-task-allow": True}),
        platform=SIMULATOR,
        cpu="x86_64",
        entitlements_section=section,
    )
    assert conditions(items) == {"get-task-allow": (), "com.apple.developer.healthkit": ("simulator build",)}


def test_a_damaged_simulator_section_is_a_gap():
    items = read(Claim("com.example.lamp"), entitlements_section=b"<plist>")
    assert reasons(items) == ["the XML entitlements are damaged"]


def test_no_entitlements_is_no_gap():
    for claim in (Claim("com.example.lamp"), Claim("com.example.lamp", forms=())):
        items = read(claim)
        assert entitlements(items) == {}
        assert not reasons(items)


def test_entitlements_that_claim_nothing_or_stand_on_a_library_are_dead():
    claimed = Claim("com.example.lamp", {"empty": [], "off": False, "on": True, "zero": 0})
    dead = {key: bool(condition) for key, condition in conditions(read(claimed)).items()}
    assert dead == {"empty": True, "off": True, "on": False, "zero": False}
    assert all("executable" in condition[0] for condition in conditions(read(claimed, kind=6)).values())


def test_an_unsigned_app_cannot_tell_and_an_unsigned_framework_need_not():
    assert any("not signed" in r for r in reasons(list(read_binary(build(Binary(signed=False)), Location("Lamp"), {}))))
    assert not reasons(list(read_binary(build(Binary(signed=False, kind=6)), Location("Kit"), {})))


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        (b"<plist><dict>", "damaged"),
        (b"bplist00" + bytes(40), "damaged"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><plist><string>&x;</string></plist>', "damaged"),
        (b"<plist><dict><key>d</key><date>never</date></dict></plist>", "damaged"),
        (b"<plist><array/></plist>", "no dictionary"),
        (b"<plist><dict/></plist>" + b" " * (256 << 10), "more than 256 kB"),
        (
            b"<plist><dict>" + b"".join(b"<key>%d</key><true/>" % n for n in range(5000)) + b"</dict></plist>",
            "more than 4096 keys",
        ),
        (b"<plist><dict><key>a</key>" + b"<array>" * 400 + b"</array>" * 400 + b"</dict></plist>", "nested"),
    ],
)
def test_damaged_xml_is_a_gap_and_the_other_form_is_still_read(xml, words):
    items = read(Claim("com.example.lamp", {"kept": True}, xml=xml))
    assert entitlements(items) == {"kept": "true"}
    assert [words in reason for reason in reasons(items)] == [True]


def wrapped(depth):
    value = der("x")
    for _ in range(depth):
        size = len(value)
        value = bytes([0x30, 0x82]) + size.to_bytes(2, "big") + value
    return value


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"\x70\x05\x02\x01", "beyond the end"),
        (b"\x70\x89", "impossible length"),
        (b"\x70\x80", "impossible length"),
        (b"\x70\x03\x02\x01\x01", "no dictionary"),
        (b"\x70\x02\x13\x00", "unknown type 0x13"),
        (b"\x31\x03\x02\x01\x01", "no pair"),
        (wrapped(MAX_DEPTH + 2), "nested"),
        (b"\x70\x82\x40\x00" + b"\x01\x01\xff\x00" * 4096, "unknown type 0x0"),
        (b"\x30\x82\x60\x00" + b"\x01\x01\xff" * 8192, "more than"),
    ],
)
def test_damaged_der_is_a_gap_and_the_other_form_is_still_read(body, words):
    items = read(Claim("com.example.lamp", {"kept": True}, der=body))
    assert entitlements(items) == {"kept": "true"}
    assert [words in reason for reason in reasons(items)] == [True]


PLIST_VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc.-", max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abc.-", max_size=12), PLIST_VALUES, max_size=5))
def test_what_is_written_in_der_is_read_back(claimed):
    assert parse_der(memoryview(der_entitlements(claimed))) == claimed


@given(st.binary(max_size=200))
def test_any_bytes_are_a_dictionary_or_an_error(data):
    for parse in (parse_xml, lambda raw: parse_der(memoryview(raw))):
        with suppress(BundleError):
            assert isinstance(parse(data), dict)


def test_a_value_is_shown_as_it_is_or_as_compact_json():
    assert value_text("plain") == "plain"
    assert value_text(["ä", {"b": 1, "a": True}]) == '["ä",{"a":true,"b":1}]'
    assert value_text({"n": 1 << 20000}) == "a value that cannot be printed"
    assert len(value_text(["x" * 5000])) == 2000
    assert value_text(b"\x01") == "\"b'\\\\x01'\""
