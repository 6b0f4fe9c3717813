"""Containers that nobody can open without a key."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from permcheck.bundles import open_bundle
from permcheck.errors import BundleError


def test_an_old_apkm_is_called_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "app.apkm"
    path.write_bytes(random.Random(7).randbytes(5000))
    with pytest.raises(BundleError, match="old kind, which is encrypted"):
        open_bundle(path)


def test_a_text_under_that_name_is_not_called_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "app.apkm"
    path.write_text("version https://git-lfs.github.com/spec/v1\n" * 100)
    with pytest.raises(BundleError) as caught:
        open_bundle(path)
    assert "encrypted" not in str(caught.value)
