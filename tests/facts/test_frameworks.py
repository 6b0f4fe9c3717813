"""Frameworks that are compiled into an app, told by their packages, files and launchers."""

from __future__ import annotations

from pathlib import Path

import pytest

from permcheck.bundles import open_bundle
from permcheck.facts.android.code import dex, packages
from permcheck.facts.android.code.framework import MANY, RUNTIMES
from permcheck.facts.ios import framework
from permcheck.model import Fact
from tests.builders import ipa
from tests.builders.dex import build_dex
from tests.builders.dex_bundle import bundle_of


def markers(*classes: str) -> list[tuple[str, str]]:
    data = build_dex("\n".join(f"class {name}" for name in classes))
    found = dex.extract(bundle_of({"classes.dex": data}), {})
    return [(one.key, one.value) for one in found if isinstance(one, Fact) and one.kind == "framework-marker"]


@pytest.mark.parametrize("package", RUNTIMES)
def test_a_runtime_in_the_code_is_named(package: str) -> None:
    classes = [f"{package}.sub.C{number}" for number in range(MANY)]
    assert markers("appinventor.ai_jo.Lamp.Screen1", *classes) == [RUNTIMES[package]]


def test_a_stub_of_a_runtime_is_not_the_runtime() -> None:
    assert markers("com.acme.Main", "com.facebook.react.Stub") == []
    assert markers("com.acme.Main", *(f"com.facebook.reactor.C{number}" for number in range(MANY))) == []


@pytest.mark.parametrize(
    ("member", "name"),
    [
        ("assets/_app_props_.json", "Titanium"),
        ("assets/META-INF/AIR/application.xml", "Adobe AIR"),
        ("lib/arm64-v8a/libcorona.so", "Solar2D"),
        ("assets/game.dmanifest", "Defold"),
        ("assets/game.droid", "GameMaker"),
        ("lib/arm64-v8a/liblynx.so", "Lynx"),
        ("assets/tauri.conf.json", "Tauri"),
        ("lib/arm64-v8a/libcoreclr.so", ".NET for Android"),
    ],
)
def test_a_file_of_a_framework_names_it(member: str, name: str) -> None:
    found = packages.extract(bundle_of({member: b""}), {})
    assert [one.key for one in found if isinstance(one, Fact) and one.kind == "framework-marker"] == [name]


@pytest.mark.parametrize(
    ("member", "name", "how"),
    [
        ("main.jsbundle", "React Native", "script"),
        ("www/cordova.js", "Cordova", "script"),
        ("Microsoft.iOS.dll", ".NET for iOS", "dynamic"),
        ("runtimeconfig.bin", ".NET for iOS", "dynamic"),
        ("uecommandline.txt", "Unreal Engine", "native"),
        ("compose-resources/files/a.txt", "Compose Multiplatform", "native"),
        ("Frameworks/NativeScript.framework/NativeScript", "NativeScript", "dynamic"),
        ("Data/globalgamemanagers", "Unity", "managed"),
    ],
)
def test_a_file_of_a_framework_names_it_on_ios(tmp_path: Path, member: str, name: str, how: str) -> None:
    path = tmp_path / "Lamp.ipa"
    path.write_bytes(ipa.archive(ipa.app({"Info.plist": ipa.info(), member: b"x"})))
    found = [one for one in framework.extract(open_bundle(path), {}) if isinstance(one, Fact)]
    assert [(one.key, one.value) for one in found] == [(name, how)]
    assert found[0].location.path.endswith(f"/{member}")


def test_other_files_name_no_framework(tmp_path: Path) -> None:
    path = tmp_path / "Lamp.ipa"
    path.write_bytes(ipa.archive(ipa.app({"Info.plist": ipa.info(), "help/main.jsbundle.txt": b"x"})))
    assert list(framework.extract(open_bundle(path), {})) == []
