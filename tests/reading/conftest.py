"""Sentences that the reader is known to misread: each must still fail, so that the list shrinks when it is mended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent
KNOWN_MISSES = frozenset(json.loads((HERE / "known_misses.json").read_text(encoding="utf-8")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE and item.nodeid.rpartition("tests/reading/")[2] in KNOWN_MISSES:
            item.add_marker(pytest.mark.xfail(strict=True, reason="a sentence that is still misread"))
