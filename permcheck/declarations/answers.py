"""Two neighbours in, what they say together out: a question and its answer, a heading and the line that negates it."""

from __future__ import annotations

from typing import Literal

from permcheck.declarations.passages import Passage, Words
from permcheck.declarations.stance import VERBS, Denial, denials

Answer = Literal["yes", "no", ""]
SHORT = 8
"""Words of a line that only takes back what stands above it ("The app does not request this permission.")."""

ECHO = 4
"""Words of an answer that leaves its verb out ("We do not.")."""


def asks(words: Words, text: str) -> bool:
    """Whether it is a question that yes or no answers: it states nothing by itself."""
    return text.rstrip(" *_\"'\u201d\u2019").endswith(("?", "\uff1f")) and any(
        hit.start == 0 for hit in words.words.get("asks", ())
    )


def answer(passage: Passage) -> Answer:
    """How a sentence answers the question before it; empty where it says something else."""
    words = passage.words
    if any(hit.start == 0 for hit in words.words.get("answer_no", ())):
        return "no"
    if any(hit.start == 0 for hit in words.words.get("answer_yes", ())):
        return "yes"
    echo = len(words.tokens) <= ECHO and words.has("negation") and not words.has(*VERBS)
    return "no" if echo or takes_back(words) else ""


def takes_back(words: Words) -> Denial | None:
    """The flat denial of a short line that names nothing itself, and so speaks of what stands above it."""
    if len(words.tokens) > SHORT or any(hit.term.group in ("clear", "vague") for hit in words.hits):
        return None
    found = denials(words, bare=True)
    return found[0] if found and found[0].kind == "denied" else None


def denies_all(words: Words) -> Denial | None:
    """The denial of a heading or a line above a list that says of all that follows that it is not done."""
    found = [denial for denial in denials(words, bare=True) if denial.end >= len(words.tokens)]
    if len(found) != 1 or _does_more(words, found[0]):
        return None
    return found[0]


def affirms(words: Words) -> bool:
    """Whether a sentence does something besides what it denies."""
    denied = denials(words, bare=True)
    deeds = [hit for name in ("enable", *VERBS) for hit in words.words.get(name, ())]
    return any(not any(denial.start <= hit.start < denial.end for denial in denied) for hit in deeds)


def _does_more(words: Words, denial: Denial) -> bool:
    deeds = [hit for name in VERBS for hit in words.words.get(name, ())]
    return any(hit.start < denial.start for hit in deeds)
