"""The words of one sentence in, its denials out: what is negated, how far it reaches, and what takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from permcheck.declarations.clauses import CJK_COMMAS, breaks, is_cjk, is_kana, open_bracket, stands, subjects
from permcheck.declarations.lexicon import FIRST_CJK, Hit
from permcheck.declarations.passages import Words
from permcheck.model import Action

Kind = Literal["denied", "denied-except", "conditional", "hedged", "purpose-scoped", "children"]
VERBS: tuple[Action, ...] = ("collect", "access", "use", "share", "sell")
REACH = 5
"""How many words a negation may stand before the verb that it negates."""
OBJECT = 12
"""How many words after the verb its object may stand."""
LISTING = frozenset("\u3001;\uff1b")
BESIDE = 2
"""How many words may stand between a thing and the bracket that denies it."""
JOINER = 3
"""How many kana may join two verbs that are negated together."""
TOPIC_ENDS = CJK_COMMAS | frozenset(":\uff1a")


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
        """Whether the denial speaks of what was found, or stands in the midst of it ("send no notifications")."""
        return self.start < hit.end and hit.start < self.end


def denials(words: Words) -> list[Denial]:
    """All denials of one sentence, in order. The reader's own choices and orders to the reader are none."""
    if not words.has("negation", "but_not"):
        return []
    found: list[Denial] = []
    for negation in _negations(words):
        denial = _denial(words, negation)
        if denial is not None and all(other.verb != denial.verb for other in found):
            found.append(denial)
    return [*found, *_nouns(words)]


def action_of(words: Words, near: int) -> tuple[Action, Hit] | None:
    """The practice verb that governs the word at ``near``: the nearest before it, else the first after it."""
    verbs = _verbs(words)
    before = [pair for pair in verbs if pair[1].start <= near]
    after = [pair for pair in verbs if pair[1].start > near]
    if before:
        return before[-1]
    return after[0] if after else None


def _verbs(words: Words) -> list[tuple[Action, Hit]]:
    pairs = [(action, hit) for action in VERBS for hit in words.words.get(action, ()) if not _is_noun(words, hit)]
    return sorted(pairs, key=lambda pair: (pair[1].start, pair[1].end))


def _is_noun(words: Words, hit: Hit) -> bool:
    """Whether "request" and the like stand behind an article, and so are things rather than deeds."""
    if stands(words, "practice_noun", hit):
        return False
    return any(other.end == hit.start for other in words.words.get("determiner", ()))


def _negations(words: Words) -> list[Hit]:
    false = [*words.words.get("pseudo", ()), *words.words.get("consent_gate", ())]
    found = [
        hit
        for hit in words.words.get("negation", ())
        if not any(other.start <= hit.start < other.end for other in false) and not _of_reader(words, hit)
    ]
    # "without your location we can not ..." denies neither
    twice = [hit for hit in found if hit.start == 0 and stands(words, "without", hit)]
    return found if len(found) == len(twice) else [hit for hit in found if hit not in twice]


def _of_reader(words: Words, negation: Hit) -> bool:
    """Whether it is the reader who does not do something, or is told not to."""
    readers = {hit.end for hit in words.words.get("reader", ())}
    helpers = {hit.end: hit.start for hit in words.words.get("auxiliary", ())}
    at = negation.start
    while at in helpers and at not in readers:
        at = helpers[at]
    if at in readers or (stands(words, "without", negation) and any(reader < negation.start for reader in readers)):
        return True
    return at == 0 and any(hit.start == 0 for hit in words.words.get("order", ()))


def _denial(words: Words, negation: Hit) -> Denial | None:
    if words.has("verb_last"):
        return _verb_last(words, negation)
    far = REACH * (2 if is_cjk(words, negation) or stands(words, "neither", negation) else 1)
    end = _clause_end(words, negation.end)
    for action, verb in _deniable(words):
        if negation.start <= verb.start < end and verb.start - negation.end <= far:
            for start in _starts(words, negation, verb):
                denial = _reaching(words, start, action, verb)
                if denial is not None:
                    return denial
    return _verb_first(words, negation)


