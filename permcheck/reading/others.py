"""Evidence in, the same evidence out, what another company named does marked so: "Google does not use the camera".

A name is a run of capitalised words right before the verb that the document does not use for itself. What it does is
nothing that the app does, unless the sentence says that it happens in the app or on the phone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from permcheck.model import Document
from permcheck.reading.clauses import covered
from permcheck.reading.evidence import NEGATED, Evidence
from permcheck.reading.passages import Passage, Words

NAME = r"\b[A-Z][\w&-]{0,30}(?: [A-Z][\w&-]{0,30}){0,2}"
CAPITALISED = re.compile(rf"(?<!\bon )(?<!\bvia )(?<!\bthrough ){NAME}")
CALLED = re.compile(rf"({NAME}) (?:app|application)\b")
OURSELVES = re.compile(
    rf"({NAME})(?:,? [A-Z]\w{{1,7}}\.?)? \((?:the )?[\"'\u201c\u2018]?(?:[Ww]e|[Uu]s|[Oo]ur|Company)\b"
)
MAIL = re.compile(r"@([\w-]{1,60})")
MARKS = "\"'\u201c\u201d\u2018\u2019\u00ae\u2122()[]*_"
OPENING = 2
"""How many first paragraphs tell whose document it is."""
USUAL = 3
"""How often a name must be called to be the document's own where nothing else says whose it is."""
LONGEST = 3
"""How many words of a name stand before a verb."""
ORDINARY = ("we", "app", "own_phone", "reader", "relative", "condition", "gadget", "and", "determiner")
"""Classes of words that are no name though a capital begins them; ``soft`` are those that are none by themselves."""
PASSING = ("auxiliary", "negation", "hedge")
"""Classes of words that may stand between a name and its verb."""


def of_others(
    found: Sequence[Evidence],
    document: Document,
    passages: Sequence[Passage],
    languages: Container[str],
    companies: Container[str],
) -> list[Evidence]:
    """Mark what a named other does: a denial is no longer ours, what a company tells is only vague evidence.

    ``languages`` are those where a capital inside a sentence means a name, ``companies`` names in small letters. Other
    names before what is done may well be the app's own parts ("Smart Arrival uses your location") and are let be.
    """
    own = _Own(document, passages)
    return [_heard(item, own, companies) if item.passage.language in languages else item for item in found]


def _heard(item: Evidence, own: _Own, companies: Container[str]) -> Evidence:
    name = _doer(item)
    known = any(" ".join(name[:last]).casefold() in companies for last in range(1, len(name) + 1))
    denies = item.stance in NEGATED and item.stance != "conditional"
    counts = (known or own.says_we) if denies else known and item.stance in ("disclosed", "conditional")
    if not name or not counts or own.calls_itself(name, item.passage.block):
        return item
    doer = " ".join(name)
    if denies or item.passage.words.has("own_phone", "app"):
        return replace(item, doer=doer)
    return replace(item, doer=doer, stance="vague", why=f"told only of {doer}, not of the app; {item.why}")


def _doer(item: Evidence) -> list[str]:
    """The capitalised words right before the verb, as they stand; none where they are no name."""
    words = item.passage.words
    if item.deed is None or not words.tokens:
        return []
    at = verb = next((number for number, token in enumerate(words.tokens) if token.end >= item.deed[1]), 0)
    passing = covered(words, *PASSING)
    while at > 0 and at - 1 in passing:
        at -= 1
    spans = _capitalised(words, at)
    if not spans or words.within("passive", at, verb) or not _is_name(words, spans):
        return []
    return [words.text[start:end].strip(MARKS) for _, start, end in spans]


def _capitalised(words: Words, at: int) -> list[tuple[int, int, int]]:
    """The capitalised words before a word, each with its number and its place; none where a sign parts them."""
    found: list[tuple[int, int, int]] = []
    until = words.tokens[at].start
    while at > 0 and len(found) < LONGEST:
        last = words.tokens[at - 1]
        at -= 1
        while at > 0 and words.tokens[at - 1].end == words.tokens[at].start:
            at -= 1
        start = words.tokens[at].start
        if words.text[last.end : until].strip(MARKS + " ") or not words.text[start].isupper():
            break
        found.insert(0, (at, start, last.end))
        until = start
    return found


