"""A passage and a mention in it in, what its frame says out: a label, a row and its head, a lead-in, headings.

A frame is read by the same reader as a sentence: its verbs, negations and times count as they would in running text.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from permcheck.knowledge.cue import CueKind
from permcheck.model import Scope
from permcheck.reading.predicate import Actor, Predicate, predicates
from permcheck.reading.segment import Passage
from permcheck.reading.sentence import EMPTY, Mention, Sentence

Polarity = Literal["told", "denied"]
PRACTICES: tuple[CueKind, ...] = ("collect", "access", "use", "share", "store")
OUT_OF_NOW: tuple[CueKind, ...] = ("planned", "hypothetical", "historical", "reported", "advice")
QUOTED = re.compile(
    '["\u201c\u201e\u00ab\u300c][^"\u201d\u201c\u00bb\u300d]{1,60}["\u201d\u201c\u00bb\u300d] ?[:\uff1a\u2013\u2014-]'
)
"""A term in quotation marks that is explained behind a sign."""
NEAR = 2
"""Characters of a cell before a negation that opens it."""
MARKS = " *_`\"'\u201c\u201d.\u3002"
NO_SIGNS = frozenset("\u2717\u2718\u274c\u00d7\u2716")
YES_SIGNS = frozenset("\u2713\u2714\u2705\u25cf\u2022")
EMPTY_SIGNS = frozenset(["-", "\u2013", "\u2014", "/", "n/a"])
COLUMNS: dict[str, Scope] = {
    "android": "android",
    "安卓": "android",
    "ios": "ios",
    "iphone": "ios",
    "apple": "ios",
    "苹果": "ios",
}
"""Heads of columns that are a platform's."""


class Framed(NamedTuple):
    """What a frame says of what stands in it."""

    act: CueKind
    actor: Actor
    polarity: Polarity
    earned_by: str
    unclear: str = ""


def answer(passage: Passage, mention: Mention) -> Framed | None:
    """What a row or a labelled line answers ("Contacts | no", "Location: never"); none where it answers nothing."""
    if passage.kind == "row" and "|" in passage.sentence.text:
        return _row(passage, mention)
    sign = passage.sentence.piece.lstrip()[:1]
    if sign in NO_SIGNS or sign in YES_SIGNS - {"\u2022"}:
        polarity: Polarity = "denied" if sign in NO_SIGNS else "told"
        return Framed("access", "app", polarity, f"marked {sign}: {passage.sentence.piece.strip()}")
    return _after_label(passage.sentence, mention)


def is_constant(sentence: Sentence, mention: Mention) -> bool:
    """Whether a thing is named by the platform's own name of the permission ("READ_CONTACTS")."""
    text = sentence.words(mention.start, mention.end)
    return "_" in text or text.endswith("UsageDescription")


def _after_label(sentence: Sentence, mention: Mention) -> Framed | None:
    """The yes or no behind a label and nothing else."""
    number = sentence.clause_of(mention.start)
    if number + 1 >= len(sentence.clauses) or not sentence.clauses[number + 1].hard:
        return None
    following = sentence.clauses[number + 1]
    start, _ = sentence.place(following.start, following.end)
    said = said_by(sentence, start, sentence.last)
    if said == "no":
        return Framed("access", "app", "denied", f"answered no: {sentence.piece.strip()}")
    return None


def said_by(sentence: Sentence, start: int, end: int) -> Literal["yes", "no", "nothing", ""]:
    """What a cell says where it says only that: yes, no, nothing; empty where it says more."""
    text = sentence.text[start:end].strip(MARKS)
    if text in NO_SIGNS:
        return "no"
    if text in YES_SIGNS:
        return "yes"
    if not text or text.casefold() in EMPTY_SIGNS:
        return "nothing"
    inside = [number for number, token in enumerate(sentence.tokens) if start <= token.start < end]
    if not inside:
        return "nothing"
    whole = (inside[0], inside[-1] + 1)
    if any((hit.start, hit.end) == whole for hit in sentence.of("answer_no")):
        return "no"
    return "yes" if any((hit.start, hit.end) == whole for hit in sentence.of("answer_yes")) else ""


