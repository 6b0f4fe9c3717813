"""Run the command line in this process, as the console script does."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from permcheck.cli import main


@dataclass
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def permcheck(monkeypatch, capfd, tmp_path):
    """Call with arguments; the working directory is empty unless the test fills it."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "PERMCHECK_FAIL_ON", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONSAFEPATH", "1")  # as `main` sets it; here it must not outlive the test

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["permcheck", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        return Outcome(code, *capfd.readouterr())

    return run


@pytest.fixture
def android(samples):
    return samples / "halden-home.apk"


@pytest.fixture
def ios(samples):
    return samples / "halden-home.ipa"


@pytest.fixture
def gaps(samples):
    return samples / "policy_with_gaps.txt"


@pytest.fixture
def clean(samples):
    return samples / "policy_clean.html"
