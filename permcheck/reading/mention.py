"""A mention of a category and the words around it in, whether it is meant, and by which name, out."""

from __future__ import annotations

from permcheck.reading.clauses import action_of, clause_end, commas, covered, first_from, turn
from permcheck.reading.lexicon import Hit
from permcheck.reading.passages import VERBS, Passage, Words

Place = tuple[int, int]
"""Start and end in the text of the block."""

ORDER = 3
"""How many words of an order may stand before what is not to be allowed."""
CLAUSE_SIGNS = ",:;(|\u2013\u2014"


def quote(words: Words, hit: Hit) -> str:
    """The words of a mention as they stand."""
    return words.text[words.start(hit) : words.end(hit)]


def name(words: Words, hit: Hit) -> str:
    """What a mention names, without the verb and the article before it ("collect your location": "location")."""
    return words.text[slice(*name_place(words, hit))]


def name_place(words: Words, hit: Hit) -> Place:
    """Where the name stands."""
    spoken = ("determiner", "auxiliary", *VERBS)
    at = hit.start
    while at < hit.end:
        ends = [other.end for kind in spoken for other in words.words.get(kind, ()) if other.start == at]
        if not ends or max(ends) >= hit.end:
            break
        at = max(ends)
    return words.tokens[at].start, words.end(hit)


def is_disclaimed(words: Words, hit: Hit) -> bool:
    """Whether it stands behind words that answer for nothing ("not responsible for", "does not need")."""
    if any(other.end <= hit.start <= other.end + 1 for other in _negated(words)) and not words.has("exception"):
        return True
    if _discouraged(words, hit) or _bygone(words, hit):
        return True
    return any(
        other.start <= hit.start < clause_end(words, other.end - 1) and other.end < hit.end
        for other in words.words.get("disclaimer", ())
    )


def _discouraged(words: Words, hit: Hit) -> bool:
    """Whether the reader is told not to do or allow it ("Do not grant the app access to ...")."""
    if not words.begins("order", 0):
        return False
    deeds = {other.start for name in (*VERBS, "enable") for other in words.words.get(name, ())}
    told = [other.end for other in words.words.get("negation", ()) if other.start <= ORDER and other.end in deeds]
    if not told:
        return False
    reason = first_from(words.starts("relative"), told[0], len(words.tokens))
    return hit.start < min(reason, clause_end(words, told[0]))


def _bygone(words: Words, hit: Hit) -> bool:
    """Whether its clause is about another time than now ("in the past"), on whichever side of it that stands."""
    for other in words.words.get("bygone", ()):
        first, last = sorted((other, hit))
        edges = {0, *commas(words), turn(words, other.end)}
        # "where you went in the past"
        inner = other is last and any(words.within(name, first.end, last.start) for name in ("relative", "we_subject"))
        if not inner and not edges.isdisjoint(other[:2]) and last.start < turn(words, first.end):
            return True
    return False


def is_only_subject(words: Words, hit: Hit) -> bool:
    """Whether the mention only names who does not do something ("our Wi-Fi routers do not record pages")."""
    own = action_of(words, hit.start)
    if own is None or own[1].start < hit.end or any(other.end <= hit.start for other in words.words.get("enable", ())):
        return False
    between = words.text[words.end(hit) : words.start(own[1])]
    helped = any(hit.end <= other.start < own[1].start for other in words.words.get("enable", ()))
    active = any(
        hit.end <= other.start and 0 <= own[1].start - other.end <= 1 for other in words.words.get("active", ())
    )
    return active and not helped and not any(sign in between for sign in CLAUSE_SIGNS)


def is_forbidden(words: Words, hit: Hit) -> bool:
    """Whether the reader is told not to do it ("do not film others"), with no comma in between."""
    for forbid in (*words.words.get("forbid", ()), *_duties(words, hit)):
        first, last = sorted((forbid, hit))
        if not {",", "\uff0c"} & set(words.text[words.start(first) : words.start(last)]):
            return True
    return False


def _duties(words: Words, mention: Hit) -> list[Hit]:
    """What negates a duty of the reader before a mention ("you must take care not to film others")."""
    duties = [end for end in words.ends("obliges") if end <= mention.start]
    if not duties or words.within("we", max(duties), mention.start):
        return []
    negations = [hit for hit in words.words.get("negation", ()) if max(duties) <= hit.start <= mention.start]
    return [hit for hit in negations if not words.begins("without", hit.start)]


def is_only_part(words: Words, hit: Hit, named: list[Hit]) -> bool:
    """Whether the mention is but part of the name of another thing, which alone is denied ("other apps' messages")."""
    return hit.start not in commas(words) and any(
        other.term.name != hit.term.name
        and other.end - other.start > hit.end - hit.start
        and (other.start == hit.start or other.start < hit.start < other.end <= hit.end)
        for other in named
    )


def is_of_goods(words: Words) -> bool:
    """Whether what is sold is goods and no data."""
    return not words.has("personal", "collect", "access", "use", "share")


def enables(words: Words) -> bool:
    """Whether something is needed, allowed or switched, and that is not itself negated ("not required")."""
    if words.has("control", "condition", "consent_gate", "exception"):
        return words.has("control", "enable")
    negated = _negated(words)
    return any(hit not in negated for hit in words.words.get("enable", ()))


def _negated(words: Words) -> list[Hit]:
    """What is neither needed nor allowed: the words of enabling right behind a negation."""
    refused = covered(words, "refusal")
    ends = {hit.end for hit in words.words.get("negation", ()) if hit.start not in refused}
    return [hit for hit in words.words.get("enable", ()) if hit.start in ends]


def is_elsewhere(passage: Passage) -> bool:
    """Whether it is about people who stand in a shop, apply for a job or call a hotline, and so not about the app."""
    if passage.words.has("own_phone"):
        return False
    return passage.words.has("elsewhere") or passage.heading.has("elsewhere")
