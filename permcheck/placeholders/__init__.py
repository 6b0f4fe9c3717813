"""Blocks in, unfilled template slots out, each with the text that hangs on it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, chain

from permcheck.knowledge import Knowledge
from permcheck.model import SEVERITIES, AppFacts, Block, Document, Fact, Location, Placeholder, Policy, Severity
from permcheck.placeholders import brackets, instructions, labels, shapes, variables
from permcheck.placeholders.extents import governed, instruction_end, instruction_start, sentence
from permcheck.placeholders.grammar import Found, Grammar, grammar
from permcheck.placeholders.rules import FORM, NEAR, Governs, Pattern, Search, compiled, searches

Place = tuple[int, int, int]
Shape = Callable[[Sequence[Block], Search], Iterator[Place]]

Finder = Callable[[Sequence[Block], Grammar], Iterator[Found]]

PLACES: dict[str, tuple[Shape, str]] = {
    "labels": (labels.blanks, "label without a value"),
    "filler": (shapes.filler, "filler text"),
    "dates": (shapes.dates, "date that no calendar has"),
    "comments": (shapes.comments, "comment in the source"),
    "marks": (shapes.marks, "mark of the word processor"),
}
"""``shape`` in a rule -> what finds the places of that rule alone, and what the shape is called."""
FINDERS: dict[str, Finder] = {
    "brackets": brackets.slots,
    "choices": brackets.choices,
    "variables": variables.slots,
    "instructions": instructions.slots,
}
"""``shape`` in a rule -> what finds slots by the grammar; each is told by the rule whose ``kind`` it has."""

_GERMAN = re.compile("„[^„“]{0,80}“")
_QUOTED = re.compile(r"[“«„][^”»“«„]*[^\W_][^”»“«„]*$")

STRINGS = ("purpose-string", "purpose-string-locale")
"""Kinds of facts whose value people read."""
MANIFEST = ("privacy-data-type", "privacy-domain", "privacy-api")
"""Kinds of facts of a privacy manifest, whose key the developer wrote."""

LIST = 40
"""Entries of a list that an order can introduce."""
CHROME = ("nav", "header", "footer", "dialog", "comment")
"""Regions of a page whose slots weigh less: nobody's rights stand there."""
SHAPES = frozenset((*PLACES, *FINDERS))
"""All that a rule may call its ``shape``."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One unfilled place: ``text[start:end]`` of block number ``block``.

    ``governed`` lists ``(block, start, end)`` of the text that cannot be evidence while the slot is unfilled, the
    slot itself included. ``severity`` is that of the slot by itself, before anything is known to hang on it.
    """

    block: int
    start: int
    end: int
    rule: str
    kind: str
    governed: tuple[Place, ...] = ()
    severity: Severity = "warning"
    shape: str = ""
    """What the slot was known by, in words: ``name in square brackets``."""


@dataclass(frozen=True, slots=True)
class _Hit:
    block: int
    start: int
    end: int
    search: Search
    governs: Governs
    severity: Severity
    shape: str = ""


def scan(blocks: Sequence[Block], knowledge: Knowledge) -> tuple[Slot, ...]:
    """All slots in reading order. Raises `MappingError` when a company's pattern is broken."""
    text, wanted = _Haystack(blocks), searches(knowledge)
    hits = [hit for search in wanted for hit in _hits(text, search)]
    hits += _by_grammar(blocks, wanted, grammar(knowledge))
    kept = [
        hit for hit in hits if not text.in_form(hit.block, hit.search.form) and not _allowed(blocks[hit.block], hit)
    ]
    return tuple(_slot(blocks, hit) for hit in _merge([*kept, *_lists(blocks, kept)]))


def lint(document: Document, knowledge: Knowledge) -> Policy:
    """A policy with its placeholders alone: its disclosures are not read, so no slot knows what hangs on it."""
    slots = scan(document.blocks, knowledge)
    return Policy(document, placeholders=tuple(to_placeholder(document, slot, (), knowledge) for slot in slots))


def to_placeholder(document: Document, slot: Slot, governs: Iterable[str], knowledge: Knowledge) -> Placeholder:
    """The slot as a report shows it; ``governs`` are the categories that the governed text speaks of.

    A slot on which a disclosure hangs is an error, whatever its kind.
    """
    block, hanging = document.blocks[slot.block], set(governs)
    categories = tuple(category for category in knowledge.categories if category in hanging)
    return Placeholder(
        rule=slot.rule,
        kind=slot.kind,
        text=block.quote(slot.start, slot.end),
        location=Location(document.path, block.heading[-1] if block.heading else "", block.span(slot.start, slot.end)),
        severity="error" if categories else slot.severity,
        governs=categories,
        governed=tuple(document.blocks[number].span(start, end) for number, start, end in slot.governed),
        shape=slot.shape,
    )


