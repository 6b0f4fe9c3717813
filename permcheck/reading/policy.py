"""A `Document` in, its disclosures and rejected mentions out: readings in the words of the public record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from permcheck.knowledge import Knowledge
from permcheck.model import Confidence, Disclosure, Document, Location, Mark, Rejection, Stance
from permcheck.reading import attributes
from permcheck.reading.claim import REASONS, Claim, Rejected
from permcheck.reading.discourse import Reading, read
from permcheck.reading.language import lexicon_for, spoken
from permcheck.reading.names import Names
from permcheck.reading.segment import Passage, Taint, passages
from permcheck.reading.sentence import Sentence

ONLY_CONTROL = "only the way to switch it off is told"
FOLLOWING = 3
"""How many sentences later "you can turn this off" may stand."""


@dataclass(frozen=True)
class Understood:
    """All readings of a document with the passages that they stand in."""

    document: Document
    passages: tuple[Passage, ...]
    readings: tuple[Reading, ...]


def understand(document: Document, knowledge: Knowledge, taint: Taint) -> Understood:
    """Read a document: every mention ends as a claim or a rejection."""
    found = passages(document, knowledge, taint)
    return Understood(document, tuple(found), tuple(read(found, Names(document, found))))


def disclosures(understood: Understood) -> tuple[Disclosure, ...]:
    """The claims of a document in the words of the public record, one a category, stance and passage."""
    controls = {id(one) for one in understood.readings if _is_control(one)}
    told = {one.mention.category for one in understood.readings if id(one) not in controls and _tells(one)}
    order = {id(passage): number for number, passage in enumerate(understood.passages)}
    seen: set[tuple[int, str, str]] = set()
    found: list[Disclosure] = []
    for one in understood.readings:
        if not isinstance(one.outcome, Claim):
            continue
        control = id(one) in controls
        if control and one.mention.category in told:
            continue
        item = _disclosure(
            one, one.outcome, understood, _following(understood, order[id(one.passage)]), only_control=control
        )
        key = (id(one.passage), item.category, item.stance)
        if key not in seen:
            seen.add(key)
            found.append(item)
    return tuple(found)


def rejections(understood: Understood) -> tuple[Rejection, ...]:
    """The mentions that make no claim, one a category and passage that claims nothing of it, with the reason."""
    claimed = {(id(one.passage), one.mention.category) for one in understood.readings if isinstance(one.outcome, Claim)}
    found: dict[tuple[int, str], Rejection] = {}
    for one in understood.readings:
        key = (id(one.passage), one.mention.category)
        if isinstance(one.outcome, Rejected) and key not in claimed and key not in found:
            found[key] = Rejection(
                one.mention.category, one.outcome.reason, REASONS[one.outcome.reason], one.passage.text,
                _location(one.passage, understood.document), one.outcome.cue,
            )  # fmt: skip
    return tuple(found.values())


def categories_in(document: Document, knowledge: Knowledge, block: int, start: int, end: int) -> set[str]:
    """The categories named in a stretch of a block's text."""
    language = spoken(document.blocks[block], document, knowledge)
    if not language:
        return set()
    sentence = Sentence(document.blocks[block].text, start, end, lexicon_for(knowledge, language))
    return {one.category for one in sentence.mentions}


def _tells(one: Reading) -> bool:
    return isinstance(one.outcome, Claim) and one.outcome.polarity == "told" and not one.outcome.placeholder


def _is_control(one: Reading) -> bool:
    return _tells(one) and attributes.is_control(one.passage)


def _following(understood: Understood, at: int) -> Sequence[Passage]:
    return understood.passages[at + 1 : at + 1 + FOLLOWING]


def stance_of(claim: Claim) -> Stance:
    """How a claim is called in the public record."""
    if claim.placeholder:
        return "placeholder"
    if claim.polarity == "told":
        return "vague" if claim.mention.grade == "vague" or claim.unclear or claim.restricted else "disclosed"
    if claim.excepted == "consent":
        return "conditional"
    if claim.excepted:
        return "denied-except"
    if claim.hedged:
        return "hedged"
    return "purpose-scoped" if claim.restricted else "denied"


