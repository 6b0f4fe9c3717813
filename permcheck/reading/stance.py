"""The words of one sentence in, its denials out: what is negated, and how far it reaches."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from permcheck.model import Action
from permcheck.reading.clauses import (
    COMMAS,
    REACH,
    Deed,
    action_of,
    between,
    clause_end,
    clause_start,
    clause_start_plain,
    commas,
    covered,
    deniable,
    first_from,
    has_object,
    is_cjk,
    is_kana,
    last_until,
    open_bracket,
    reach,
    start_of,
    stops,
    subjects,
    things,
    turn,
    verbs,
    widest,
)
from permcheck.reading.lexicon import FIRST_CJK, Hit
from permcheck.reading.passages import VERBS, Words, any_within, remembered
from permcheck.reading.qualifiers import Kind, excepted, kind_of, only_keeping

OBJECT = 12
"""How many words after the verb its object may stand."""
BESIDE = 2
"""How many words may stand between a thing and the bracket that denies it."""
JOINER = 3
"""How many kana may join two verbs that are negated together."""
TOPIC_ENDS = COMMAS | frozenset(":\uff1a")
RELATIVE = ("\u7684", "\u5230", "\u5f97")
"""Chinese words that tie what follows to a verb before it."""


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


def denials(words: Words, *, bare: bool = False) -> list[Denial]:
    """All denials of one sentence, in order. The reader's own choices and orders to the reader are none.

    A denial must name what it denies, unless it is ``bare``: then that stands outside the sentence.
    """
    if not words.has("negation", "but_not", "leaves_out", "does_without", "sets_apart"):
        return []
    return _bare(words) if bare else _naming(words)


@remembered
def _bare(words: Words) -> list[Denial]:
    return _denials(words, bare=True)


@remembered
def _naming(words: Words) -> list[Denial]:
    return _denials(words, bare=False)


def _denials(words: Words, *, bare: bool) -> list[Denial]:
    found: dict[Hit, Denial] = {}
    for negation in _negations(words):
        denial = _denial(words, negation, bare=bare)
        if denial is not None:
            found.setdefault(denial.verb, denial)
    return [*found.values(), *_nouns(words)]


def needs(words: Words) -> bool:
    """Whether the sentence says what cannot be done without something ("without Bluetooth the app cannot pair")."""
    refused = any(_refused(words, hit) for hit in words.words.get("inability", ()))
    return refused or any(_needed(words, hit) for hit in words.words.get("without", ()))


@remembered
def _negations(words: Words) -> list[Hit]:
    """The words that negate what is done, each once; two that undo each other are none."""
    false = [hit for name in ("pseudo", "consent_gate", "undone", "leaves_out") for hit in words.words.get(name, ())]
    inside = reach(false)
    plain = [hit for hit in widest(words.words.get("negation", ())) if inside.get(hit.start, 0) < hit.end]
    found = [hit for hit in plain if not (_of_reader(words, hit) or _undone(words, hit) or _describes(words, hit))]
    # "without your location we can not ..." denies neither
    twice = [hit for hit in found if hit.start == 0 and words.begins("without", 0)]
    return found if len(found) == len(twice) else [hit for hit in found if hit not in twice]


def _describes(words: Words, negation: Hit) -> bool:
    """Whether it only says which things are meant ("clips not recorded by the camera", "data no longer used")."""
    ended = words.ends("ended").get(negation.end, 0)
    if ended and ended not in commas(words):
        return True
    if negation.start == 0 or negation.start in words.ends("auxiliary") or not words.has("agent"):
        return False
    verb = between(verbs(words), negation.end, negation.end + 1)
    return bool(verb) and words.begins("agent", verb[0][1].end)


def _undone(words: Words, negation: Hit) -> bool:
    """Whether the sentence takes it back: "it is not true that we never", "cannot run without", "if refused cannot"."""
    if not words.has("undone", "without", "refusal", "hypothetical"):
        return False
    clause, end = clause_start_plain(words, negation), turn(words, negation.end)
    if words.within("undone", clause, negation.start):
        return True
    if words.within("hypothetical", max(clause, last_until(commas(words), negation.start)), negation.start):
        return True
    if words.begins("without", negation.start):
        return _needed(words, negation)
    if negation.start not in covered(words, "inability"):
        return False
    withouts = [hit for hit in words.words.get("without", ()) if clause <= hit.start < end]
    return _refused(words, negation) or any(_needed(words, hit) for hit in withouts)


def _refused(words: Words, negation: Hit) -> bool:
    """Whether what cannot be done is so because something was refused: before it, or behind an "if"."""
    last = len(words.tokens) if words.has("condition", "relative") else negation.start
    return words.within("refusal", last_until(stops(words), negation.start), last)


def _needed(words: Words, without: Hit) -> bool:
    """Whether the clause of "without" says what cannot be done, so that it names what is needed."""
    return words.within("inability", clause_start_plain(words, without), turn(words, without.end))


def _of_reader(words: Words, negation: Hit) -> bool:
    """Whether it is the reader who does not do something, or is told not to."""
    readers, helpers = words.ends("reader"), words.ends("auxiliary")
    at = negation.start
    while at in helpers and at not in readers:
        at = helpers[at]
    if at in readers and _passive(words, negation):
        return False
    if at in readers or (words.begins("without", negation.start) and min(readers, default=at) < negation.start):
        return True
    return (at == 0 and words.begins("order", 0)) or _ordered(words, at)


def _ordered(words: Words, at: int) -> bool:
    """Whether the reader is told not to do it behind other words: "If you are under 13, do not", "you must not"."""
    if words.begins("imperative", at) and at in commas(words):
        return words.within("reader", 0, at)
    duties = [end for end in words.ends("obliges") if end <= at]
    return bool(duties) and not words.within("we", max(duties), at)


def _passive(words: Words, negation: Hit) -> bool:
    """Whether something is not done to somebody ("you are not tracked")."""
    return negation.start in words.ends("passive") and bool(between(verbs(words), negation.end, negation.end + 1))


def _denial(words: Words, negation: Hit, *, bare: bool) -> Denial | None:
    if words.has("verb_last"):
        return _verb_last(words, negation, bare=bare)
    if words.begins("fronted", negation.start) and negation.start in {0, *commas(words)}:
        return _whole(words, negation, bare=bare)
    if _right_behind(words, negation) or words.begins("no_object", negation.start):
        return _verb_first(words, negation, bare=bare)
    long = is_cjk(words, negation) or words.begins("neither", negation.start) or words.begins("among", negation.start)
    far = REACH * (2 if long else 1)
    aside = (hit.end for hit in words.words.get("contrast", ()) if hit.start == negation.end)
    end = min(clause_end(words, next(aside, negation.end)), negation.end + far + 1)
    if negation.end in stops(words):
        end = negation.end
    for action, verb in between(deniable(words), negation.start, end):
        for start in _starts(words, negation, verb):
            denial = _reaching(words, start, action, verb, bare=bare)
            if denial is not None:
                return denial
    return _verb_first(words, negation, bare=bare)


def _whole(words: Words, negation: Hit, *, bare: bool) -> Denial | None:
    """The denial of a negation in front: of all up to the next turn, whatever stands between it and its verb."""
    end = turn(words, negation.end)
    action, verb = next(iter(between(deniable(words), negation.end, end)), ("use", negation))
    if not bare and not has_object(words, negation.start, end, action):
        return None
    kind = kind_of(words, verb, negation.start, end)
    return Denial(negation.start, end, verb, action, kind, excepted(words, verb), only_keeping(words, verb))


def _verb_last(words: Words, negation: Hit, *, bare: bool) -> Denial | None:
    """The negation of Japanese: an ending of the verb, with nothing but kana in between, after all its objects."""
    deeds = deniable(words)
    last = bisect_left(deeds, negation.start, key=start_of) - 1
    while last >= 0 and deeds[last][1].end > negation.start:
        last -= 1
    if last < 0 or not is_kana(words, deeds[last][1].end, negation.start):
        return None
    # "neither kept nor sent": the first of the verbs that one ending negates
    while last > 0 and _joined(words, deeds[last - 1][1], deeds[last][1]):
        last -= 1
    action, verb = deeds[last]
    start = clause_start(words, verb)
    if not bare and not has_object(words, start, negation.end, action) and not _opens_list(words, negation):
        return None
    kind = kind_of(words, verb, start, negation.end)
    return Denial(start, negation.end, verb, action, kind, excepted(words, verb), only_keeping(words, verb))


def _joined(words: Words, verb: Hit, following: Hit) -> bool:
    return 0 <= following.start - verb.end <= JOINER and is_kana(words, verb.end, following.start)


def _starts(words: Words, negation: Hit, verb: Hit) -> Iterator[int]:
    """Where the denied words may begin: at the negation or the subject of a passive, else at what is named first."""
    start = clause_start(words, negation)
    if _subject_before(words, negation, verb) and not _taken(words, start, negation):
        yield max(start, _behind_lack(words, negation))
    else:
        yield min(negation.start, verb.start)
    named = (_topic(words, negation), _before_bracket(words, negation))
    yield from (at for at in named if at is not None)


def _taken(words: Words, start: int, negation: Hit) -> bool:
    """Whether what stands before a negation of Chinese is the object of a verb already ("we read X and never ...")."""
    if not is_cjk(words, negation) or start >= negation.start or words.tokens[start].text in RELATIVE:
        return False
    return any(verb.end == start for _, verb in between(verbs(words), start - REACH, start))


def _behind_lack(words: Words, negation: Hit) -> int:
    """Where the sentence goes on behind "without ...,": what is lacking is not what is denied."""
    lacks = [hit for hit in words.words.get("without", ()) if hit.start < negation.start]
    return min(first_from(commas(words), lacks[-1].end, negation.start), negation.start) if lacks else 0


def _before_bracket(words: Words, negation: Hit) -> int | None:
    """Where the thing begins right before a bracket that denies it ("your location (not collected)")."""
    bracket = open_bracket(words, negation)
    near = (hit.start for hit in things(words) if hit.term.group == "clear" and 0 <= bracket - hit.end <= BESIDE)
    return min(near, default=None) if bracket else None


def _topic(words: Words, negation: Hit) -> int | None:
    """Where the thing stands that is named first and taken up by the denial ("your camera, that we never use")."""
    start = clause_start_plain(words, negation)
    before = words.text[words.tokens[start].start : words.start(negation)]
    if not any_within(subjects(words), start + 1, negation.start + 1) and TOPIC_ENDS.isdisjoint(before):
        return None
    busy = any(words.within(name, start, negation.start) for name in (*VERBS, "need", "condition", "without"))
    return None if busy else start


def _verb_first(words: Words, negation: Hit, *, bare: bool) -> Denial | None:
    """The negation of languages that put it behind the verb: "Wir erheben keine Daten", "Wir lesen sie nicht"."""
    if not words.begins("after_verb", negation.start) and not _right_behind(words, negation):
        return None
    clause = clause_start_plain(words, negation)
    of_object = words.begins("of_object", negation.start)
    if clause == negation.start and of_object:
        clause = clause_start_plain(words, Hit(clause - 1, clause, negation.term))
    before = list(between(deniable(words), clause, negation.start))
    if not before:
        return None
    action, verb = before[-1]
    start = negation.start if of_object else verb.start
    if not of_object and _fronted(words, verb):
        action, verb = _first_joined(words, before)
        start = clause_start(words, verb)
    denial = _reaching(words, start, action, verb, negation.end, bare=bare)
    if denial is None or not _right_behind(words, negation):
        return denial
    # "we collect no names and use ..." goes on with what is done
    joined = [hit.start for _, hit in between(verbs(words), negation.end, denial.end) if hit.start in words.ends("and")]
    return replace(denial, end=min(joined, default=denial.end))


def _first_joined(words: Words, deeds: list[Deed]) -> Deed:
    """The first of the verbs that an "and" joins to the last."""
    last = len(deeds) - 1
    while last > 0 and words.ends("and").get(deeds[last][1].start) == deeds[last - 1][1].end:
        last -= 1
    return deeds[last]


def _fronted(words: Words, verb: Hit) -> bool:
    """Whether the subject stands right behind the verb, and so the object before it ("Ihre Fotos lesen wir nicht")."""
    inverted = words.begins("we_subject", verb.start + 1) or words.begins("happens", verb.start)
    gap = words.text[words.tokens[max(verb.start - 1, 0)].end : words.start(verb)]
    return inverted and "," not in gap


def _right_behind(words: Words, negation: Hit) -> bool:
    """Whether it is a word that negates the object, right behind the verb ("we collect no data")."""
    if not words.begins("right_after_verb", negation.start):
        return False
    return any(verb.end == negation.start for _, verb in between(verbs(words), negation.start - REACH, negation.start))


def _reaching(words: Words, start: int, action: Action, verb: Hit, at: int = 0, *, bare: bool) -> Denial | None:
    behind = max(at, verb.end)
    end = min(clause_end(words, behind), _next_deed(words, behind))
    last = behind + OBJECT * (2 if is_cjk(words, verb) else 1)
    if not bare and not has_object(words, start, min(end, last), action) and not _opens_list(words, verb):
        return None
    kind = kind_of(words, verb, start, end)
    return Denial(start, end, verb, action, kind, excepted(words, verb), only_keeping(words, verb))


def _next_deed(words: Words, at: int) -> int:
    """Where a comma of Chinese or Japanese begins a clause that tells what is done after all."""
    last = len(words.tokens)
    if at >= last or words.tokens[at].text[0] < FIRST_CJK:
        return last
    behind = commas(words)[bisect_right(commas(words), at) :]
    for start, end in pairwise([*behind, last]):
        denied = words.within("negation", start, end) or words.within("consent_gate", start, end)
        if between(verbs(words), start, end) and not denied:
            return start
    return last


def _opens_list(words: Words, verb: Hit) -> bool:
    """Whether the objects stand in the list that follows ("We do not access:")."""
    rest = words.text[words.tokens[-1].end :].strip(" *_")
    return rest[:1] in (":", "\uff1a") and (verb.end == len(words.tokens) or words.has("list_header"))


def _nouns(words: Words) -> Iterator[Denial]:
    """The thing itself, as in "your age but not your name", is taken out of what is done."""
    for hit in widest(words.words.get("leaves_out", ())):
        verb = action_of(words, hit.start)
        end = clause_end(words, hit.end)
        if verb is not None and verb[1].start < hit.start and has_object(words, hit.end, end, verb[0]):
            yield Denial(hit.start, end, verb[1], verb[0], kind_of(words, hit, hit.start, end))
    for hit in words.words.get("does_without", ()):
        end = clause_end(words, hit.end)
        if not _needed(words, hit) and has_object(words, hit.end, end, "use"):
            yield Denial(hit.start, end, hit, "use", kind_of(words, hit, hit.start, end))
    yield from _set_apart(words)
    longest = {hit.start: hit for hit in words.words.get("but_not", ())}
    for hit in longest.values():
        verb = action_of(words, hit.start)
        if verb is not None and has_object(words, hit.end - 1, hit.end + 2, verb[0]):
            end = min(clause_end(words, hit.end), hit.end + REACH)
            yield Denial(hit.start, end, verb[1], verb[0], kind_of(words, hit, hit.start, end))


def _subject_before(words: Words, negation: Hit, verb: Hit) -> bool:
    """Whether the negated verb is passive, its object standing before it ("your location is never stored")."""
    if negation.start in covered(words, "active"):
        return False
    if words.begins("among", negation.start):
        return True
    if words.begins("right_after_verb", negation.start) and negation.end - negation.start == 1:
        return False
    return not any_within(subjects(words), clause_start(words, negation), verb.start)


def _set_apart(words: Words) -> Iterator[Denial]:
    """What a sentence that tells something leaves aside ("everything except your contacts", "instead of photos")."""
    for hit in widest(words.words.get("sets_apart", ())):
        named = {thing.term.name for thing in things(words) if hit.end < thing.end <= hit.end + BESIDE + 1}
        named -= {thing.term.name for thing in things(words) if thing.end <= hit.start}
        if not named or words.begins("relative", hit.end) or hit.start in covered(words, "only_for"):
            continue
        verb = action_of(words, hit.start)
        taken_back = words.within("negation", clause_start_plain(words, hit), hit.start)
        if verb is None or verb[1].start > hit.start or verb[1].start == hit.end or taken_back:
            continue
        following = between(verbs(words), hit.end + 1, len(words.tokens))
        end = min(clause_end(words, hit.end), following[0][1].start if following else len(words.tokens))
        yield Denial(hit.start, end, verb[1], verb[0], "children" if words.has("child") else "denied")
