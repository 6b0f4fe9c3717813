"""Bundles of several parts: every module and split read, named in each fact, counted once in the union."""

import json

import pytest

from permcheck import facts
from permcheck.bundles import is_bundle, open_bundle, search
from permcheck.errors import BundleError
from permcheck.model import AppFacts, Fact
from tests.builders.aab import build_aab
from tests.builders.apk import build_apk, manifest
from tests.builders.zips import Member, build_zip

P = "android.permission."
SDK = 'android:minSdkVersion="24" android:targetSdkVersion="35"'


def uses(*names: str) -> str:
    return "".join(f'<uses-permission android:name="{P}{name}"/>' for name in names)


BASE = manifest(uses("CAMERA", "NFC") + '<application android:label="@string/app"/>', sdk=SDK)
SCAN = manifest(uses("CAMERA", "READ_SMS"), attributes='split="scan"')
DENSITY = manifest("", attributes='split="config.xhdpi" configForSplit=""')
STRINGS = {"string": {"app": {"": "Halden", "de": "Halden Heim"}}}
BASE_APK = build_apk(BASE, resources=STRINGS)


def read(tmp_path, name: str, raw: bytes) -> AppFacts:
    (tmp_path / name).write_bytes(raw)
    return facts.collect(open_bundle(tmp_path / name, name), {})


def asked(app: AppFacts) -> set[tuple[str, str, str]]:
    return {(f.key.removeprefix(P), *split(f), f.location.path) for f in app.facts if f.kind == "permission"}


def split(fact: Fact) -> list[str]:
    return [text.removeprefix("split=") for text in fact.condition if text.startswith("split=")] or [""]


def test_an_app_bundle_is_read_module_by_module(tmp_path):
    app = read(tmp_path, "a.aab", build_aab({"scan": SCAN, "base": BASE}, strings=STRINGS["string"]))
    base, scan = (f"a.aab!/{module}/manifest/AndroidManifest.xml" for module in ("base", "scan"))

    assert (app.app_id, app.name) == ("com.example.app", "Halden")
    assert asked(app) == {("CAMERA", "", base), ("NFC", "", base), ("CAMERA", "scan", scan), ("READ_SMS", "scan", scan)}


def test_values_of_an_app_bundle_have_their_types(tmp_path):
    body = f"""<uses-permission android:name="{P}BLUETOOTH_SCAN" android:usesPermissionFlags="neverForLocation"
        android:maxSdkVersion="33"/><application android:allowBackup="false">
        <service android:name=".S" android:foregroundServiceType="location"/></application>"""
    app = read(tmp_path, "a.aab", build_aab({"base": manifest(body, sdk=SDK, attributes='android:versionCode="9"')}))

    assert [f.condition for f in app.facts if f.kind == "permission"] == [("maxSdkVersion=33", "neverForLocation")]
    assert app.values("identity", "version-code") == ("9",)
    assert app.values("identity", "target-sdk") == ("35",)
    assert app.values("application-attribute", "allowBackup") == ("false",)
    assert [f.key for f in app.facts if f.kind == "foreground-service"] == ["location"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (build_zip({"base/dex/classes.dex": b""}), "no base/manifest/AndroidManifest.xml in the archive"),
        (build_zip({"base/manifest/AndroidManifest.xml": b"\xff\xff"}), r"damaged manifest \(cut off\)"),
    ],
)
def test_a_bundle_without_a_readable_base_manifest_is_an_error(tmp_path, raw, reason):
    with pytest.raises(BundleError, match=rf"^a\.aab.*{reason}"):
        read(tmp_path, "a.aab", raw)


@pytest.mark.parametrize("deflate", [True, False])
def test_a_set_of_splits_is_read_split_by_split(tmp_path, deflate):
    splits = {"base-master": BASE, "base-xhdpi": DENSITY, "scan-master": SCAN}
    members = [Member(f"splits/{n}.apk", build_apk(t, resources=STRINGS), deflate=deflate) for n, t in splits.items()]
    app = read(tmp_path, "a.apks", build_zip([*members, Member("toc.pb")]))

    assert (app.name, len(asked(app))) == ("Halden", 4)
    assert not [f for f in app.facts if f.kind == "implied-permission"]
    assert ("READ_SMS", "scan", "a.apks!/splits/scan-master.apk!/AndroidManifest.xml") in asked(app)
    assert app.gaps == ()


def test_a_universal_apk_stands_for_all(tmp_path):
    app = read(tmp_path, "a.apks", build_zip({"universal.apk": BASE_APK, "toc.pb": b""}))

    assert {key for key, _, _ in asked(app)} == {"CAMERA", "NFC"}