def confidence_of(claim: Claim) -> Confidence:
    """How sure a claim is: high where actor, act and object all stand in the sentence itself."""
    if claim.unclear or (claim.polarity == "denied" and claim.mention.grade == "vague"):
        return "low"
    if stance_of(claim) != "disclosed":
        return "medium"
    sure = claim.actor in ("app", "company") and claim.predicate is not None and claim.act not in ("include", "stay")
    return "high" if sure or claim.act in ("request", "need") else "medium"


def _disclosure(
    one: Reading, claim: Claim, understood: Understood, following: Sequence[Passage], *, only_control: bool
) -> Disclosure:
    passage, mention = one.passage, claim.mention
    stance: Stance = "vague" if only_control and stance_of(claim) == "disclosed" else stance_of(claim)
    control = (
        _control(passage, mention.category, following) if stance in ("disclosed", "conditional", "vague") else None
    )
    block = understood.document.blocks
    return Disclosure(
        source="policy",
        category=mention.category,
        stance=stance,
        quote=understood.document.blocks[passage.block].quote(passage.start, passage.end),
        location=_location(passage, understood.document),
        purpose=attributes.purpose(passage, claim.predicate.start if claim.predicate else mention.start),
        control=control.text if control else "",
        control_span=block[control.block].span(control.start, control.end) if control else None,
        recipients=attributes.recipients(passage),
        scope=claim.scope,
        party="third" if claim.actor == "partner" else "first",
        action=claim.action,
        condition=attributes.condition(passage),
        retention=attributes.retention(passage),
        language=passage.language,
        confidence="low" if only_control else confidence_of(claim),
        why=ONLY_CONTROL if only_control else _why(claim, stance),
        marks=_marks(one, claim),
    )


def _control(passage: Passage, category: str, following: Sequence[Passage]) -> Passage | None:
    """The sentence that tells the way out: this one, or one that soon follows and names nothing else."""
    for other in following:
        named = {one.category for one in other.sentence.mentions if one.grade == "clear"}
        if other.section == passage.section and named <= {category} and attributes.is_control(other):
            return other
    return passage if passage.sentence.has("control") and not passage.sentence.has("control_not") else None


def _why(claim: Claim, stance: Stance) -> str:
    if claim.unclear:
        return f"{claim.earned_by}; {claim.unclear}"
    if stance == "placeholder":
        return claim.earned_by
    return f"only in general words: {claim.earned_by}" if stance == "vague" else claim.earned_by


def _location(passage: Passage, document: Document) -> Location:
    span = document.blocks[passage.block].span(passage.start, passage.end)
    return Location(document.path, " > ".join(passage.section), span)


def _marks(one: Reading, claim: Claim) -> tuple[tuple[int, int, Mark], ...]:
    """Where the quote names the thing and says what is done with it."""
    sentence, mention = one.passage.sentence, claim.mention
    places: list[tuple[int, int, Mark]] = []
    if not one.aside:
        places.append((*sentence.place(*sentence.name(mention)), "data"))
    deed = claim.predicate
    if deed is not None and one.passage.sentence.tokens:
        first = min(deed.start, deed.negation.start) if deed.negation and deed.negation.start < deed.end else deed.start
        if first >= mention.end or sentence.name(mention)[0] >= deed.end or one.aside:
            places.append((*sentence.place(first, deed.end), "deed"))
    cases = sentence.of("excepted_use") or sentence.of("exception", "excluded_from_set")
    if claim.excepted == "use" and cases:
        cue = cases[0]
        places.append((*sentence.place(cue.start, cue.end), "case"))
    return tuple(sorted((start - one.passage.start, end - one.passage.start, what) for start, end, what in places))