def scan_text(text: str, location: Location, knowledge: Knowledge) -> tuple[Placeholder, ...]:
    """The slots of one plain string (a purpose string, an entry of a string table); spans count within the string."""
    document = Document(location.path, "", "", "", (_line(text),))
    found = (to_placeholder(document, slot, (), knowledge) for slot in scan(document.blocks, knowledge))
    return tuple(replace(slot, location=replace(location, span=slot.location.span)) for slot in found)


def of_app(app: AppFacts, knowledge: Knowledge) -> tuple[Placeholder, ...]:
    """Template text left in purpose strings, in every language, and privacy manifests; the anchor is the key."""
    facts = [fact for fact in app.facts if _written(fact).strip()]
    blocks = tuple(_line(_written(fact)) for fact in facts)
    document = Document(app.path, "", "", "", blocks)
    found = []
    for slot in scan(blocks, knowledge):
        place = facts[slot.block].location
        item = to_placeholder(document, slot, (), knowledge)
        found.append(replace(item, location=Location(place.path, place.anchor or facts[slot.block].key), governed=()))
    return tuple(found)


def _written(fact: Fact) -> str:
    """What the developer wrote in words, empty for facts that hold none."""
    if fact.kind in MANIFEST:
        return fact.key
    return fact.value if fact.kind in STRINGS else ""


def _line(text: str) -> Block:
    return Block(" ".join(text.split()), ((0, 1, 0, None),))