def _deniable(words: Words) -> list[tuple[Action, Hit]]:
    """The practice verbs, and those that are one only where they are denied ("does not need your contacts")."""
    needs: list[tuple[Action, Hit]] = [("use", hit) for hit in words.words.get("need", ())]
    return sorted([*_verbs(words), *needs], key=lambda pair: (pair[1].start, pair[1].end))


def _verb_last(words: Words, negation: Hit) -> Denial | None:
    """The negation of Japanese: an ending of the verb, with nothing but kana in between, after all its objects."""
    before = [pair for pair in _deniable(words) if pair[1].end <= negation.start]
    if not before or not is_kana(words, before[-1][1].end, negation.start):
        return None
    # "neither kept nor sent": the first of the verbs that one ending negates
    while (
        len(before) > 1
        and 0 <= before[-1][1].start - before[-2][1].end <= JOINER
        and is_kana(words, before[-2][1].end, before[-1][1].start)
    ):
        before.pop()
    action, verb = before[-1]
    start = _clause_start(words, verb)
    if not _has_object(words, start, negation.end, action) and not _opens_list(words, negation):
        return None
    kind = _kind_of(words, verb, start, negation.end)
    return Denial(start, negation.end, verb, action, kind, _excepted(words, verb), _only_keeping(words, verb))


def _starts(words: Words, negation: Hit, verb: Hit) -> Iterator[int]:
    """Where the denied words may begin: at the negation or the subject of a passive, else at what is named first."""
    start = _clause_start(words, negation)
    if _subject_before(words, negation, verb) and not _taken(words, start, negation):
        yield max(start, _behind_lack(words, negation))
    else:
        yield min(negation.start, verb.start)
    named = (_topic(words, negation), _before_bracket(words, negation))
    yield from (at for at in named if at is not None)


def _taken(words: Words, start: int, negation: Hit) -> bool:
    """Whether what stands before a negation of Chinese is the object of a verb already ("we read X and never ...")."""
    relative = ("\u7684", "\u5230", "\u5f97")
    if not is_cjk(words, negation) or start >= negation.start or words.tokens[start].text in relative:
        return False
    return any(verb.end == start for _, verb in _verbs(words))


def _behind_lack(words: Words, negation: Hit) -> int:
    """Where the sentence goes on behind "without ...,": what is lacking is not what is denied."""
    lacks = [hit for hit in words.words.get("without", ()) if hit.start < negation.start]
    if not lacks:
        return 0
    return min([*breaks(words, lacks[-1].end, negation.start, CJK_COMMAS), negation.start])


def _before_bracket(words: Words, negation: Hit) -> int | None:
    """Where the thing begins right before a bracket that denies it ("your location (not collected)")."""
    bracket = open_bracket(words, negation)
    near = (hit.start for hit in words.hits if hit.term.group == "clear" and 0 <= bracket - hit.end <= BESIDE)
    return min(near, default=None) if bracket else None


def _topic(words: Words, negation: Hit) -> int | None:
    """Where the thing stands that is named first and taken up by the denial ("your camera, that we never use")."""
    start = _clause_start_plain(words, negation)
    named = any(start < subject <= negation.start for subject in subjects(words))
    before = words.text[words.tokens[start].start : words.start(negation)]
    if not named and TOPIC_ENDS.isdisjoint(before):
        return None
    other = [hit.start for name in (*VERBS, "need", "condition", "without") for hit in words.words.get(name, ())]
    return None if any(start <= at < negation.start for at in other) else start


def _verb_first(words: Words, negation: Hit) -> Denial | None:
    """The negation of languages that put it behind the verb: "Wir erheben keine Daten", "Wir lesen sie nicht"."""
    if not stands(words, "after_verb", negation) and not _right_behind(words, negation):
        return None
    clause = _clause_start_plain(words, negation)
    if clause == negation.start and stands(words, "of_object", negation):
        clause = _clause_start_plain(words, Hit(clause - 1, clause, negation.term))
    before = [pair for pair in _deniable(words) if clause <= pair[1].start < negation.start]
    if not before:
        return None
    action, verb = before[-1]
    start = verb.start
    if stands(words, "of_object", negation):
        start = negation.start
    elif _fronted(words, verb):
        joined = {hit.end: hit.start for hit in words.words.get("and", ())}
        while len(before) > 1 and joined.get(before[-1][1].start) == before[-2][1].end:
            before.pop()
        action, verb = before[-1]
        start = _clause_start(words, verb)
    return _reaching(words, start, action, verb, negation.end)


