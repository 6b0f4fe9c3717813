"""A sentence and a mention in it in, the predicate that the mention belongs to out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from permcheck.reading import frames
from permcheck.reading.predicate import Predicate, predicates
from permcheck.reading.sentence import Mention, Sentence


def governor(sentence: Sentence, mention: Mention) -> Predicate | None:
    """The predicate that a mention belongs to: in its clause, else in one that the clause goes on with.

    None where its own clause has a verb that is not known.
    """
    found = predicates(sentence)
    number = sentence.clause_of(mention.start)
    here = [one for one in found if one.clause == number]
    aims = bool(here) and here[0].voice == "infinitive" and here[0].start > mention.start
    if here and not (aims and found[0].clause < number and not sentence.clauses[number].hard):
        return _in_clause(sentence, mention, here)
    if sentence.clauses[number].opener == "object_clause":
        return _last(one for one in found if one.clause == number - 1)
    if not frames.is_bare(sentence, mention) and not _is_labelled_by(sentence, number):
        return None
    return _before(sentence, found, number) or _behind(sentence, found, number)


def _last(found: Iterable[Predicate]) -> Predicate | None:
    return list(found)[-1:][0] if (found := list(found)) else None


def _before(sentence: Sentence, found: Iterable[Predicate], number: int) -> Predicate | None:
    """The last predicate of the clauses that a clause without a verb goes on with."""
    found = list(found)
    clause = sentence.clauses[number]
    for back in range(number - 1, -1, -1):
        if "|" in sentence.clauses[back + 1].sign:
            return None
        there = _last(one for one in found if one.clause == back)
        if there is not None:
            parted = clause.opener in ("contrast", "subordinator", "condition") and not clause.hard
            return None if parted else there
    return None


def _behind(sentence: Sentence, found: Iterable[Predicate], number: int) -> Predicate | None:
    """The first predicate of the clauses behind, in the same cell."""
    for one in found:
        if one.clause > number and not (one.negated and frames.has_own_object(sentence, one)):
            cells = sentence.clauses[number + 1 : one.clause + 1]
            return None if any("|" in clause.sign for clause in cells) else one
    return None


def _is_labelled_by(sentence: Sentence, number: int) -> bool:
    """Whether a sign stands behind a clause, so that what follows speaks of it."""
    return number + 1 < len(sentence.clauses) and sentence.clauses[number + 1].hard


def _in_clause(sentence: Sentence, mention: Mention, here: list[Predicate]) -> Predicate:
    """The predicate of a clause that a thing in it belongs to, by the order of words of the language."""
    inside = [one for one in here if mention.start <= one.start < mention.end]
    before = [one for one in here if one.start < mention.start] + inside[:1]
    after = [one for one in here if one.start >= mention.end]
    order = sentence.lexicon.grammar.order
    if not before and sentence.lexicon.grammar.topic_first:
        return after[-1]
    if not before or (order == "verb-final" and after):
        return after[0]
    last = before[-1]
    if not after or order == "verb-final":
        return last
    if order == "verb-second":
        return last if mention.start - last.end <= after[0].start - mention.end else after[0]
    gerund = sentence.tokens[last.start].text.endswith(sentence.lexicon.grammar.progressive or ("\0",))
    loose = last.subject.actor == "unstated" or gerund
    if after[0].voice == "passive" and loose and last.voice != "passive":
        return replace(after[0], act=last.act) if after[0].act in ("need", "occur", "request") else after[0]
    return last
