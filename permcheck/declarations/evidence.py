"""The passages of a document in, what each says about each category out, with the reason for its stance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from permcheck.declarations import attributes
from permcheck.declarations.lexicon import Hit, Term
from permcheck.declarations.passages import EMPTY, Passage, Words
from permcheck.declarations.stance import VERBS, Denial, Kind, action_of, denials
from permcheck.model import Action, Scope, Stance

STANCES: dict[Kind, Stance] = {
    "denied": "denied",
    "denied-except": "denied-except",
    "conditional": "conditional",
    "hedged": "hedged",
    "purpose-scoped": "purpose-scoped",
}
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
    control: Passage | None = None
    is_control: bool = False


def mentions(words: Words) -> dict[str, tuple[str, list[Hit]]]:
    """Category -> (``clear`` or ``vague``, its mentions); what stands inside a look-alike is none."""
    found: dict[str, dict[str, list[Hit]]] = {}
    for hit in unvetoed(words):
        found.setdefault(hit.term.name, {}).setdefault(hit.term.group, []).append(hit)
    return {name: (kind, kinds[kind]) for name, kinds in found.items() for kind in (min(kinds),)}


def unvetoed(words: Words) -> list[Hit]:
    """All phrases of categories, clear and vague, but those that overlap a look-alike of the same category."""
    vetoes = [hit for hit in words.hits if hit.term.group == "veto"]
    labels = [Hit(hit.start, hit.end, Term("clear", hit.term.name)) for hit in words.hits if _is_label(words, hit)]
    plain = [hit for hit in words.hits if hit.term.group in ("clear", "vague") and not _vetoed(vetoes, hit)]
    # no name runs from one cell of a table into the next
    return [hit for hit in (*labels, *plain) if "|" not in words.text[words.start(hit) : words.end(hit)]]


def _is_label(words: Words, hit: Hit) -> bool:
    """Whether a word stands by itself at the start: as a whole item, a first cell or before a colon."""
    if hit.term.group != "label" or hit.start != 0:
        return False
    rest = words.text[words.end(hit) : words.tokens[-1].end].lstrip(" *_")
    return not rest or rest[0] in LABEL_ENDS


def gather(passages: Sequence[Passage], *, website_only: bool) -> list[Evidence]:
    """All evidence of a document, in reading order."""
    found: list[Evidence] = []
    for passage in passages:
        found.extend(_of_passage(passage, website_only=website_only))
    found.extend(_of_headings(passages, found))
    found.extend(_of_definitions(passages))
    return sorted(found, key=lambda item: (item.passage.block, item.passage.start, item.category))


def _vetoed(vetoes: list[Hit], hit: Hit) -> bool:
    return any(veto.term.name == hit.term.name and veto.start < hit.end and hit.start < veto.end for veto in vetoes)


def _of_passage(passage: Passage, *, website_only: bool) -> Iterator[Evidence]:
    found = mentions(passage.words)
    if not found or is_definition(passage) or passage.words.has("provenance"):
        return
    denied = denials(passage.words)
    named = [hit for kind, hits in found.values() if kind == "clear" for hit in hits]
    for category, (kind, hits) in found.items():
        seen: set[Stance] = set()
        for hit in [hit for hit in hits if not _forbidden(passage.words, hit)]:
            reading = _read(passage, hit, kind, denied)
            if reading is None or reading[0] in seen or (reading[0] in NEGATED and _only_part(hit, named)):
                continue
            stance, action, why = reading
            seen.add(stance)
            where = attributes.scope(passage, hit, hits, website_only=website_only)
            control = stance in ("disclosed", "vague") and attributes.is_control(passage)
            yield Evidence(category, passage, hit, stance, action, where, why, is_control=control)


def _read(passage: Passage, hit: Hit, kind: str, denied: list[Denial]) -> tuple[Stance, Action, str] | None:
    words = passage.words
    if passage.taints(words.start(hit), words.end(hit)):
        return "placeholder", "collect", "only in text that hangs on an unfilled slot"
    for denial in (*denied, *_header_denials(passage)):
        if denial.covers(hit) and not (denial.keeping and _done_otherwise(passage, denial)):
            return _denied(passage, denial)
    if _answered_no(passage):
        return "denied", "collect", "answered no in the table"
    practice = None if _only_subject(words, hit) else _practice(passage, hit)
    if practice is None:
        return None
    if kind == "vague":
        return "vague", practice, f"only in general words: {_quote(words, hit)}"
    return "disclosed", practice, f"named: {_quote(words, hit)}"


def _only_subject(words: Words, hit: Hit) -> bool:
    """Whether the mention only names who does not do something ("our Wi-Fi routers do not record pages")."""
    own = action_of(words, hit.start)
    if own is None or own[1].start < hit.end:
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


def _answered_no(passage: Passage) -> bool:
    """Whether a cell of a row says no to a column that asks whether it is collected, or a line does."""
    if "|" not in passage.header.text or "|" not in passage.words.text:
        return _says_no(passage)
    header, row = passage.header, passage.words
    asked = {_column(header, hit) for name in ("collect", "access", "use") for hit in header.words.get(name, ())}
    no = {_column(row, hit) for hit in row.words.get("no_cell", ()) if _fills_cell(row, hit)}
    return not asked.isdisjoint(no - {0})


def _column(words: Words, hit: Hit) -> int:
    return words.text.count("|", words.tokens[0].start, words.start(hit))


def _fills_cell(words: Words, hit: Hit) -> bool:
    before = words.text[words.text.rfind("|", 0, words.start(hit)) + 1 : words.start(hit)]
    return not before.strip(" *") and words.text[words.end(hit) :].lstrip(" *")[:1] in ("", "|")


def _says_no(passage: Passage) -> bool:
    """Whether a line asks and says no: "Access to contacts: no"."""
    words = passage.words
    colon = max(passage.text.rfind(sign) for sign in ":\uff1a") + passage.start
    if colon < passage.start:
        return False
    asked = [hit for name in ("collect", "access", "use") for hit in words.words.get(name, ())]
    no = [hit for hit in words.words.get("no_cell", ()) if hit.end == len(words.tokens) and words.start(hit) > colon]
    alone = [hit for hit in no if hit.start == 0 or words.end(Hit(0, hit.start, hit.term)) <= colon]
    return bool(alone) and any(words.start(hit) < colon for hit in asked)


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


def _denied(passage: Passage, denial: Denial) -> tuple[Stance, Action, str] | None:
    if denial.kind == "children":
        return None
    return STANCES[denial.kind], denial.action, f"negated: {_around(passage, denial)}"


def _header_denials(passage: Passage) -> list[Denial]:
    """Denials of the line that introduces the list: they reach over every item."""
    if not passage.listed or passage.header is EMPTY:
        return []
    last = len(passage.header.tokens)
    return [
        Denial(0, 1 << 30, denial.verb, denial.action, denial.kind)
        for denial in denials(passage.header)
        if denial.end >= last
    ]


def _practice(passage: Passage, hit: Hit) -> Action | None:
    """The action that the sentence, its list header or its headings speak of; none where nothing is done."""
    own = action_of(passage.words, hit.start)
    if own is not None:
        return own[0]
    governing = action_of(passage.header, len(passage.header.tokens)) if passage.header.tokens else None
    if governing is not None:
        return governing[0]
    if passage.words.has("enable", "control") or passage.header.has("enable", "list_header"):
        return "use"
    if any(heading.has("heading_practice", *VERBS) for heading in passage.headings):
        return "collect"
    return None


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
        if not passage.headings or is_definition(passage) or passage.heading.has("heading_skip"):
            continue
        for category, (kind, hits) in mentions(passage.heading).items():
            if kind != "clear" or (category, passage.section) in told or not _speaks(passage):
                continue
            told.add((category, passage.section))
            tainted = passage.taints(passage.start, passage.end)
            stance: Stance = "placeholder" if tainted else "disclosed"
            why = f"under the heading that names it: {passage.heading.text}"
            where = attributes.scope(passage, Hit(0, 0, hits[0].term), website_only=False)
            yield Evidence(category, passage, Hit(0, 1, hits[0].term), stance, "use", where, why)


def _speaks(passage: Passage) -> bool:
    words = passage.words
    return words.has("enable", *VERBS) and not attributes.is_control(passage) and not denials(words)


def _of_definitions(passages: Sequence[Passage]) -> Iterator[Evidence]:
    """A denial of sensitive data as a whole denies what the same paragraph lists under that term."""
    for _, block in groupby(passages, key=lambda passage: passage.block):
        paragraph = list(block)
        defining = [passage for passage in paragraph if is_definition(passage)]
        for passage in defining:
            for other in paragraph:
                if other not in defining:
                    yield from _inherit(mentions(passage.words), other)


def _inherit(listed: dict[str, tuple[str, list[Hit]]], other: Passage) -> Iterator[Evidence]:
    clear = [category for category, (kind, _) in listed.items() if kind == "clear"]
    for denial in denials(other.words) if clear else ():
        terms = [hit for hit in other.words.words.get("sensitive", ()) if denial.covers(hit)]
        if terms and denial.kind not in ("children", "purpose-scoped"):
            why = f"negated for all of: {_quote(other.words, terms[0])}"
            for category in clear:
                yield Evidence(category, other, terms[0], STANCES[denial.kind], denial.action, "app", why)


def _quote(words: Words, hit: Hit) -> str:
    return words.text[words.start(hit) : words.end(hit)]


def _around(passage: Passage, denial: Denial) -> str:
    words = passage.words
    if denial.end > len(words.tokens):
        return passage.header.text.strip()
    first = words.tokens[min(denial.start, denial.verb.start)].start
    return words.text[first : words.end(denial.verb)]
