"""A sentence in, its predicates out: what is done, by whom, whether it is negated, and how real it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from permcheck.knowledge.cue import CueKind
from permcheck.reading import context
from permcheck.reading.lexicon import FIRST_CJK, Hit
from permcheck.reading.sentence import ACTORS, LIGHT, Clause, Sentence

Actor = Literal["app", "company", "partner", "reader", "device", "other", "unstated", "unknown"]
"""Who does it: ``unstated`` where nobody is named (a passive, an infinitive), ``unknown`` where the subject is a word
that the reader does not know."""
Voice = Literal["active", "passive", "reduced", "infinitive"]
ACTOR_OF: dict[CueKind, Actor] = {
    "first_party": "company", "app": "app", "app_part": "app", "platform": "app", "pronoun_subject": "app",
    "reader": "reader", "partner": "partner", "named_company": "partner", "other_actor": "other", "gadget": "device",
}  # fmt: skip
BACK = 4
"""How many light words may stand between a verb and what makes it passive."""
NAME = 4
"""How many words a subject may have that the reader does not know."""


class Subject(NamedTuple):
    """Who acts, and the words ``start:end`` that say so (none where nothing does)."""

    actor: Actor
    start: int = 0
    end: int = 0
    kind: CueKind | Literal[""] = ""


@dataclass(frozen=True)
class Predicate:
    """One thing done: the words ``start:end``, in which clause, by whom and how."""

    act: CueKind
    start: int
    end: int
    clause: int
    voice: Voice
    subject: Subject
    negation: Hit | None = None
    """What negates it."""

    @property
    def negated(self) -> bool:
        """Whether it is not done."""
        return self.negation is not None


def predicates(sentence: Sentence) -> tuple[Predicate, ...]:
    """Everything that a sentence says is done, in order; computed once a sentence."""
    kept = sentence.__dict__.get("_predicates")
    if kept is None:
        kept = sentence.__dict__["_predicates"] = tuple(_listed(sentence, _predicates(sentence)))
    found: tuple[Predicate, ...] = kept
    return found


def _listed(sentence: Sentence, found: list[Predicate]) -> list[Predicate]:
    """In a verb-final language a negation at the end goes back over the verbs that "also" joins to it."""
    if not sentence.lexicon.grammar.negation_behind or not found or not found[-1].negated:
        return found
    back = found[-1]
    for at in range(len(found) - 2, -1, -1):
        one = found[at]
        joined = one.clause == back.clause and 0 <= found[at + 1].start - one.end <= 1
        if one.negated or (not joined and sentence.within(one.end, one.end + NAME, "also") is None):
            break
        found[at] = replace(one, negation=back.negation)
    return found


def _predicates(sentence: Sentence) -> list[Predicate]:
    found: list[Predicate] = []
    for act, hit in sentence.acts:
        number = sentence.clause_of(hit.start)
        clause = sentence.clauses[number]
        before = [one for one in found if one.clause == number]
        joined = before[-1] if before else _joined(sentence, found, number, hit)
        voice = _voice(sentence, hit, clause)
        subject = _subject(sentence, hit, clause, voice, found)
        listed = (
            joined is not None and joined.act == "include" and subject.actor == "unstated" and voice != "infinitive"
        )
        if _is_noun(sentence, hit, clause, subject) or (listed and _is_base(sentence, hit)):
            continue
        subject = _exemplified(sentence, hit, voice, subject, found)
        negation = context.negation_of(sentence, hit, clause, before) or _carried(sentence, hit, clause, joined)
        if subject.actor == "unstated" and joined is not None and voice in ("active", "infinitive"):
            subject = joined.subject if joined.voice != "passive" or voice == "infinitive" else subject
        if subject.actor == "unstated" and joined is None and voice == "active":
            subject, dangling = _interrupted(sentence, hit, clause, subject)
            negation = negation or dangling
        if act == "occur" and negation is not None and found and subject.actor == "unstated":
            found[-1] = replace(found[-1], negation=found[-1].negation or negation)
        found.append(Predicate(act, hit.start, hit.end, number, voice, subject, negation))
    return found


def _carried(sentence: Sentence, hit: Hit, clause: Clause, joined: Predicate | None) -> Hit | None:
    """The negation of the verb before that goes on to this one, or to what it is done for ("not ... for following")."""
    if joined is None:
        return None
    aim = sentence.ends_at(hit.start, "preposition") is not None and not _is_base(sentence, hit)
    return joined.negation if aim or context.carries(sentence, joined.end, hit.start, clause) else None


def _exemplified(sentence: Sentence, hit: Hit, voice: Voice, subject: Subject, found: list[Predicate]) -> Subject:
    """Who does what is only named as an example: whoever the sentence is about."""
    include = next((one for one in reversed(found) if one.act == "include"), None)
    if voice != "active" or include is None or subject.actor != "unstated" or _is_base(sentence, hit):
        return subject
    return _of_example(found, include)


def _interrupted(sentence: Sentence, hit: Hit, clause: Clause, subject: Subject) -> tuple[Subject, Hit | None]:
    """Subject and negation of a verb that commas part from them ("The app does not, however, use it")."""
    if _words_before(sentence, hit, clause) or clause.hard:
        return subject, None
    for earlier in reversed(sentence.clauses[: sentence.clause_of(hit.start)]):
        actors = [one for one in sentence.actors if earlier.start <= one.start < earlier.end]
        if any(earlier.start <= act.start < earlier.end for _, act in sentence.acts):
            break
        if sentence.lexicon.grammar.subject_marks:
            actors = [one for one in actors if not _is_owner(sentence, one)]
        if (
            not actors
            and not sentence.is_cjk
            and earlier.start == 0
            and sentence.ends_at(earlier.end, "auxiliary") is not None
        ):
            return Subject("unknown", 0, max(1, earlier.end - 1)), None
        if actors:
            dangling = [one for one in sentence.of("negation") if earlier.start <= one.start and one.end == earlier.end]
            return subject_of(sentence, actors[0]), dangling[0] if dangling else None
    return subject, None


def _is_noun(sentence: Sentence, hit: Hit, clause: Clause, subject: Subject) -> bool:
    """Whether a word that may be a verb is the noun of an item in a list ("..., criminal record, ...")."""
    word = sentence.tokens[hit.start].text
    if (
        hit.end - hit.start > 1
        or not word.isascii()
        or word.endswith((*sentence.lexicon.grammar.progressive, "ed"))
        or clause.opener in ("relative", "condition")
    ):
        return False
    noun = sentence.ends_at(hit.start, "determiner", "preposition") and not sentence.ends_at(hit.start, "infinitive")
    if noun and hit.term.name in ("sell", "function"):
        return True
    if subject.actor != "unknown" or clause.start == 0 or sentence.within(clause.start, hit.start, "modal") is not None:
        return False
    first = sentence.text[sentence.tokens[subject.start].start]
    return sentence.within(clause.start, subject.start + 1, "determiner") is None and not first.isupper()


def _is_base(sentence: Sentence, hit: Hit) -> bool:
    """Whether a word has the bare form in which a verb may also be a noun."""
    return not sentence.tokens[hit.start].text.endswith((*sentence.lexicon.grammar.progressive, "ed"))


def _of_example(found: list[Predicate], include: Predicate) -> Subject:
    """Who does what an example names: the subject of the clause before, unclear where that is not one of ours."""
    main = next((one.subject for one in reversed(found) if one.start < include.start), Subject("unknown"))
    return main if main.actor in ("app", "company", "reader") else Subject("unknown", include.start, include.end)


def _joined(sentence: Sentence, found: list[Predicate], number: int, hit: Hit) -> Predicate | None:
    """The predicate before that a clause without a subject of its own goes on with."""
    clause = sentence.clauses[number]
    if not found or (clause.hard and clause.opener != "conjunction"):
        return None
    if clause.opener in ("subordinator", "relative", "object_clause", "condition", "inverted_condition"):
        return None
    main = [
        one for one in found if sentence.clauses[one.clause].opener not in ("subordinator", "relative", "condition")
    ]
    last = (main or found)[-1]
    aim = sentence.ends_at(hit.start, "preposition") is not None and not _is_base(sentence, hit)
    if clause.opener in ("conjunction", "contrast") or aim or not _words_before(sentence, hit, clause):
        return last
    return None


def _words_before(sentence: Sentence, hit: Hit, clause: Clause) -> bool:
    """Whether words that are not light stand in a clause before its verb."""
    light = sentence.covered(*LIGHT)
    return any(at not in light for at in range(clause.start, hit.start))


def _voice(sentence: Sentence, hit: Hit, clause: Clause) -> Voice:
    """How the verb stands to its subject; languages without a passive of their own words are all active."""
    progressive = sentence.lexicon.grammar.progressive
    word = sentence.tokens[hit.end - 1].text if hit.end - hit.start == 1 else sentence.tokens[hit.start].text
    if sentence.ends_at(hit.start, "infinitive"):
        back = _passive_before(sentence, hit.start, clause)
        return "passive" if back else "infinitive"
    if not word.endswith(progressive) and _passive_before(sentence, hit.start, clause):
        return "passive"
    if (
        _is_participle(sentence, word)
        and sentence.ends_at(hit.start, "auxiliary") is None
        and not _has_subject_word(sentence, hit, clause)
    ):
        return "reduced"
    return "active"


def _passive_before(sentence: Sentence, at: int, clause: Clause) -> bool:
    if sentence.lexicon.grammar.order == "verb-second":
        ours = [
            one for one in sentence.actors if clause.start <= one.start < clause.end and not _is_owner(sentence, one)
        ]
        return not ours and sentence.within(clause.start, clause.end, "passive") is not None
    light = sentence.covered(*LIGHT)
    for back in range(1, BACK + 1):
        if at - back < clause.start:
            return False
        if sentence.ends_at(at - back + 1, "passive"):
            return True
        if at - back not in light and not is_adverb(sentence, at - back):
            return False
    return False


def is_adverb(sentence: Sentence, at: int) -> bool:
    """Whether a word only says how something is done."""
    return fits(sentence.tokens[at].text, sentence.lexicon.grammar.adverbs)


def _is_participle(sentence: Sentence, word: str) -> bool:
    return fits(word, sentence.lexicon.grammar.participles)


@lru_cache(maxsize=1 << 13)
def fits(word: str, forms: tuple[str, ...]) -> bool:
    """Whether a word is one of some forms, or has an ending among them (``-ed``)."""
    return any(word.endswith(form[1:]) if form[:1] == "-" else word == form for form in forms)


def _has_subject_word(sentence: Sentence, hit: Hit, clause: Clause) -> bool:
    """Whether somebody who acts stands right before a verb, light words left aside."""
    at = hit.start
    light = sentence.covered("auxiliary", "negation", "hedge", "even")
    while at > clause.start and (at - 1 in light or is_adverb(sentence, at - 1)):
        at -= 1
    return sentence.ends_at(at, *ACTORS, "anaphor", "relative") is not None


def _subject(sentence: Sentence, hit: Hit, clause: Clause, voice: Voice, before: list[Predicate]) -> Subject:
    """Who does it: behind "by" in a passive, else the nearest who may act before the verb, else an unknown word."""
    if voice in ("passive", "reduced"):
        return _agent(sentence, hit, clause)
    nearest = _nearest(sentence, hit, clause)
    ours = sentence.lexicon.grammar.first_person
    if nearest is None and ours and sentence.tokens[hit.start].text.endswith(ours):
        return Subject("company", hit.start, hit.end, "first_party")
    if nearest is not None:
        helped = next(
            (one for one in before if one.clause == sentence.clause_of(hit.start) and one.end == nearest.start), None
        )
        if (
            helped is not None
            and helped.act in ("function", "need")
            and helped.subject.actor in ("partner", "other", "device")
        ):
            return helped.subject
        return _for_reader(sentence, subject_of(sentence, nearest), before, hit)
    if clause.opener == "relative":
        return _antecedent(sentence, clause)
    return _unknown(sentence, hit, clause, voice)


def _nearest(sentence: Sentence, hit: Hit, clause: Clause) -> Hit | None:
    """The last who may act before a verb in its clause; in a verb-second language also right behind it."""
    found = [
        actor for actor in sentence.actors
        if clause.start <= actor.start and actor.end <= hit.start and not _is_owner(sentence, actor)
    ]  # fmt: skip
    if not found and sentence.lexicon.grammar.order == "verb-second":
        found = [
            actor for actor in sentence.actors
            if hit.end <= actor.start <= hit.end + BACK and actor.end <= clause.end and not _is_owner(sentence, actor)
        ][:1]  # fmt: skip
    if len(found) > 1 and found[-1].term.name == "app_part" and found[-2].end == found[-1].start:
        return found[-2]
    return _together(sentence, found) if found else None


def _together(sentence: Sentence, found: Sequence[Hit]) -> Hit:
    """The app or the company where it acts together with the nearest who may act ("neither we nor our partners")."""
    nearest = found[-1]
    light = sentence.covered("determiner", "possessive", "conjunction", "disjunction")
    for one in found[:-1]:
        between = range(one.end, nearest.start)
        joined = sentence.within(one.end, nearest.start, "conjunction", "disjunction") is not None
        if one.term.name in ("first_party", "app") and joined and all(at in light for at in between):
            return one
    return nearest


def _is_anothers(sentence: Sentence, actor: Hit) -> bool:
    """Whether it belongs to somebody else ("your bank's app")."""
    at = actor.start
    if at < 2 or sentence.tokens[at - 1].text != "s" or sentence.gap(at - 1) not in ("'", "\u2019"):
        return False
    return at - 2 in sentence.covered("other_actor", "partner", "named_company")


def subject_of(sentence: Sentence, actor: Hit) -> Subject:
    """Who a cue names; a pronoun stands for the last who may act before it."""
    if _is_anothers(sentence, actor):
        return Subject("other", actor.start, actor.end, actor.term.name)  # type: ignore[arg-type]
    if actor.term.name == "pronoun_subject":
        earlier = [
            one
            for one in sentence.actors
            if one.end <= actor.start and one.term.name not in ("pronoun_subject", "reader")
        ]
        if not earlier:
            return Subject("app", actor.start, actor.end, "pronoun_subject")
        actor = earlier[-1]
    return Subject(ACTOR_OF[actor.term.name], actor.start, actor.end, actor.term.name)  # type: ignore[index, arg-type]


def _is_owner(sentence: Sentence, actor: Hit) -> bool:
    """Whether a word only says whose something is or stands behind a preposition ("data of our partners")."""
    if sentence.ends_at(actor.start, "preposition") or _is_possessive(sentence, actor):
        return True
    marks = sentence.lexicon.grammar.subject_marks
    if marks and not sentence.text.startswith(marks, sentence.tokens[actor.end - 1].end):
        return True
    behind = sentence.text[sentence.tokens[actor.end - 1].end :][:2]
    return behind in ("'s", "\u2019s")


def _is_possessive(sentence: Sentence, actor: Hit) -> bool:
    """Whether a longer possessive stands in the place of an actor (Chinese "your")."""
    owner = sentence.starts_at(actor.start, "possessive")
    return owner is not None and owner.end > actor.end


def _agent(sentence: Sentence, hit: Hit, clause: Clause) -> Subject:
    """Who stands behind "by"; nobody where none does."""
    for by in sentence.of("agent"):
        near = by.start >= hit.end and by.start - hit.end <= BACK
        second = sentence.lexicon.grammar.order == "verb-second" and clause.start <= by.start < hit.start
        if (near or second) and by.start < clause.end:
            actor = next((one for one in sentence.actors if by.start <= one.start <= by.end + 2), None)
            if actor is not None:
                return subject_of(sentence, actor)
            if by.end < len(sentence.tokens) and by.end < clause.end:
                return Subject("unknown", by.end, min(by.end + 2, clause.end))
    return Subject("unstated")


def _for_reader(sentence: Sentence, subject: Subject, before: list[Predicate], hit: Hit) -> Subject:
    """What the reader is enabled to do is done by who enables it ("the app lets you scan codes")."""
    if subject.actor != "reader":
        return subject
    for one in reversed(before):
        beside = one.clause == sentence.clause_of(hit.start) and one.end <= subject.start <= one.end + 1
        enables = one.act in ("function", "request", "need") and one.subject.actor in ("app", "company", "unstated")
        if beside and enables:
            return one.subject if one.subject.actor != "unstated" else Subject("app")
    return subject


def _antecedent(sentence: Sentence, clause: Clause) -> Subject:
    """Who a relative clause speaks of: who may act right before it ("apps that read your contacts")."""
    actor = next((one for one in sentence.actors if one.end == clause.start), None)
    if actor is None or sentence.gap(clause.start).strip():
        return Subject("unstated")
    return subject_of(sentence, actor)


def _unknown(sentence: Sentence, hit: Hit, clause: Clause, voice: Voice) -> Subject:
    """A subject that is a word the reader does not know; nobody before an infinitive or where none stands."""
    if voice == "infinitive" or sentence.tokens[hit.start].text[0] >= FIRST_CJK:
        return Subject("unstated")
    light = sentence.covered(*LIGHT, "anaphor")
    end = hit.start
    while end > clause.start and (end - 1 in light or is_adverb(sentence, end - 1)):
        end -= 1
    known = sentence.covered(
        "preposition", "infinitive", "subordinator", "relative", "object_clause", "contrast", "condition",
        "inverted_condition",
        "purpose", "conjunction", "agent", "consent", "without", "exception", *[act for act, _ in sentence.acts],
    )  # fmt: skip
    named = {at for mention in sentence.mentions for at in range(mention.start, mention.end)}
    start = end
    while start > clause.start and end - start < NAME and start - 1 not in known and start - 1 not in named:
        start -= 1
    start += sum(1 for at in range(start, end) if at in sentence.covered("determiner"))
    if all(at in sentence.covered(*LIGHT) for at in range(start, end)):
        return Subject("unstated")
    if (
        start >= end
        or (end - 1) in named
        or sentence.tokens[hit.start].text.endswith(sentence.lexicon.grammar.progressive)
    ):
        return Subject("unstated")
    return Subject("unknown", start, end)
