"""A shrinker's map on the command line: renamed classes get their names, and their owners, back."""

from __future__ import annotations

import json
from pathlib import Path

from tests.builders.apk import build_apk
from tests.builders.dex import build_dex

CALL = "call android.hardware.camera2.CameraManager.openCamera(java.lang.String, android.os.Handler) -> void"
MANIFEST = """<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="com.acme.lens">
<uses-sdk android:minSdkVersion="24" android:targetSdkVersion="34"/><application/></manifest>"""
MAP = "com.acme.lens.Shutter -> a.b.c:\n    1:4:void shoot():10:13 -> a\n"


def given(folder):
    code = build_dex(f"class a.b.c\nmethod a\n{CALL}")
    (folder / "a.apk").write_bytes(build_apk(MANIFEST, members={"classes.dex": code}))
    (folder / "p.txt").write_text("We collect your e-mail address when you create an account in the app.")
    (folder / "mapping.txt").write_text(MAP)
    return "check", "a.apk", "--policy", "p.txt"


def unguarded(done):
    return [one["message"] for one in json.loads(done.out)["findings"] if one["rule"] == "PC321"]


def test_a_map_tells_whose_a_renamed_class_is(permcheck, tmp_path: Path) -> None:
    check = given(tmp_path)
    assert unguarded(permcheck(*check, "--format", "json")) == []
    (message,) = unguarded(permcheck(*check, "--format", "json", "--mapping", "mapping.txt"))
    assert message.startswith("com.acme.lens.Shutter uses CameraManager.openCamera")


def test_another_file_is_no_map(permcheck, tmp_path: Path) -> None:
    done = permcheck(*given(tmp_path), "--mapping", "p.txt")
    assert (done.code, done.out) == (3, "")
    assert done.err == "permcheck: p.txt: not a shrinker's map: it names no class\n"