def test_of_standalone_apks_one_is_read_and_the_rest_is_told(tmp_path):
    app = read(tmp_path, "a.apks", build_zip({f"standalones/standalone-{n}.apk": BASE_APK for n in ("arm", "x86")}))

    assert len(asked(app)) == 2
    assert [gap.reason.partition(":")[0] for gap in app.gaps] == ["1 of 2 standalone APKs read"]


def test_the_list_in_an_xapk_says_which_is_the_base_but_not_what_is_asked_for(tmp_path):
    listed = {
        "permissions": ["made.up"],
        "split_apks": [{"file": "z.apk", "id": "base"}, {"file": "a.apk", "id": "scan"}],
    }
    raw = build_zip(
        {
            "manifest.json": json.dumps(listed).encode(),
            "a.apk": build_apk(SCAN),
            "z.apk": BASE_APK,
            "Android/obb/com.example.app/main.1.obb": b"data",
        }
    )
    app = read(tmp_path, "a.xapk", raw)

    assert app.name == "Halden"
    assert {key for key, _, _ in asked(app)} == {"CAMERA", "NFC", "READ_SMS"}
    assert [gap.reason for gap in app.gaps] == ["1 expansion file, not read"]


def test_the_base_is_found_by_its_manifest_where_names_say_nothing(tmp_path):
    app = read(tmp_path, "a.xapk", build_zip({"a.apk": build_apk(SCAN), "b.apk": BASE_APK}))

    assert app.name == "Halden"


def test_an_unreadable_split_is_a_gap_and_an_unreadable_base_an_error(tmp_path):
    app = read(tmp_path, "a.apkm", build_zip({"base.apk": BASE_APK, "split_config.de.apk": b"broken"}))

    assert [(gap.location.path, gap.reason) for gap in app.gaps] == [
        ("a.apkm!/split_config.de.apk", "not a zip archive")
    ]
    app = read(tmp_path, "c.apkm", build_zip({"base.apk": BASE_APK, "split_x.apk": build_zip({"a": b""})}))
    assert "no AndroidManifest.xml" in app.gaps[0].reason
    with pytest.raises(BundleError, match=r"^b\.apkm!/base\.apk: not a zip archive"):
        read(tmp_path, "b.apkm", build_zip({"base.apk": b"broken", "split_config.de.apk": BASE_APK}))


def test_a_folder_of_splits_is_one_app_and_a_folder_of_apps_is_not(tmp_path):
    pulled, many = tmp_path / "pulled", tmp_path / "many"
    for folder, names in ((pulled, ("base", "split_scan")), (many, ("one", "two"))):
        folder.mkdir()
        for name, text in zip(names, (BASE, SCAN), strict=True):
            (folder / f"{name}.apk").write_bytes(build_apk(text, resources=STRINGS))
    app = facts.collect(open_bundle(pulled, "pulled"), {})

    assert ("READ_SMS", "scan", "pulled/split_scan.apk!/AndroidManifest.xml") in asked(app)
    assert len(app.sha256) == 64
    assert [path.name for path in search(tmp_path)] == ["one.apk", "two.apk", "pulled"]
    assert is_bundle(pulled)


def test_a_zip_of_splits_is_opened_and_another_zip_is_not(tmp_path):
    assert (
        read(tmp_path, "a.zip", build_zip({"base.apk": BASE_APK, "split_x.apk": build_apk(DENSITY)})).name == "Halden"
    )
    (tmp_path / "b.zip").write_bytes(build_zip({"readme.txt": b"hello"}))

    with pytest.raises(BundleError, match="not an app bundle"):
        open_bundle(tmp_path / "b.zip")


def test_a_split_of_another_app_is_told(tmp_path):
    other = build_apk(manifest(uses("READ_SMS"), package="com.example.other", attributes='split="x"'))
    app = read(tmp_path, "a.apks", build_zip({"base.apk": BASE_APK, "x.apk": other}))

    assert "belongs to another app (com.example.other)" in app.gaps[0].reason


def test_a_set_without_apks_is_told(tmp_path):
    with pytest.raises(BundleError, match=r"^a\.apks: no APK in it"):
        read(tmp_path, "a.apks", build_zip({"toc.pb": b""}))


def test_the_base_tells_the_levels_that_rule_in_all_parts(tmp_path):
    scan = manifest(
        f'<uses-permission android:name="{P}NFC" android:maxSdkVersion="22"/>' + uses("INTERNET"),
        attributes='split="scan"',
    )
    app = read(tmp_path, "a.apks", build_zip({"base.apk": BASE_APK, "scan.apk": build_apk(scan)}))

    assert [f.key for f in app.facts if f.is_dead] == [f"{P}NFC"]
    assert [(f.key, f.condition) for f in app.facts if f.kind == "implied-permission"] == [
        (f"{P}ACCESS_LOCAL_NETWORK", (f"implied by {P}INTERNET at a target SDK of 35, below 37",))
    ]
