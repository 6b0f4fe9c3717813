"""A policy says the same in every format: the same verdicts, the same stances, the same unfilled places."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from permcheck import policy
from permcheck.documents import document_from_bytes
from permcheck.knowledge import load_knowledge
from permcheck.pipeline import judge
from tests.builders.formats import FORMATS, browser

ROOT = Path(__file__).parent.parent.parent
POLICIES = (ROOT / "sample_apks" / "policy_with_gaps.txt", ROOT / "tests" / "cases" / "clean_policy.txt")
KNOWLEDGE = load_knowledge()
Findings = tuple[dict[str, str], Counter[tuple[str, str]], Counter[str]]


def findings(data: bytes, name: str) -> Findings:
    read = policy.declare(document_from_bytes(data, name), KNOWLEDGE)
    report = judge((), (read,), (), (), KNOWLEDGE, alone=True)
    return (
        {cell.category: cell.verdict for cell in report.assessments},
        Counter((said.category, said.stance) for said in read.disclosures),
        Counter(slot.text for slot in read.placeholders),
    )


@cache
def original(path: Path) -> Findings:
    return findings(path.read_bytes(), path.name)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_every_format_gives_the_same_verdicts_stances_and_slots(path: Path, name: str):
    if name == "p.pdf" and not browser():
        pytest.skip("no browser is installed to print with")
    blocks = document_from_bytes(path.read_bytes(), path.name).blocks
    verdicts, stances, slots = findings(FORMATS[name](blocks), name)
    assert verdicts == original(path)[0]
    assert stances == original(path)[1]
    assert slots == original(path)[2]


def test_the_policies_have_something_to_lose():
    verdicts, stances, slots = original(POLICIES[0])
    assert {"disclosed", "denied", "silent"} <= set(verdicts.values())
    assert stances.total() >= 10
    assert slots.total() >= 5


AROUND = "<p>Example Ltd runs the Lamp app. This policy tells how we handle information in general terms.</p>"


@pytest.mark.parametrize("space", [" ", "\n", "\n    ", "\t", "&nbsp;", "<!-- x -->\n", "\r\n"])
def test_white_space_of_the_source_says_nothing(space: str):
    text = f"Confirm: the mailbox?;{space}We use the camera to scan the code."
    page = f"<html><body>{AROUND}<p>{text}</p>{AROUND}</body></html>"
    plain = page.replace(space, " ", 1)
    assert findings(page.encode(), "p.html")[:2] == findings(plain.encode(), "p.html")[:2]
