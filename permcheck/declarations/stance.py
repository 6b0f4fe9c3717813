"""The words of one sentence in, its denials out: what is negated, how far it reaches, and what takes it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from permcheck.declarations.lexicon import FIRST_CJK, Hit
from permcheck.declarations.passages import Words
from permcheck.model import Action

Kind = Literal["denied", "denied-except", "conditional", "hedged", "purpose-scoped", "children"]
VERBS: tuple[Action, ...] = ("collect", "access", "use", "share", "sell")
BUT_FOR = "negated but for one case"
"""How the reason for a denial begins whose exception tells that it is done."""
REACH = 5
"""How many words a negation may stand before the verb that it negates."""
OBJECT = 12
"""How many words after the verb its object may stand."""
CJK_COMMAS = frozenset("\uff0c,")
BREAKS = frozenset(";\uff1b\u3002")


@dataclass(frozen=True, slots=True)
class Denial:
    """A negated practice: tokens ``start`` to ``end`` are what it denies; ``verb`` is where the verb stands."""

    start: int
    end: int
    verb: Hit
    action: Action
    kind: Kind
    excepted: bool = False
    """Whether the sentence names an exception, whatever the kind."""
    keeping: bool = False
    """Whether only keeping it is denied."""

    def covers(self, hit: Hit) -> bool:
        """Whether the denial speaks of what was found, or of the end of it ("collect your name but not contacts")."""
        return self.start <= hit.start < self.end or hit.start < self.start < hit.end <= self.end


def denials(words: Words, *, bare: bool = False) -> list[Denial]:
    """All denials of one sentence, in order. The reader's own choices and orders to the reader are none.

    A denial must name what it denies, unless it is ``bare``: then that stands outside the sentence.
    """
    if not words.has("negation", "but_not", "leaves_out", "does_without"):
        return []
    found: list[Denial] = []
    for negation in _negations(words):
        denial = _denial(words, negation, bare=bare)
        if denial is not None and all(other.verb != denial.verb for other in found):
            found.append(denial)
    return [*found, *_nouns(words)]


def but_for(words: Words) -> bool:
    """Whether an exception is a use and no law's ("not used except for scanning"): so in that case it is done."""
    return words.has("except_use") and not words.has("law")


def needs(words: Words) -> bool:
    """Whether the sentence says what cannot be done without something ("without Bluetooth the app cannot pair")."""
    refused = any(_refused(words, hit) for hit in words.words.get("inability", ()))
    return refused or any(_needed(words, hit) for hit in words.words.get("without", ()))


def own_action(words: Words) -> tuple[Action, Hit] | None:
    """The first practice verb that is no part of what a category is called ("call logs")."""
    names = [hit for hit in words.hits if hit.term.group in ("clear", "vague", "veto")]
    outside = (
        pair for pair in _verbs(words) if not any(hit.start < pair[1].start and pair[1].end <= hit.end for hit in names)
    )
    return next(outside, None)


def action_of(words: Words, near: int) -> tuple[Action, Hit] | None:
    """The practice verb that governs the word at ``near``: the nearest before it, else the first after it."""
    verbs = _verbs(words)
    before = [pair for pair in verbs if pair[1].start <= near]
    after = [pair for pair in verbs if pair[1].start > near]
    if before:
        return before[-1]
    return after[0] if after else None


def _verbs(words: Words) -> list[tuple[Action, Hit]]:
    """The practice verbs in order; "request" and the like behind an article are things rather than deeds."""
    articles = {hit.end for hit in words.words.get("determiner", ())}
    deeds = {hit.start for hit in words.words.get("practice_noun", ())}
    pairs = [(action, hit) for action in VERBS for hit in words.words.get(action, ())]
    verbs = [pair for pair in pairs if pair[1].start in deeds or pair[1].start not in articles]
    return sorted(verbs, key=lambda pair: (pair[1].start, pair[1].end))


def _negations(words: Words) -> list[Hit]:
    """The words that negate what is done, each once; two that undo each other are none."""
    false = [hit for name in ("pseudo", "consent_gate", "undone", "leaves_out") for hit in words.words.get(name, ())]
    plain = [
        hit
        for hit in widest(words.words.get("negation", ()))
        if not any(other.start <= hit.start < hit.end <= other.end for other in false)
    ]
    return [hit for hit in plain if not _of_reader(words, hit) and not _undone(words, hit)]


