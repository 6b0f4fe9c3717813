"""Code, libraries and policies of an app bundle with a feature module, from the file on."""

from __future__ import annotations

from pathlib import Path

from permcheck import facts
from permcheck.bundles import open_bundle
from permcheck.facts import bundled_policy
from permcheck.model import AppFacts
from tests.builders.aab import build_aab
from tests.builders.apk import manifest
from tests.builders.dex import build_dex

OPEN = "android.hardware.camera2.CameraManager.openCamera"
CALL = f"call {OPEN}(java.lang.String) -> void"
PROSE = "We read the names of rooms from your phone so that the lamps know where they hang. " * 12
PAGE = b"<h1>Privacy policy</h1>"


def read(tmp_path: Path) -> AppFacts:
    target = tmp_path / "home.aab"
    modules = {"base": manifest(""), "door": manifest("", attributes='split="door"')}
    members = {
        "base/dex/classes.dex": build_dex(f"class com.example.app.Lens\nmethod shoot\n{CALL}"),
        "door/dex/classes.dex": build_dex(f"class com.example.door.Bell\nmethod look\n{CALL}"),
        "door/lib/arm64-v8a/libflutter.so": b"x",
        "base/assets/privacy.html": PAGE,
    }
    target.write_bytes(build_aab(modules, strings={"privacy_text": {"": PROSE, "de": PROSE}}, members=members))
    return facts.collect(open_bundle(target, "home.aab"), {"api-call": frozenset({OPEN})})


def test_every_module_tells_its_own_code(tmp_path: Path) -> None:
    app = read(tmp_path)
    users = {(fact.value, fact.location.path) for fact in app.facts if fact.kind == "api-call"}
    assert users == {
        ("com.example.app.Lens", "home.aab!/base/dex/classes.dex"),
        ("com.example.door.Bell", "home.aab!/door/dex/classes.dex"),
    }
    assert app.values("framework-marker", "Flutter") == ("native",)
    assert app.values("code-package", "com.example.door") == ("1",)


def test_policies_of_the_base_module_are_found_and_read(tmp_path: Path) -> None:
    app = read(tmp_path)
    carried = [fact for fact in app.facts if fact.kind == "bundled-policy"]
    assert [(fact.key, fact.value) for fact in carried] == [
        ("assets/privacy.html", ""),
        ("string/privacy_text", ""),
        ("string/privacy_text", "de"),
    ]
    bundle = open_bundle(tmp_path / "home.aab", "home.aab")
    assert [bundled_policy.read_policy(bundle, fact) for fact in carried] == [PAGE, PROSE.encode(), PROSE.encode()]
