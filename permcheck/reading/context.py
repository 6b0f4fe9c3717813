"""A predicate or a mention and its cues in, what bounds it out: negation, exception, condition, time, hearsay.

Every phenomenon is asked for once, here. How far a cue looks, which way, and what stops it stands in its declaration
(`permcheck.knowledge.cue.KINDS`); `reaches` is the one place that measures it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from permcheck.knowledge.cue import KINDS, CueKind, Direction, Kind
from permcheck.reading.lexicon import Hit
from permcheck.reading.sentence import Clause, Mention, Sentence

Bound = Literal[
    "", "children", "other", "consent", "exception", "hedge", "purpose", "background", "variant", "condition"
]
"""What a denial leaves open, or of whom it is."""


SHORT = 8
"""A reach of fewer words than these is that of a word that takes one object."""


class Done(Protocol):
    """A predicate, as far as its context is asked for."""

    @property
    def start(self) -> int:
        """Its first word."""

    @property
    def end(self) -> int:
        """The word behind its last."""

    @property
    def act(self) -> CueKind:
        """What is done."""

    @property
    def negation(self) -> Hit | None:
        """What negates it."""


def reaches(sentence: Sentence, cue: Hit, start: int, end: int) -> bool:
    """Whether a cue speaks of the words ``start:end``, by the direction, reach, limit and ends of its kind."""
    kind = KINDS[cue.term.name]  # type: ignore[index]
    direction = _direction(sentence, kind)
    forward = cue.end <= start or (cue.start <= start and end <= cue.end)
    if (direction == "forward" and not forward) or (direction == "backward" and cue.start < end <= start):
        return False
    if direction == "backward" and forward and not cue.start <= start < cue.end:
        return False
    first, last = (cue.end, start) if cue.end <= start else (end, cue.start)
    if last - first > kind.limit:
        return False
    if kind.reach == "clause" and not _one_clause(sentence, sentence.clause_of(cue.start), sentence.clause_of(start)):
        return False
    return not (kind.ends and sentence.within(first, last, *kind.ends))


def _direction(sentence: Sentence, kind: Kind) -> Direction:
    """Where a cue looks: in a verb-final language what takes an object or a verb stands behind it."""
    if sentence.lexicon.grammar.order != "verb-final" or kind.direction != "forward":
        return kind.direction
    return "backward" if kind.reach == "clause" and kind.limit < SHORT else "both"


def _one_clause(sentence: Sentence, cue: int, other: int) -> bool:
    """Whether a cue's clause is another's too: the same, or a neighbour where the cue's has no verb of its own."""
    if cue == other:
        return True
    own = sentence.clauses[cue]
    if other == cue + 1 and _goes_on(sentence, other):
        return True
    if abs(cue - other) > 1 or any(own.start <= hit.start < own.end for _, hit in sentence.acts):
        return False
    return not sentence.clauses[max(cue, other)].hard


def _goes_on(sentence: Sentence, number: int) -> bool:
    """Whether a clause speaks on of what the one before named ("Should a later release bring it, it will ask")."""
    clause = sentence.clauses[number]
    return sentence.starts_at(clause.start, "pronoun_subject") is not None


def speaking(sentence: Sentence, kind: CueKind, start: int, end: int) -> Hit | None:
    """The first cue of a kind that speaks of the words ``start:end``."""
    cues = [cue for cue in sentence.of(kind) if kind != "advice" or not _is_ours(sentence, cue)]
    return next((cue for cue in cues if reaches(sentence, cue, start, end)), None)


def _is_ours(sentence: Sentence, cue: Hit) -> bool:
    """Whether words of advice are but a deed of the app's or part of one ("we do not send", "to recommend")."""
    return sentence.ends_at(cue.start, "infinitive", "first_party", "app") is not None


def negation_of(sentence: Sentence, hit: Hit, clause: Clause, before: Sequence[Done]) -> Hit | None:
    """What negates a verb: a negation before it that no other verb takes, or behind it where the language puts it."""
    for cue in reversed(sentence.of("negation", "negative_quantifier")):
        if clause.start <= cue.start < clause.end and _negates(sentence, cue, hit, before):
            return cue
    meant = (one for one in sentence.of("negative_predicate") if one.start <= hit.start <= one.end)
    return next((one for one in meant if one.end == hit.start or hit.start < one.end), None)


