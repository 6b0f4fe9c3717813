"""A check of another package is found by its entry point, asked once, and nothing in a mappings directory is run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RULE = """
id = "ACME201"
name = "acme-development-build"
title = "A development build."
check = "acme-odd-version"
severity = "error"
message = "Version {version}."
why = "It must not ship."
fix = "Build a release."
references = ["internal"]
[with]
suffix = "%s"
[[example]]
facts = ["android.permission.CAMERA"]
finds = []
"""


@pytest.fixture
def package(tmp_path):
    site = tmp_path / "site"
    about = site / "acme-1.dist-info"
    about.mkdir(parents=True)
    (site / "acme_checks.py").write_text((ROOT / "docs" / "examples" / "acme_checks.py").read_text(encoding="utf-8"))
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[permcheck.checks]\nacme-odd-version = acme_checks:odd_version\n")
    (tmp_path / "acme" / "rules").mkdir(parents=True)
    return tmp_path


def check(package, paths):
    words = ["check", ROOT / "sample_apks" / "halden-home.apk", ROOT / "sample_apks" / "halden-home.ipa"]
    words += [
        "-p",
        ROOT / "sample_apks" / "policy_with_gaps.txt",
        "--mappings",
        "acme",
        "-f",
        "json",
        "--fail-on=never",
    ]
    return subprocess.run(
        [sys.executable, "-m", "permcheck", *map(str, words)],
        cwd=package,
        env={"PYTHONPATH": ":".join(map(str, paths)), "HOME": str(package), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_installed_check_finds_what_it_looks_for_once(package):
    (package / "acme" / "rules" / "ACME201.toml").write_text(RULE % "2.0")
    done = check(package, [ROOT, package / "site"])
    assert done.returncode == 0, done.stderr
    assert [found["rule"] for found in json.loads(done.stdout)["findings"]].count("ACME201") == 1
    (package / "acme" / "rules" / "ACME201.toml").write_text(RULE % "-dev")
    found = json.loads(check(package, [ROOT, package / "site"]).stdout)["findings"]
    assert "ACME201" not in {one["rule"] for one in found}


def test_a_check_that_is_not_installed_is_told_in_one_line(package):
    (package / "acme" / "rules" / "ACME201.toml").write_text(RULE % "2.0")
    done = check(package, [ROOT])
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "ACME201.toml:5: check: no check is called 'acme-odd-version'" in line
