"""A document in, its sentences out, each with the words found in it and what stands above it: list header, headings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import TypeVar

from permcheck.documents.sentence import split
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Language
from permcheck.model import Action, Block, Document
from permcheck.reading.lexicon import FIRST_CJK, Hit, Lexicon, Term, Token, compile_lexicon, tokenize, words_of

T = TypeVar("T")
VERBS: tuple[Action, ...] = ("collect", "access", "use", "share", "sell")
"""The classes of small words that say what is done with data."""
EVIDENCE_REGIONS = frozenset({"main", "dialog"})
Taint = Mapping[int, Sequence[tuple[int, int]]]
"""Block number -> the stretches of its text that hang on an unfilled slot."""
LABEL_ENDS = "|:\uff1a(\uff08\u2013\u2014-\u2192"
_SMALL: dict[int, tuple[Knowledge, dict[str, set[str]]]] = {}
LABEL_LENGTH = 48
"""Characters of a block in which the label stands that begins it."""
_LEXICONS: dict[tuple[int, str], tuple[Knowledge, Lexicon]] = {}


@dataclass(frozen=True, eq=False)
class Words:
    """The piece ``text[first:last]`` taken apart, each part when it is first asked for: few sentences name anything."""

    text: str
    first: int = 0
    last: int = 0
    lexicon: Lexicon = field(default_factory=lambda: Lexicon(""))
    _starts: dict[str, list[int]] = field(default_factory=dict, init=False)
    _ends: dict[str, dict[int, int]] = field(default_factory=dict, init=False)

    @cached_property
    def tokens(self) -> list[Token]:
        """The words with their places in ``text``."""
        return tokenize(self.text, self.first, self.last, self.lexicon.parts)

    @cached_property
    def _plain(self) -> list[str]:
        return words_of(self.text, self.first, self.last, self.lexicon.parts)

    @cached_property
    def named(self) -> list[Hit]:
        """The phrases of categories, look-alikes among them, in order."""
        return self.lexicon.named(self._plain)

    @cached_property
    def words(self) -> dict[str, list[Hit]]:
        """The small words by class."""
        return self.lexicon.structure(self._plain)

    @cached_property
    def mentions(self) -> dict[str, tuple[str, list[Hit]]]:
        """Category -> (``clear`` or ``vague``, its mentions); what stands inside a look-alike is none."""
        found: dict[str, dict[str, list[Hit]]] = {}
        for hit in self.unvetoed():
            found.setdefault(hit.term.name, {}).setdefault(hit.term.group, []).append(hit)
        return {name: (kind, kinds[kind]) for name, kinds in found.items() for kind in (min(kinds),)}

    def unvetoed(self) -> list[Hit]:
        """All phrases of categories, clear and vague, but those that overlap a look-alike of the same category."""
        vetoes: dict[str, list[Hit]] = {}
        for hit in self.named:
            if hit.term.group == "veto":
                vetoes.setdefault(hit.term.name, []).append(hit)
        labels = [Hit(hit.start, hit.end, Term("clear", hit.term.name)) for hit in self.named if self._is_label(hit)]
        plain = [
            hit
            for hit in self.named
            if hit.term.group in ("clear", "vague") and not _overlapped(hit, vetoes.get(hit.term.name, ()))
        ]
        # no name runs from one cell of a table into the next
        return [hit for hit in (*labels, *plain) if "|" not in self.text[self.start(hit) : self.end(hit)]]

    def _is_label(self, hit: Hit) -> bool:
        """Whether a word stands by itself at the start: as a whole item, a first cell or before a colon."""
        if hit.term.group != "label" or hit.start != 0:
            return False
        rest = self.text[self.end(hit) : self.tokens[-1].end].lstrip(" *_")
        return not rest or rest[0] in LABEL_ENDS

    def starts(self, name: str) -> list[int]:
        """Where words of a class start, in order, each place once."""
        if name not in self._starts:
            self._starts[name] = sorted({hit.start for hit in self.words.get(name, ())})
        return self._starts[name]

    def ends(self, name: str) -> dict[int, int]:
        """Where words of a class end, each with its start."""
        if name not in self._ends:
            self._ends[name] = {hit.end: hit.start for hit in self.words.get(name, ())}
        return self._ends[name]

    def within(self, name: str, first: int, last: int) -> bool:
        """Whether a word of a class starts in ``first:last``."""
        return any_within(self.starts(name), first, last)

    def begins(self, name: str, at: int) -> bool:
        """Whether a word of a class starts at one place."""
        return any_within(self.starts(name), at, at + 1)

    def has(self, *names: str) -> bool:
        """Whether a word of one of the classes occurs."""
        return any(name in self.words for name in names)

    def start(self, hit: Hit) -> int:
        """Where a hit starts in the text."""
        return self.tokens[min(hit.start, len(self.tokens) - 1)].start

    def end(self, hit: Hit) -> int:
        """Where a hit ends in the text."""
        return self.tokens[min(hit.end, len(self.tokens)) - 1].end


EMPTY = Words("")


def any_within(places: Sequence[int], first: int, last: int) -> bool:
    """Whether one of some ordered numbers lies in ``first:last``."""
    at = bisect_left(places, first)
    return at < len(places) and places[at] < last


def remembered(function: Callable[[Words], T]) -> Callable[[Words], T]:
    """Compute only once what is asked of the same words over and over."""
    kept = f"_{function.__qualname__}"

    @wraps(function)
    def remember(words: Words) -> T:
        if kept not in words.__dict__:
            words.__dict__[kept] = function(words)
        found: T = words.__dict__[kept]
        return found

    return remember


def _overlapped(hit: Hit, vetoes: Sequence[Hit]) -> bool:
    """Whether a look-alike stands in or over a mention; of two phrases that begin together the longer one tells."""
    return any(
        veto.start < hit.end and hit.start < veto.end and not (veto.start == hit.start and veto.end < hit.end)
        for veto in vetoes
    )


@dataclass(frozen=True, eq=False)
class Passage:
    """One sentence with its context.

    ``words.text`` is the whole block's text, ``start`` and ``end`` the sentence in it. ``header`` is the line that
    introduces the list it stands in, ``headings`` the path of headings above, the nearest last; ``label`` are the first
    words of its block.
    """

    block: int
    start: int
    end: int
    words: Words
    header: Words
    headings: tuple[Words, ...]
    section: tuple[str, ...]
    language: str
    listed: bool
    tainted: tuple[tuple[int, int], ...] = ()
    label: Words = EMPTY

    @property
    def text(self) -> str:
        """The sentence as it reads."""
        return self.words.text[self.start : self.end]

    @property
    def heading(self) -> Words:
        """The nearest heading."""
        return self.headings[-1] if self.headings else EMPTY

    @cached_property
    def introduces(self) -> bool:
        """Whether the sentence governs the list that follows it: a colon, or words such as "the following"."""
        text = self.text.rstrip(" *_")
        if text.endswith((".", "\u3002")):
            return self.words.has("list_follows")
        return text.endswith((":", "\uff1a", ":-")) or self.words.has("list_header")

    def taints(self, start: int, end: int) -> bool:
        """Whether text between two offsets of the block hangs on an unfilled slot."""
        return any(left < end and start < right for left, right in self.tainted)


def lexicon_for(knowledge: Knowledge, code: str) -> Lexicon:
    """The compiled lexicon of a language; kept per knowledge, compiled when first met."""
    kept = _LEXICONS.get((id(knowledge), code))
    if kept is None or kept[0] is not knowledge:
        kept = _LEXICONS[id(knowledge), code] = (knowledge, compile_lexicon(knowledge, code))
    return kept[1]


def analyse(text: str, lexicon: Lexicon, start: int = 0, end: int | None = None) -> Words:
    """Take one sentence apart."""
    return Words(text, start, len(text) if end is None else end, lexicon)


def passages(document: Document, knowledge: Knowledge, taint: Taint) -> list[Passage]:
    """Every sentence of the document that can be evidence, in reading order; headings are context, not passages."""
    reader = _Reader(document, knowledge, taint)
    for number, block in enumerate(document.blocks):
        if block.region in EVIDENCE_REGIONS:
            reader.read(number, block)
    return reader.found


class _Reader:
    """Walks the blocks and remembers which line introduces the list at hand."""

    def __init__(self, document: Document, knowledge: Knowledge, taint: Taint) -> None:
        self.document = document
        self.knowledge = knowledge
        self.taint = taint
        self.found: list[Passage] = []
        self.above: list[tuple[int, Passage]] = []
        self.table = EMPTY
        self.headings: dict[tuple[str, str], Words] = {}

    def read(self, number: int, block: Block) -> None:
        language = self._language(block)
        if not language:
            return
        lexicon = lexicon_for(self.knowledge, language)
        if block.kind == "row":
            self._row(number, block, lexicon)
            return
        self.table = EMPTY
        if block.kind == "heading":
            self.above.clear()
            return
        depth = block.level if block.kind == "item" else 0
        while self.above and (self.above[-1][0] >= depth or depth == 0):
            self.above.pop()
        last = self._sentences(number, block, lexicon, self._header())
        if last is not None:
            self.above.append((depth, last))

    def _header(self) -> Words:
        """The nearest line above that introduces the list at hand and says what is done, else the nearest."""
        headers = [passage.words for _, passage in reversed(self.above) if passage.introduces]
        return next((words for words in headers if words.has(*VERBS)), headers[0] if headers else EMPTY)

    def _row(self, number: int, block: Block, lexicon: Lexicon) -> None:
        """A row of a table: its first row heads it, or the line that introduces the whole table does."""
        first = self.table is EMPTY
        self._sentences(number, block, lexicon, self._header() if first else self.table)
        if first:
            self.table = analyse(block.text, lexicon)

    def _sentences(self, number: int, block: Block, lexicon: Lexicon, header: Words) -> Passage | None:
        headings = tuple(self._heading(text, lexicon) for text in block.heading)
        passage = None
        label = analyse(block.text, lexicon, 0, LABEL_LENGTH)
        for start, end in split(block.text):
            passage = Passage(
                block=number,
                start=start,
                end=end,
                words=analyse(block.text, lexicon, start, end),
                header=header,
                headings=headings,
                section=block.heading,
                language=lexicon.code,
                listed=block.kind in ("item", "row"),
                tainted=tuple(self.taint.get(number, ())),
                label=label,
            )
            self.found.append(passage)
        return passage

    def _heading(self, text: str, lexicon: Lexicon) -> Words:
        key = (lexicon.code, text)
        if key not in self.headings:
            self.headings[key] = analyse(text, lexicon)
        return self.headings[key]

    def _language(self, block: Block) -> str:
        return spoken(block, self.document, self.knowledge)


def spoken(block: Block, document: Document, knowledge: Knowledge) -> str:
    """The language to read a block in: its own, else the document's, else the likeliest; none where unsupported."""
    code = block.language or document.language or _likeliest(block.text, knowledge)
    return code if code in knowledge.languages else ""


def _likeliest(text: str, knowledge: Knowledge) -> str:
    """The language of a text too short to tell otherwise: the one whose small words it has most of."""
    if any("\u3040" <= sign <= "\u30ff" for sign in text):
        return "ja"
    words = set(words_of(text, 0, len(text)))
    if any(word[0] >= FIRST_CJK for word in words):
        return "zh"
    counts = {code: len(words & small) for code, small in _small_words(knowledge).items()}
    return max(counts, key=lambda code: (counts[code], code == "en"), default="en")


def _small_words(knowledge: Knowledge) -> dict[str, set[str]]:
    """The small words of each language; kept per knowledge as the lexicons are."""
    kept = _SMALL.get(id(knowledge))
    if kept is None or kept[0] is not knowledge:
        kept = _SMALL[id(knowledge)] = (knowledge, {code: _words(one) for code, one in knowledge.languages.items()})
    return kept[1]


def _words(language: Language) -> set[str]:
    return {word for phrases in language.words.values() for phrase in phrases for word in re.split(r"[ |'?]+", phrase)}
