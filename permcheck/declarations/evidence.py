"""The passages of a document in, what each says about each category out, with the reason for its stance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from permcheck.declarations import attributes
from permcheck.declarations.lexicon import Hit
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
    return [hit for hit in words.hits if hit.term.group in ("clear", "vague") and not _vetoed(words, hit)]


def gather(passages: Sequence[Passage], *, website_only: bool) -> list[Evidence]:
    """All evidence of a document, in reading order."""
    found: list[Evidence] = []
    for passage in passages:
        found.extend(_of_passage(passage, website_only=website_only))
    found.extend(_of_headings(passages, found))
    found.extend(_of_definitions(passages))
    found.sort(key=lambda item: (item.passage.block, item.passage.start, item.category))
    return _with_controls(found)


def _vetoed(words: Words, hit: Hit) -> bool:
    return any(
        other.term.group == "veto"
        and other.term.name == hit.term.name
        and other.start < hit.end
        and hit.start < other.end
        for other in words.hits
    )


def _of_passage(passage: Passage, *, website_only: bool) -> Iterator[Evidence]:
    found = mentions(passage.words)
    if not found or is_definition(passage) or passage.words.has("provenance"):
        return
    denied = denials(passage.words)
    for category, (kind, hits) in found.items():
        seen: set[Stance] = set()
        for hit in hits:
            reading = _read(passage, hit, kind, denied)
            if reading is None or reading[0] in seen:
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
        if denial.covers(hit):
            return _denied(passage, denial)
    practice = _practice(passage, hit)
    if practice is None:
        return None
    if kind == "vague":
        return "vague", practice, f"only in general words: {_quote(words, hit)}"
    return "disclosed", practice, f"named: {_quote(words, hit)}"


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
    for passage in passages:
        listed = mentions(passage.words) if is_definition(passage) else {}
        if not listed:
            continue
        for other in passages:
            if other.block != passage.block or is_definition(other):
                continue
            for denial in denials(other.words):
                terms = [hit for hit in other.words.words.get("sensitive", ()) if denial.covers(hit)]
                if terms and denial.kind not in ("children", "purpose-scoped"):
                    yield from _inherit(listed, other, terms[0], denial)


def _inherit(listed: dict[str, tuple[str, list[Hit]]], other: Passage, term: Hit, denial: Denial) -> Iterator[Evidence]:
    for category, (kind, _) in listed.items():
        if kind == "clear":
            why = f"negated for all of: {_quote(other.words, term)}"
            yield Evidence(category, other, term, STANCES[denial.kind], denial.action, "app", why)


def _with_controls(found: list[Evidence]) -> list[Evidence]:
    """Give each disclosure the sentence that tells the way out; such a sentence alone is only vague evidence."""
    controls = [item for item in found if item.is_control]
    told = {item.category for item in found if not item.is_control and item.stance in ("disclosed", "conditional")}
    result = []
    for item in found:
        if item.is_control and item.category in told:
            continue
        if item.is_control:
            result.append(_replace(item, "vague", "only the way to switch it off is told", item.passage))
        else:
            result.append(_replace(item, item.stance, item.why, _control_for(item, controls)))
    return result


def _replace(item: Evidence, stance: Stance, why: str, control: Passage | None) -> Evidence:
    if stance == "vague" and item.stance != "disclosed":
        stance = item.stance
    return Evidence(item.category, item.passage, item.mention, stance, item.action, item.scope, why, control)


def _control_for(item: Evidence, controls: list[Evidence]) -> Passage | None:
    own = [control for control in controls if control.category == item.category]
    if not own:
        return item.passage if item.passage.words.has("control") and item.stance == "disclosed" else None
    section = [control for control in own if control.passage.section == item.passage.section]
    return min(section or own, key=lambda control: abs(control.passage.block - item.passage.block)).passage


def _quote(words: Words, hit: Hit) -> str:
    return words.text[words.start(hit) : words.end(hit)]


def _around(passage: Passage, denial: Denial) -> str:
    words = passage.words
    if denial.end > len(words.tokens):
        return passage.header.text.strip()
    first = words.tokens[min(denial.start, denial.verb.start)].start
    return words.text[first : words.end(denial.verb)]
