"""``permcheck trace`` shows how each mention was read, from the sentence to the rule that decided."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from permcheck.cli import cli

POLICY = """Lumen Home Privacy Policy

We use the camera of your phone to scan codes. The courier uses the camera too.

We do not read your contacts.
"""


@pytest.fixture
def policy(tmp_path: Path) -> str:
    path = tmp_path / "policy.txt"
    path.write_text(POLICY, encoding="utf-8")
    return str(path)


def test_a_record_leads_from_the_mention_to_the_verdict(policy: str) -> None:
    result = CliRunner().invoke(cli, ["trace", policy, "--category", "contacts", "--format", "json"])
    assert result.exit_code == 0, result.output
    (record,) = json.loads(result.stdout)
    assert record["sentence"] == "We do not read your contacts."
    assert record["lines"] == [5, 5]
    assert {"kind": "negation", "text": "not", "file": "mappings/languages/en.toml", "key": "cue.negation"} in record[
        "cues"
    ]
    assert record["outcome"]["claim"] == "denied"
    assert record["decision"]["rule"] == record["decision"]["verdict"] == "denied"


def test_line_and_category_narrow_it(policy: str) -> None:
    result = CliRunner().invoke(cli, ["trace", policy, "--line", "3", "--category", "camera"])
    assert result.exit_code == 0, result.output
    assert "line 3: camera" in result.stdout
    assert "another-actor" in result.stdout
    assert "contacts" not in result.stdout


def test_nothing_named_is_said(policy: str) -> None:
    result = CliRunner().invoke(cli, ["trace", policy, "--category", "nfc"])
    assert result.exit_code == 0
    assert "no mention of nfc" in result.stdout


def test_a_policy_that_is_missing_is_refused_in_one_line(permcheck) -> None:
    result = permcheck("trace", "none.txt")
    assert result.code == 3
    assert result.err.startswith("permcheck: none.txt: ")
    assert len(result.err.splitlines()) == 1
