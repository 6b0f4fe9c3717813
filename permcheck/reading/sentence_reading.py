"""A sentence and a mention in it in, what the sentence says of it out: its stance, the deed, and why."""

from __future__ import annotations

from typing import NamedTuple

from permcheck.model import Action, Stance
from permcheck.reading.answers import affirms, answered_no, denies_all
from permcheck.reading.behind import denied_behind, elided, given_up
from permcheck.reading.clauses import action_of, own_action
from permcheck.reading.lexicon import Hit
from permcheck.reading.mention import Place, enables, is_disclaimed, is_of_goods, is_only_subject, name
from permcheck.reading.passages import EMPTY, VERBS, Passage, Words
from permcheck.reading.qualifiers import Kind, but_for
from permcheck.reading.stance import Denial, denials, needs

STANCES: dict[Kind, Stance] = {
    "denied": "denied",
    "denied-except": "denied-except",
    "conditional": "conditional",
    "hedged": "hedged",
    "purpose-scoped": "purpose-scoped",
}


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


def read(passage: Passage, hit: Hit, kind: str, heard: Heard) -> Reading | None:
    """What the sentence says of a mention: hanging on a slot, denied, answered no, or done; none where nothing is."""
    words = passage.words
    if passage.taints(words.start(hit), words.end(hit)):
        return Reading("placeholder", "collect", "only in text that hangs on an unfilled slot")
    denial = _denial_of(passage, hit, heard)
    if denial is not None:
        return _denied(passage, denial, hit)
    if answered_no(passage):
        return Reading("denied", "collect", f"answered no, named: {name(words, hit)}")
    practice = None if is_only_subject(words, hit) or is_disclaimed(words, hit) else _practice(passage, hit)
    if practice is None or (practice[0] == "sell" and is_of_goods(words)):
        return None
    action, verb = practice
    deed = (words.start(verb), words.end(verb)) if verb else None
    if kind == "vague":
        return Reading("vague", action, f"only in general words: {name(words, hit)}", deed)
    return Reading("disclosed", action, f"named: {name(words, hit)}", deed)


def narrowed(
    passage: Passage, category: str, hit: Hit, denied: list[Denial], found: dict[str, tuple[str, list[Hit]]]
) -> Reading | None:
    """A denial of one kind or part of it only ("not in the background"): ``location-background`` is a kind of it."""
    if passage.words.has("partly") and not passage.words.has("even") and not category.endswith("-background"):
        action = denied[0].action if denied else "use"
        return Reading("purpose-scoped", action, f"denied in part, named: {name(passage.words, hit)}")
    if passage.words.has("variant") and denied:
        why = f"denied of one version, named: {name(passage.words, hit)}"
        return Reading("denied-except", denied[0].action, why, deed_of(passage, denied[0]))
    for narrower, (kind, hits) in found.items():
        if kind == "clear" and narrower.startswith(f"{category}-") and not passage.words.has("even"):
            for denial in denied:
                if denial.covers(hit) and any(denial.covers(other) for other in hits):
                    why = f"only denied as {narrower}: {_around(passage, denial)}"
                    return Reading("purpose-scoped", denial.action, why, deed_of(passage, denial))
    return None


def _denial_of(passage: Passage, hit: Hit, heard: Heard) -> Denial | None:
    """What denies a mention: a denial around it, above it, or one that points back to it."""
    for denial in (*heard.named, *heard.above):
        if denial.covers(hit) and not (denial.keeping and _done_otherwise(passage, denial)):
            return denial
    for denial in heard.bare:
        if denial.start <= hit.beside < denial.end and not denial.covers(hit):
            return denial
    behind = elided(passage.words, hit) or given_up(passage.words, hit) or denied_behind(passage.words, hit, heard.bare)
    if behind is None or (heard.affirms and (behind.keeping or _takes_away(passage.words, behind))):
        return None
    return behind


def _takes_away(words: Words, denial: Denial) -> bool:
    """Whether what is denied is sending it away, which leaves open that the phone reads it."""
    return any(hit.start == denial.verb.start for hit in words.words.get("away", ()))


def _done_otherwise(passage: Passage, denial: Denial) -> bool:
    """Whether it is used all the same where only keeping it is denied ("sent while you talk, not stored")."""
    deeds = [hit for name in (*VERBS, "enable") for hit in passage.words.words.get(name, ())]
    own = [hit for hit in deeds if hit != denial.verb and hit.start >= denial.start]
    return bool(own) or any(heading.has("heading_practice") for heading in passage.headings)


def _denied(passage: Passage, denial: Denial, hit: Hit) -> Reading | None:
    if denial.kind == "children":
        return None
    how = "negated but for one case" if denial.kind == "denied-except" and but_for(passage.words) else "negated"
    why = f"{how}: {_around(passage, denial)}, named: {name(passage.words, hit)}"
    return Reading(STANCES[denial.kind], denial.action, why, deed_of(passage, denial))


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
    if enables(passage.words) or passage.header.has("enable", "list_header") or needs(passage.words):
        return "use", None
    if any(heading.has("heading_practice", *VERBS) for heading in passage.headings):
        return "collect", None
    return None


def _around(passage: Passage, denial: Denial) -> str:
    """The words that deny, or the line above that does."""
    deed = deed_of(passage, denial)
    above = passage.header if passage.header.tokens else passage.heading
    return passage.words.text[slice(*deed)] if deed else above.text.strip()


def deed_of(passage: Passage, denial: Denial) -> Place | None:
    """Where the negated verb stands with its negation; nowhere where a line above denies."""
    words = passage.words
    if denial.end > len(words.tokens):
        return None
    helpers = {hit.end: hit.start for hit in words.words.get("auxiliary", ())}
    first = min(denial.start, denial.verb.start)
    return words.tokens[helpers.get(first, first)].start, words.end(denial.verb)
