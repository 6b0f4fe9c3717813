"""The passages of a document in, what each says about each category out, with the reason for its stance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest
from typing import NamedTuple

from permcheck.declarations import attributes
from permcheck.declarations.answers import (
    affirms,
    answer,
    answered_no,
    asks,
    denied_behind,
    denies_all,
    run_in,
    takes_back,
)
from permcheck.declarations.clauses import clause_end
from permcheck.declarations.lexicon import Hit
from permcheck.declarations.passages import EMPTY, VERBS, Passage, Words
from permcheck.declarations.qualifiers import Kind
from permcheck.declarations.stance import (
    BUT_FOR,
    Denial,
    action_of,
    but_for,
    denials,
    needs,
    own_action,
)
from permcheck.model import Action, Scope, Stance

STANCES: dict[Kind, Stance] = {
    "denied": "denied",
    "denied-except": "denied-except",
    "conditional": "conditional",
    "hedged": "hedged",
    "purpose-scoped": "purpose-scoped",
}
Place = tuple[int, int]
"""Start and end in the text of the block."""

NEGATED = frozenset(STANCES.values())
CLAUSE_SIGNS = ",:;(|\u2013\u2014"
LABEL_ENDS = "|:\uff1a(\uff08\u2013\u2014-\u2192"
NEAR = 4
"""How many sentences around a disclosure may tell its way to opt out when they do not name the category."""


@dataclass(frozen=True)
class Evidence:
    """One sentence that speaks of one category."""

    category: str
    passage: Passage
    mention: Hit
    stance: Stance
    action: Action
    scope: Scope
    why: str
    deed: Place | None = None
    """Where the words stand that say what is done or denied, where the sentence itself says it."""
    control: Passage | None = None
    is_control: bool = False
    titled: bool = False
    """Whether the heading names it, and ``mention`` stands for the sentence's first word."""


class Heard(NamedTuple):
    """What a sentence denies: things it names, all it denies, what the line above denies; and whether it does more."""

    named: list[Denial]
    bare: list[Denial]
    above: list[Denial]
    affirms: bool


def hear(passage: Passage) -> Heard:
    """Hear what a sentence denies, once for all that it mentions."""
    words = passage.words
    bare = denials(words, bare=True)
    return Heard(denials(words) if bare else [], bare, _header_denials(passage), affirms(words, bare))


class Reading(NamedTuple):
    """What a sentence says of one mention."""

    stance: Stance
    action: Action
    why: str
    deed: Place | None = None


def gather(passages: Sequence[Passage], *, website_only: bool) -> list[Evidence]:
    """All evidence of a document, in reading order."""
    found: list[Evidence] = []
    passages = run_in(passages)
    before = EMPTY
    for passage, following in zip_longest(passages, passages[1:]):
        if asks(passage.words, passage.text):
            found.extend(_of_question(passage, following, website_only=website_only))
        else:
            found.extend(_of_passage(passage, before, website_only=website_only))
        before = passage.words if following is not None and following.block == passage.block else EMPTY
    found.extend(_of_headings(passages, found))
    found.extend(_of_definitions(passages))
    return sorted(found, key=lambda item: (item.passage.block, item.passage.start, item.category))


def _of_question(passage: Passage, following: Passage | None, *, website_only: bool) -> Iterator[Evidence]:
    """A question says what the sentence behind it answers, and nothing where none does."""
    said = answer(following) if following is not None and following.section == passage.section else ""
    if following is None or not said or denials(passage.words):
        return
    whole = replace(passage, end=following.end) if following.block == passage.block else passage
    for item in _of_passage(whole, website_only=website_only):
        if said == "yes" or item.stance not in ("disclosed", "vague"):
            yield item
        else:
            yield replace(item, stance="denied", why=f"answered no, {item.why}")