def widest(hits: Sequence[Hit]) -> list[Hit]:
    """Those of the hits that stand inside no other."""
    return [
        hit
        for hit in hits
        if not any(other[:2] != hit[:2] and other.start <= hit.start and hit.end <= other.end for other in hits)
    ]


def _undone(words: Words, negation: Hit) -> bool:
    """Whether the sentence takes it back: "it is not true that we never", "cannot run without", "if refused cannot"."""
    if not words.has("undone", "without", "refusal"):
        return False
    clause, end = _clause_start_plain(words, negation), clause_end(words, negation.end)
    if any(clause <= hit.start < negation.start for hit in words.words.get("undone", ())):
        return True
    if _is(words, "without", negation):
        return _needed(words, negation)
    if not _is(words, "inability", negation):
        return False
    withouts = [hit for hit in words.words.get("without", ()) if clause <= hit.start < end]
    return _refused(words, negation) or any(_needed(words, hit) for hit in withouts)


def _refused(words: Words, negation: Hit) -> bool:
    """Whether what cannot be done is so because something was refused: before it, or behind an "if"."""
    refusals = words.words.get("refusal", ())
    behind = words.has("condition", "relative")
    return any(hit.start < negation.start or behind for hit in refusals)


def _needed(words: Words, without: Hit) -> bool:
    """Whether the clause of "without" says what cannot be done, so that it names what is needed."""
    clause, end = _clause_start_plain(words, without), clause_end(words, without.end)
    return any(clause <= hit.start < end for hit in words.words.get("inability", ()))


def _of_reader(words: Words, negation: Hit) -> bool:
    """Whether it is the reader who does not do something, or is told not to."""
    readers = {hit.end for hit in words.words.get("reader", ())}
    helpers = {hit.end: hit.start for hit in words.words.get("auxiliary", ())}
    at = negation.start
    while at in helpers and at not in readers:
        at = helpers[at]
    if at in readers and _passive(words, negation):
        return False
    if at in readers or (_is(words, "without", negation) and any(reader < negation.start for reader in readers)):
        return True
    return at == 0 and any(hit.start == 0 for hit in words.words.get("order", ()))


def _passive(words: Words, negation: Hit) -> bool:
    """Whether something is not done to somebody ("you are not tracked")."""
    helped = any(hit.end == negation.start for hit in words.words.get("passive", ()))
    return helped and any(verb.start == negation.end for _, verb in _verbs(words))


def _is(words: Words, name: str, hit: Hit) -> bool:
    return any(other.start == hit.start for other in words.words.get(name, ()))


def _denial(words: Words, negation: Hit, *, bare: bool) -> Denial | None:
    far = REACH * (2 if _cjk(words, negation) else 1)
    aside = (hit.end for hit in words.words.get("contrast", ()) if hit.start == negation.end)
    end = clause_end(words, next(aside, negation.end))
    for action, verb in _verbs(words):
        if negation.start <= verb.start < end and verb.start - negation.end <= far:
            start = min(negation.start, verb.start)
            if words.has("verb_last") or _subject_before(words, negation, verb):
                start = _clause_start(words, negation)
            denial = _reaching(words, start, action, verb, bare=bare)
            if denial is not None:
                return denial
    return _verb_first(words, negation, bare=bare)


def _verb_first(words: Words, negation: Hit, *, bare: bool) -> Denial | None:
    """The negation of languages that put it behind the verb: "Wir erheben keine Daten", "Wir lesen sie nicht"."""
    if not _is(words, "after_verb", negation) and not _right_behind(words, negation):
        return None
    clause = _clause_start_plain(words, negation)
    before = [pair for pair in _verbs(words) if clause <= pair[1].start < negation.start]
    if not before:
        return None
    action, verb = before[-1]
    start = negation.start if _is(words, "of_object", negation) else verb.start
    return _reaching(words, start, action, verb, negation.end, bare=bare)


def _right_behind(words: Words, negation: Hit) -> bool:
    """Whether it is a word that negates the object, right behind the verb ("we collect no data")."""
    ends = {verb.end for _, verb in _verbs(words)}
    return _is(words, "right_after_verb", negation) and negation.start in ends


def _reaching(words: Words, start: int, action: Action, verb: Hit, at: int = 0, *, bare: bool) -> Denial | None:
    reaching = clause_end(words, max(at, verb.end))
    last = max(at, verb.end) + OBJECT * (2 if _cjk(words, verb) else 1)
    named = bare or _has_object(words, start, min(reaching, last), action) or _opens_list(words, verb)
    if not named:
        return None
    kind = _kind_of(words, verb, start, reaching)
    return Denial(start, reaching, verb, action, kind, _excepted(words, verb), _only_keeping(words, verb))