def _negates(sentence: Sentence, cue: Hit, hit: Hit, before: Sequence[Done]) -> bool:
    """Whether a negation in the clause of a verb is that verb's own, or goes on to it from the verb before."""
    if cue.end <= hit.start or cue.start <= hit.start < cue.end:
        taken = [one for one in before if cue.end <= one.start and one.end <= hit.start]
        starts = [*(one.start for one in taken[1:]), hit.start]
        chained = all(_chained(sentence, one.end, start) for one, start in zip(taken, starts, strict=False))
        return not taken or (taken[0].negation is not None and chained)
    if not sentence.lexicon.grammar.negation_behind or cue.term.name != "negation":
        return False
    return not any(hit.end <= other.start < cue.start for _, other in sentence.acts)


def _chained(sentence: Sentence, end: int, start: int) -> bool:
    """Whether only joining words stand between two verbs ("collect or store", "asks to access")."""
    light = sentence.covered("conjunction", "auxiliary", "infinitive", "negation", "preposition", "determiner", "hedge")
    return start - end <= 4 and all(at in light for at in range(end, start))


def carries(sentence: Sentence, end: int, start: int, clause: Clause) -> bool:
    """Whether a negation goes on into a joined verb: after "or", or where the first verb has no object yet."""
    if clause.opener == "contrast" or sentence.within(clause.start, start, "no_longer"):
        return False
    if sentence.within(end, start, "disjunction") is not None:
        return True
    if clause.start <= end:
        return _chained(sentence, end, start)
    if _chained(sentence, end, start):
        return True
    return clause.start == start and not clause.hard and "," in clause.sign


def denial_of(sentence: Sentence, mention: Mention, predicate: Done) -> Hit | None:
    """What denies a mention: its predicate's negation, a negative word at the thing itself, or that it is left out."""
    apart = _denied_apart(sentence, mention)
    if apart is not None:
        return apart
    lacking = speaking(sentence, "without", mention.start, mention.end)
    if lacking is not None and not sentence.has("consent"):
        negative = any(hit.start < lacking.start for hit in sentence.of("negation", "negative_quantifier"))
        return None if negative or sentence.has("inability") else lacking
    out = left_out(sentence, mention)
    denied = predicate.negation or _quantified(sentence, mention)
    if out is not None:
        before = any(hit.end <= out.start for hit in sentence.of("negation", "negative_quantifier", "without"))
        return None if denied is not None or before else out
    return denied if denied is not None else untouched(sentence, mention)


def _denied_apart(sentence: Sentence, mention: Mention) -> Hit | None:
    """The negation in a clause of its own that holds the other part of a name ("..., nothing in the background")."""
    if mention.beside < 0 or not mention.category.endswith("-background") or mention.beside >= len(sentence.tokens):
        return None
    clause = sentence.clauses[sentence.clause_of(mention.beside)]
    same = clause is sentence.clauses[sentence.clause_of(mention.start)]
    first = next((at for at in range(mention.beside, mention.start, -1) if "\uff0c" in sentence.gap(at)), 0)
    if same and not first:
        return None
    last = clause.end if sentence.lexicon.grammar.negation_behind and not same else mention.beside
    cues = sentence.of("negation", "negative_quantifier")
    return next((cue for cue in cues if max(clause.start, first) <= cue.start < last), None)


def untouched(sentence: Sentence, mention: Mention) -> Hit | None:
    """A predicate that denies by its own meaning ("has nothing to do with", "stays untouched")."""
    return speaking(sentence, "negative_predicate", mention.start, mention.end)


def works_without(sentence: Sentence, mention: Mention) -> Hit | None:
    """That something works without a thing, where no other verb stands ("The lamp works without Bluetooth.")."""
    cue = speaking(sentence, "without", mention.start, mention.end)
    if cue is None or sentence.has("consent", "inability", "negation", "negative_quantifier"):
        return None
    return cue


def negation_before(sentence: Sentence, mention: Mention) -> Hit | None:
    """A negation before a thing in its own clause, where no verb that we know stands ("You will never be pinged")."""
    clause = sentence.clauses[sentence.clause_of(mention.start)]
    cues = sentence.of("negation", "negative_quantifier")
    return next(
        (
            cue
            for cue in cues
            if clause.start <= cue.start and cue.end <= sentence.name(mention)[0] + 1 and cue.start < mention.end
        ),
        None,
    )


def elided(sentence: Sentence, predicate: Done) -> Hit | None:
    """The negation of a later clause that leaves its verb out ("Our website uses it, but the app does not.")."""
    for clause in sentence.clauses[sentence.clause_of(predicate.start) + 1 :]:
        if any(clause.start <= hit.start < clause.end for _, hit in sentence.acts):
            return None
        ours = [
            one
            for one in sentence.actors
            if clause.start <= one.start < clause.end and one.term.name in ("app", "first_party")
        ]
        last = [one for one in sentence.of("negation") if clause.start <= one.start and one.end >= clause.end - 1]
        if ours and last and ours[0].end <= last[0].end:
            return last[0]
    return None


