"""The rules are data: a company adds wordings and leaves things alone, and a costly pattern is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permcheck.documents import document_from_bytes, document_from_text
from permcheck.errors import MappingError
from permcheck.knowledge import Knowledge, load_knowledge
from permcheck.model import Block
from permcheck.placeholders import SHAPES, scan
from permcheck.placeholders.rules import searches, vet
from tests.builders.docx import docx, paragraph, run

SENTENCE = "We keep data at the Lampyris works and explain here how the app handles personal data."


def company(folder: Path, rule: str, text: str) -> Knowledge:
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / f"{rule}.toml").write_text(text, encoding="utf-8")
    return load_knowledge((folder,))


def found(text: str, knowledge: Knowledge) -> list[str]:
    document = document_from_text(f"{text}\n\n{SENTENCE}\n", "policy.txt")
    return [document.blocks[slot.block].text[slot.start : slot.end] for slot in scan(document.blocks, knowledge)]


def test_a_company_adds_its_own_wording(tmp_path: Path, knowledge: Knowledge) -> None:
    text = "The owner is LAMPMARK-OWNER until the day of release."
    extra = "[[with.pattern]]\nneeds = ['lampmark-']\nfind = 'LAMPMARK-[A-Z]{2,20}'\n"
    assert found(text, knowledge) == []
    assert found(text, company(tmp_path, "PC410", extra)) == ["LAMPMARK-OWNER"]


def test_a_company_adds_words_of_a_slot(tmp_path: Path, knowledge: Knowledge) -> None:
    text = "We, [lamp works of the region], handle your data."
    assert found(text, knowledge) == []
    assert found(text, company(tmp_path, "PC404", "[with.words]\nslot = ['lamp works .{0,40}']\n")) == [
        "[lamp works of the region]"
    ]


def test_a_company_leaves_a_wording_alone(tmp_path: Path, knowledge: Knowledge) -> None:
    text = "Write to the test desk at desk@yourdomain.com with any question."
    assert found(text, knowledge) == ["desk@yourdomain.com"]
    assert found(text, company(tmp_path, "PC406", "[with]\nallow = ['desk@yourdomain\\.com']\n")) == []


def test_a_company_rule_with_an_unknown_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"rules/PC410.toml:4: with\.pattern\[0\]\.colour: unknown key 'colour'"):
        company(tmp_path, "PC410", "[[with.pattern]]\nneeds = ['x']\nfind = 'x'\ncolour = 'red'\n")


def test_the_lint_of_the_mappings_tells_a_broken_pattern(tmp_path: Path) -> None:
    extra = "[[with.pattern]]\nneeds = ['x']\nfind = '(a+)+b'\n\n[[with.pattern]]\nneeds = ['x']\nfind = '(oops'\n"
    with pytest.raises(MappingError) as told:
        company(tmp_path, "PC410", extra)
    assert [line.partition("rules/")[2][:16] for line in told.value.lines] == ["PC410.toml:3: wi", "PC410.toml:7: wi"]
    assert "upper bound" in told.value.lines[0]


@pytest.mark.parametrize("costly", ["(a+)+", "(?:a|b*)*c", "(x{2,}y)+", "((a?)b)*"])
def test_a_quantifier_inside_an_unbounded_group_is_refused(costly: str) -> None:
    with pytest.raises(MappingError):
        vet(costly)


@pytest.mark.parametrize("cheap", ["(a+){0,3}", r"[a-z+*]+\(", "(?:ab)+", "(?<!a)b+", "a{2,}b*"])
def test_what_takes_linear_time_is_accepted(cheap: str) -> None:
    vet(cheap)


def test_every_shape_that_a_rule_names_exists(knowledge: Knowledge) -> None:
    assert {search.shape for search in searches(knowledge)} - {""} <= set(SHAPES)


def test_other_mappings_are_read_anew_for_each_knowledge(knowledge: Knowledge) -> None:
    fewer = replace(knowledge, rules={name: rule for name, rule in knowledge.rules.items() if name != "PC404"})
    text = "This policy explains how [Company Name] handles data."
    assert found(text, knowledge) == ["[Company Name]"]
    assert found(text, fewer) == []


def test_native_marks_of_a_word_processor_are_slots(knowledge: Knowledge) -> None:
    text = "We keep sound for the agreed time and delete it then."
    marks = ((18, 33, "content-control"), (38, 44, "highlight"), (45, 47, "comment:is this true"))
    block = Block(text, ((0, 1, 0, None),), marks=marks)
    assert [(slot.rule, text[slot.start : slot.end]) for slot in scan((block,), knowledge)] == [
        ("PC416", text[18:33]),
        ("PC417", text[38:44]),
        ("PC417", text[45:47]),
    ]


def test_a_word_document_shows_its_open_fields(knowledge: Knowledge) -> None:
    prompt = (
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Name of the owner')}</w:sdtContent></w:sdt>"
    )
    merged = '<w:fldSimple w:instr=" MERGEFIELD {} ">{}</w:fldSimple>'
    body = (
        paragraph(run("Privacy policy"))
        + paragraph(run("The app is run by ") + prompt + run(" in Helsinki and reads the code of a lamp."))
        + paragraph(run("Write to ") + merged.format("Mail", run("«Mail»")) + run(" with any question about lamps."))
        + paragraph(
            run("Or write to ") + merged.format("Post", run("Satamakatu 3")) + run(", where we sell our lamps.")
        )
    )
    document = document_from_bytes(docx(body), "policy.docx")
    slots = scan(document.blocks, knowledge)
    assert [document.blocks[slot.block].text[slot.start : slot.end] for slot in slots] == [
        "Name of the owner",
        "«Mail»",
    ]
    assert {slot.rule for slot in slots} == {"PC416"}


PIECES = (
    *("[", "]", "{{", "}}", "(", ")", "【", "】", "<", ">", "_", "____", "%", "$", "：", "“”", '"', "”", "é"),
    *(
        "Confirm: ",
        "XXX",
        "请补充",
        "邮箱：",
        "Option A: ",
        "TODO: ",
        "name@example.com",
        "31 April 2024",
        "company name",
    ),
    *("if not, you can delete this: ", "Please enter ", "<!-- TODO -->", "lorem ipsum dolor sit amet ", "we ", "lamp "),
    *("\n", "\n\n", ". ", "? "),
)


@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=40))
def test_slots_lie_inside_their_blocks_and_come_in_reading_order(knowledge: Knowledge, pieces: list[str]) -> None:
    document = document_from_text(f"{''.join(pieces)}\n\n{SENTENCE}\n", "policy.txt")
    slots = scan(document.blocks, knowledge)
    assert list(slots) == sorted(slots, key=lambda slot: (slot.block, slot.start, -slot.end))
    for slot in slots:
        for number, start, end in ((slot.block, slot.start, slot.end), *slot.governed):
            assert 0 <= start < end <= len(document.blocks[number].text)
    assert len({(slot.block, slot.start, slot.end) for slot in slots}) == len(slots)