class _Haystack:
    """The blocks of one text, searched for plain words first: most patterns never meet the words they need."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        lowered = [block.text.lower() for block in blocks]
        self.whole = "\n".join(lowered)
        self.words = " ".join(set(self.whole.split()))
        self.starts = list(accumulate((len(text) + 1 for text in lowered), initial=0))
        self.found: dict[str, list[int]] = {}
        self.forms: dict[tuple[str, int], bool] = {}

    def holding(self, needs: Iterable[str]) -> list[int]:
        """Numbers of the blocks that hold one of some plain strings, in order."""
        found = [blocks for need in needs if (blocks := self._holding(need))]
        return found[0] if len(found) == 1 else sorted({number for blocks in found for number in blocks})

    def _holding(self, need: str) -> list[int]:
        known = self.found.get(need)
        if known is None:
            known = self.found[need] = list(self._search(need))
        return known

    def _search(self, need: str) -> Iterator[int]:
        at = self.whole.find(need) if _rarest(need) in self.words else -1
        while at >= 0:
            number = bisect_right(self.starts, at) - 1
            if at + len(need) < self.starts[number + 1]:
                yield number
                at = self.starts[number + 1] - 1
            at = self.whole.find(need, at + 1)

    def in_form(self, number: int, expression: str) -> bool:
        """Whether a block stands in or near a form that the reader is meant to fill in."""
        near = range(max(0, number - FORM), min(len(self.blocks), number + FORM + 1))
        return bool(expression) and any(self._is_form(other, expression) for other in near)

    def _is_form(self, number: int, expression: str) -> bool:
        key = (expression, number)
        if key not in self.forms:
            self.forms[key] = bool(compiled(expression).search(self.blocks[number].text))
        return self.forms[key]


@lru_cache(maxsize=4096)
def _rarest(need: str) -> str:
    """The longest word of a plain string, which the fewest texts hold."""
    return max(need.split(), key=len, default="")


def _by_grammar(blocks: Sequence[Block], wanted: tuple[Search, ...], words: Grammar) -> Iterator[_Hit]:
    """Slots by their shape, each told by the rule of its kind, if there is one."""
    by_kind = {search.kind: search for search in wanted}
    for name in dict.fromkeys(search.shape for search in wanted if search.shape in FINDERS):
        for found in FINDERS[name](blocks, words):
            search = by_kind.get(found.kind)
            if search:
                governs = found.governs or search.governs
                yield _Hit(found.block, found.start, found.end, search, governs, search.severity, found.shape)


def _lists(blocks: Sequence[Block], hits: Sequence[_Hit]) -> Iterator[_Hit]:
    """The entries of the list that an order to the author introduces: they tell it what to write."""
    for hit in hits:
        block = blocks[hit.block]
        rest = block.text[hit.end :].strip(" *_")
        opens = block.kind == "heading" or block.text.rstrip(" *_").endswith((":", "："))
        if hit.search.kind == "instruction" and opens and rest in ("", ":", "："):
            for number in range(hit.block + 1, min(hit.block + LIST, len(blocks))):
                if blocks[number].kind != "item":
                    break
                yield replace(hit, block=number, start=0, end=len(blocks[number].text), shape="list under an order")


def _hits(text: _Haystack, search: Search) -> Iterator[_Hit]:
    if search.shape in PLACES:
        find, shape = PLACES[search.shape]
        for number, start, end in find(text.blocks, search):
            yield _Hit(number, start, end, search, search.governs, search.severity, shape)
    for pattern in search.patterns:
        for number in text.holding(pattern.needs):
            if _is_front_matter(text.blocks[number]) and search.kind == "rendered-null":
                continue  # a setting that is off
            yield from _matches(text.blocks[number], number, pattern, search)


def _is_front_matter(block: Block) -> bool:
    return block.kind == "preformatted" and block.region == "header"


def _matches(block: Block, number: int, pattern: Pattern, search: Search) -> Iterator[_Hit]:
    for match in compiled(pattern.find, case=pattern.case).finditer(block.text):
        start, end = match.span("slot") if match.groupdict().get("slot") else match.span()
        if start < end and not _vetoed(block, start, end, pattern):
            start, end = _extent(block, start, end, pattern)
            governs, severity = pattern.governs or search.governs, pattern.severity or search.severity
            yield _Hit(number, start, end, search, governs, severity, f"{search.kind} by its words")


def _vetoed(block: Block, start: int, end: int, pattern: Pattern) -> bool:
    if pattern.unless_before and compiled(f"(?:{pattern.unless_before})\\Z").search(
        block.text[max(0, start - 60) : start]
    ):
        return True
    if pattern.unless_after and compiled(pattern.unless_after).match(block.text[end : end + 60]):
        return True
    if pattern.unless_near and compiled(pattern.unless_near).search(block.text[max(0, start - NEAR) : end + NEAR]):
        return True
    if not (pattern.unless or pattern.only):
        return False
    first, last = sentence(block, start, end)
    near = block.text[max(first, start - 200) : min(last, end + 200)]
    if pattern.only and not compiled(pattern.only).search(near):
        return True
    return bool(pattern.unless and compiled(pattern.unless).search(near))


def _extent(block: Block, start: int, end: int, pattern: Pattern) -> tuple[int, int]:
    if pattern.extent == "block":
        return 0, len(block.text)
    if pattern.extent == "match":
        return start, end
    first = instruction_start(block, start, end) if pattern.extent == "whole-sentence" else start
    return first, instruction_end(block, start, end)


def _is_quoted(text: str, start: int) -> bool:
    """Whether a quotation is open before ``start`` and holds a word already, as in ``send "STOP XXX"``."""
    if _QUOTED.search(_GERMAN.sub("", text[max(0, start - 80) : start])):
        return True
    opened = text.rfind('"', max(0, start - 80), start)
    return (
        opened >= 0
        and text.count('"', max(0, start - 2000), start) % 2 == 1
        and any(map(str.isalnum, text[opened:start]))
    )


def _allowed(block: Block, hit: _Hit) -> bool:
    text = block.text[hit.start : hit.end]
    if hit.search.quotes and _is_quoted(block.text, hit.start):
        return True
    return any(compiled(allowed).fullmatch(text) for allowed in hit.search.allow)


def _merge(hits: Sequence[_Hit]) -> list[_Hit]:
    """Overlapping hits of one rule become one; a hit inside that of another rule goes unless it tells more."""
    joined: dict[tuple[str, int], list[_Hit]] = {}
    for hit in sorted(hits, key=lambda hit: (hit.block, hit.start, -hit.end)):
        group = joined.setdefault((hit.search.rule, hit.block), [])
        if group and hit.start < group[-1].end:
            group[-1] = replace(group[-1], end=max(group[-1].end, hit.end), governs=_wider(group[-1], hit))
        else:
            group.append(hit)
    merged = sorted(chain.from_iterable(joined.values()), key=_reading_order)
    return list(_outermost(merged))


def _reading_order(hit: _Hit) -> tuple[int, int, int, int, str]:
    return hit.block, hit.start, -hit.end, hit.search.rank, hit.search.rule


def _wider(one: _Hit, other: _Hit) -> Governs:
    order: tuple[Governs, ...] = ("self", "sentence", "block", "following")
    return max(one.governs, other.governs, key=order.index)


def _outermost(hits: Sequence[_Hit]) -> Iterator[_Hit]:
    """Without the hits that lie inside an earlier one; ``hits`` are sorted by place, the longer first."""
    widest: _Hit | None = None
    for hit in hits:
        if widest and widest.block == hit.block and hit.end <= widest.end:
            same = (widest.start, widest.end) == (hit.start, hit.end)
            if hit.search.inside and not same:
                yield hit
            continue
        widest = hit
        yield hit


def _slot(blocks: Sequence[Block], hit: _Hit) -> Slot:
    place = (hit.block, hit.start, hit.end)
    return Slot(
        *place,
        rule=hit.search.rule,
        kind=hit.search.kind,
        governed=governed(blocks, place, hit.governs),
        severity=_lesser(hit.severity) if blocks[hit.block].region in CHROME else hit.severity,
        shape=hit.shape,
    )


def _lesser(severity: Severity) -> Severity:
    return SEVERITIES[min(SEVERITIES.index(severity) + 1, len(SEVERITIES) - 1)]