def _of_passage(passage: Passage, before: Words = EMPTY, *, website_only: bool) -> Iterator[Evidence]:
    found = passage.words.mentions
    if not found or is_definition(passage) or passage.words.has("provenance") or _elsewhere(passage):
        return
    heard = hear(passage)
    named = [hit for kind, hits in found.values() if kind == "clear" for hit in hits]
    for category, (kind, hits) in found.items():
        seen: set[Stance] = set()
        for hit in [hit for hit in hits if not _forbidden(passage.words, hit)]:
            reading = _read(passage, hit, kind, heard)
            if reading is not None and reading.stance == "denied":
                reading = _narrowed(passage, category, hit, heard.named, found) or reading
            if reading is None or reading.stance in seen or (reading.stance in NEGATED and _only_part(hit, named)):
                continue
            stance, action, why, deed = reading
            seen.add(stance)
            where = attributes.scope(passage, hit, hits, before, website_only=website_only)
            control = stance in ("disclosed", "vague") and attributes.is_control(passage)
            yield Evidence(category, passage, hit, stance, action, where, why, deed, is_control=control)


def _elsewhere(passage: Passage) -> bool:
    """Whether it is about people who stand in a shop, apply for a job or call a hotline, and so not about the app."""
    if passage.words.has("own_phone"):
        return False
    return passage.words.has("elsewhere") or passage.heading.has("elsewhere")


def _narrowed(
    passage: Passage, category: str, hit: Hit, denied: list[Denial], found: dict[str, tuple[str, list[Hit]]]
) -> Reading | None:
    """A denial of one kind or part of it only ("not in the background"): ``location-background`` is a kind of it."""
    if passage.words.has("partly") and not passage.words.has("even") and not category.endswith("-background"):
        action = denied[0].action if denied else "use"
        return Reading("purpose-scoped", action, f"denied in part, named: {name(passage.words, hit)}")
    if passage.words.has("variant") and denied:
        why = f"denied of one version, named: {name(passage.words, hit)}"
        return Reading("denied-except", denied[0].action, why, _deed(passage, denied[0]))
    for narrower, (kind, hits) in found.items():
        if kind == "clear" and narrower.startswith(f"{category}-") and not passage.words.has("even"):
            for denial in denied:
                if denial.covers(hit) and any(denial.covers(other) for other in hits):
                    why = f"only denied as {narrower}: {_around(passage, denial)}"
                    return Reading("purpose-scoped", denial.action, why, _deed(passage, denial))
    return None


def _read(passage: Passage, hit: Hit, kind: str, heard: Heard) -> Reading | None:
    words = passage.words
    if passage.taints(words.start(hit), words.end(hit)):
        return Reading("placeholder", "collect", "only in text that hangs on an unfilled slot")
    denial = _denial_of(passage, hit, heard)
    if denial is not None:
        return _denied(passage, denial, hit)
    if answered_no(passage):
        return Reading("denied", "collect", f"answered no, named: {name(words, hit)}")
    practice = None if _only_subject(words, hit) or _disclaimed(words, hit) else _practice(passage, hit)
    if practice is None or (practice[0] == "sell" and _of_goods(words)):
        return None
    action, verb = practice
    deed = (words.start(verb), words.end(verb)) if verb else None
    if kind == "vague":
        return Reading("vague", action, f"only in general words: {name(words, hit)}", deed)
    return Reading("disclosed", action, f"named: {name(words, hit)}", deed)


def _of_goods(words: Words) -> bool:
    """Whether what is sold is goods and no data."""
    return not words.has("personal", "collect", "access", "use", "share")


def _denial_of(passage: Passage, hit: Hit, heard: Heard) -> Denial | None:
    """What denies a mention: a denial around it, above it, or one that points back to it."""
    for denial in (*heard.named, *heard.above):
        if denial.covers(hit) and not (denial.keeping and _done_otherwise(passage, denial)):
            return denial
    behind = denied_behind(passage.words, hit, heard.bare)
    if behind is None or (heard.affirms and (behind.keeping or _takes_away(passage.words, behind))):
        return None
    return behind


def _takes_away(words: Words, denial: Denial) -> bool:
    """Whether what is denied is sending it away, which leaves open that the phone reads it."""
    return any(hit.start == denial.verb.start for hit in words.words.get("away", ()))


def name(words: Words, hit: Hit) -> str:
    """What a mention names, without the verb and the article before it ("collect your location": "location")."""
    return words.text[slice(*name_place(words, hit))]