def left_out(sentence: Sentence, mention: Mention) -> Hit | None:
    """What takes a thing out of what the sentence says ("but not your photos", "except your contacts")."""
    for cue in sentence.of("excluded_from_set"):
        if reaches(sentence, cue, mention.start, mention.end) and not _verb_between(sentence, cue.end, mention.start):
            return cue
    return None


def _verb_between(sentence: Sentence, first: int, last: int) -> bool:
    return any(first <= hit.start < last for _, hit in sentence.acts)


def _quantified(sentence: Sentence, mention: Mention) -> Hit | None:
    """A negative word at the thing itself or at the list that it stands in ("no location", "none of your photos")."""
    for cue in sentence.of("negative_quantifier", "negation"):
        if mention.start <= cue.start < mention.end and cue.term.name == "negative_quantifier":
            return cue
        if cue.end > mention.start or _verb_between(sentence, cue.end, sentence.name(mention)[0]):
            continue
        if cue.term.name == "negation" and not _bare_object(sentence, cue, mention):
            continue
        if _same_list(sentence, cue.start, mention.start):
            return cue
    return None


def is_part_of_another(sentence: Sentence, mention: Mention) -> bool:
    """Whether a noun behind the name makes it the name of something else ("no calendar API")."""
    at = mention.end
    last = at == len(sentence.tokens) - 1 and sentence.lexicon.grammar.order == "verb-second"  # "geben ... weiter"
    if at >= len(sentence.tokens) or last or sentence.gap(at) != " " or not sentence.tokens[at].text.isascii():
        return False
    known = {number for hits in sentence.cues.values() for hit in hits for number in range(hit.start, hit.end)}
    known |= {number for one in sentence.mentions for number in range(one.start, one.end)}
    return at not in known and sentence.tokens[at].text.isalpha() and sentence.tokens[at].text[-1:] != "y"


def _bare_object(sentence: Sentence, cue: Hit, mention: Mention) -> bool:
    """Whether a verbal negation stands right at the thing with no verb of its own ("..., not your photos")."""
    light = sentence.covered("determiner")
    return all(at in light for at in range(cue.end, mention.start)) and sentence.clause_of(
        cue.start
    ) == sentence.clause_of(mention.start)


def _same_list(sentence: Sentence, first: int, last: int) -> bool:
    """Whether two words stand in one clause or in one list whose items are parted by commas."""
    one, other = sentence.clause_of(first), sentence.clause_of(last)
    between = sentence.clauses[one + 1 : other + 1]
    return all((not clause.hard or ":" in clause.sign) and clause.opener in ("", "conjunction") for clause in between)


def is_order(sentence: Sentence, predicate: Done) -> bool:
    """Whether it is told the reader to do: the bare verb opens the sentence."""
    first = sentence.clauses[0].start if sentence.clauses else 0
    light = sentence.covered("advice", "negation", "auxiliary")
    at = first
    while at < predicate.start and at in light:
        at += 1
    if at != predicate.start or not sentence.lexicon.grammar.finite:
        return False
    word = sentence.tokens[predicate.start].text
    return not word.endswith(sentence.lexicon.grammar.finite)


def by_choice(sentence: Sentence) -> bool:
    """Whether it is done when the reader chooses so."""
    return sentence.has("condition", "inverted_condition", "consent")


def bound_of_denial(sentence: Sentence, mention: Mention, predicate: Done | None) -> Bound:
    """What bounds a denial, the first that fits; empty where it is flat."""
    return next((bound for bound, test in BOUNDS if test(sentence, mention, predicate)), "")


def _hedged(sentence: Sentence, mention: Mention, predicate: Done | None) -> bool:
    at = predicate or mention
    return speaking(sentence, "hedge", at.start, at.end) is not None


def _consented(sentence: Sentence, mention: Mention, _: Done | None) -> bool:
    """Whether consent is asked for what is denied, and not for another denial joined to it with its own subject."""
    return any(not _joined_denial(sentence, mention.end, cue.start) for cue in sentence.of("consent"))


