"""A document in, its passages out: every sentence with its frame, which is what stands above it or beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from permcheck.documents.sentence import split
from permcheck.knowledge import Knowledge
from permcheck.model import Block, Document
from permcheck.reading.language import lexicon_for, spoken
from permcheck.reading.lexicon import Lexicon
from permcheck.reading.sentence import EMPTY, Sentence

EVIDENCE_REGIONS = frozenset({"main", "dialog"})
Taint = Mapping[int, Sequence[tuple[int, int]]]
"""Block number -> the stretches of its text that depend on an unfilled slot."""
RUN_IN = 4
"""Words of a sentence at the start of a paragraph that only names what the paragraph is about."""


@dataclass(frozen=True, eq=False)
class Frame:
    """What a passage stands under: the path of headings (the nearest last), the line above its list, its table's head.

    ``label`` is the short first sentence of its paragraph that names what the paragraph is about ("Camera.").
    """

    headings: tuple[Sentence, ...] = ()
    lead_in: Sentence = EMPTY
    head: Sentence = EMPTY
    label: Sentence = EMPTY
    opening: Sentence = EMPTY
    """The words before the first colon of the paragraph ("iOS: ...")."""

    @property
    def heading(self) -> Sentence:
        """The nearest heading."""
        return self.headings[-1] if self.headings else EMPTY


@dataclass(frozen=True, eq=False)
class Passage:
    """One sentence of a block with its frame; ``section`` is the path of headings above as they stand."""

    block: int
    sentence: Sentence
    frame: Frame
    section: tuple[str, ...]
    language: str
    kind: str
    tainted: tuple[tuple[int, int], ...] = ()

    @property
    def start(self) -> int:
        """Where it starts in the text of its block."""
        return self.sentence.first

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.sentence.last

    @property
    def text(self) -> str:
        """The sentence as it reads."""
        return self.sentence.piece

    @property
    def listed(self) -> bool:
        """Whether it is an item of a list or a row of a table."""
        return self.kind in ("item", "row")

    @cached_property
    def introduces(self) -> bool:
        """Whether it governs the list that follows it: by a colon, or by words such as "the following"."""
        text = self.text.rstrip(" *_")
        if text.endswith((".", "\u3002")):
            return self.sentence.has("list_lead")
        return text.endswith((":", "\uff1a", ":-", "\u2014")) or self.sentence.has("list_lead")

    def taints(self, start: int, end: int) -> bool:
        """Whether the words ``start:end`` depend on an unfilled slot."""
        first, last = self.sentence.place(start, end)
        return any(left < last and first < right for left, right in self.tainted)


def passages(document: Document, knowledge: Knowledge, taint: Taint) -> list[Passage]:
    """Every sentence that can be evidence, in reading order; headings are frames, not passages."""
    walk = _Walk(document, knowledge, taint)
    for number, block in enumerate(document.blocks):
        if block.region in EVIDENCE_REGIONS:
            walk.read(number, block)
    return walk.found


class _Walk:
    """Goes through the blocks and remembers the line above the list at hand and the head of the table."""

    def __init__(self, document: Document, knowledge: Knowledge, taint: Taint) -> None:
        self.document, self.knowledge, self.taint = document, knowledge, taint
        self.found: list[Passage] = []
        self.above: list[tuple[int, Passage]] = []
        self.table = EMPTY
        self.headings: dict[tuple[str, str], Sentence] = {}

    def read(self, number: int, block: Block) -> None:
        language = spoken(block, self.document, self.knowledge)
        if not language:
            return
        lexicon = lexicon_for(self.knowledge, language)
        if block.kind == "row":
            self._sentences(number, block, lexicon)
            if self.table is EMPTY:
                self.table = Sentence(block.text, 0, len(block.text), lexicon)
            return
        self.table = EMPTY
        if block.kind == "heading":
            self.above.clear()
            return
        depth = block.level if block.kind == "item" else 0
        while self.above and (self.above[-1][0] >= depth or depth == 0):
            self.above.pop()
        last = self._sentences(number, block, lexicon)
        if last is not None:
            self.above.append((depth, last))

    def _lead_in(self) -> Sentence:
        """The nearest line above that introduces the list at hand and says what is done, else the nearest."""
        leads = [passage.sentence for _, passage in reversed(self.above) if passage.introduces]
        return next((lead for lead in leads if lead.acts), leads[0] if leads else EMPTY)

    def _sentences(self, number: int, block: Block, lexicon: Lexicon) -> Passage | None:
        headings = tuple(self._heading(text, lexicon) for text in block.heading)
        pieces = [Sentence(block.text, start, end, lexicon) for start, end in _pieces(block)]
        label = pieces[0] if len(pieces) > 1 and _is_label(pieces[0]) else EMPTY
        run_in = (pieces[0],) if len(pieces) > 1 and _is_run_in(pieces[0]) else ()
        lead_in, opening = self._lead_in(), _opening(pieces[0]) if pieces else EMPTY
        passage = None
        for place, piece in enumerate(pieces):
            frame = Frame(
                (*headings, *run_in) if place else headings, lead_in, self.table, label if place else EMPTY, opening
            )
            tainted = tuple(self.taint.get(number, ()))
            passage = Passage(number, piece, frame, block.heading, lexicon.code, block.kind, tainted)
            self.found.append(passage)
        return passage

    def _heading(self, text: str, lexicon: Lexicon) -> Sentence:
        key = (lexicon.code, text)
        if key not in self.headings:
            self.headings[key] = Sentence(text, 0, len(text), lexicon)
        return self.headings[key]


def _pieces(block: Block) -> list[tuple[int, int]]:
    """The sentences of a block; a row stays whole, since its cells answer each other."""
    if block.kind == "row":
        return [(0, len(block.text))] if block.text.strip() else []
    return split(block.text)


def _opening(sentence: Sentence) -> Sentence:
    """The words of a sentence before its first hard sign, where they are few."""
    if len(sentence.clauses) < 2 or not sentence.clauses[1].hard or sentence.clauses[0].end > RUN_IN:
        return EMPTY
    return Sentence(sentence.text, sentence.first, sentence.place(0, sentence.clauses[0].end)[1], sentence.lexicon)


def _is_run_in(sentence: Sentence) -> bool:
    """Whether a sentence is a heading that runs into its paragraph ("What we do not collect.")."""
    return (
        len(sentence.tokens) <= 2 * RUN_IN and sentence.starts_at(0, "relative") is not None and not sentence.mentions
    )


def _is_label(sentence: Sentence) -> bool:
    """Whether a sentence only names a thing ("Camera permission.")."""
    if len(sentence.tokens) > RUN_IN or sentence.piece.rstrip().endswith(("?", "\uff1f")):
        return False
    return any(hit.start == 0 and hit.term.group in ("clear", "label") for hit in sentence.named)
