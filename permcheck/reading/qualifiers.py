"""A negated verb and its reach in, what becomes of the denial out: flat, but for a case, hedged, of one purpose."""

from __future__ import annotations

from typing import Literal

from permcheck.reading.clauses import (
    REACH,
    between,
    covered,
    first_from,
    is_cjk,
    last_until,
    next_clause,
    parts,
    stops,
    things,
    verbs,
)
from permcheck.reading.lexicon import Hit
from permcheck.reading.passages import Words

Kind = Literal["denied", "denied-except", "conditional", "hedged", "purpose-scoped", "children"]


def kind_of(words: Words, verb: Hit, start: int, end: int) -> Kind:
    """What becomes of a denial once the words around it are heard; the first that fits."""
    scoped = start if words.has("verb_last") else verb.start
    tests: tuple[tuple[Kind, bool], ...] = (
        ("children", words.has("child")),
        ("conditional", words.within("only_for", min(start, verb.start), end + REACH)),
        ("conditional", words.within("consent_gate", 0, next_clause(words, end))),
        ("denied-except", excepted(words, verb)),
        ("hedged", words.within("hedge", start - 2 * REACH, verb.end + 2)),
        ("purpose-scoped", only_keeping(words, verb) or _instrument(words, verb)),
        ("purpose-scoped", words.within("purpose_scope", scoped, end + REACH)),
        ("conditional", _conditional(words, verb, start, end)),
        ("purpose-scoped", _aimed(words, verb, end)),
    )
    return next((kind for kind, fits in tests if fits), "denied")


def _conditional(words: Words, verb: Hit, start: int, end: int) -> bool:
    """Whether a condition stands beside the denied words, between the hard stops around them."""
    first = last_until(stops(words), verb.start)
    last = first_from(stops(words), verb.start + 1, len(words.tokens))
    return words.within("condition", first, min(start, last)) or words.within("condition", max(end, first), last)


def _aimed(words: Words, verb: Hit, end: int) -> bool:
    """Whether a denied use names what for ("never use your contacts to send advertising"): other uses stay open."""
    aims = [at for at in words.starts("aim") if verb.end < at < end]
    return words.begins("use", verb.start) and any(not words.begins("purpose_not", at) for at in aims)


def _instrument(words: Words, verb: Hit) -> bool:
    """Whether Chinese denies one deed that is done by means of a thing ("use the camera to film your face")."""
    if not is_cjk(words, verb) or words.has("verb_last") or not words.begins("use", verb.start):
        return False
    end = first_from(parts(words), verb.end + 1, len(words.tokens))
    later = [hit for _, hit in between(verbs(words), verb.end + 2, end) if hit.end < end]
    named = [hit.end for hit in things(words) if hit.term.group == "clear" and verb.end <= hit.start]
    return bool(later) and any(thing <= later[-1].start for thing in named)


def only_keeping(words: Words, verb: Hit) -> bool:
    """Whether what is denied is keeping it, which a phone that reads it and forgets it does not do either."""
    near = between(verbs(words), verb.end + 1, verb.end + 3)
    return words.begins("keep", verb.start) and all(words.begins("keep", hit.start) for _, hit in near)


def excepted(words: Words, verb: Hit) -> bool:
    """Whether an exception stands in the sentence that is not part of the negation itself ("without collecting")."""
    until = next_clause(words, verb.end)
    gates = covered(words, "consent_gate")
    if any(verb.end < at < until and at not in gates for at in words.starts("without")):
        return True
    return any(hit.end != verb.start and hit.start < until for hit in words.words.get("exception", ()))


def but_for(words: Words) -> bool:
    """Whether an exception is a use and no law's ("not used except for scanning"): so in that case it is done."""
    return words.has("except_use") and not words.has("law")