def cells(sentence: Sentence) -> list[tuple[int, int]]:
    """Where the cells of a row stand in its text."""
    found, start = [], sentence.first
    for cell in sentence.piece.split("|"):
        found.append((start, start + len(cell)))
        start += len(cell) + 1
    return found


def own_cell(sentence: Sentence, mention: Mention) -> int:
    """The number of the cell that names a thing."""
    at = sentence.tokens[mention.start].start
    return next((number for number, (start, end) in enumerate(cells(sentence)) if start <= at < end), 0)


def _row(passage: Passage, mention: Mention) -> Framed | None:
    """What the other cells of a row say of the thing that one cell names."""
    sentence, head = passage.sentence, passage.frame.head
    own = own_cell(sentence, mention)
    spans = cells(sentence)
    if any(one for one in predicates(sentence) if _in_cell(sentence, one, spans[own])):
        return None
    heads = cells(head) if head is not EMPTY and "|" in head.text else []
    told: Framed | None = None
    platforms: list[bool] = []
    for number, (start, end) in enumerate(spans):
        if number == own:
            continue
        name = head.text[slice(*heads[number])].strip(MARKS).casefold() if number < len(heads) else ""
        said = said_by(sentence, start, end)
        if name in COLUMNS:
            platforms.append(said not in ("no", "nothing"))
            continue
        if number < len(heads) and _of_others(head, heads[number]):
            continue
        answered = _cell(passage, mention, number, (start, end), said, asked=name != "" or number == 1)
        if answered is not None and answered.polarity == "denied":
            return answered
        told = told or answered
    if platforms:
        polarity: Polarity = "told" if any(platforms) else "denied"
        return Framed("access", "app", polarity, f"row of a table by platform: {sentence.piece.strip()}")
    return told


def platform_columns(passage: Passage) -> set[Scope]:
    """The platforms whose column of a row says more than no."""
    head, sentence = passage.frame.head, passage.sentence
    if passage.kind != "row" or head is EMPTY or "|" not in head.text:
        return set()
    spans = cells(sentence)
    found: set[Scope] = set()
    for number, (start, end) in enumerate(cells(head)):
        platform = COLUMNS.get(head.text[start:end].strip(MARKS).casefold())
        if platform and number < len(spans) and said_by(sentence, *spans[number]) not in ("no", "nothing"):
            found.add(platform)
    return found


def _in_cell(sentence: Sentence, one: Predicate, span: tuple[int, int]) -> bool:
    return span[0] <= sentence.tokens[one.start].start < span[1]


def _of_others(head: Sentence, span: tuple[int, int]) -> bool:
    """Whether a column asks with whom it is shared, or whether it is optional, and not whether it is done."""
    inside = [
        hit for hit in head.of("share", "sell", "column_other") if span[0] <= head.tokens[hit.start].start < span[1]
    ]
    return bool(inside)


def _cell(
    passage: Passage, mention: Mention, number: int, span: tuple[int, int], said: str, *, asked: bool
) -> Framed | None:
    """What one cell says of the thing that its row is about."""
    sentence = passage.sentence
    row = f"row of a table: {sentence.piece.strip()}"
    if said == "nothing" and sentence.text[slice(*span)].strip() and passage.frame.head is not EMPTY and number > 0:
        said = "no"
    if said in ("no", "yes"):
        return Framed("access", "app", "denied" if said == "no" else "told", row)
    return _prose_cell(passage, mention, span, row) if said != "nothing" and asked else None


