"""Signs of whose code a bundle carries: libraries, frameworks, packers, code that was not read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from permcheck.bundles import open_bundle
from permcheck.facts.android.code import packages
from permcheck.model import Fact, Gap, Location
from tests.builders.dex import build_dex
from tests.builders.dex_bundle import bundle_of
from tests.builders.zips import build_zip


def read(*names: str, root: str = "") -> list[Fact | Gap]:
    return list(packages.extract(bundle_of({root + name: b"x" for name in names}, root), {}))


def markers(*names: str) -> list[tuple[str, str]]:
    return [(i.key, i.value) for i in read(*names) if isinstance(i, Fact) and i.kind == "framework-marker"]


def test_a_native_library_is_told_once_with_its_processors() -> None:
    facts = read("lib/arm64-v8a/libeye.so", "lib/x86/libeye.so", "lib/x86/libear.so", "lib/x86/notes.txt")
    assert [(fact.key, fact.value) for fact in facts if isinstance(fact, Fact)] == [
        ("libear.so", "x86"),
        ("libeye.so", "arm64-v8a x86"),
    ]
    assert facts[1].location.path == "app.apk!/lib/arm64-v8a/libeye.so"


@pytest.mark.parametrize(
    ("member", "framework", "how"),
    [
        ("lib/arm64-v8a/libflutter.so", "Flutter", "native"),
        ("assets/flutter_assets/NOTICES.Z", "Flutter", "native"),
        ("assets/index.android.bundle", "React Native", "script"),
        ("lib/x86/libreactnativejni.so", "React Native", "script"),
        ("lib/x86/libunity.so", "Unity", "managed"),
        ("assemblies/Home.dll", ".NET for Android", "managed"),
        ("assets/www/cordova.js", "Cordova", "script"),
        ("assets/apps/__UNI__1A2B3C4/www/manifest.json", "uni-app", "script"),
        ("lib/armeabi-v7a/libQt6Core_armeabi-v7a.so", "Qt", "native"),
        ("assets/libjiagu_x86.so", "360 Jiagu packer", "packed"),
        ("lib/arm64-v8a/libDexHelper.so", "SecNeo packer", "packed"),
        ("lib/arm64-v8a/libshella-4.1.0.so", "Tencent Legu packer", "packed"),
    ],
)
def test_frameworks_and_packers_are_named(member: str, framework: str, how: str) -> None:
    assert markers(member) == [(framework, how)]


def test_a_framework_is_named_once() -> None:
    assert markers("lib/x86/libflutter.so", "lib/arm64-v8a/libflutter.so") == [("Flutter", "native")]


@pytest.mark.parametrize("member", ["lib/x86/libfluttershy.so", "res/raw/cordova.js", "assets/www/index.html"])
def test_look_alikes_are_no_framework(member: str) -> None:
    assert markers(member) == []


def test_code_in_an_archive_that_nobody_read_is_a_gap() -> None:
    (gap,) = [item for item in read("assets/plug.jar", "assets/notes.zip") if isinstance(item, Gap)]
    assert gap.location.path == "app.apk!/assets/plug.jar"


def test_code_under_another_name_is_a_gap(tmp_path: Path) -> None:
    archive = build_zip({"classes.dex": b"dex"})
    members = {
        "AndroidManifest.xml": b"x", "assets/logo.bin": build_dex("class a.B"), "assets/plug.dat": archive,
        "assets/icons.zip": build_zip({"a.png": b"x"}), "assets/photo.png": archive, "other.bin": archive,
    }  # fmt: skip
    (tmp_path / "app.apk").write_bytes(build_zip(members))
    items = packages.extract(open_bundle(tmp_path / "app.apk", "app.apk"), {})
    paths = [item.location.path for item in items if isinstance(item, Gap)]
    assert paths == ["app.apk!/assets/logo.bin", "app.apk!/assets/plug.dat"]


def test_the_members_of_a_module_are_its_own() -> None:
    facts = [item for item in read("lib/x86/libeye.so", root="base/") if isinstance(item, Fact)]
    assert [fact.location.path for fact in facts] == ["app.apk!/lib/x86/libeye.so"]


def test_known_packages_stay_whole_in_a_crowd():
    crowd = Counter({f"com/example/app/screen{n}/part".encode(): 1 for n in range(3000)})
    crowd[b"com/google/android/gms/ads/internal/x"] = 5
    crowd[b"com/google/firebase/crashlytics/internal"] = 2
    known = frozenset({"com.google.android.gms.ads", "com.google.firebase.crashlytics"})
    counts = {fact.key: fact.value for fact in packages.package_facts(crowd, Location("a.apk"), known)}
    assert counts["com.google.android.gms.ads"] == "5"
    assert counts["com.google.firebase.crashlytics"] == "2"
    assert len(counts) <= packages.PACKAGES_LIMIT
