"""A policy document in, a `Policy` out: what it discloses by category, and its unfilled places."""

from __future__ import annotations

from permcheck import placeholders
from permcheck.knowledge import Knowledge
from permcheck.model import Confidence, Disclosure, Document, Location, Mark, Placeholder, Policy
from permcheck.placeholders import Slot
from permcheck.reading import attributes
from permcheck.reading.controls import with_controls
from permcheck.reading.evidence import Evidence, gather
from permcheck.reading.mention import Place, name_place
from permcheck.reading.others import of_others
from permcheck.reading.passages import Passage, analyse, lexicon_for, passages, spoken
from permcheck.reading.products import of_products
from permcheck.reading.qualifiers import but_for
from permcheck.reading.verdict import verdict
from permcheck.unseen import hidden_disclosures

__all__ = ["declare", "verdict"]

WEBSITE_WORDS = 3
"""How often a document must say "website" before one that never says "app" is taken for a website's."""


def declare(document: Document, knowledge: Knowledge) -> Policy:
    """Read a policy: every clause that speaks of a category, with stance, scope, purpose and way out; all slots."""
    slots = placeholders.scan(document.blocks, knowledge)
    found = passages(document, knowledge, _taint(slots))
    told = of_products(gather(found, website_only=_website_only(found)), found)
    named = {code for code, language in knowledge.languages.items() if language.words.get("determiner")}
    evidence = with_controls(of_others(told, document, found, named, _companies(knowledge)), found)
    disclosures = tuple(_disclosure(item, document) for item in evidence)
    return Policy(
        document,
        disclosures,
        tuple(_placeholder(slot, document, knowledge) for slot in slots),
        hidden_disclosures(document, disclosures, lambda shown: declare(shown, knowledge).disclosures),
    )


def _companies(knowledge: Knowledge) -> set[str]:
    """Names of companies that make what others build in, in small letters; a single letter may be anything."""
    vendors = (str(raw.get("vendor", "")) for raw in knowledge.raw_sdks.values())
    return {vendor.casefold() for vendor in vendors if len(vendor) > 1}


def _taint(slots: tuple[Slot, ...]) -> dict[int, list[tuple[int, int]]]:
    taint: dict[int, list[tuple[int, int]]] = {}
    for slot in slots:
        for block, start, end in slot.governed:
            taint.setdefault(block, []).append((start, end))
    return taint


def _website_only(found: list[Passage]) -> bool:
    """Whether the document speaks of a website throughout and never of an app or a phone."""
    if any(passage.words.has("app", "own_phone") for passage in found):
        return False
    return sum(len(passage.words.words.get("website", ())) for passage in found) >= WEBSITE_WORDS


def _disclosure(item: Evidence, document: Document) -> Disclosure:
    passage, mention = item.passage, item.mention
    block = document.blocks[passage.block]
    control = item.control
    return Disclosure(
        source="policy",
        category=item.category,
        stance=item.stance,
        quote=block.quote(passage.start, passage.end),
        location=Location(document.path, " > ".join(passage.section), block.span(passage.start, passage.end)),
        purpose=attributes.purpose(passage, mention),
        control=control.text if control else "",
        control_span=document.blocks[control.block].span(control.start, control.end) if control else None,
        recipients=attributes.recipients(passage),
        scope=item.scope,
        party="third" if item.doer else attributes.party(passage, mention),
        action=item.action,
        condition=attributes.condition(passage),
        retention=attributes.retention(passage),
        language=passage.language,
        confidence=_confidence(item),
        why=item.why,
        marks=_marks(item),
    )


def _marks(item: Evidence) -> tuple[tuple[int, int, Mark], ...]:
    """Where the quote names the thing and says what is done with it."""
    passage = item.passage
    data = None if item.aside else name_place(passage.words, item.mention)
    deed = item.deed
    if data and deed and deed[0] < data[1] and data[0] < deed[1]:
        deed = (data[1] + 1, deed[1]) if data[1] < deed[1] else None  # "your location is never collected"
    places: tuple[tuple[Mark, Place | None], ...] = (("data", data), ("deed", deed), ("case", _case(item)))
    return tuple(sorted((place[0] - passage.start, place[1] - passage.start, what) for what, place in places if place))


def _case(item: Evidence) -> Place | None:
    """The words of an exception that tells of a use, and so that it is done then."""
    words = item.passage.words
    if item.stance != "denied-except" or not but_for(words):
        return None
    case = words.words["except_use"][0]
    return words.start(case), words.end(case)


def _confidence(item: Evidence) -> Confidence:
    if item.stance != "disclosed":
        return "medium"
    return "high" if item.passage.words.has("we", "enable") else "medium"


def _placeholder(slot: Slot, document: Document, knowledge: Knowledge) -> Placeholder:
    governs = {
        category
        for number, start, end in slot.governed
        for category in _categories(document, knowledge, number, start, end)
    }
    return placeholders.to_placeholder(document, slot, sorted(governs), knowledge)


def _categories(document: Document, knowledge: Knowledge, number: int, start: int, end: int) -> set[str]:
    block = document.blocks[number]
    language = spoken(block, document, knowledge)
    if not language:
        return set()
    return set(analyse(block.text, lexicon_for(knowledge, language), start, end).mentions)
