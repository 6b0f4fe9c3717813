"""Two neighbours in, what they say together out: a question and its answer, a heading and the line that negates it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from permcheck.model import Action, Scope
from permcheck.reading.clauses import between, verbs
from permcheck.reading.lexicon import FIRST_CJK, Hit
from permcheck.reading.passages import VERBS, Passage, Words
from permcheck.reading.stance import Denial, denials

Answer = Literal["yes", "no", ""]
SHORT = 8
"""Words of a line that only takes back what stands above it ("The app does not request this permission.")."""

QUESTIONS = ("?", "\uff1f", "\u304b", "\u5417")
"""What a question ends with; Chinese and Japanese may end it with a word alone."""
CLOSING = " *_\"'\u201d\u2019\u3002"
OPENING = 3
"""How many words may open a question ("From which of your accounts ...?")."""
LABEL = 3
COLUMNS: dict[str, Scope] = {
    "android": "android", "安卓": "android", "ios": "ios", "iphone": "ios", "apple": "ios", "苹果": "ios",
}  # fmt: skip
"""Heads of columns that are a platform's."""
CROSSES = frozenset("\u2717\u2718\u274c\u00d7\u2716")
ECHO = 4
"""Words of an answer that leaves its verb out ("We do not.")."""


def asks(words: Words, text: str) -> bool:
    """Whether it is a question that yes or no answers: it states nothing by itself."""
    if not text.rstrip(CLOSING).endswith(QUESTIONS) or _asks_what(words):
        return False
    return words.begins("asks", 0) or words.has("asks_inside") or bool(between(verbs(words), 0, 1))


def _asks_what(words: Words) -> bool:
    """Whether it asks more than yes or no: by one of its first words, in Chinese and Japanese by any."""
    places = words.starts("asks_what")
    return bool(places) and (places[0] < OPENING or words.tokens[0].text[0] >= FIRST_CJK)


def answer(passage: Passage) -> Answer:
    """How a sentence answers the question before it; empty where it says something else."""
    words = passage.words
    if asks(words, passage.text):
        return ""
    if _opens_with(words, "answer_no"):
        return "no"
    if _opens_with(words, "answer_yes"):
        return "yes"
    short = ECHO * (2 if passage.text[:1] >= FIRST_CJK else 1)
    echo = len(words.tokens) <= short and words.has("negation") and not words.has(*VERBS)
    return "no" if echo or takes_back(words) else ""


def _opens_with(words: Words, name: str) -> bool:
    """Whether a sentence begins with a word that stands by itself, and so is no part of what follows."""
    first = [hit for hit in words.words.get(name, ()) if hit.start == 0]
    alone = words.begins("negation", 0)
    return any(_stands_alone(words.text[words.end(hit) :][:2], spaced=alone) for hit in first)


def _stands_alone(behind: str, *, spaced: bool) -> bool:
    """Whether no letter follows; none behind a space either where the word may also negate the next ("No data")."""
    return not (behind.lstrip() if spaced else behind)[:1].isalnum()


def takes_back(words: Words) -> Denial | None:
    """The flat denial of a short line that names nothing itself, and so speaks of what stands above it."""
    if len(words.tokens) > SHORT or any(hit.term.group in ("clear", "vague") for hit in words.named):
        return None
    found = denials(words, bare=True)
    return found[0] if found and found[0].kind == "denied" and not affirms(words, found) else None


def denies_all(words: Words, own: tuple[Action, Hit] | None = None) -> Denial | None:
    """The denial of a heading or a line above a list that says of all that follows that it is not done.

    ``own`` is the deed that an item names itself, where the line above only negates it ("We do not:").
    """
    ends = {len(words.tokens), *(hit.start for hit in words.words.get("auxiliary", ()) if hit.end == len(words.tokens))}
    last = [hit for hit in words.words.get("negation", ()) if hit.end in ends]
    if last and own is not None and not words.has("child"):
        return Denial(0, len(words.tokens), last[0], own[0], "denied")
    found = [denial for denial in denials(words, bare=True) if denial.end >= len(words.tokens)]
    if len(found) != 1 or _does_more(words, found[0]):
        return None
    return found[0]


