"""A passage in, the platform it is about out: by its own words, a label before it, a cell, or what stands above."""

from __future__ import annotations

from collections.abc import Sequence

from permcheck.model import Scope
from permcheck.reading.answers import platform_cells
from permcheck.reading.clauses import covered
from permcheck.reading.lexicon import Hit
from permcheck.reading.passages import LABEL_ENDS, Passage, Words, remembered

PLATFORMS: tuple[Scope, ...] = ("android", "ios")
LABEL_SIGNS = frozenset(LABEL_ENDS) - {"-"} | set(")]\uff09")


def platform(passage: Passage) -> Scope | None:
    """The one platform that a sentence, its label, its cells, the line above it or its headings speak of."""
    columns = [name for name, told in platform_cells(passage).items() if told]
    if columns:
        return columns[0] if len(columns) == 1 else None
    named: set[Scope] = {name for name in PLATFORMS if passage.words.has(name)}
    header: set[Scope] = {name for name in PLATFORMS if passage.listed and passage.header.has(name)}
    for other in (_of_cell(passage.words), _of_label(passage.label), header or _of_label(passage.header)):
        named = named or other
    for heading in reversed(passage.headings):
        named = named or {name for name in PLATFORMS if heading.has(name, f"{name}_alone")}
    return next(iter(named)) if len(named) == 1 else None


@remembered
def _of_label(words: Words) -> set[Scope]:
    """The platforms that the words at the start are about, where they name nothing else: "iOS:", "Android - ..."."""
    named: dict[int, Scope] = {at: name for name in PLATFORMS for at in covered(words, name, f"{name}_alone")}
    if not named:
        return set()
    filling = covered(words, "and", "auxiliary")
    at = 0
    while at < len(words.tokens) and (at in named or at in filling or words.tokens[at].text.isdigit()):
        at += 1
    if at == 0 or not _ends_label(words, at):
        return set()
    return {name for place, name in named.items() if place < at}


def _ends_label(words: Words, at: int) -> bool:
    """Whether a sign ends the label before a word, or a sentence begins with "We" or the like right behind it."""
    if at == len(words.tokens):
        return True
    gap = words.text[words.tokens[at - 1].end : words.tokens[at].start]
    subject = words.begins("we_subject", at) and words.text[words.tokens[at].start].isupper()
    return subject or " - " in gap or not LABEL_SIGNS.isdisjoint(gap)


def _of_cell(words: Words) -> set[Scope]:
    """The platforms that fill a cell of a row."""
    if "|" not in words.text:
        return set()
    hits: list[tuple[Scope, Hit]] = [(name, hit) for name in PLATFORMS for hit in words.words.get(f"{name}_alone", ())]
    return {name for name, hit in hits if _fills_cell(words.text, words.start(hit), words.end(hit))}


def _fills_cell(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 2) : start].strip(), text[end : end + 2].strip()
    return before in ("", "|") and after in ("", "|") and "|" in before + after


def named_by(words: Words, mentions: Sequence[Hit]) -> Scope | None:
    """The platform by whose own words alone all of some mentions are named ("Face ID")."""
    for platform, names in (("ios", words.words.get("ios_name", ())), ("android", words.words.get("android_name", ()))):
        if mentions and all(any(name.start <= hit.start < name.end for name in names) for hit in mentions):
            return "ios" if platform == "ios" else "android"
    return None
