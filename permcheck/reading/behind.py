"""A mention in, what denies it further on in its sentence out: "Your contacts are your own: we do not read them"."""

from __future__ import annotations

from collections.abc import Sequence

from permcheck.reading.clauses import action_of, between, clause_end, covered, first_from, verbs
from permcheck.reading.lexicon import Hit
from permcheck.reading.passages import Words, any_within
from permcheck.reading.stance import Denial

NEAR = 3
"""How many words the subject of a clause that leaves its verb out may stand before the negation."""


def denied_behind(words: Words, mention: Hit, denied: Sequence[Denial]) -> Denial | None:
    """The denial that points back to a mention before it ("Your contacts are your own: we do not read them")."""
    own = action_of(words, mention.start) if denied else None
    if own is None or own[1].start < mention.end or words.within("without", 0, mention.start):
        return None
    found = [denial for denial in denied if denial.start <= own[1].start < denial.end]
    return next((denial for denial in found if _points_back(words, denial)), None)


def given_up(words: Words, mention: Hit) -> Denial | None:
    """The denial of what was done once and is no more ("we used to read your contacts, but no longer do")."""
    own, last = action_of(words, mention.start), len(words.tokens)
    ended = first_from(words.starts("no_longer"), mention.end, last)
    if own is None or ended == last or words.has("condition", "hypothetical", "purpose_scope"):
        return None
    before = [first_from([verb.start for _, verb in verbs(words)], end, last) for end in words.ends("past")]
    named = any(hit.start > ended for hit in words.named if hit.term.group == "clear")
    if not {own[1].start} & {*before, *covered(words, "past")} or named or _only_keeps(words, ended):
        return None
    return Denial(own[1].start, last, own[1], own[0], "denied")


def elided(words: Words, mention: Hit) -> Denial | None:
    """The denial of a clause that leaves its verb out ("Our website uses your location, but the app does not.")."""
    own, last = action_of(words, mention.start), len(words.tokens)
    ours = sorted({*words.starts("we"), *words.starts("app")} & set(words.starts("we_subject")))
    if own is None or any_within(ours, 0, mention.start):
        return None
    helpers, ends = covered(words, "auxiliary"), {last}
    if last - 1 in helpers:  # "... will never do"
        ends.add(last - 1)
    for hit in words.words.get("negation", ()):
        helped = hit.start - 1 in helpers or hit.start in covered(words, "active")
        of_us = mention.end <= hit.start and any_within(ours, hit.start - NEAR, hit.start)
        if hit.end in ends and helped and of_us:
            return Denial(own[1].start, last, own[1], own[0], "denied")
    return None


def _only_keeps(words: Words, ended: int) -> bool:
    """Whether what is no longer done is to keep it or to pass it on, which leaves open that it is read."""
    later = between(verbs(words), ended, len(words.tokens))
    return any(action in ("share", "sell") or words.begins("keep", verb.start) for action, verb in later)


def _points_back(words: Words, denial: Denial) -> bool:
    """Whether what a denial denies stands before it: nothing follows its verb, or "it"."""
    at = denial.verb.end
    return at >= clause_end(words, at) or any(hit.start == at for hit in words.words.get("pronoun", ()))
