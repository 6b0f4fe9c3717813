"""The script of action.yml: a pull request is judged by the configuration of its base branch, not by its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WAIVE = '[[waiver]]\nrule = "*"\nsubject = "*"\nreason = "r"\nowner = "o"\nexpires = 2026-06-30\n'


def git(directory, *words):
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-C", directory, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(directory, **files):
    for name, text in files.items():
        path = directory / name.replace("__", "/").replace("_toml", ".toml").replace("_json", ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(directory, "add", "-A")
    git(directory, "commit", "-qm", "x")
    return git(directory, "rev-parse", "HEAD")


@pytest.fixture
def gate(tmp_path, android, gaps):
    """A checkout with an app and a policy that fails, and the script run in it as GitHub runs it."""
    tree, temp = tmp_path / "tree", tmp_path / "temp"
    (temp / "permcheck" / "bin").mkdir(parents=True)
    tree.mkdir()
    git(tree, "init", "-q")
    shutil.copy(android, tree / "a.apk")
    shutil.copy(gaps, tree / "p.txt")
    wrapper = temp / "permcheck" / "bin" / "permcheck"
    wrapper.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -P -m permcheck "$@"\n')
    wrapper.chmod(0o755)

    def run(config="", base="", fail_on="", **more):
        inputs = {"APPS": "a.apk\n", "POLICY": "p.txt\n", "CONFIG": config, "FAIL_ON": fail_on, "BASE": base}
        inputs |= {
            "SARIF": "out.sarif",
            "HTML": "out.html",
            "RUNNER_TEMP": str(temp),
            "SOURCE_DATE_EPOCH": "1767225600",
        }
        inputs |= {"GITHUB_STEP_SUMMARY": str(temp / "summary.md"), **more}
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PERMCHECK_")} | inputs
        script = ["bash", str(ROOT / "integrations" / "action.sh")]
        done = subprocess.run(script, cwd=tree, env=environment, capture_output=True, text=True, check=False)
        summary = temp / "summary.md"
        return done, summary.read_text() if summary.exists() else ""

    run.tree = tree
    return run


@pytest.fixture
def android(samples):
    return samples / "halden-home.apk"


@pytest.fixture
def gaps(samples):
    return samples / "policy_with_gaps.txt"


def test_the_branch_s_own_configuration_is_not_read(gate):
    for name in ("permcheck.toml", ".permcheck.toml"):
        (gate.tree / name).write_text("exit-zero = true\n" + WAIVE)
        done, summary = gate()
        assert done.returncode == 1, done.stderr
        assert "no configuration, waivers, decisions or baseline" in summary
    assert (gate.tree / "out.sarif").exists()
    assert (gate.tree / "out.html").exists()


def test_a_pull_request_is_judged_by_the_base_branch(gate):
    base = commit(gate.tree, permcheck_toml='fail-on = "warning"\n')
    commit(gate.tree, permcheck_toml="exit-zero = true\n" + WAIVE)
    alone, loose = gate("permcheck.toml")
    assert alone.returncode == 0
    assert "waived" in loose
    done, summary = gate("permcheck.toml", base)
    assert done.returncode == 1, done.stderr
    assert "fail-on = warning" in summary[len(loose) :]
    assert "waived" not in summary[len(loose) :]


def test_mappings_and_baseline_are_those_of_the_base_branch_too(gate):
    old, _ = gate()
    assert old.returncode == 1
    rule = 'id = "PC101"\nseverity = "{}"\n'
    base = commit(
        gate.tree,
        ci__permcheck_toml='fail-on = "error"\nmappings = ["map"]\n',
        ci__map__rules__PC101_toml=rule.format("error"),
    )
    lowered = {
        f"ci__map__rules__PC{number}_toml": f'id = "PC{number}"\nseverity = "note"\n' for number in (101, 103, 104)
    }
    commit(gate.tree, **lowered)
    _, loose = gate("ci/permcheck.toml")
    assert "3 rules lowered" in loose
    done, summary = gate("ci/permcheck.toml", base)
    assert done.returncode == 1, done.stderr
    assert "lowered" not in summary[len(loose) :]


def test_a_configuration_that_the_base_branch_does_not_have_yet_is_not_used(gate):
    base = commit(gate.tree, other_toml="")
    commit(gate.tree, permcheck_toml="exit-zero = true\n")
    done, _ = gate("permcheck.toml", base)
    assert done.returncode == 1
    assert "::notice title=permcheck::The base branch has no configuration of that name yet" in done.stdout


def test_a_base_that_cannot_be_had_fails_the_check(gate):
    commit(gate.tree, permcheck_toml="exit-zero = true\n")
    done, _ = gate("permcheck.toml", "1" * 40)
    assert done.returncode == 2
    assert "check out with fetch-depth: 0" in done.stderr


def test_variables_of_an_earlier_step_change_nothing(gate):
    (gate.tree / "loose.toml").write_text("exit-zero = true\n")
    done, _ = gate(PERMCHECK_EXIT_ZERO="1", PERMCHECK_CONFIG="loose.toml", PERMCHECK_FAIL_ON="never")
    assert done.returncode == 1


@pytest.mark.parametrize(("fail_on", "code"), [("never", 0), ("error", 1)])
def test_the_workflow_says_what_fails(gate, fail_on, code):
    assert gate(fail_on=fail_on)[0].returncode == code


def test_an_app_that_looks_like_an_option_is_none(gate):
    done, _ = gate(APPS="--exit-zero\na.apk\n")
    assert done.returncode == 2
    assert "--exit-zero: no such file" in done.stderr


def test_no_input_of_the_action_is_put_into_its_script():
    text = (ROOT / "action.yml").read_text("utf-8")
    scripts = text.split("run: |")[1:]
    assert scripts
    assert not any("${{" in script.split("- name")[0] for script in scripts)
    assert 'run: bash "$ACTION_PATH/integrations/action.sh"' in text
