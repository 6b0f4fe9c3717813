"""Hidden text supports no verdict and is not lost either: the category is open, and a finding quotes it."""

import pytest

from permcheck import policy
from permcheck.documents import document_from_bytes
from permcheck.knowledge import load_knowledge
from permcheck.model import Report
from permcheck.pipeline import judge
from tests.builders.docx import docx, paragraph, run

KNOWLEDGE = load_knowledge()
AROUND = (
    "Example Ltd runs the Lamp app. This policy tells how we handle information. You can write to us about anything "
    "in this policy at any time. We use your photo library to let you set a picture of your own for each lamp."
)
SAYS, DENIES = "We access your camera to scan the code on the lamp.", "We do not access your camera."


def report(data: bytes, path: str = "p.html") -> Report:
    read = policy.declare(document_from_bytes(data, path), KNOWLEDGE)
    return judge((), (read,), (), (), KNOWLEDGE, alone=True)


def page(body: str) -> bytes:
    return f"<!DOCTYPE html><html lang=en><body><p>{AROUND}</p>{body}<p>{AROUND}</p></body></html>".encode()


def camera(found: Report) -> str:
    return next(cell.verdict for cell in found.assessments if cell.category == "camera")


def hidden(found: Report) -> list[str]:
    return [finding.subject for finding in found.findings if finding.rule == "PC470"]


def test_what_only_hidden_text_says_leaves_the_category_open():
    found = report(page(f"<p style='opacity:0'>{SAYS}</p>"))
    assert camera(found) == "not-checked"
    assert hidden(found) == ["camera/disclosed"]
    (finding,) = [finding for finding in found.findings if finding.rule == "PC470"]
    assert SAYS in finding.message
    assert "fully transparent" in finding.message
    assert finding.location is not None
    assert finding.location.span is not None


def test_a_hidden_denial_beside_a_visible_disclosure_is_told_and_does_not_count():
    found = report(page(f"<p>{SAYS}</p><p style='opacity:0'>{DENIES}</p>"))
    assert camera(found) == "disclosed"
    assert hidden(found) == ["camera/denied"]


def test_a_hidden_word_that_turns_a_sentence_round_is_told():
    found = report(page("<p>We do <i style='font-size:0'>not</i> access your camera.</p>"))
    assert (camera(found), hidden(found)) == ("disclosed", ["camera/denied"])


def test_hidden_text_that_says_what_is_seen_anyway_is_no_finding():
    assert hidden(report(page(f"<p>{SAYS}</p><p hidden>{SAYS}</p>"))) == []


def test_hidden_text_that_speaks_of_nothing_is_no_finding():
    assert hidden(report(page("<p hidden>Close this window.</p>"))) == []


@pytest.mark.parametrize("body", [f"<p>{SAYS}</p>", f"<details><summary>Codes</summary><p>{SAYS}</p></details>"])
def test_what_is_seen_counts(body: str):
    found = report(page(body))
    assert (camera(found), hidden(found)) == ("disclosed", [])


def test_hidden_text_in_word_leaves_the_category_open():
    body = paragraph(run(AROUND * 2)) + paragraph(run(SAYS, "<w:vanish/>"))
    found = report(docx(body), "p.docx")
    assert (camera(found), hidden(found)) == ("not-checked", ["camera/disclosed"])
    turned = paragraph(run(AROUND * 2)) + paragraph(
        run("We do ") + run("not", '<w:sz w:val="2"/>') + run(" access your camera.")
    )
    found = report(docx(turned), "p.docx")
    assert (camera(found), hidden(found)) == ("disclosed", ["camera/denied"])


def test_quotes_show_the_letters_of_the_file():
    read = policy.declare(document_from_bytes(page("<p>We do n\u043et access your camera.</p>"), "p.html"), KNOWLEDGE)
    (said,) = [item for item in read.disclosures if item.category == "camera"]
    assert (said.stance, said.quote) == ("denied", "We do n\u043et access your camera.")
