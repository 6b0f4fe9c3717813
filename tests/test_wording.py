"""No text that a person reads says what the word list of CONTRIBUTING.md rules out."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from permcheck.cli import cli
from permcheck.reports import RENDERERS, render
from tests.builders.report import report

ROOT = Path(__file__).parent.parent
FORBIDDEN = [
    r"plainly tells?",
    r"reach(es)? for",
    r"only points? at",
    r"hangs? on",
    r"(?<!depends on )unfilled text\b",
    r"left unfilled",
    r"ends the app",
    r"no legal advice",
    r"nothing to complain",
    r"no calendar has",
    r"tells where",
    r"(held|holds?) (apps |all )?against",
    r"stores are told",
    r"is told, but",
    r"asks? for a permission",
    r"speaks? of",
    r"tells? of\b",
    r"bears? out",
    r"the house\b(?! is quiet)",
]
PATTERN = re.compile("|".join(FORBIDDEN), re.IGNORECASE)
COMMANDS = ["", "check", "permissions", "policy", "diff", "draft", "explain", "check-mappings", "init"]


def left(text):
    """The forbidden phrases in a text, each with what stands around it."""
    plain = " ".join(text.split())
    return [plain[max(0, at.start() - 40) : at.end() + 40] for at in PATTERN.finditer(plain)]


def test_the_list_notices_what_it_forbids():
    assert left("The policy plainly tells of 8 of the 15 categories that the apps reach for.")
    assert not left("The policy discloses 8 of the 15 categories that the apps can access.")


@pytest.mark.parametrize("path", sorted((ROOT / "mappings" / "rules").glob("*.toml")), ids=lambda path: path.stem)
def test_rules(path):
    rule = tomllib.loads(path.read_text(encoding="utf-8"))
    words = (rule[key] for key in ("title", "message", "why", "fix", "change") if key in rule)
    assert left(" ".join(words)) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command):
    done = CliRunner().invoke(cli, [*filter(None, [command]), "--help"])
    assert done.exit_code == 0
    assert left(done.output) == []


def test_readme():
    assert left((ROOT / "README.md").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", [name for name in RENDERERS if name not in ("xlsx", "pdf")])
def test_reports(name):
    shown = re.sub(r"<(style|script)>.*?</\1>", "", render(name, report()), flags=re.DOTALL)
    assert left(shown) == []
