"""Passages in reading order in, their claims and rejected mentions out, with what neighbours add to each other.

Links are few and named: ``answer to`` (a question and what follows it), ``under the heading``, ``under the label``,
``refers back`` (a verb with "it" or without an object), ``takes back``, ``defined as``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

from permcheck.knowledge.cue import CueKind
from permcheck.reading import attributes, frames
from permcheck.reading.bounds import bounded
from permcheck.reading.claim import Claim, Outcome, Rejected
from permcheck.reading.claims import outcome
from permcheck.reading.names import Names
from permcheck.reading.predicate import Predicate, predicates
from permcheck.reading.segment import Passage
from permcheck.reading.sentence import Mention, Sentence

LinkKind = Literal["answer to", "under the heading", "under the label", "refers back", "defined as"]
SHORT = 8
"""Words of a line that speaks of what stands above it without naming it."""
ECHO = 4
UNFILLED = "in text that depends on an unfilled slot"
PRACTICES: tuple[CueKind, ...] = ("collect", "access", "use", "share", "sell", "store", "request", "need", "write")


@dataclass(frozen=True)
class Link:
    """What a claim owes to another passage."""

    kind: LinkKind
    text: str


@dataclass(frozen=True)
class Reading:
    """One mention as it ended: a claim or a rejection, in the passage that tells it, and the links that led there."""

    passage: Passage
    outcome: Outcome
    links: tuple[Link, ...] = ()
    aside: bool = False
    """Whether the thing is named outside the passage, by its heading or label."""

    @property
    def mention(self) -> Mention:
        """What is named."""
        return self.outcome.mention


def read(passages: Sequence[Passage], names: Names) -> list[Reading]:
    """All readings of a document, in order of the passages."""
    found: list[Reading] = []
    blocks: dict[int, list[Passage]] = {}
    for passage in passages:
        blocks.setdefault(passage.block, []).append(passage)
    before: Passage | None = None
    for passage, following in zip_longest(passages, passages[1:]):
        near = before if before is not None and before.section == passage.section else None
        found.extend(_of_passage(passage, near, following, blocks[passage.block], names))
        before = passage
    found.extend(_under_labels(passages))
    found.extend(_under_headings(passages, found))
    return sorted(
        found, key=lambda one: (one.passage.block, one.passage.start, one.mention.category, one.mention.start)
    )


def _of_passage(
    passage: Passage, before: Passage | None, following: Passage | None, paragraph: Sequence[Passage], names: Names
) -> Iterator[Reading]:
    sentence = passage.sentence
    if not sentence.mentions:
        return
    if asks(sentence):
        said = _answer(following) if following is not None and following.section == passage.section else ""
        for mention in sentence.mentions:
            yield _answered(passage, following, mention, said)
        return
    for mention in sentence.mentions:
        found = named(outcome(passage, mention), names)
        if isinstance(found, Claim) and found.act == "include" and found.polarity == "told":
            yield _included(passage, before, following, paragraph, found)
            continue
        if isinstance(found, Rejected) and found.reason == "no-claim":
            back = _referred(passage, following, mention)
            if back is not None:
                yield back
                continue
        yield Reading(passage, found)


def _defined(passage: Passage, paragraph: Sequence[Passage], claim: Claim) -> Reading | None:
    """What the paragraph says of the term whose parts a sentence lists ("we do not collect sensitive data")."""
    for other in paragraph:
        for term in other.sentence.of("sensitive") if other is not passage else ():
            number = other.sentence.clause_of(term.start)
            said = [one for one in predicates(other.sentence) if one.clause == number and one.act in PRACTICES]
            if said and said[-1].subject.actor in ("app", "company", "unstated"):
                return _bound(passage, other, _like(claim, said[-1]), Link("defined as", other.text))
    return None


def _bound(passage: Passage, other: Passage, claim: Claim, link: Link) -> Reading:
    """A claim that another sentence makes, with what bounds it there."""
    whole = Mention(claim.mention.category, claim.mention.grade, 0, 0)
    bound = bounded(other, replace(claim, mention=whole, predicate=None), None)
    return Reading(passage, replace(bound, mention=claim.mention), (link,))


def _included(
    passage: Passage, before: Passage | None, following: Passage | None, paragraph: Sequence[Passage], claim: Claim
) -> Reading:
    """What is done with the whole of which a thing is a part: in this sentence, around it, or in its frame."""
    sentence = passage.sentence
    part = claim.predicate
    if part is not None and part.start > claim.mention.start and part.voice == "active":
        return Reading(passage, Rejected(claim.mention, "definition", sentence.words(part.start, part.end)))
    whole = [
        one for one in predicates(sentence) if part is not None and one.start < part.start and one.act in PRACTICES
    ]
    if whole:
        return Reading(passage, _like(claim, whole[-1]))
    defined = _defined(passage, paragraph, claim)
    if defined is not None:
        return defined
    for other in (before, following):
        if other is None or (other is following and other.block != passage.block):
            continue
        said = [
            one
            for one in predicates(other.sentence)
            if one.act in PRACTICES and one.subject.actor in ("app", "company", "unstated", "partner")
        ]
        if said and (other is before or said[0].negated):
            return Reading(passage, _like(claim, said[0]), (Link("refers back", other.text),))
    framed = frames.framed(passage, claim.mention)
    if framed is not None:
        return Reading(
            passage,
            replace(claim, act=framed.act, actor=framed.actor, polarity=framed.polarity, earned_by=framed.earned_by),
        )
    return Reading(passage, Rejected(claim.mention, "definition", sentence.words(part.start, part.end) if part else ""))


def _like(claim: Claim, whole: Predicate) -> Claim:
    polarity: Literal["told", "denied"] = "denied" if whole.negated else "told"
    actor = whole.subject.actor if whole.subject.actor not in ("other", "device") else "unstated"
    unclear = "it is not clear who does it" if actor == "unknown" else ""
    return replace(
        claim,
        act=whole.act,
        actor=actor,
        polarity=polarity,
        unclear=unclear,
        party="" if actor != "partner" else "a partner",
    )


def named(found: Outcome, names: Names) -> Outcome:
    """An unknown subject that is the document's own name acts for the company; another one's denial is no denial."""
    if not isinstance(found, Claim) or found.actor != "unknown" or not found.party_words:
        return found
    if names.holds(found.party_words):
        return replace(found, actor="company", unclear="")
    return Rejected(found.mention, "another-actor", found.party_words) if found.polarity == "denied" else found


def asks(sentence: Sentence) -> bool:
    """Whether it is a question: it states nothing by itself."""
    text = sentence.piece.rstrip(" *_\"'\u201d\u2019\u3002")
    return text.endswith(("?", "\uff1f", *sentence.lexicon.grammar.question_words))


def _answer(passage: Passage) -> Literal["yes", "no", ""]:
    """How a passage answers the question before it; empty where it says something else."""
    sentence = passage.sentence
    if asks(sentence) or sentence.is_empty:
        return ""
    for kind, said in (("answer_no", "no"), ("answer_yes", "yes")):
        cue = sentence.starts_at(0, kind)  # type: ignore[arg-type]
        if cue is not None and _stands_alone(sentence, cue.end):
            return said  # type: ignore[return-value]
    if len(sentence.tokens) <= SHORT and sentence.has("negation") and not sentence.mentions:
        return "no"
    return ""


def _stands_alone(sentence: Sentence, at: int) -> bool:
    behind = sentence.gap(at)
    return at >= len(sentence.tokens) or bool(behind.strip()) or len(sentence.tokens) <= ECHO


def _answered(passage: Passage, following: Passage | None, mention: Mention, said: str) -> Reading:
    if not said or following is None:
        return Reading(passage, Rejected(mention, "reported", passage.text))
    found = outcome(passage, mention)
    act = found.act if isinstance(found, Claim) else "access"
    actor = found.actor if isinstance(found, Claim) and found.actor not in ("reader", "unknown") else "app"
    if isinstance(found, Rejected) and found.reason not in ("no-claim", "reported"):
        return Reading(passage, found)
    claim = Claim(
        mention, act, actor, "told" if said == "yes" else "denied", earned_by=f"answered {said}: {passage.text}"
    )
    return Reading(passage, bounded(passage, claim, None), (Link("answer to", following.text),))


def _referred(passage: Passage, following: Passage | None, mention: Mention) -> Reading | None:
    """What "it" tells further on of a thing that a clause only names ("Your contacts are yours: we skip them")."""
    for where in (passage, following):
        if where is None or where.block != passage.block or (where is not passage and where.sentence.mentions):
            continue
        sentence = where.sentence
        for one in predicates(sentence):
            if where is passage and one.start < mention.end:
                continue
            if _points_back(sentence, one) and one.subject.actor in ("app", "company", "unstated"):
                polarity: Literal["told", "denied"] = "denied" if one.negated else "told"
                claim = Claim(
                    mention,
                    one.act,
                    one.subject.actor,
                    polarity,
                    predicate=one if where is passage else None,
                    earned_by=f"referred back to: {sentence.piece.strip()}",
                )
                return Reading(passage, bounded(where, claim, None), (Link("refers back", sentence.piece.strip()),))
    return None


def _points_back(sentence: Sentence, one: Predicate) -> bool:
    """Whether a verb has "it" for its object, or none."""
    end = sentence.clauses[one.clause].end
    return sentence.starts_at(one.end, "anaphor") is not None or (one.end >= end and one.voice != "passive")


def _under_labels(passages: Sequence[Passage]) -> Iterator[Reading]:
    """What a paragraph says of the thing that its short first sentence names ("Camera. We need it to scan codes.")."""
    told: set[tuple[int, str]] = set()
    for passage in passages:
        for mention in passage.frame.label.mentions:
            key = (passage.block, mention.category)
            if mention.grade != "clear" or key in told:
                continue
            claim = _of_thing(passage, mention)
            if claim is not None:
                told.add(key)
                yield Reading(passage, claim, (Link("under the label", passage.frame.label.piece.strip()),), aside=True)


def _under_headings(passages: Sequence[Passage], found: Sequence[Reading]) -> Iterator[Reading]:
    """What the first sentence under a heading that names a thing says of it."""
    told = {(one.mention.category, one.passage.section) for one in found if _is_clear(one)}
    for passage in passages:
        heading = passage.frame.heading
        if heading.is_empty or heading.has("skipped_frame"):
            continue
        for mention in heading.mentions:
            key = (mention.category, passage.section)
            if mention.grade != "clear" or key in told:
                continue
            claim = _of_thing(passage, mention)
            if claim is not None:
                told.add(key)
                yield Reading(passage, claim, (Link("under the heading", heading.text.strip()),), aside=True)


def _is_clear(one: Reading) -> bool:
    found = one.outcome
    told = (
        isinstance(found, Claim) and found.polarity == "told" and found.mention.grade == "clear" and not found.unclear
    )
    return told and not attributes.is_control(one.passage)


def _of_thing(passage: Passage, mention: Mention) -> Claim | None:
    """What a sentence says of the thing that a heading or label above it names; none where it speaks of another."""
    sentence = passage.sentence
    if asks(sentence):
        return None
    whole = Mention(mention.category, mention.grade, 0, 0)
    said = _answer(passage) if asks(passage.frame.heading) else ""
    if said:
        polarity: Literal["told", "denied"] = "told" if said == "yes" else "denied"
        return Claim(whole, "access", "app", polarity, earned_by=f"answered {said}: {passage.frame.heading.text}")
    if any(sentence.has(kind) for kind in frames.OUT_OF_NOW) or sentence.has("elsewhere", "child"):
        return None
    own = any(one.grade == "clear" and one.category != mention.category for one in sentence.mentions)
    own = own and not passage.frame.heading.has("permission_frame")
    found = next((one for one in predicates(sentence) if _is_of_thing(sentence, one, own=own)), None)
    return _claim_of(passage, whole, found) if found is not None else None


def _is_of_thing(sentence: Sentence, one: Predicate, *, own: bool) -> bool:
    """Whether a predicate may speak of what a heading names; ``own`` says that its sentence names a thing itself."""
    if one.subject.actor not in ("app", "company", "unstated") or one.act == "include":
        return False
    if one.voice == "infinitive" and one.subject.actor == "unstated" and not one.negated:
        return False
    if one.negated and one.act in ("share", "sell"):
        return False
    return _points(sentence, one) or not own


def _points(sentence: Sentence, one: Predicate) -> bool:
    return _points_back(sentence, one) or sentence.has("anaphor") or one.voice in ("passive", "reduced")


def _claim_of(passage: Passage, whole: Mention, one: Predicate) -> Claim | None:
    sentence = passage.sentence
    if passage.taints(0, len(sentence.tokens)):
        return Claim(whole, one.act, "unstated", placeholder=True, earned_by=UNFILLED)
    if one.negated and not _points(sentence, one) and len(sentence.tokens) > SHORT:
        return None
    polarity: Literal["told", "denied"] = "denied" if one.negated else "told"
    words = f"under what names it: {sentence.words(one.start, one.end)}"
    bound = bounded(passage, Claim(whole, one.act, one.subject.actor, polarity, predicate=one, earned_by=words), one)
    return bound if isinstance(bound, Claim) else None