def _prose_cell(passage: Passage, mention: Mention, span: tuple[int, int], row: str) -> Framed | None:
    """What a cell of more words than yes and no says."""
    sentence = passage.sentence
    inside = [one for one in predicates(sentence) if _in_cell(sentence, one, span)]
    if inside and inside[0].subject.actor == "other":
        return None
    if inside and inside[0].negated and not has_own_object(sentence, inside[0]):
        return Framed(inside[0].act, "app", "denied", row)
    negative = sentence.of("negation", "negative_predicate", "negative_quantifier")
    first = next((hit for hit in negative if _hit_in(sentence, hit.start, span)), None)
    if not inside and first is not None and sentence.tokens[first.start].start - span[0] <= NEAR:
        return Framed("access", "app", "denied", row)
    tells = _frame_tells(passage) or is_constant(sentence, mention)
    return Framed(inside[0].act if inside else "use", "app", "told", row) if tells else None


def _hit_in(sentence: Sentence, at: int, span: tuple[int, int]) -> bool:
    return span[0] <= sentence.tokens[at].start < span[1]


def has_own_object(sentence: Sentence, one: Predicate) -> bool:
    """Whether a verb in a cell has an object of its own, and so does not speak of the first cell."""
    behind = sentence.clauses[one.clause].end
    if one.end >= behind or sentence.starts_at(one.end, "anaphor"):
        return False
    light = sentence.covered("auxiliary", "preposition", "anaphor", "hedge", "restrictive_purpose", "in_background")
    return any(at not in light for at in range(one.end, behind))


def _frame_tells(passage: Passage) -> bool:
    """Whether the head of a column, of the table or of the section says that its rows are what is asked or done."""
    head = passage.frame.head
    kinds: tuple[CueKind, ...] = ("permission_frame", "practice_frame", "column_purpose", "column_asked")
    if head is not EMPTY and (head.has(*kinds) or head.acts):
        return True
    if passage.frame.lead_in.has(*kinds) or passage.frame.lead_in.acts:
        return True
    return any(heading.has("permission_frame", "practice_frame") or heading.acts for heading in passage.frame.headings)


def framed(passage: Passage, mention: Mention) -> Framed | None:
    """What the frame says of a mention whose sentence says nothing: the line above its list, a label, its headings."""
    lead = lead_of(passage)
    if lead is not None:
        return lead
    label = _labelled(passage, mention)
    if label is not None:
        return label
    for heading in reversed(passage.frame.headings) if is_bare(passage.sentence, mention) else ():
        said = _of_heading(heading)
        if said is not None:
            return said
    if passage.listed and passage.frame.lead_in is not EMPTY and passage.frame.lead_in.has("include"):
        return Framed("collect", "app", "told", f"in the list under: {passage.frame.lead_in.piece.strip()}")
    return None


def is_bare(sentence: Sentence, mention: Mention) -> bool:
    """Whether a thing stands without any verb in its clause, as an item of a list does."""
    clause = sentence.clauses[sentence.clause_of(mention.start)]
    return sentence.within(clause.start, clause.end, "modal") is None


def lead_of(passage: Passage) -> Framed | None:
    """What the line above a list says of its items."""
    lead = passage.frame.lead_in
    if not passage.listed or lead is EMPTY:
        return None
    where = f"in the list under: {lead.piece.strip()}"
    if is_open_negation(lead):
        return Framed("access", "app", "denied", where)
    done = predicates(lead)
    if any(one.negated and one.act == "include" for one in done):
        return None
    found = [one for one in done if one.act != "include"]
    if found:
        return _by_lead(found, where)
    if lead.has("negation", "negative_quantifier"):
        return Framed("access", "app", "denied", where)
    return Framed("request", "app", "told", where) if lead.has("permission_frame", "practice_frame") else None


