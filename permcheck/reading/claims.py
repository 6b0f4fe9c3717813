"""A passage and a mention in it in, one `Claim` or one `Rejected` out: actor, act, object and modality, each earned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from permcheck.knowledge.cue import CueKind
from permcheck.reading import context, frames
from permcheck.reading.bounds import bounded
from permcheck.reading.claim import Claim, Outcome, Reason, Rejected
from permcheck.reading.governor import governor
from permcheck.reading.lexicon import Hit
from permcheck.reading.predicate import Predicate
from permcheck.reading.segment import Passage
from permcheck.reading.sentence import Mention, Sentence

CONTEXT: tuple[tuple[CueKind, Reason], ...] = (
    ("reported", "reported"),
    ("planned", "planned"),
    ("hypothetical", "hypothetical"),
    ("historical", "past"),
    ("advice", "advice"),
    ("own_content", "own-content"),
    ("replaced", "not-this-object"),
)
"""Cues that take a mention out of what is done now, in the order in which they count."""
DOERS = frozenset(
    {"camera", "microphone", "storage", "nfc", "local-network", "bluetooth", "motion", "location", "health"}
)
"""Categories whose name may also be that of hardware that acts by itself."""
DOING: tuple[CueKind, ...] = ("collect", "access", "store", "share", "use", "write")
"""What a thing named as the subject of a verb does rather than undergoes."""


def outcome(passage: Passage, mention: Mention) -> Outcome:
    """What a passage says of one of its mentions: the first of the questions that has an answer."""
    return next(found for ask in QUESTIONS if (found := ask(passage, mention)) is not None)


def _unfilled(passage: Passage, mention: Mention) -> Outcome | None:
    if not passage.taints(mention.start, mention.end):
        return None
    where = "in text that depends on an unfilled slot"
    return Claim(mention, "collect", "unstated", placeholder=True, earned_by=where)


def _another_thing(passage: Passage, mention: Mention) -> Outcome | None:
    """A name that is but part of the name of something else, its owner, or somebody else's."""
    sentence = passage.sentence
    if mention.grade == "vague" and context.is_part_of_another(sentence, mention):
        return Rejected(mention, "not-this-object", sentence.words(mention.start, mention.end + 1))
    if _is_owner(sentence, mention):
        return Rejected(mention, "owner-only", sentence.words(mention.start, mention.end + 2))
    owner = _of_another(sentence, mention)
    return Rejected(mention, "not-this-object", owner) if owner else None


def _out_of_place(passage: Passage, mention: Mention) -> Outcome | None:
    """Definitions, and what is said of people elsewhere than at their phones."""
    if frames.is_definition(passage, mention):
        return Rejected(mention, "definition")
    for source in (passage.sentence, passage.frame.heading):
        cue = source.within(0, len(source.tokens), "elsewhere")
        if cue is not None and not passage.sentence.has("phone"):
            return Rejected(mention, "elsewhere", source.words(cue.start, cue.end))
    return None


def _out_of_now(passage: Passage, mention: Mention) -> Outcome | None:
    """What is asked, planned, imagined, past or advised, by the sentence or by the line above its list."""
    sentence = passage.sentence
    above = frames.out_of_now(passage)
    if above is not None:
        return Rejected(mention, dict(CONTEXT)[above], passage.frame.lead_in.piece.strip())
    for kind, reason in CONTEXT:
        cue = context.speaking(sentence, kind, mention.start, mention.end)
        if cue is None:
            continue
        if reason == "past" and sentence.has("no_longer"):
            return bounded(passage, Claim(mention, "use", "app", "denied", earned_by="no longer done"), None)
        return Rejected(mention, reason, sentence.words(cue.start, cue.end))
    return None


def _answered(passage: Passage, mention: Mention) -> Outcome | None:
    answer = frames.answer(passage, mention)
    if answer is None:
        return None
    return bounded(passage, Claim(mention, answer.act, "app", answer.polarity, earned_by=answer.earned_by), None)