def name_place(words: Words, hit: Hit) -> Place:
    """Where the name stands."""
    spoken = ("determiner", *VERBS)
    at = hit.start
    while at < hit.end:
        ends = [other.end for kind in spoken for other in words.words.get(kind, ()) if other.start == at]
        if not ends or max(ends) >= hit.end:
            break
        at = max(ends)
    return words.tokens[at].start, words.end(hit)


def _disclaimed(words: Words, hit: Hit) -> bool:
    """Whether it stands behind words that answer for nothing ("not responsible for", "does not need")."""
    if any(other.end <= hit.start <= other.end + 1 for other in _negated(words)) and not words.has("exception"):
        return True
    return any(
        other.start <= hit.start < clause_end(words, other.end) and other.end < hit.end
        for other in words.words.get("disclaimer", ())
    )


def _only_subject(words: Words, hit: Hit) -> bool:
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


def _forbidden(words: Words, hit: Hit) -> bool:
    """Whether the reader is told not to do it ("do not film others"), with no comma in between."""
    for forbid in words.words.get("forbid", ()):
        first, last = sorted((forbid, hit))
        if not {",", "\uff0c"} & set(words.text[words.start(first) : words.start(last)]):
            return True
    return False


def _done_otherwise(passage: Passage, denial: Denial) -> bool:
    """Whether it is used all the same where only keeping it is denied ("sent while you talk, not stored")."""
    deeds = [hit for name in (*VERBS, "enable") for hit in passage.words.words.get(name, ())]
    own = [hit for hit in deeds if hit != denial.verb and hit.start >= denial.start]
    return bool(own) or any(heading.has("heading_practice") for heading in passage.headings)


def _only_part(hit: Hit, named: list[Hit]) -> bool:
    """Whether the mention is but part of the name of another thing, which alone is denied ("other apps' messages")."""
    return any(
        other.term.name != hit.term.name
        and other.end - other.start > hit.end - hit.start
        and (other.start == hit.start or other.start < hit.start < other.end <= hit.end)
        for other in named
    )


def _denied(passage: Passage, denial: Denial, hit: Hit) -> Reading | None:
    if denial.kind == "children":
        return None
    how = BUT_FOR if denial.kind == "denied-except" and but_for(passage.words) else "negated"
    why = f"{how}: {_around(passage, denial)}, named: {name(passage.words, hit)}"
    return Reading(STANCES[denial.kind], denial.action, why, _deed(passage, denial))


def _header_denials(passage: Passage) -> list[Denial]:
    """Denials of the line that introduces the list, or of the heading: they reach over every item."""
    above = passage.header if passage.listed else EMPTY
    if above is EMPTY and not passage.words.has("we_subject"):
        above = passage.heading
    own = own_action(passage.words)
    denial = denies_all(above, own) if above.tokens else None
    if denial is None or (not passage.listed and own is not None):
        return []
    return [Denial(0, 1 << 30, denial.verb, denial.action, denial.kind)]


def _practice(passage: Passage, hit: Hit) -> tuple[Action, Hit | None] | None:
    """The action that the sentence (with its verb), its list header or its headings speak of; none where none do."""
    own = action_of(passage.words, hit.start)
    if own is not None:
        return own
    governing = action_of(passage.header, len(passage.header.tokens)) if passage.header.tokens else None
    if governing is not None:
        return governing[0], None
    if _enables(passage.words) or passage.header.has("enable", "list_header") or needs(passage.words):
        return "use", None
    if any(heading.has("heading_practice", *VERBS) for heading in passage.headings):
        return "collect", None
    return None


def _enables(words: Words) -> bool:
    """Whether something is needed, allowed or switched, and that is not itself negated ("not required")."""
    if words.has("control", "condition", "consent_gate", "exception"):
        return words.has("control", "enable")
    negated = _negated(words)
    return any(hit not in negated for hit in words.words.get("enable", ()))