def _by_lead(found: list[Predicate], where: str) -> Framed | None:
    """What the verbs of a line above a list say of its items: the last one of the app's own, else the last."""
    ours = [one for one in found if one.subject.actor in ("app", "company")]
    last = (ours or found)[-1]
    negated = next((one for one in ours if one.negated and one.act != "need"), last if last.negated else None)
    if negated is not None:
        return Framed(negated.act, "app", "denied", where)
    if last.subject.actor == "other":
        return None
    unclear = "" if last.subject.actor != "unknown" else "it is not clear who does it"
    return Framed(last.act, last.subject.actor, "told", where, unclear)


def out_of_now(passage: Passage) -> CueKind | None:
    """The kind of cue by which the line above a list takes its items out of what is done now."""
    if not passage.listed:
        return None
    return next((kind for kind in OUT_OF_NOW if passage.frame.lead_in.has(kind)), None)


def is_open_negation(sentence: Sentence) -> bool:
    """Whether it ends in a negation whose verb stands in the list below ("We do not:")."""
    last = len(sentence.tokens)
    return any(
        hit.end >= last - 1 and not any(act.start >= hit.end for _, act in sentence.acts)
        for hit in sentence.of("negation")
    )


def is_labelled(passage: Passage) -> bool:
    """Whether a sentence begins with a label, so that what follows it tells rather than orders."""
    sentence = passage.sentence
    return (
        len(sentence.clauses) > 1
        and sentence.clauses[1].hard
        and bool([one for one in sentence.mentions if one.end <= sentence.clauses[0].end])
    )


def _labelled(passage: Passage, mention: Mention) -> Framed | None:
    """A thing named before a colon or a dash with a purpose behind it."""
    sentence = passage.sentence
    number = sentence.clause_of(mention.start)
    if number != 0 and mention.start != sentence.clauses[number].start:
        return None
    behind = sentence.clauses[number + 1 :]
    permission = sentence.within(0, sentence.clauses[number].end, "permission_frame") is not None
    if behind and (is_constant(sentence, mention) or (permission and behind[0].hard)):
        return Framed("request", "app", "told", f"a permission with its explanation: {sentence.piece.strip()}")
    if (
        behind
        and behind[0].hard
        and sentence.within(behind[0].start, len(sentence.tokens), "purpose", "infinitive", "need")
    ):
        return Framed("request", "app", "told", f"labelled with its purpose: {sentence.piece.strip()}")
    if mention.start == 0 and sentence.starts_at(mention.end, "purpose"):
        return Framed("request", "app", "told", f"named with its purpose: {sentence.piece.strip()}")
    return None


def _of_heading(heading: Sentence) -> Framed | None:
    """What a heading says of what stands under it."""
    where = f"under the heading: {heading.text.strip()}"
    if heading.is_empty or heading.has("skipped_frame", *OUT_OF_NOW):
        return None
    found = [one for one in predicates(heading) if one.act not in ("include", "need", "function")]
    own = [one for one in found if one.act not in ("share", "sell")] or found
    if is_open_negation(heading) or (own and all(one.negated for one in own)):
        return Framed(own[-1].act if own else "access", "app", "denied", where)
    if own and own[-1].subject.actor == "device":
        return Framed(own[-1].act, "device", "told", where)
    doing = bool(found) and found[-1].subject.actor not in ("other", "unknown", "reader")
    act = "request" if heading.has("permission_frame") else found[-1].act if doing else "collect"
    told = doing or heading.has("permission_frame", "practice_frame")
    return Framed(act, "app", "told", where) if told else None


def is_definition(passage: Passage, mention: Mention) -> bool:
    """Whether a thing is only named to say what a term means."""
    if any(heading.has("definition_frame") for heading in passage.frame.headings):
        return True
    sentence = passage.sentence
    if QUOTED.match(sentence.piece):
        return True
    done = [one for one in predicates(sentence) if one.act in PRACTICES and one.subject.actor in ("app", "company")]
    return any(
        not any(cue.end <= one.start < mention.start for one in done) and (cue.start < mention.start or not done)
        for cue in sentence.of("definition")
    )
