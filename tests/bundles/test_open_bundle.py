"""Paths: each one opened by the format that it is, or refused in one line that says why."""

import pytest

from permcheck.bundles import is_bundle, open_bundle, search
from permcheck.errors import BundleError
from tests.builders.apk import build_apk, manifest


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("app.apk", b"", "the file is empty"),
        ("app.apk", b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
        ("app.apk", b"MZ not an app", "not a zip archive"),
        ("app.exe", b"MZ", "not an app bundle that permcheck knows"),
        ("app", b"", "not an app bundle that permcheck knows"),
    ],
)
def test_what_is_no_bundle_is_told_in_one_line(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(BundleError) as caught:
        open_bundle(tmp_path / name, f"in/{name}")
    assert str(caught.value).startswith(f"in/{name}: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(BundleError, match="no such file"):
        open_bundle(tmp_path / "gone.apk")


def test_a_directory_is_searched_in_order(tmp_path):
    for name in ("b.apk", "a/c.apk", "a/notes.txt", "A.APK"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(build_apk(manifest("")))

    assert [path.relative_to(tmp_path).as_posix() for path in search(tmp_path)] == ["A.APK", "a/c.apk", "b.apk"]
    assert not is_bundle(tmp_path)
    assert is_bundle(tmp_path / "b.apk")