def _negated(words: Words) -> list[Hit]:
    """What is neither needed nor allowed: the words of enabling right behind a negation."""
    ends = {hit.end for hit in words.words.get("negation", ())}
    return [hit for hit in words.words.get("enable", ()) if hit.start in ends]


def is_definition(passage: Passage) -> bool:
    """Whether the sentence only says what a term means."""
    if any(heading.has("heading_definition") for heading in passage.headings):
        return True
    words = passage.words
    terms = words.words.get("defined", ())
    if not terms:
        return False
    if words.has("definition"):
        return True
    return min(hit.start for hit in terms) <= NEAR and not words.has(*VERBS)


def _of_headings(passages: Sequence[Passage], found: list[Evidence]) -> Iterator[Evidence]:
    """A heading that names a category speaks through the first sentence under it that says what is done."""
    told = {
        (item.category, item.passage.section) for item in found if item.stance == "disclosed" and not item.is_control
    }
    for passage in passages:
        for category, (kind, hits) in passage.heading.mentions.items():
            stance = _under_heading(passage) if kind == "clear" and (category, passage.section) not in told else None
            if stance is None:
                continue
            told.add((category, passage.section))
            why = f"under the heading that names it: {passage.heading.text}"
            where = attributes.scope(passage, Hit(0, 0, hits[0].term), website_only=False)
            yield Evidence(category, passage, Hit(0, 1, hits[0].term), stance, "use", where, why, titled=True)


def _under_heading(passage: Passage) -> Stance | None:
    """What a sentence says of the thing that its heading names: done, not done, or nothing yet."""
    if passage.heading.has("heading_skip") or is_definition(passage):
        return None
    if passage.taints(passage.start, passage.end):
        return "placeholder" if _speaks(passage) else None
    if asks(passage.heading, passage.heading.text):
        said = answer(passage)
        if said:
            return "disclosed" if said == "yes" else "denied"
    denial = takes_back(passage.words)
    if denial is not None:
        return "denied" if denial.action in ("access", "collect", "use") else None
    return "disclosed" if _speaks(passage) else None


def _speaks(passage: Passage) -> bool:
    words = passage.words
    if attributes.is_control(passage) or denials(words) or _elsewhere(passage):
        return False
    return affirms(words, denials(words, bare=True))


def _of_definitions(passages: Sequence[Passage]) -> Iterator[Evidence]:
    """A denial of sensitive data as a whole denies what the same paragraph lists under that term."""
    for _, block in groupby(passages, key=lambda passage: passage.block):
        paragraph = list(block)
        defining = [passage for passage in paragraph if passage.words.mentions and is_definition(passage)]
        for passage in defining:
            for other in paragraph:
                if other not in defining:
                    yield from _inherit(passage.words.mentions, other)


def _inherit(listed: dict[str, tuple[str, list[Hit]]], other: Passage) -> Iterator[Evidence]:
    clear = [category for category, (kind, _) in listed.items() if kind == "clear"]
    for denial in denials(other.words) if clear else ():
        terms = [hit for hit in other.words.words.get("sensitive", ()) if denial.covers(hit)]
        if terms and denial.kind not in ("children", "purpose-scoped"):
            why = f"negated for all of: {_quote(other.words, terms[0])}"
            for category in clear:
                deed = _deed(other, denial)
                yield Evidence(category, other, terms[0], STANCES[denial.kind], denial.action, "app", why, deed)


def _quote(words: Words, hit: Hit) -> str:
    return words.text[words.start(hit) : words.end(hit)]


def _around(passage: Passage, denial: Denial) -> str:
    """The words that deny, or the line above that does."""
    deed = _deed(passage, denial)
    above = passage.header if passage.header.tokens else passage.heading
    return passage.words.text[slice(*deed)] if deed else above.text.strip()


def _deed(passage: Passage, denial: Denial) -> Place | None:
    """Where the negated verb stands with its negation; nowhere where a line above denies."""
    words = passage.words
    if denial.end > len(words.tokens):
        return None
    helpers = {hit.end: hit.start for hit in words.words.get("auxiliary", ())}
    first = min(denial.start, denial.verb.start)
    return words.tokens[helpers.get(first, first)].start, words.end(denial.verb)