def _fronted(words: Words, verb: Hit) -> bool:
    """Whether the subject stands right behind the verb, and so the object before it ("Ihre Fotos lesen wir nicht")."""
    inverted = stands(words, "happens", verb) or verb.start + 1 in subjects(words)
    gap = words.text[words.tokens[max(verb.start - 1, 0)].end : words.start(verb)]
    return inverted and "," not in gap


def _right_behind(words: Words, negation: Hit) -> bool:
    """Whether it is a word that negates the object, right behind the verb ("we collect no data")."""
    ends = {verb.end for _, verb in _verbs(words)}
    return stands(words, "right_after_verb", negation) and negation.start in ends


def _reaching(words: Words, start: int, action: Action, verb: Hit, at: int = 0) -> Denial | None:
    reaching = min(_clause_end(words, max(at, verb.end)), _next_deed(words, max(at, verb.end)))
    last = max(at, verb.end) + OBJECT * (2 if is_cjk(words, verb) else 1)
    if not _has_object(words, start, min(reaching, last), action) and not _opens_list(words, verb):
        return None
    kind = _kind_of(words, verb, start, reaching)
    return Denial(start, reaching, verb, action, kind, _excepted(words, verb), _only_keeping(words, verb))


def _next_deed(words: Words, at: int) -> int:
    """Where a comma of Chinese or Japanese begins a clause that tells what is done after all."""
    if at >= len(words.tokens) or words.tokens[at].text[0] < FIRST_CJK:
        return len(words.tokens)
    commas = [*breaks(words, at, len(words.tokens), CJK_COMMAS), len(words.tokens)]
    deeds = [hit.start for _, hit in _verbs(words)]
    denied = [hit.start for name in ("negation", "consent_gate") for hit in words.words.get(name, ())]
    for start, end in pairwise(commas):
        if any(start <= deed < end for deed in deeds) and not any(start <= one < end for one in denied):
            return start
    return len(words.tokens)


def _opens_list(words: Words, verb: Hit) -> bool:
    """Whether the objects stand in the list that follows ("We do not access:")."""
    rest = words.text[words.tokens[-1].end :].strip(" *_")
    return (verb.end == len(words.tokens) or words.has("list_header")) and rest[:1] in (":", "\uff1a")


def _nouns(words: Words) -> Iterator[Denial]:
    """The thing itself, as in "your age but not your name", is taken out of what is done."""
    widest = {hit.start: hit for hit in words.words.get("but_not", ())}
    for hit in widest.values():
        verb = action_of(words, hit.start)
        if verb is not None and _has_object(words, hit.end - 1, hit.end + 2, verb[0]):
            end = min(_clause_end(words, hit.end), hit.end + REACH)
            yield Denial(hit.start, end, verb[1], verb[0], _kind_of(words, hit, hit.start, end))


def _has_object(words: Words, start: int, end: int, action: Action) -> bool:
    """Whether something that can be known about a person stands in the denied words."""
    names = ("anything", "pronoun") if action in ("share", "sell") else ("anything",)
    things = [hit for name in names for hit in words.words.get(name, ())]
    things += [hit for hit in words.hits if hit.term.group in ("clear", "vague")]
    return any(start < hit.end and hit.start < end for hit in things)


def _subject_before(words: Words, negation: Hit, verb: Hit) -> bool:
    """Whether the negated verb is passive, its object standing before it ("your location is never stored")."""
    if any(hit.start <= negation.start < hit.end for hit in words.words.get("active", ())):
        return False
    clause = _clause_start(words, negation)
    return not any(clause <= start < verb.start for start in subjects(words))


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
    commas = breaks(words, 0, at, CJK_COMMAS) if is_cjk(words, negation) else []
    return max([*starts, *commas])


def _clause_start_plain(words: Words, negation: Hit) -> int:
    """Where the clause of a negation begins: after the last contrast or hard stop."""
    starts = [hit.end for hit in words.words.get("contrast", ()) if hit.end <= negation.start]
    return max([*starts, *breaks(words, 0, negation.start), open_bracket(words, negation)])


