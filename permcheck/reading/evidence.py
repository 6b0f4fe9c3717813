"""The passages of a document in, what each says about each category out, with the reason for its stance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest

from permcheck.model import Action, Scope, Stance
from permcheck.reading import attributes
from permcheck.reading.answers import affirms, answer, asks, run_in, takes_back
from permcheck.reading.lexicon import Hit
from permcheck.reading.mention import Place, is_elsewhere, is_forbidden, is_only_part, quote
from permcheck.reading.passages import EMPTY, VERBS, Passage, Words
from permcheck.reading.sentence_reading import STANCES, deed_of, hear, narrowed, read
from permcheck.reading.stance import denials

NEGATED = frozenset(STANCES.values())
NEAR = 4
"""How many words a sentence that defines a term may begin with before the term."""


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
    aside: bool = False
    """Whether it is named outside the sentence, by its heading or a definition; ``mention`` is then another word."""
    doer: str = ""
    """The name of the other company that does it."""


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
    if not found or is_definition(passage) or passage.words.has("provenance") or is_elsewhere(passage):
        return
    heard = hear(passage)
    named = [hit for kind, hits in found.values() if kind == "clear" for hit in hits]
    for category, (kind, hits) in found.items():
        seen: set[Stance] = set()
        for hit in [hit for hit in hits if not is_forbidden(passage.words, hit)]:
            reading = read(passage, hit, kind, heard)
            if reading is not None and reading.stance == "denied":
                reading = narrowed(passage, category, hit, heard.named, found) or reading
            if (
                reading is None
                or reading.stance in seen
                or (reading.stance in NEGATED and is_only_part(passage.words, hit, named))
            ):
                continue
            stance, action, why, deed = reading
            seen.add(stance)
            where = attributes.scope(passage, hit, hits, before, website_only=website_only)
            control = stance in ("disclosed", "vague") and attributes.is_control(passage)
            yield Evidence(category, passage, hit, stance, action, where, why, deed, is_control=control)


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
    """A heading that names a category speaks through the first sentence under it that says what is done.

    A sentence that tells of a thing of its own does not point back at the heading unless by a pronoun.
    """
    own = {id(item.passage) for item in found if item.stance == "disclosed" and not item.passage.words.has("pronoun")}
    told = {
        (item.category, item.passage.section) for item in found if item.stance == "disclosed" and not item.is_control
    }
    for passage in passages:
        for category, (kind, hits) in passage.heading.mentions.items():
            stance = _under_heading(passage) if kind == "clear" and (category, passage.section) not in told else None
            if stance is None or (stance == "disclosed" and id(passage) in own):
                continue
            told.add((category, passage.section))
            why = f"under the heading that names it: {passage.heading.text}"
            where = attributes.scope(passage, Hit(0, 0, hits[0].term), website_only=False)
            yield Evidence(category, passage, Hit(0, 1, hits[0].term), stance, "use", where, why, aside=True)


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
    if attributes.is_control(passage) or denials(words) or is_elsewhere(passage):
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
            why = f"negated for all of: {quote(other.words, terms[0])}"
            for category in clear:
                deed = deed_of(other, denial)
                yield Evidence(
                    category, other, terms[0], STANCES[denial.kind], denial.action, "app", why, deed, aside=True
                )
