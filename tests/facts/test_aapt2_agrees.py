"""The platform's own tool on our built files: it reads what we read, and makes bundles of them that read the same."""

import re
import subprocess
import zipfile

import pytest

from permcheck import facts
from permcheck.bundles import open_bundle
from permcheck.model import AppFacts
from tests.builders.apk import build_apk, manifest
from tests.builders.axml import Layout, compile_manifest
from tests.builders.zips import build_zip

P = "android.permission."
LINE = re.compile(r"^(uses-permission(?:-sdk-23)?): name='([^']*)'", re.MULTILINE)
TEXT = manifest(
    f"""<uses-permission android:name="{P}CAMERA"/><uses-permission-sdk-23 android:name="{P}RECORD_AUDIO"/>
    <uses-permission android:name="{P}NFC" android:maxSdkVersion="@integer/m"/>
    <uses-feature android:name="android.hardware.camera" android:required="false"/>
    <queries><package android:name="com.example.other"/></queries>
    <application android:label="@string/app" android:allowBackup="false">
    <service android:name=".S" android:foregroundServiceType="location|connectedDevice"/>
    <meta-data android:name="com.example.on" android:value="true"/></application>""",
    sdk='android:minSdkVersion="24" android:targetSdkVersion="35"',
    attributes='android:versionCode="7" android:versionName="1.2"',
)
RESOURCES = {"string": {"app": {"": "Halden", "de": "Halden Heim"}}, "integer": {"m": {"": 28}}}


def asked(app: AppFacts) -> set[tuple[str, str]]:
    return {(fact.location.anchor, fact.key) for fact in app.facts if fact.kind == "permission"}


@pytest.mark.parametrize(
    "layout",
    [
        Layout(),
        Layout(utf8=True),
        Layout(node_header=24),
        Layout(attribute_size=28),
        Layout(attribute_start=32),
        Layout(file_header=16),
        Layout(pool_header=40),
        Layout(junk=b"\0" * 40),
        Layout(foreign_chunk=b"\x77\x77\x08\x00\x0c\x00\x00\x00????"),
    ],
    ids=str,
)
def test_aapt2_reads_every_layout_as_we_do(tmp_path, tool, layout):
    path = tmp_path / "app.apk"
    path.write_bytes(build_apk(TEXT, resources=RESOURCES, layout=layout))
    told = subprocess.run([tool("aapt2"), "dump", "permissions", path], capture_output=True, check=True, text=True)

    assert set(LINE.findall(told.stdout)) == asked(facts.collect(open_bundle(path), {}))


@pytest.mark.parametrize(
    ("options", "accepted"),
    [
        ({"comment": b"x" * 60_000}, True),
        ({"gap": b"\0" * 50}, True),
        ({"trailer": b"more"}, False),
        ({"count": 9}, False),
        ({"directory": 200}, False),
        ({"prefix": b"#!/bin/sh\n", "shift": False}, False),
    ],
)
def test_what_we_call_refused_is_refused(tmp_path, tool, options, accepted):
    path = tmp_path / "app.apk"
    path.write_bytes(build_zip({"AndroidManifest.xml": compile_manifest(manifest(""))}, **options))
    done = subprocess.run([tool("aapt2"), "dump", "permissions", path], capture_output=True, check=False)
    bundle = open_bundle(path)
    told = [*(gap.reason for gap in bundle.gaps), *(fact.value for fact in bundle.oddities)]

    assert (done.returncode == 0) is accepted
    assert any("a device refuses" in text for text in told) is not accepted


def test_a_bundle_that_aapt2_makes_of_an_apk_holds_the_same_facts(tmp_path, tool):
    apk, converted, aab = tmp_path / "app.apk", tmp_path / "proto.apk", tmp_path / "app.aab"
    apk.write_bytes(build_apk(TEXT, resources=RESOURCES))
    subprocess.run([tool("aapt2"), "convert", "--output-format", "proto", "-o", converted, apk], check=True)
    with zipfile.ZipFile(converted) as archive:
        members = {
            "base/manifest/AndroidManifest.xml": archive.read("AndroidManifest.xml"),
            "base/resources.pb": archive.read("resources.pb"),
        }
    aab.write_bytes(build_zip(members))
    one, other = (facts.collect(open_bundle(path), {}) for path in (apk, aab))

    assert {(f.kind, f.key, f.value, f.condition) for f in one.facts} == {
        (f.kind, f.key, f.value, f.condition) for f in other.facts
    }
    assert (other.name, other.version) == ("Halden", "1.2")