def _parted(words: Words, number: int) -> bool:
    """Whether a word is but the first part of one with capitals inside ("YouTube")."""
    following = words.tokens[number + 1 : number + 2]
    return bool(following) and following[0].start == words.tokens[number].end


def _is_name(words: Words, spans: Sequence[tuple[int, int, int]]) -> bool:
    """Whether capitalised words are a name rather than words of every policy, data, or one that acts with us."""
    whole = [number for number, *_ in spans if not _parted(words, number)]
    if not covered(words, *ORDINARY).isdisjoint(whole) or _is_thing(words, spans):
        return False
    if len(whole) == len(spans) and covered(words, "soft").issuperset(whole):
        return False
    first = spans[0][0]
    return first not in words.ends("determiner") and not _with_us(words, first)


def _with_us(words: Words, at: int) -> bool:
    """Whether "we and" stands before a name."""
    joined = words.ends("and").get(at)
    return joined is not None and joined in words.ends("we")


def _is_thing(words: Words, spans: Sequence[tuple[int, int, int]]) -> bool:
    """Whether what stands there is the name of data or of a part of the phone ("Bluetooth uses ...")."""
    first, last = spans[0][0], spans[-1][0]
    return any(hit.start <= last and first < hit.end <= last + 1 for hit in words.named)


@dataclass(frozen=True)
class _Own:
    """What a document calls itself, its app and its company; read when first asked for."""

    document: Document
    passages: Sequence[Passage]

    @cached_property
    def says_we(self) -> bool:
        """Whether it says "we" of itself; else it calls itself by a name that no other place need tell."""
        return any(passage.words.has("ourselves") for passage in self.passages)

    def calls_itself(self, name: Sequence[str], block: int) -> bool:
        """Whether a name begins like the document's own, but for what the block itself says."""
        first = name[0].casefold()
        return first in self._own or self._opens(first, block)

    def _opens(self, word: str, block: int) -> bool:
        return any(word in names for number, names in self._openings.items() if number != block)

    @cached_property
    def _texts(self) -> list[str]:
        return [block.text for block in self.document.blocks]

    @cached_property
    def _own(self) -> set[str]:
        """From the title, "X (we)", the name most often before "app", addresses; else the name most often used."""
        runs = [self.document.title, *(self.document.blocks[0].heading[:1] if self.document.blocks else ())]
        runs += [text for text in self._texts[:1] if text.rstrip()[-1:] not in ".:;!?"]
        titles, called = len(runs), Counter[str]()
        for text in self._texts:
            runs += (match.group(1) for match in OURSELVES.finditer(text))
            runs += (match.group(1) for match in MAIL.finditer(text))
            called.update(match.group(1) for match in CALLED.finditer(text))
        runs += [name for name, _ in called.most_common(1)]
        if len(runs) == titles:
            runs += [name for name, often in self._capitals.most_common(1) if often >= USUAL]
        return {word.strip(MARKS + ".,").casefold() for run in runs for word in run.split()}

    @cached_property
    def _openings(self) -> dict[int, set[str]]:
        """The names in the first paragraphs, by number of the block."""
        blocks = [number for number, block in enumerate(self.document.blocks) if block.kind == "paragraph"][:OPENING]
        found = {number: CAPITALISED.findall(self._texts[number]) for number in blocks}
        return {number: {word.casefold() for run in runs for word in run.split()} for number, runs in found.items()}

    @cached_property
    def _capitals(self) -> Counter[str]:
        """How often a word has a capital inside a sentence."""
        return Counter(word for text in self._texts for word in re.findall(r"(?<=[a-z,] )[A-Z][\w&-]{0,30}", text))
