"""The format of an output follows from its name or its suffix, and a slip in a name is no path."""

from __future__ import annotations

import json

import pytest

from permcheck.cli.output import SUFFIXES, split
from permcheck.reports import RENDERERS


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("report.html", ("html", "report.html")),
        ("out/Report.HTML", ("html", "out/Report.HTML")),
        ("json:report.html", ("json", "report.html")),
        ("junit:report.xml", ("junit", "report.xml")),
        ("C:/out/report.sarif", ("sarif", "C:/out/report.sarif")),
        ("report.xml", None),
        ("report", None),
        ("hmtl:report.html", None),
        ("json:", None),
        ("", None),
    ],
)
def test_split(given, found):
    assert split(given) == found


def test_every_suffix_names_a_format():
    assert set(SUFFIXES.values()) <= set(RENDERERS)


def test_a_file_by_its_suffix(permcheck, clean, tmp_path):
    done = permcheck("policy", clean, "-o", "a.json", "-o", "b.html", "--fail-on", "never")
    assert done.code == 0, done.err
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["schema"] == "permcheck-report/1"
    assert "<html" in (tmp_path / "b.html").read_text(encoding="utf-8")


def test_an_unknown_suffix_names_those_there_are(permcheck, clean):
    done = permcheck("policy", clean, "-o", "report.xml")
    assert done.code == 2
    assert ".sarif" in done.err


@pytest.mark.parametrize("path", ["../report.html", "html:../report.html", ".git/report.html"])
def test_a_configuration_that_lies_in_the_tree_writes_nothing_outside_of_it(permcheck, android, clean, tmp_path, path):
    (tmp_path / "permcheck.toml").write_text(f'output = ["{path}"]\n')
    done = permcheck("check", android, "-p", clean)
    assert done.code == 2
    assert "--config" in done.err


def test_doctor_tells_what_is_there(permcheck, monkeypatch):
    monkeypatch.setenv("PATH", "")
    done = permcheck("doctor")
    assert done.code == 0
    assert "categories" in done.out
    assert "missing browser" in " ".join(done.out.split())


def test_doctor_fails_where_the_mappings_do(permcheck, tmp_path):
    (tmp_path / "acme" / "rules").mkdir(parents=True)
    (tmp_path / "acme" / "rules" / "PC101.toml").write_text('severity = "fatal"\n')
    done = permcheck("doctor", "--mappings", "acme")
    assert done.code == 1
    assert "acme/rules/PC101.toml:1: severity: 'fatal' is none of error, warning, note" in done.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_installed_where_the_shell_looks(permcheck, monkeypatch, tmp_path, shell):
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "ZDOTDIR"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    done = permcheck("completion", shell)
    assert done.code == 0, done.err
    (file,) = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert "_PERMCHECK_COMPLETE" in file.read_text()
