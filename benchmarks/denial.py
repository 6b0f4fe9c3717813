"""A sentence in, its denials of a data practice out, whether or not a category is named."""

from __future__ import annotations

from typing import Literal

from permcheck.reading import context
from permcheck.reading.predicate import Predicate, predicates
from permcheck.reading.sentence import Mention, Sentence

PRACTICES = ("collect", "access", "use", "share", "sell", "store", "request")


def denials(sentence: Sentence) -> list[Literal["flat", "excepted"]]:
    """Each negated data practice of the company or its app that has data for its object: flat, or with an exception."""
    found: list[Literal["flat", "excepted"]] = []
    for one in predicates(sentence):
        negated = one.negated or sentence.within(one.end, one.end + 2, "negative_quantifier") is not None
        if not negated or one.act not in PRACTICES or one.subject.actor in ("reader", "other", "device"):
            continue
        if context.is_order(sentence, one) or not _has_data(sentence, one):
            continue
        bound = context.bound_of_denial(sentence, Mention("", "clear", one.start, one.end), one)
        if bound == "other" or (bound == "purpose" and one.act == "use"):
            continue
        found.append("excepted" if bound == "exception" else "flat")
    return found


def _has_data(sentence: Sentence, one: Predicate) -> bool:
    """Whether data is what is acted on: behind the verb, or before it in a passive."""
    clause = sentence.clauses[one.clause]
    first, last = (clause.start, one.start) if one.voice == "passive" else (one.end, clause.end)
    if one.end >= clause.end:  # "collect, use or share your data"
        last = len(sentence.tokens)
    if sentence.within(first, last, "data_noun", "anaphor") is not None:
        return True
    return any(first <= mention.start < last for mention in sentence.mentions)