def _by_verb(passage: Passage, mention: Mention) -> Outcome | None:
    """What the predicate says that governs a mention; in a list the line above goes before a verb without a subject."""
    predicate = governor(passage.sentence, mention)
    if predicate is None:
        return None
    loose = predicate.subject.actor in ("unstated", "unknown") and not predicate.negated
    if passage.listed and loose and not frames.is_labelled(passage) and frames.lead_of(passage) is not None:
        return None
    return _said(passage, mention, predicate)


def _by_meaning(passage: Passage, mention: Mention) -> Outcome | None:
    """A denial without a verb of data practice ("has nothing to do with", "works without", "never pinged")."""
    sentence = passage.sentence
    for ask in (context.untouched, context.works_without, context.negation_before):
        cue: Hit | None = ask(sentence, mention)
        if cue is not None:
            words = f"denied by: {sentence.words(cue.start, cue.end)}"
            return bounded(passage, Claim(mention, "use", "app", "denied", earned_by=words), None)
    return None


def _by_frame(passage: Passage, mention: Mention) -> Outcome | None:
    framed = frames.framed(passage, mention)
    if framed is None:
        return None
    act, actor, polarity, earned_by, unclear = framed
    return bounded(passage, Claim(mention, act, actor, polarity, earned_by=earned_by, unclear=unclear), None)


def _unread(passage: Passage, mention: Mention) -> Outcome:
    """A mention whose verb is not known: unclear where the app or the company acts, else no claim."""
    sentence = passage.sentence
    clause = sentence.clauses[sentence.clause_of(mention.start)]
    before = [one for one in sentence.actors if clause.start <= one.start and one.end <= mention.start]
    ours = [one for one in before if one.term.name in ("app", "first_party")]
    light = sentence.covered("determiner", "auxiliary", "possessive")
    if mention.grade != "clear" or not ours or all(at in light for at in range(ours[-1].end, mention.start)):
        return Rejected(mention, "no-claim")
    words = sentence.words(ours[-1].start, mention.end)
    return Claim(mention, "use", "company", earned_by=words, unclear="what is done with it is not clear")


QUESTIONS: tuple[Callable[[Passage, Mention], Outcome | None], ...] = (
    _unfilled, _another_thing, _out_of_place, _out_of_now, _answered, _by_verb, _by_meaning, _by_frame, _unread,
)  # fmt: skip
"""How a mention is asked for its claim, in order; the last one always answers."""


def _is_owner(sentence: Sentence, mention: Mention) -> bool:
    """Whether the name is but the owner of something else ("your camera's SD card")."""
    behind = sentence.text[sentence.place(mention.start, mention.end)[1] :][:3]
    return behind[:2] in ("'s", "\u2019s") and behind[2:3] in (" ", "")


def _of_another(sentence: Sentence, mention: Mention) -> str:
    """Whose a thing is, where that is nobody we know ("the ferry's location"); empty for a reader, phone or gadget."""
    at = sentence.name(mention)[0]
    if at < 2 or sentence.tokens[at - 1].text != "s" or sentence.gap(at - 1) not in ("'", "\u2019"):
        return ""
    known = sentence.covered("reader", "phone", "platform", "app", "gadget", "first_party", "app_part", "possessive")
    name = sentence.text[sentence.tokens[at - 2].start].isupper()
    return "" if at - 2 in known or name else sentence.words(at - 2, mention.end)


def _said(passage: Passage, mention: Mention, predicate: Predicate) -> Outcome:
    """What a predicate says of a mention that it governs."""
    sentence = passage.sentence
    denial = context.denial_of(sentence, mention, predicate)
    if denial is None:
        left = context.elided(sentence, predicate)
        if left is not None:
            words = f"left open: {sentence.piece.strip()}"
            negated = replace(predicate, negation=left)
            claim = Claim(mention, predicate.act, "app", "denied", predicate=negated, earned_by=words)
            return bounded(passage, claim, None)
    refused = next((found for ask in REFUSALS if (found := ask(passage, mention, predicate, denial)) is not None), None)
    return refused or bounded(passage, _claim(sentence, mention, predicate, denial), predicate)


