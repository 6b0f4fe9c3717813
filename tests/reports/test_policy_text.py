"""Where marks land in a policy's text: on the words that were meant, whatever the file looked like."""

from hypothesis import given
from hypothesis import strategies as st

from permcheck.model import Block, Disclosure, Document, Location, Span
from permcheck.reports.policy_text import Mark, passages
from tests.builders.report import document, find


def said(name, category="camera", stance="disclosed"):
    return Mark(name, "disclosure", Disclosure("policy", category, stance, "", Location("p.txt")))


def marked(doc, *marks):
    """Mark name -> its text in every passage where it stands."""
    found = {}
    for passage in passages(doc, marks):
        here = {}
        for piece in passage.pieces:
            for mark in piece.marks:
                here[mark.name] = here.get(mark.name, "") + piece.text
        for name, text in here.items():
            found.setdefault(name, []).append(text)
    return found


def test_a_sentence_over_two_lines_is_marked_whole():
    doc = document("Title\n\nWe use the camera. It scans\nthe code. Nothing else.\n")
    assert marked(doc, (said("d1"), find(doc, "It scans the code.").span)) == {"d1": ["It scans the code."]}


def test_overlapping_marks_are_both_there_and_no_text_is_lost():
    doc = document("Title\n\nWe use the camera and the microphone.\n")
    first, second = find(doc, "camera and the").span, find(doc, "the microphone").span
    assert marked(doc, (said("d1"), first), (said("d2", "microphone"), second)) == {
        "d1": ["camera and the"],
        "d2": ["the microphone"],
    }
    for passage in passages(doc, [(said("d1"), first), (said("d2"), second)]):
        assert "".join(piece.text for piece in passage.pieces) == passage.block.text


def test_a_mark_over_several_blocks_goes_on_and_begins_once():
    doc = document("Title\n\nFirst part.\n\nSecond part.\n")
    span = Span(3, 6, 5, 6)
    assert marked(doc, (said("d1"), span)) == {"d1": ["part.", "Second"]}
    starts = [mark.name for p in passages(doc, [(said("d1"), span)]) for piece in p.pieces for mark in piece.starts]
    assert starts == ["d1"]


def test_two_blocks_on_one_line_keep_their_own_marks():
    blocks = (Block("One here.", ((0, 1, 3, None),)), Block("Two here.", ((0, 1, 20, None),)))
    doc = Document("p.html", "", "en", "", blocks)
    assert marked(doc, (said("d1"), blocks[1].span(0, 3))) == {"d1": ["Two"]}


def test_a_sentence_that_goes_over_to_the_next_page_is_marked_on_both():
    block = Block("We use the camera daily.", ((0, 40, 0, 1), (11, 1, 0, 2)))
    doc = Document("p.pdf", "", "en", "", (block,))
    assert marked(doc, (said("d1"), block.span(3, 17))) == {"d1": ["use the camera"]}
    assert next(passages(doc, [])).spot == "p1"


def test_a_place_that_is_not_in_the_text_marks_nothing():
    doc = document("Title\n\nText here.\n")
    assert marked(doc, (said("d1"), Span(99, 0, 99, 5)), (said("d2"), Span(2, 0, 2, 0))) == {}


def test_one_link_back_for_each_category_and_stance():
    doc = document("Title\n\nWe use the camera.\n")
    span = find(doc, "We use the camera.").span
    marks = [(said("d1"), span), (said("d2"), span), (said("d3", "photos"), span)]
    ends = [mark.name for passage in passages(doc, marks) for piece in passage.pieces for mark in piece.ends]
    assert ends == ["d1", "d3"]


WORDS = st.lists(st.text(alphabet="ab ñ中", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=8)


@given(WORDS, st.data())
def test_any_stretch_of_a_hard_wrapped_paragraph_is_found_again(lines, data):
    doc = document("Title\n\n" + "\n".join(lines) + "\n")
    block = doc.blocks[-1]
    start = data.draw(st.integers(0, len(block.text) - 1))
    end = data.draw(st.integers(start + 1, len(block.text)))
    assert marked(doc, (said("d1"), block.span(start, end))) == {"d1": [block.text[start:end]]}