def _opens_list(words: Words, verb: Hit) -> bool:
    """Whether the objects stand in the list that follows ("We do not access:")."""
    rest = words.text[words.end(verb) :].strip(" *_")
    return verb.end == len(words.tokens) and rest[:1] in (":", "\uff1a")


def _nouns(words: Words) -> Iterator[Denial]:
    """The thing itself, as in "your age but not your name", is taken out of what is done."""
    for hit in widest(words.words.get("leaves_out", ())):
        verb = action_of(words, hit.start)
        end = clause_end(words, hit.end)
        if verb is not None and verb[1].start < hit.start and _has_object(words, hit.end, end, verb[0]):
            yield Denial(hit.start, end, verb[1], verb[0], _kind_of(words, hit, hit.start, end))
    for hit in words.words.get("does_without", ()):
        end = clause_end(words, hit.end)
        if not _needed(words, hit) and _has_object(words, hit.end, end, "use"):
            yield Denial(hit.start, end, hit, "use", _kind_of(words, hit, hit.start, end))
    longest = {hit.start: hit for hit in words.words.get("but_not", ())}
    for hit in longest.values():
        verb = action_of(words, hit.start)
        if verb is not None and _has_object(words, hit.end - 1, hit.end + 2, verb[0]):
            end = min(clause_end(words, hit.end), hit.end + REACH)
            yield Denial(hit.start, end, verb[1], verb[0], _kind_of(words, hit, hit.start, end))


def _has_object(words: Words, start: int, end: int, action: Action) -> bool:
    """Whether something that can be known about a person stands in the denied words."""
    names = ("anything", "pronoun") if action in ("share", "sell") else ("anything",)
    things = [hit for name in names for hit in words.words.get(name, ())]
    things += [hit for hit in words.hits if hit.term.group in ("clear", "vague")]
    return any(start <= hit.start < end for hit in things)


def _subject_before(words: Words, negation: Hit, verb: Hit) -> bool:
    """Whether the negated verb is passive, its object standing before it ("your location is never stored")."""
    if any(hit.start <= negation.start < hit.end for hit in words.words.get("active", ())):
        return False
    if _is(words, "among", negation):
        return True
    if _is(words, "right_after_verb", negation) and negation.end - negation.start == 1:
        return False
    clause = _clause_start(words, negation)
    owners = words.words.get("possessive", ())
    subjects = [
        hit.start
        for hit in words.words.get("we_subject", ())
        if not any(other.start <= hit.start < other.end for other in owners)
    ]
    return not any(clause <= start < verb.start for start in subjects)


def _clause_start(words: Words, negation: Hit) -> int:
    """Where the subject of a passive denial may begin: after the last break, contrast or other practice verb."""
    at = negation.start
    starts = [_clause_start_plain(words, negation)]
    things = [hit for hit in words.hits if hit.term.group in ("clear", "vague")]
    starts += [
        verb.end
        for _, verb in _verbs(words)
        if verb.end <= at
        and not _participle(words, verb, at)
        and not any(hit.start <= verb.start and verb.end <= hit.end for hit in things)
    ]
    commas = _breaks(words, 0, at, CJK_COMMAS) if _cjk(words, negation) else []
    return max([*starts, *commas])


def _clause_start_plain(words: Words, negation: Hit) -> int:
    """Where the clause of a negation begins: after the last contrast or hard stop."""
    starts = [hit.end for hit in words.words.get("contrast", ()) if hit.end <= negation.start]
    return max([*starts, *_breaks(words, 0, negation.start), _bracket(words, negation)])


def _bracket(words: Words, negation: Hit) -> int:
    """The word behind the bracket that is still open at a negation, else the first."""
    until = words.start(negation)
    start = words.tokens[0].start
    opened = max(words.text.rfind(sign, start, until) for sign in "(\uff08")
    if opened < max(words.text.rfind(sign, start, until) for sign in ")\uff09"):
        return 0
    return sum(token.start < opened for token in words.tokens[: negation.start])


def _participle(words: Words, verb: Hit, before: int) -> bool:
    """Whether the verb only describes the subject ("data collected by the app is not shared")."""
    helpers = words.words.get("auxiliary", ())
    return not any(hit.end == verb.start for hit in helpers) and any(verb.end < hit.start < before for hit in helpers)