def _claim(sentence: Sentence, mention: Mention, predicate: Predicate, denial: Hit | None) -> Claim:
    actor = predicate.subject.actor
    words = sentence.words(predicate.subject.start, predicate.subject.end)
    unclear = f"it is not clear who “{words}” is" if actor == "unknown" else ""
    if predicate.subject.kind == "named_company":
        unclear = f"it is told only of {words}, not of the app"
    return Claim(
        mention,
        predicate.act,
        actor,
        "told" if denial is None else "denied",
        predicate=predicate if denial is None else replace(predicate, negation=denial),
        party=words if actor == "partner" else "",
        party_words=words if actor == "unknown" else "",
        earned_by=f"{sentence.words(predicate.start, predicate.end)}: {sentence.words(*sentence.name(mention))}",
        unclear=unclear,
    )


def _doer(passage: Passage, mention: Mention, predicate: Predicate, _: Hit | None) -> Rejected | None:
    """The thing itself does what is said ("our Wi-Fi routers record", "these sensors collect")."""
    sentence, grammar = passage.sentence, passage.sentence.lexicon.grammar
    if mention.category not in DOERS or predicate.start <= mention.start:
        return None
    if predicate.act not in DOING or predicate.subject.actor != "unstated":
        return None
    if grammar.order != "verb-medial" or grammar.topic_first or sentence.clause_of(mention.start) != predicate.clause:
        return None
    progressive = sentence.tokens[predicate.start].text.endswith(grammar.progressive or ("\0",))
    if predicate.voice == "active" or (predicate.voice == "reduced" and progressive):
        return Rejected(mention, "owner-only", sentence.words(mention.start, predicate.end))
    return None


def _other_thing(passage: Passage, mention: Mention, predicate: Predicate, denial: Hit | None) -> Rejected | None:
    """A negative word at the thing denies what the thing is but part of ("no calendar API"); goods are no data."""
    sentence = passage.sentence
    at_thing = denial is not None and denial is not predicate.negation
    if at_thing and context.is_part_of_another(sentence, mention):
        return Rejected(mention, "not-this-object", sentence.words(mention.start, mention.end + 1))
    owned = sentence.ends_at(mention.start, "possessive") is not None
    data = owned or sentence.within(mention.start - 1, mention.end + 1, "possessive", "data_noun") is not None
    if predicate.act == "sell" and denial is None and not data:
        return Rejected(mention, "not-this-object", sentence.words(mention.start, mention.end))
    return None


def _another_actor(passage: Passage, mention: Mention, predicate: Predicate, denial: Hit | None) -> Rejected | None:
    subject = predicate.subject
    if subject.actor == "other" or (subject.kind == "named_company" and denial is not None):
        return Rejected(mention, "another-actor", passage.sentence.words(subject.start, subject.end))
    return None


def _readers_own(passage: Passage, mention: Mention, predicate: Predicate, denial: Hit | None) -> Rejected | None:
    """What binds the reader, or what the reader is told to do."""
    sentence, subject = passage.sentence, predicate.subject
    if subject.actor == "reader":
        bound = sentence.within(subject.start, predicate.start + 1, "advice", "obligation")
        if bound is not None or (denial is None and predicate.act == "sell"):
            return Rejected(mention, "readers-own-act", sentence.words(subject.start, predicate.end))
    if context.is_order(sentence, predicate) and not passage.listed and not frames.is_labelled(passage):
        return Rejected(mention, "advice", sentence.words(predicate.start, predicate.end))
    return None


REFUSALS: tuple[Callable[[Passage, Mention, Predicate, Hit | None], Rejected | None], ...] = (
    _doer, _other_thing, _another_actor, _readers_own,
)  # fmt: skip
"""Why a verb may say nothing of the app although it governs the mention."""