def affirms(words: Words, denied: Sequence[Denial]) -> bool:
    """Whether a sentence does something besides what it denies."""
    deeds = [hit for name in ("enable", *VERBS) for hit in words.words.get(name, ())]
    return any(not any(denial.start <= hit.start < denial.end for denial in denied) for hit in deeds)


def answered_no(passage: Passage) -> bool:
    """Whether a row says no in a column that asks whether it is collected, or a line ends with no ("Contacts: no")."""
    columns = platform_cells(passage)
    if columns:
        return not any(columns.values())
    if "|" in passage.header.text and "|" in passage.words.text:
        answers = list(_cells(passage.words.text))
        for number, (start, end) in enumerate(_cells(passage.header.text)):
            if number < len(answers) and _is_no(passage.words, *answers[number]) and _asked(passage.header, start, end):
                return True
        return False
    text = passage.text.rstrip(" .*_\u3002")
    start = passage.start + max(text.rfind(sign) + len(sign) for sign in (":", "\uff1a", " -", " \u2013", " \u2014"))
    asked = not passage.words.has("option", "share", "sell")
    return asked and start > passage.start + 2 and _is_no(passage.words, start, passage.start + len(text))


def platform_cells(passage: Passage) -> dict[Scope, bool]:
    """What a row says in the columns of a table that are named for platforms alone: whether not "no"."""
    if "|" not in passage.header.text or "|" not in passage.words.text:
        return {}
    answers = list(_cells(passage.words.text))
    found: dict[Scope, bool] = {}
    for number, (start, end) in enumerate(_cells(passage.header.text)):
        platform = COLUMNS.get(passage.header.text[start:end].strip(" *_").casefold())
        if platform and number < len(answers):
            found[platform] = not _is_no(passage.words, *answers[number])
    return found


def _cells(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for cell in text.split("|"):
        yield start, start + len(cell)
        start += len(cell) + 1


def _is_no(words: Words, start: int, end: int) -> bool:
    """Whether a cell says no and nothing else."""
    if words.text[start:end].strip(" *_") in CROSSES:
        return True
    inside = [number for number, token in enumerate(words.tokens) if start <= token.start < end]
    return any((hit.start, hit.end) == (inside[0], inside[-1] + 1) for hit in words.words.get("no_cell", ()) if inside)


def _asked(words: Words, start: int, end: int) -> bool:
    """Whether the head of a column asks whether something is done, and not with whom it is shared."""

    def within(*names: str) -> bool:
        return any(start <= words.start(hit) < end for name in names for hit in words.words.get(name, ()))

    return within("collect", "access", "use") and not within("share", "sell", "option")


def run_in(passages: Sequence[Passage]) -> list[Passage]:
    """The passages, those behind a heading that runs into their paragraph ("Camera. We need it ...") under it."""
    found = list(passages)
    label: Passage | None = None
    for number, (before, passage) in enumerate(pairwise(passages), start=1):
        if before.block != passage.block:
            label = None
        elif passages[number - 2 : number - 1] == [] or passages[number - 2].block != before.block:
            label = before if _is_label(before.words) else None
        if label is not None:
            headings, section = (*passage.headings, label.words), (*passage.section, label.text.strip(" .*_"))
            found[number] = replace(passage, headings=headings, section=section)
    return found


def _is_label(words: Words) -> bool:
    """Whether a sentence is but a name ("Camera permission.")."""
    return len(words.tokens) <= LABEL and any(
        hit.start == 0 and hit.end >= len(words.tokens) - 1
        for hit in words.named
        if hit.term.group in ("clear", "label")
    )


def _does_more(words: Words, denial: Denial) -> bool:
    deeds = [hit for name in VERBS for hit in words.words.get(name, ())]
    return any(hit.start < denial.start for hit in deeds)
