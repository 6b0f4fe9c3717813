"""The words of one sentence in, its denials out: what is negated, how far it reaches, and what takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from permcheck.declarations.lexicon import Hit
from permcheck.declarations.passages import Words
from permcheck.model import Action

Kind = Literal["denied", "denied-except", "conditional", "hedged", "purpose-scoped", "children"]
VERBS: tuple[Action, ...] = ("collect", "access", "use", "share", "sell")
REACH = 7
"""How many words a negation may stand before the verb that it negates."""
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
    passive: bool = False

    def covers(self, hit: Hit) -> bool:
        """Whether the denial speaks of what was found."""
        return self.start <= hit.start < self.end


def denials(words: Words) -> list[Denial]:
    """All denials of one sentence, in order."""
    found = [denial for negation in _negations(words) if (denial := _denial(words, negation)) is not None]
    return [denial for index, denial in enumerate(found) if index == 0 or denial.verb != found[index - 1].verb]


def action_of(words: Words, near: int) -> tuple[Action, Hit] | None:
    """The practice verb that governs the word at ``near``: the nearest before it, else the first after it."""
    verbs = _verbs(words)
    before = [pair for pair in verbs if pair[1].start <= near]
    after = [pair for pair in verbs if pair[1].start > near]
    if before:
        return before[-1]
    return after[0] if after else None


def _verbs(words: Words) -> list[tuple[Action, Hit]]:
    pairs = [(action, hit) for action in VERBS for hit in words.words.get(action, ())]
    return sorted(pairs, key=lambda pair: (pair[1].start, pair[1].end))


def _negations(words: Words) -> list[Hit]:
    false = words.words.get("pseudo", ())
    return [
        hit
        for hit in words.words.get("negation", ())
        if not any(other.start <= hit.start < other.end for other in false) and not _only_exception(words, hit)
    ]


def _only_exception(words: Words, hit: Hit) -> bool:
    """ "Without" and the like open a condition of another practice unless a verb of ours follows at once."""
    return any(hit.start >= other.start and hit.end <= other.end for other in words.words.get("consent_gate", ()))


def _denial(words: Words, negation: Hit) -> Denial | None:
    end = _clause_end(words, negation.end)
    reach = REACH * (2 if _cjk(words, negation) else 1)
    for action, verb in _verbs(words):
        if not negation.start <= verb.start < end or verb.start - negation.end > reach:
            continue
        start = negation.start if verb.start >= negation.end else verb.start
        passive = _subject_before(words, negation, verb)
        if passive:
            start = _clause_start(words, negation)
        reaching = _clause_end(words, verb.end)
        kind = kind_of(words, verb, start, reaching)
        return Denial(start, reaching, verb, action, kind, passive)
    return None


def _subject_before(words: Words, negation: Hit, verb: Hit) -> bool:
    """Whether the negated verb is passive, its object standing before it ("your location is never stored")."""
    clause = _clause_start(words, negation)
    between = [hit for hit in words.words.get("we_subject", ()) if clause <= hit.start < verb.start]
    return not between


def _clause_start(words: Words, negation: Hit) -> int:
    """Where the subject of a passive denial may begin: after the last break, contrast or other practice verb."""
    at = negation.start
    starts = [hit.end for hit in words.words.get("contrast", ()) if hit.end <= at]
    starts += [hit.end for _, hit in _verbs(words) if hit.end <= at]
    commas = _breaks(words, 0, at, CJK_COMMAS) if _cjk(words, negation) else []
    return max([*starts, *commas, *_breaks(words, 0, at), 0])


def _clause_end(words: Words, at: int) -> int:
    ends = [hit.start for hit in words.words.get("contrast", ()) if hit.start >= at]
    ends += [hit.start for hit in words.words.get("we_subject", ()) if hit.start > at and _opens(words, hit)]
    return min([*ends, *_breaks(words, at, len(words.tokens)), len(words.tokens)])


def _opens(words: Words, hit: Hit) -> bool:
    """Whether a subject opens a new main clause rather than a relative one ("data that we hold")."""
    before = hit.start - 1
    if any(other.end == hit.start for other in words.words.get("relative", ())) or before < 0:
        return False
    gap = words.text[words.tokens[before].end : words.tokens[hit.start].start]
    joined = any(mark in gap for mark in ",;\uff0c\uff1b") or words.tokens[before].text in ("and", "then")
    return joined and any(verb.start >= hit.end and verb.start - hit.end <= REACH for _, verb in _verbs(words))


def _breaks(words: Words, start: int, end: int, marks: frozenset[str] = BREAKS) -> list[int]:
    """Token numbers after which a hard stop stands inside the sentence."""
    tokens = words.tokens
    return [
        index + 1
        for index in range(start, min(end, len(tokens) - 1))
        if marks & set(words.text[tokens[index].end : tokens[index + 1].start])
    ]


def kind_of(words: Words, verb: Hit, start: int, end: int) -> Kind:
    """What becomes of a denial once the words around it are heard."""
    if words.has("child"):
        return "children"
    if words.has("consent_gate"):
        return "conditional"
    if words.has("exception") and not _before_only(words, verb):
        return "denied-except"
    if any(start - REACH <= hit.start <= verb.end + 1 for hit in words.words.get("hedge", ())):
        return "hedged"
    if any(verb.end <= hit.start < end + REACH for hit in words.words.get("purpose_scope", ())):
        return "purpose-scoped"
    if any(hit.start < start or hit.start >= end for hit in words.words.get("condition", ())):
        return "conditional"
    return "denied"


def _before_only(words: Words, verb: Hit) -> bool:
    """Whether every exception word is part of the negation itself ("without collecting")."""
    return all(hit.end == verb.start for hit in words.words.get("exception", ()))


def _cjk(words: Words, hit: Hit) -> bool:
    return words.tokens[hit.start].text[0] >= "\u3040"