def _participle(words: Words, verb: Hit, before: int) -> bool:
    """Whether the verb only describes the subject ("data collected by the app is not shared")."""
    helpers = words.words.get("auxiliary", ())
    return not any(hit.end == verb.start for hit in helpers) and any(verb.end < hit.start < before for hit in helpers)


def _clause_end(words: Words, at: int) -> int:
    ends = [hit.start for hit in words.words.get("contrast", ()) if hit.start >= at]
    ends += [hit.start for hit in words.words.get("we_subject", ()) if hit.start > at and _opens(words, hit)]
    return min([*ends, *breaks(words, at, len(words.tokens)), len(words.tokens)])


def _opens(words: Words, hit: Hit) -> bool:
    """Whether a subject opens a new main clause rather than a relative one ("data that we hold")."""
    before = hit.start - 1
    if before < 0 or any(other.end == hit.start for other in words.words.get("relative", ())):
        return False
    gap = words.text[words.tokens[before].end : words.tokens[hit.start].start]
    joined = any(mark in gap for mark in ",;\uff0c\uff1b") or any(
        other.end == hit.start for other in words.words.get("and", ())
    )
    return joined and any(0 <= verb.start - hit.end <= REACH for _, verb in _verbs(words))


def _kind_of(words: Words, verb: Hit, start: int, end: int) -> Kind:
    """What becomes of a denial once the words around it are heard; the first that fits."""
    scoped = start if words.has("verb_last") else verb.start
    tests: tuple[tuple[Kind, bool], ...] = (
        ("children", words.has("child")),
        ("conditional", any(hit.start < _next_clause(words, end) for hit in words.words.get("consent_gate", ()))),
        ("denied-except", _excepted(words, verb)),
        ("hedged", any(start - REACH <= hit.start <= verb.end + 1 for hit in words.words.get("hedge", ()))),
        ("purpose-scoped", _only_keeping(words, verb) or _instrument(words, verb)),
        ("purpose-scoped", any(scoped <= hit.start < end + REACH for hit in words.words.get("purpose_scope", ()))),
        ("conditional", any(not start <= hit.start < end for hit in _beside(words, "condition", verb))),
    )
    return next((kind for kind, fits in tests if fits), "denied")


def _beside(words: Words, name: str, verb: Hit) -> Iterator[Hit]:
    """Words of a class between the hard stops around a verb."""
    stops = [0, *breaks(words, 0, len(words.tokens)), len(words.tokens)]
    first, last = max(at for at in stops if at <= verb.start), min(at for at in stops if at > verb.start)
    return (hit for hit in words.words.get(name, ()) if first <= hit.start < last)


def _instrument(words: Words, verb: Hit) -> bool:
    """Whether Chinese denies one deed that is done by means of a thing ("use the camera to film your face")."""
    if not is_cjk(words, verb) or words.has("verb_last") or not stands(words, "use", verb):
        return False
    end = min([*breaks(words, verb.end, len(words.tokens), CJK_COMMAS | LISTING), len(words.tokens)])
    later = [hit for _, hit in _verbs(words) if verb.end + 1 < hit.start and hit.end < end]
    things = [hit for hit in words.hits if hit.term.group == "clear"]
    return any(verb.end <= thing.start and thing.end <= hit.start for thing in things for hit in later)


def _only_keeping(words: Words, verb: Hit) -> bool:
    """Whether what is denied is keeping it, which a phone that reads it and forgets it does not do either."""
    keeping = {hit.start for hit in words.words.get("keep", ())}
    others = [hit for _, hit in _verbs(words) if hit.start not in keeping and 0 < hit.start - verb.end <= 2]
    return verb.start in keeping and not others


def _excepted(words: Words, verb: Hit) -> bool:
    """Whether an exception stands in the sentence that is not part of the negation itself ("without collecting")."""
    until = _next_clause(words, verb.end)
    return any(hit.end != verb.start and hit.start < until for hit in words.words.get("exception", ()))


def _next_clause(words: Words, at: int) -> int:
    """Where the next main clause begins: an exception before it belongs to the denial, one behind does not."""
    opened = [hit.start for hit in words.words.get("we_subject", ()) if hit.start >= at and _opens(words, hit)]
    return min([*opened, len(words.tokens)])
