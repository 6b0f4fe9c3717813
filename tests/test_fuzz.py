"""Mutants of every input that is read: a refusal or a reading. `benchmarks/fuzz.py` goes on for longer."""

from __future__ import annotations

import pytest

from tests.fuzzing import fuzz, kinds

NAMES = (
    "apk", "aab", "apks", "ipa", "text", "markdown", "html", "rtf", "docx", "pdf", "form", "merger", "facts", "report",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_mutant_is_more_than_refused(knowledge, tmp_path, name):
    read, samples = kinds(knowledge, tmp_path)[name]
    assert [told for _, told in fuzz(read, samples, 60, 1)] == []


def test_every_kind_is_tried(knowledge, tmp_path):
    assert set(kinds(knowledge, tmp_path)) == set(NAMES)


def test_what_no_reader_may_raise_is_found():
    def read(data):
        return data.decode()

    assert [told for _, told in fuzz(read, [b"Privacy " * 20], 200, 1)]
