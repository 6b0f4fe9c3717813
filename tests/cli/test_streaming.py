"""JSON Lines: a folder of apps is written as it goes, with the same exit codes, waivers and findings as a whole run."""

from __future__ import annotations

import json

import pytest

from permcheck import load_report
from permcheck.session import Session
from tests.builders.apk import build_apk, manifest

ASKS = '<uses-permission android:name="android.permission.{}"/>'


@pytest.fixture
def folder(tmp_path):
    inside = tmp_path / "apps"
    inside.mkdir()
    for number, permission in enumerate(["CAMERA", "READ_CONTACTS", "CAMERA"]):
        body = ASKS.format(permission)
        (inside / f"lamp{number}.apk").write_bytes(build_apk(manifest(body, package=f"com.example.lamp{number}")))
    (inside / "broken.apk").write_bytes(b"PK")
    (tmp_path / "privacy.txt").write_text(
        "Privacy policy. We use the camera of your phone to scan the pairing code. " * 4
    )
    return tmp_path


def records(text):
    return [json.loads(line) for line in text.splitlines()]


def subjects(found):
    return sorted((finding["rule"], finding["subject"], finding["app"] or "") for finding in found)


def test_a_line_for_each_app_and_one_of_the_rest(permcheck, folder):
    done = permcheck("check", "apps", "-p", "privacy.txt", "-o", "jsonl:out.jsonl")
    lines = records((folder / "out.jsonl").read_text())
    assert [[app["app_id"] for app in line["apps"]] for line in lines] == [
        [],
        ["com.example.lamp0"],
        ["com.example.lamp1"],
        ["com.example.lamp2"],
        [],
    ]
    assert [gap["location"]["path"] for gap in lines[0]["gaps"]] == ["apps/broken.apk"]
    assert [line["documents"] == [] for line in lines] == [True, True, True, True, False]
    assert done.code == 1
    assert "apps/lamp1.apk: 1 error" in done.out
    assert "3 apps: " in done.out
    assert "apps/broken.apk: " in done.err


def test_the_lines_say_together_what_one_report_says(permcheck, folder):
    whole = json.loads(permcheck("check", "apps", "-p", "privacy.txt", "-f", "json").out)
    lines = records(permcheck("check", "apps", "-p", "privacy.txt", "-f", "jsonl").out)
    told = {json.dumps(finding): finding for line in lines for finding in line["findings"]}
    assert subjects(told.values()) == subjects(whole["findings"])
    cells = [(cell["category"], cell["app"], cell["verdict"]) for line in lines for cell in line["assessments"]]
    assert sorted(cells) == sorted((c["category"], c["app"], c["verdict"]) for c in whole["assessments"])


def test_every_line_is_a_report_that_can_be_loaded(permcheck, folder):
    out = permcheck("check", "apps", "-p", "privacy.txt", "-f", "jsonl").out
    loaded = [load_report(line) for line in out.splitlines()]
    quoted = [cell.disclosures[0].quote for part in loaded for cell in part.assessments if cell.verdict == "disclosed"]
    assert quoted[0].startswith("We use the camera")


def test_the_exit_code_is_that_of_the_whole_run(permcheck, folder):
    base = ("check", "apps", "-p", "privacy.txt", "-o", "jsonl:out.jsonl", "-q")
    assert permcheck(*base).code == 1
    assert permcheck(*base, "--exit-zero").code == 3
    assert permcheck(*base, "--exit-zero", "--allow-incomplete").code == 0
    assert permcheck(*base, "--fail-on", "never").code == 3


def test_waivers_hold_and_unused_ones_are_told_once(monkeypatch, permcheck, folder):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764547200")  # 2025-12-01
    table = '[[waiver]]\nrule = "PC101"\nsubject = "{}"\nreason = "debug menu"\nowner = "dpo"\nexpires = 2026-06-01\n'
    named = ("com.example.lamp1/contacts", "com.example.gone/contacts")
    (folder / "permcheck.toml").write_text("".join(map(table.format, named)))
    done = permcheck("check", "apps", "-p", "privacy.txt", "-f", "jsonl", "--config", "permcheck.toml")
    found = [finding for line in records(done.out) for finding in line["findings"]]
    assert [finding["subject"] for finding in found if finding["waiver"]] == ["com.example.lamp1/contacts"]
    told = [finding["subject"] for finding in found if finding["subject"].startswith("waiver ")]
    assert told == ["waiver PC101/com.example.gone/contacts"]


def test_beside_another_report_the_lines_are_those_of_the_whole(permcheck, folder):
    permcheck("check", "apps", "-p", "privacy.txt", "-o", "jsonl:out.jsonl", "-o", "json:out.json")
    lines = records((folder / "out.jsonl").read_text())
    whole = json.loads((folder / "out.json").read_text())
    assert [line["apps"][0]["path"] for line in lines if line["apps"]] == [app["path"] for app in whole["apps"]]
    assert subjects(f for line in lines for f in line["findings"]) == subjects(whole["findings"])


def test_lines_are_there_before_the_run_is_over(monkeypatch, permcheck, folder):
    seen = []
    stream = Session.stream

    def watched(self, *given, **named):
        for part in stream(self, *given, **named):
            seen.append((folder / "out.jsonl").read_text().count("\n"))
            yield part

    monkeypatch.setattr(Session, "stream", watched)
    permcheck("check", "apps", "-p", "privacy.txt", "-o", "jsonl:out.jsonl")
    assert seen == [0, 0, 1, 2, 3]
