"""The text of a block in, the places of its sentences out: abbreviations, joined words and CJK stops minded."""

from __future__ import annotations

import re

END = re.compile(
    r"[.!?\u2026]+[\"'\u201d\u2019)\]]*(?:\[\d{1,3}\])*|[\u3002\uff01\uff1f\uff0e]+[\"'\u201d\u2019\uff09\u300d\u300f)]*"
)
CLOSED = frozenset(
    [
        "e.g",
        "i.e",
        "vs",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "no",
        "art",
        "sec",
        "approx",
        "fig",
        "cap",
        "al",
        "resp",
        "incl",
        "esp",
        "bzw",
        "z.b",
        "d.h",
        "u.a",
        "ca",
        "nr",
        "abs",
        "usw",
        "p.ej",
        "sr",
        "sra",
        "etc",
        "inc",
        "ltd",
        "co",
        "corp",
        "llc",
        "jr",
        "dept",
        "est",
        "ext",
        "tel",
        "gem",
        "lit",
    ]
)
MAY_END = frozenset(["etc", "inc", "ltd", "co", "corp", "llc", "usw", "al"])
STARTERS = frozenset(
    [
        "we",
        "you",
        "our",
        "your",
        "the",
        "this",
        "these",
        "those",
        "if",
        "in",
        "when",
        "please",
        "it",
        "they",
        "for",
        "to",
        "any",
        "all",
        "such",
        "however",
        "by",
        "as",
        "with",
        "while",
        "i",
        "a",
        "an",
        "at",
        "on",
        "us",
        "and",
        "no",
        "where",
        "once",
        "wir",
        "sie",
        "die",
        "der",
        "das",
        "wenn",
        "nous",
        "vous",
        "le",
        "la",
        "les",
        "si",
        "nosotros",
        "usted",
        "el",
        "los",
    ]
)
_LONGEST_MARK = 16
LONGEST = 2_000
LONGEST_CJK = 600
"""Characters; what runs on for longer is no sentence but a list or a trick, and is read in pieces."""
WORD_BEFORE = re.compile(r"[^\s(\[\"'\u201c\u2018]+$")
NUMBERED = frozenset(["no", "nr", "art", "sec", "fig"])
"""Abbreviations before a number, words of their own otherwise."""
MONTHS = frozenset(
    [
        "januar",
        "februar",
        "märz",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "dezember",
    ]
)
"""German writes the number of a day with a full stop ("3. Mai")."""
MARK = re.compile(r"\s*\(?(?:\d{1,3}|[IVX]{1,5})\.\Z")
"""The mark of an item in running text, which belongs to what follows it."""
DOTTED = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]\Z")
"""Single letters parted by full stops ("U.S", "z"), where the last stop says little."""
NEXT_WORD = re.compile(r"\s*[\"'\u201c\u2018(\[]*([^\W_]+)")


def split(text: str) -> list[tuple[int, int]]:
    """``(start, end)`` of every sentence in reading order, surrounding white space left out."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in END.finditer(text):
        if match.end() < len(text) and _ends(text, match) and not MARK.match(text[start : match.end()][:_LONGEST_MARK]):
            _append(spans, text, start, match.end())
            start = match.end()
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while end - start > LONGEST_CJK:
        longest = LONGEST_CJK if "\u3040" <= text[start + LONGEST_CJK // 2] <= "\u9fff" else LONGEST
        if end - start <= longest:
            break
        cut = max(text.rfind(mark, start + longest // 2, start + longest) for mark in " ,;\uff0c\u3001\uff1b")
        cut = cut + 1 if cut > 0 else start + longest
        _trimmed(spans, text, start, cut)
        start = cut
    _trimmed(spans, text, start, end)


def _trimmed(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    if piece.strip():
        spans.append((start + left, start + len(piece.rstrip())))


def _ends(text: str, match: re.Match[str]) -> bool:
    if match.group()[0] not in ".!?\u2026":
        # Japanese goes on after a quotation with a particle
        return match.group()[-1] not in "\u300d\u300f" or not "\u3041" <= text[match.end()] <= "\u3096"
    after = text[match.end() : match.end() + 40]
    following = NEXT_WORD.match(after)
    word = following.group(1) if following else ""
    before = WORD_BEFORE.search(text[max(0, match.start() - 40) : match.start()])
    last = before.group() if before else ""
    if not after[:1].isspace():
        return _joined(last, after, match.group()[0])
    if match.group()[0] != ".":
        return not _goes_on(word)
    return _full_stop(last, word)


def _goes_on(word: str) -> bool:
    """Whether a word does not begin a sentence; names such as ``iOS`` may."""
    return word[:1].islower() and not word[1:2].isupper()


def _joined(last: str, after: str, stop: str) -> bool:
    """``data.We`` ends a sentence; ``www.Example.com``, ``3.5``, ``a.b@c`` and ``1.\u76f8\u673a`` do not."""
    if last[-1:].isdigit() and stop == ".":
        return False
    if any(mark in last for mark in ("/", "@", "www", ".")) or not re.match(r"[A-Z][a-z']*[\s,]", after):
        return "\u4e00" <= after[:1] <= "\u9fff"
    return ((len(last) > 2 or stop != ".") and last[-1:].islower()) or last[-1:] in ")\u201d"


def _full_stop(last: str, word: str) -> bool:
    plain = last.lower().strip(",;:()")
    if plain in MAY_END:
        return word.lower() in STARTERS and word[:1].isupper()
    if plain in NUMBERED:
        return not word[:1].isdigit() and not _goes_on(word)
    if plain in CLOSED or (plain.isdigit() and len(plain) < 3 and word.lower() in MONTHS):
        return False
    if DOTTED.match(plain.rpartition("-")[2]):
        return word.lower() in STARTERS and word[:1].isupper()
    return not _goes_on(word)