def _joined_denial(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a whole denial opens between two words ("..., and we do not")."""
    joined = ("", "conjunction", "contrast")
    between = [clause for clause in sentence.clauses if clause.opener in joined and first <= clause.start < last]
    return any(
        one.start >= clause.start and sentence.within(one.end, last, "negation") is not None
        for clause in between
        for one in sentence.of("first_party", "app")
        if one.end < min(clause.end, last)
    )


def _conditional(sentence: Sentence, mention: Mention, predicate: Done | None) -> bool:
    at = predicate or mention
    return any(reaches(sentence, cue, at.start, at.end) for cue in sentence.of("condition", "inverted_condition"))


def _narrowed(sentence: Sentence, mention: Mention, predicate: Done | None) -> bool:
    """Whether only one purpose or some things of the kind are denied."""
    one_purpose = _aimed(sentence, predicate) or _for_one_purpose(sentence, mention, predicate)
    return one_purpose or _before_thing(sentence, mention, "certain_object")


def leaves_a_use(sentence: Sentence) -> bool:
    """Whether an exception tells of a use by the app, and not of the law or of what stands elsewhere."""
    return not sentence.has("law", "pointer")


def _for_one_purpose(sentence: Sentence, mention: Mention, predicate: Done | None) -> bool:
    """Whether a denial names one purpose only, and that is not the thing itself ("not used for advertising")."""
    cues = sentence.of("restrictive_purpose")
    if predicate is not None and _of_what_was_named(sentence, predicate):
        return bool(cues)
    if predicate is not None and _is_purpose_of_another(sentence, mention, predicate):
        return True
    return any(cue.end <= mention.start - 1 or cue.start >= mention.end for cue in cues)


def _is_purpose_of_another(sentence: Sentence, mention: Mention, predicate: Done) -> bool:
    """Whether a mention is but what another thing is not used for ("do not use your contacts for advertising")."""
    objects = (
        one for one in sentence.mentions
        if one.category != mention.category and one.grade == "clear" and predicate.end <= one.start
    )  # fmt: skip
    ours = sentence.name(mention)[0]
    return any(one.end < ours and sentence.within(one.end, ours, "preposition") is not None for one in objects)


def _of_what_was_named(sentence: Sentence, predicate: Done) -> bool:
    """Whether a verb is about data named before ("do not use it for", "this data is never used for")."""
    if sentence.starts_at(predicate.end, "anaphor") is not None:
        return True
    before = [cue for cue in sentence.of("anaphor") if cue.end <= predicate.start]
    return bool(before) and not any(before[-1].end <= actor.start < predicate.start for actor in sentence.actors)


def _aimed(sentence: Sentence, predicate: Done | None) -> bool:
    """Whether a denied use names what for ("never use your contacts to send leaflets"): other uses stay open."""
    if predicate is None or predicate.act != "use":
        return False
    end = sentence.clauses[sentence.clause_of(predicate.start)].end
    return any(predicate.end < hit.start < end and sentence.acts_at(hit.end) for hit in sentence.of("infinitive"))


def only_example(sentence: Sentence, mention: Mention) -> str:
    """What a thing is only named as an example of ("device ids (for example IMEI, BSSID)"); empty where of nothing."""
    for cue in sentence.of("example"):
        if reaches(sentence, cue, mention.start, mention.end):
            heads = [
                one for one in sentence.mentions if one.end <= cue.start <= one.end + NEAR and one.grade == "clear"
            ]
            if heads and heads[-1].category != mention.category:
                return sentence.words(heads[-1].start, heads[-1].end)
    return ""


OF_OTHERS = frozenset(
    {"installed-apps", "usage-access", "notification-access", "overlay", "accessibility", "install-packages"}
)
"""Categories that are about other apps by themselves."""


def _of_other_things(sentence: Sentence, mention: Mention) -> bool:
    return mention.category not in OF_OTHERS and _before_thing(sentence, mention, "other_object")


NEAR = 3
"""How many words may stand between a word such as "other" and the thing that it sets apart."""


def _before_thing(sentence: Sentence, mention: Mention, kind: CueKind) -> bool:
    return any(mention.start - NEAR <= cue.end <= sentence.name(mention)[0] for cue in sentence.of(kind))


BOUNDS: tuple[tuple[Bound, Callable[[Sentence, Mention, Done | None], bool]], ...] = (
    ("children", lambda sentence, _, __: sentence.has("child")),
    ("other", lambda sentence, mention, _: _of_other_things(sentence, mention)),
    ("consent", _consented),
    ("exception", lambda sentence, _, __: sentence.has("exception", "only_for")),
    ("hedge", _hedged),
    ("purpose", _narrowed),
    ("background", lambda sentence, _, __: sentence.has("in_background") and not sentence.has("even")),
    ("variant", lambda sentence, _, __: sentence.has("variant")),
    ("condition", _conditional),
)
"""What bounds a denial, in the order in which it counts."""
