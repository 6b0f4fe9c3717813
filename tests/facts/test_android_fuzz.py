"""Damaged files: read, told as a gap, or refused with one line; never anything else."""

import pytest

from permcheck import facts
from permcheck.bundles import open_bundle
from permcheck.errors import BundleError
from permcheck.facts.android.proto import ProtoResources, parse_proto
from permcheck.facts.android.resources import Resources
from permcheck.facts.android.xml import Value, parse_xml
from tests.builders.aab import build_aab, compile_proto, compile_proto_table
from tests.builders.apk import build_apk, manifest
from tests.builders.arsc import compile_table
from tests.builders.axml import Layout, compile_manifest
from tests.builders.mutation import mutations

TEXT = manifest(
    """<uses-permission android:name="android.permission.CAMERA" android:maxSdkVersion="30"/>
    <application android:label="@string/app"><meta-data android:name="a" android:value="true"/>
    <service android:name=".S" android:foregroundServiceType="location"/></application>""",
    sdk='android:minSdkVersion="24"',
)
STRINGS = {"string": {"app": {"": "Halden", "de": "Heim"}, "other": {"": "@0x7f010000"}}}
IDS = {"string/app": 0x7F010000}


def outcome(read, raw: bytes) -> str:
    message = ""
    try:
        read(raw)
    except BundleError as error:
        message = str(error)
    assert not message or message.startswith("x")
    assert "\n" not in message
    return "refused" if message else "read"


@pytest.mark.parametrize("layout", [Layout(), Layout(utf8=True), Layout(node_header=24)], ids=str)
def test_damaged_manifests(layout):
    raw = compile_manifest(TEXT, resources=IDS, layout=layout)
    seen = {outcome(lambda raw: parse_xml(raw, "x"), damaged) for damaged in mutations(raw, 250, seed=1)}

    assert seen == {"read", "refused"}


def test_damaged_protobuf_manifests():
    seen = {outcome(lambda raw: parse_proto(raw, "x"), raw) for raw in mutations(compile_proto(TEXT, IDS), 250, seed=2)}

    assert seen == {"read", "refused"}


def everything(table) -> None:
    list(table.entries("string"))
    list(table.named("string", lambda name: name == "app"))
    for identifier in (0x7F010000, 0x7F010001, 0x7F02FFFF):
        table.resolve(Value(1, identifier))


@pytest.mark.parametrize("form", ["plain", "sparse", "short", "compact"])
def test_damaged_resource_tables(form):
    raw, _ = compile_table("com.example.app", STRINGS, form=form)
    seen = {outcome(lambda raw: everything(Resources(raw, "x")), damaged) for damaged in mutations(raw, 150, seed=3)}

    assert seen == {"read", "refused"}


def test_damaged_protobuf_resource_tables():
    raw = compile_proto_table(STRINGS["string"])
    seen = {
        outcome(lambda raw: everything(ProtoResources(raw, "x")), damaged) for damaged in mutations(raw, 150, seed=4)
    }

    assert seen == {"read", "refused"}


@pytest.mark.parametrize("name", ["x.apk", "x.aab", "x.apks"])
def test_damaged_bundles(tmp_path, name):
    whole = {
        "x.apk": build_apk(TEXT, resources=STRINGS),
        "x.aab": build_aab({"base": TEXT, "more": manifest("", attributes='split="more"')}, strings=STRINGS["string"]),
        "x.apks": build_apk(TEXT, resources=STRINGS, members={"in/base.apk": build_apk(TEXT, resources=STRINGS)}),
    }[name]
    path = tmp_path / name

    def read(raw: bytes) -> None:
        path.write_bytes(raw)
        facts.collect(open_bundle(path, name), {})

    assert {outcome(read, damaged) for damaged in mutations(whole, 120, seed=5)} == {"read", "refused"}
