"""Published APKs: entry by entry what aapt2 reads."""

import re
import subprocess

import pytest

from permcheck import facts
from permcheck.bundles import open_bundle
from permcheck.bundles.archive import open_zip
from permcheck.facts.android.androguard_reading import read_with_androguard
from permcheck.facts.android.xml import parse_xml

LINE = re.compile(r"^(uses-permission(?:-sdk-23)?): name='([^']*)'(?: maxSdkVersion='(\d+)')?", re.MULTILINE)
IMPLIED = re.compile(r"^uses-implied-permission: name='([^']*)'", re.MULTILINE)
NAMES = ("settings_apk-debug.apk", "ApiDemos-debug.apk", "appium-uiautomator2-server-v*.apk")


@pytest.mark.parametrize("name", NAMES)
def test_permissions_equal_those_of_aapt2(material, tool, name):
    found = sorted(material("PERMCHECK_REAL_APKS").rglob(name))
    assert found, f"no {name} there"
    for path in found:
        badging = subprocess.run([tool("aapt2"), "dump", "badging", path], capture_output=True, check=True, text=True)
        app = facts.collect(open_bundle(path), {})
        ours = {(f.location.anchor, f.key, limit(f.condition)) for f in app.facts if f.kind == "permission"}

        implied = set(IMPLIED.findall(badging.stdout))
        assert ours == {line for line in LINE.findall(badging.stdout) if line[1] not in implied}
        assert implied <= {fact.key for fact in app.facts if fact.kind == "implied-permission"}
        assert ours
        assert f"package: name='{app.app_id}'" in badging.stdout
        assert app.version in badging.stdout


def limit(conditions: tuple[str, ...]) -> str:
    return next((text.removeprefix("maxSdkVersion=") for text in conditions if text.startswith("maxSdkVersion=")), "")


@pytest.mark.parametrize("name", NAMES)
def test_manifests_read_as_androguard_reads_them(material, name):
    for path in sorted(material("PERMCHECK_REAL_APKS").rglob(name)):
        raw = open_zip(path).read("AndroidManifest.xml")

        assert parse_xml(raw, name) == (read_with_androguard(raw), ())
