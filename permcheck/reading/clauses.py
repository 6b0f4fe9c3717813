"""The words of one sentence in, its seams out: practice verbs, subjects, hard stops, where a clause begins and ends.

All of it is kept with the words, since every negation and every mention of a sentence asks for it again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from permcheck.model import Action
from permcheck.reading.lexicon import FIRST_CJK, Hit
from permcheck.reading.passages import VERBS, Words, any_within, remembered

REACH = 5
"""How many words a subject or a negation may stand before its verb."""
COMMAS = frozenset("\uff0c,")
STOPS = frozenset(";\uff1b\u3002|")
LISTING = frozenset("\u3001;\uff1b")
JOINS = frozenset(",;:\uff0c\uff1b")
FIRST_KATAKANA = "\u30a0"
Deed = tuple[Action, Hit]


@remembered
def verbs(words: Words) -> list[Deed]:
    """The practice verbs in order; "request" and the like behind an article are things rather than deeds."""
    articles, nouns = words.ends("determiner"), set(words.starts("practice_noun"))
    pairs = [(action, hit) for action in VERBS for hit in words.words.get(action, ())]
    deeds = [pair for pair in pairs if pair[1].start in nouns or pair[1].start not in articles]
    return sorted(deeds, key=lambda pair: (pair[1].start, pair[1].end))


@remembered
def deniable(words: Words) -> list[Deed]:
    """The practice verbs, and those that are one only where they are denied ("does not need your contacts")."""
    needs: list[Deed] = [("use", hit) for hit in words.words.get("need", ())]
    return sorted([*verbs(words), *needs], key=lambda pair: (pair[1].start, pair[1].end)) if needs else verbs(words)


def start_of(deed: Deed) -> int:
    """Where a verb starts."""
    return deed[1].start


def between(deeds: Sequence[Deed], first: int, last: int) -> Sequence[Deed]:
    """The verbs that start in ``first:last``."""
    return deeds[bisect_left(deeds, first, key=start_of) : bisect_left(deeds, last, key=start_of)]


@remembered
def subjects(words: Words) -> list[int]:
    """Where somebody who may act is named, "our" and "your" left out."""
    owned = covered(words, "possessive")
    return [at for at in words.starts("we_subject") if at not in owned]


@remembered
def things(words: Words) -> list[Hit]:
    """What can be known about a person by the name of a category."""
    return [hit for hit in words.named if hit.term.group in ("clear", "vague")]


def covered(words: Words, *names: str) -> set[int]:
    """The words inside hits of some classes, by number."""
    return {at for name in names for hit in words.words.get(name, ()) for at in range(hit.start, hit.end)}


def reach(hits: Iterable[Hit]) -> dict[int, int]:
    """For each word inside a hit, where the widest of the hits around it ends."""
    ends: dict[int, int] = {}
    for hit in hits:
        for at in range(hit.start, hit.end):
            ends[at] = max(ends.get(at, 0), hit.end)
    return ends


def widest(hits: Sequence[Hit]) -> list[Hit]:
    """Those of the hits that stand inside no other."""
    inside: set[tuple[int, int]] = set()
    last = -1
    for start, end in sorted({hit[:2] for hit in hits}, key=lambda place: (place[0], -place[1])):
        if end <= last:
            inside.add((start, end))
        last = max(last, end)
    return [hit for hit in hits if hit[:2] not in inside]


def is_cjk(words: Words, hit: Hit) -> bool:
    """Whether a word is of Chinese or Japanese, where each character counts as one."""
    return words.tokens[hit.start].text[0] >= FIRST_CJK


def is_kana(words: Words, start: int, end: int) -> bool:
    """Whether nothing but hiragana stands between two words."""
    return all(token.text[0] < FIRST_KATAKANA or token.text == "\u30fb" for token in words.tokens[start:end])


@remembered
def stops(words: Words) -> list[int]:
    """The words behind a hard stop inside the sentence, by number, in order."""
    return _behind(words, STOPS)


@remembered
def commas(words: Words) -> list[int]:
    """The words behind a comma."""
    return _behind(words, COMMAS)


@remembered
def parts(words: Words) -> list[int]:
    """The words behind a comma, semicolon or the comma of lists."""
    return _behind(words, COMMAS | LISTING)


def _behind(words: Words, marks: frozenset[str]) -> list[int]:
    tokens, text = words.tokens, words.text
    if not tokens or not any(text.find(mark, tokens[0].end, tokens[-1].start) >= 0 for mark in marks):
        return []
    return [
        number
        for number, (token, following) in enumerate(pairwise(tokens), start=1)
        if token.end < following.start and not marks.isdisjoint(text[token.end : following.start])
    ]


def first_from(places: Sequence[int], at: int, default: int) -> int:
    """The first of some ordered numbers that is no less than ``at``."""
    found = bisect_left(places, at)
    return places[found] if found < len(places) else default


def last_until(places: Sequence[int], at: int) -> int:
    """The last of some ordered numbers that is no more than ``at``, else 0."""
    found = bisect_right(places, at)
    return places[found - 1] if found else 0


def clause_end(words: Words, at: int) -> int:
    """The word before which the clause ends that goes on at a word: a contrast, a hard stop or another subject."""
    return min(turn(words, at), next_clause(words, at + 1))


def turn(words: Words, at: int) -> int:
    """The word at which the sentence turns to something else: a contrast or a hard stop."""
    last = len(words.tokens)
    return min(first_from(words.starts("contrast"), at, last), first_from(stops(words), at + 1, last))


def next_clause(words: Words, at: int) -> int:
    """Where the next main clause begins: an exception before it belongs to the denial, one behind does not."""
    return first_from(_openings(words), at, len(words.tokens))


@remembered
def _openings(words: Words) -> list[int]:
    """Where a subject opens a new main clause rather than a relative one ("data that we hold")."""
    found = {hit.start for hit in words.words.get("we_subject", ()) if _opens(words, hit)}
    return sorted(found)


def _opens(words: Words, hit: Hit) -> bool:
    if hit.start < 1 or hit.start in words.ends("relative"):
        return False
    gap = words.text[words.tokens[hit.start - 1].end : words.tokens[hit.start].start]
    joined = not JOINS.isdisjoint(gap) or hit.start in words.ends("and")
    return joined and bool(between(verbs(words), hit.end, hit.end + REACH + 1))


def clause_start_plain(words: Words, negation: Hit) -> int:
    """Where the clause of a negation begins: after the last contrast, hard stop or open bracket."""
    at = negation.start
    return max(last_until(_contrasts(words), at), last_until(stops(words), at), open_bracket(words, negation))


@remembered
def _contrasts(words: Words) -> list[int]:
    return sorted(words.ends("contrast"))


def clause_start(words: Words, negation: Hit) -> int:
    """Where the subject of a passive denial may begin: after the last break, contrast or other practice verb."""
    at = negation.start
    comma = last_until(commas(words), at) if is_cjk(words, negation) else 0
    return max(clause_start_plain(words, negation), comma, _behind_last_verb(words, at))


def _behind_last_verb(words: Words, at: int) -> int:
    names = _names(words)
    deeds = verbs(words)
    for number in range(bisect_left(deeds, at, key=start_of) - 1, -1, -1):
        verb = deeds[number][1]
        named = names.get(verb.start, 0) >= verb.end
        if verb.end <= at and not named and not _participle(words, verb, at):
            return verb.end
    return 0


@remembered
def _names(words: Words) -> dict[int, int]:
    return reach(things(words))


def _participle(words: Words, verb: Hit, before: int) -> bool:
    """Whether the verb only describes the subject ("data collected by the app is not shared")."""
    return verb.start not in words.ends("auxiliary") and words.within("auxiliary", verb.end + 1, before)


def open_bracket(words: Words, negation: Hit) -> int:
    """The word behind the bracket that is still open at a negation, else the first."""
    until = words.start(negation)
    start = words.tokens[0].start
    opened = max(words.text.rfind(sign, start, until) for sign in "(\uff08")
    if opened < max(words.text.rfind(sign, start, until) for sign in ")\uff09"):
        return 0
    return bisect_left(words.tokens, opened, key=lambda token: token.start)


def has_object(words: Words, start: int, end: int, action: Action) -> bool:
    """Whether something that can be known about a person stands in the denied words."""
    known = _known_shared(words) if action in ("share", "sell") else _known(words)
    return any_within(known, start, end)


@remembered
def _known(words: Words) -> list[int]:
    """The words, by number, that are part of the name of something known about a person."""
    found = [*things(words), *words.words.get("anything", ())]
    return sorted({at for hit in found for at in range(hit.start, hit.end)})


@remembered
def _known_shared(words: Words) -> list[int]:
    """The same, with "it" and "them", which can be passed on."""
    return sorted({*_known(words), *covered(words, "pronoun")})


def own_action(words: Words) -> Deed | None:
    """The first practice verb that is no part of what a category is called ("call logs")."""
    names = [hit for hit in words.named if hit.term.group in ("clear", "vague", "veto")]
    outside = (
        deed for deed in verbs(words) if not any(hit.start < deed[1].start and deed[1].end <= hit.end for hit in names)
    )
    return next(outside, None)


def action_of(words: Words, near: int) -> Deed | None:
    """The practice verb that governs the word at ``near``: the nearest before it, else the first after it."""
    deeds = verbs(words)
    return deeds[max(0, bisect_right(deeds, near, key=start_of) - 1)] if deeds else None