def clause_end(words: Words, at: int) -> int:
    """The word before which the clause ends that goes on at a word."""
    contrasts = (hit.start for hit in words.words.get("contrast", ()) if hit.start >= at)
    end = min(contrasts, default=len(words.tokens))
    end = min(next(_breaks(words, at, end), end), end)
    subjects = (hit for hit in words.words.get("we_subject", ()) if at < hit.start < end)
    return next((hit.start for hit in subjects if _opens(words, hit)), end)


def _opens(words: Words, hit: Hit) -> bool:
    """Whether a subject opens a new main clause rather than a relative one ("data that we hold")."""
    before = hit.start - 1
    if before < 0 or any(other.end == hit.start for other in words.words.get("relative", ())):
        return False
    gap = words.text[words.tokens[before].end : words.tokens[hit.start].start]
    joined = any(mark in gap for mark in ",;:\uff0c\uff1b") or any(
        other.end == hit.start for other in words.words.get("and", ())
    )
    return joined and any(0 <= verb.start - hit.end <= REACH for _, verb in _verbs(words))


def _breaks(words: Words, start: int, end: int, marks: frozenset[str] = BREAKS) -> Iterator[int]:
    """Token numbers after which a hard stop stands inside the sentence, in order."""
    tokens = words.tokens[start : min(end, len(words.tokens) - 1) + 1]
    if not tokens or not any(words.text.find(mark, tokens[0].end, tokens[-1].start) >= 0 for mark in marks):
        return
    for number, (token, following) in enumerate(pairwise(tokens), start=start + 1):
        if token.end < following.start and marks & set(words.text[token.end : following.start]):
            yield number


def _kind_of(words: Words, verb: Hit, start: int, end: int) -> Kind:
    """What becomes of a denial once the words around it are heard; the first that fits."""
    tests: tuple[tuple[Kind, bool], ...] = (
        ("children", words.has("child")),
        ("conditional", any(verb.start <= hit.start < end + REACH for hit in words.words.get("only_for", ()))),
        ("conditional", any(hit.start < _next_clause(words, end) for hit in words.words.get("consent_gate", ()))),
        ("denied-except", _excepted(words, verb)),
        ("hedged", any(start - 2 * REACH <= hit.start <= verb.end + 1 for hit in words.words.get("hedge", ()))),
        ("purpose-scoped", _only_keeping(words, verb)),
        ("purpose-scoped", any(verb.start <= hit.start < end + REACH for hit in words.words.get("purpose_scope", ()))),
        ("conditional", any(not start <= hit.start < end for hit in words.words.get("condition", ()))),
        ("purpose-scoped", _aimed(words, verb, end)),
    )
    return next((kind for kind, fits in tests if fits), "denied")


def _aimed(words: Words, verb: Hit, end: int) -> bool:
    """Whether a denied use names what for ("never use your contacts to send advertising"): other uses stay open."""
    uses = {hit.start for hit in words.words.get("use", ())}
    aims = [hit for hit in words.words.get("aim", ()) if verb.end < hit.start < end]
    return verb.start in uses and any(not _is(words, "purpose_not", hit) for hit in aims)


def _only_keeping(words: Words, verb: Hit) -> bool:
    """Whether what is denied is keeping it, which a phone that reads it and forgets it does not do either."""
    keeping = {hit.start for hit in words.words.get("keep", ())}
    others = [hit for _, hit in _verbs(words) if hit.start not in keeping and 0 < hit.start - verb.end <= 2]
    return verb.start in keeping and not others


def _excepted(words: Words, verb: Hit) -> bool:
    """Whether an exception stands in the sentence that is not part of the negation itself ("without collecting")."""
    until = _next_clause(words, verb.end)
    gates = words.words.get("consent_gate", ())
    withouts = [hit for hit in words.words.get("without", ()) if verb.end < hit.start < until]
    if any(not any(gate.start <= hit.start < gate.end for gate in gates) for hit in withouts):
        return True
    return any(hit.end != verb.start and hit.start < until for hit in words.words.get("exception", ()))


def _next_clause(words: Words, at: int) -> int:
    """Where the next main clause begins: an exception before it belongs to the denial, one behind does not."""
    opened = [hit.start for hit in words.words.get("we_subject", ()) if hit.start >= at and _opens(words, hit)]
    return min([*opened, len(words.tokens)])


def _cjk(words: Words, hit: Hit) -> bool:
    return words.tokens[hit.start].text[0] >= FIRST_CJK
