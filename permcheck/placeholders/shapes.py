"""Blocks in, template text out that no single wording shows: filler Latin, impossible dates, comments, native marks."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from itertools import groupby

from permcheck.model import Block
from permcheck.placeholders.rules import Search

Place = tuple[int, int, int]

_DIGIT = re.compile(r"\d")
_SHORTEST = 20
"""Characters of a block that can show what language it is in."""
_ENDING = re.compile(
    r"(?:(?<=[a-z]{2})(?:us|um|ibus|orum|arum|unt|que|amus|itur|atur|ae)|(?<=[a-z]{3})(?:is|it|or|em|am|at|et))$"
)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(.{1,2000}?)-->", re.DOTALL)
_CHINESE = re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月(?: ?(\d{1,2}) ?日)?")
_NUMERIC = re.compile(
    r"(?<![\d.])(\d{4}(?=.\d{1,2}.\d{1,2}(?!\d))|\d{1,2}(?=.\d{1,2}.\d{4}))([./-])(\d{1,2})\2(\d{1,4})(?![\d.])"
)


def filler(blocks: Sequence[Block], search: Search) -> Iterator[Place]:
    """Blocks of pseudo-Latin: told by the endings of its words where no language that people read lends it its own."""
    words = frozenset(search.words.get("latin", ()))
    common = frozenset(search.words.get("common", ()))
    for number, block in enumerate(blocks):
        opening = block.text[:1500]
        if (
            len(opening) >= _SHORTEST
            and opening.isascii()
            and _is_latin(_WORD.findall(opening.lower(), 0, 400), words, common)
        ):
            yield number, 0, len(block.text)


def _is_latin(found: Sequence[str], words: frozenset[str], common: frozenset[str]) -> bool:
    """Whether words are Latin by half of them being known or by a third of them ending as only Latin does."""
    if len(found) < 4 or sum(map(common.__contains__, found)) * 20 > len(found):
        return False
    known = [word for word in found if word in words]
    if len(known) * 2 >= len(found) and len(set(known)) >= 4:
        return True
    ended = [match.group() for word in set(found) if (match := _ENDING.search(word))]
    return len(ended) * 3 >= len(set(found)) and len(ended) >= 6 and len(set(ended)) >= 5


def dates(blocks: Sequence[Block], search: Search) -> Iterator[Place]:
    """Dates that no calendar has: the 31st of February, month 13, year 0000. Versions and numbers are none."""
    month, label = search.expression("month"), search.expression("label")
    for number, block in enumerate(blocks):
        if _DIGIT.search(block.text):
            for match in (*_written(block.text, month), *_figures(block.text, label)):
                yield number, match.start(), match.end()


def _written(text: str, month: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for match in _CHINESE.finditer(text):
        if not _exists(match[1], match[2], match[3] or "1"):
            yield match
    for match in month.finditer(text):
        if not _exists(match["y1"] or match["y2"], match["m1"] or match["m2"], match["d1"] or match["d2"]):
            yield match


def _figures(text: str, label: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for match in _NUMERIC.finditer(text):
        if label.search(text[max(0, match.start() - 40) : match.start()]) and not _is_numeric(match):
            yield match


_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: at for at, name in enumerate(_ENGLISH, 1)}
_OTHER = {"mär": 3, "mai": 5, "okt": 10, "dez": 12, "ene": 1, "abr": 4, "ago": 8, "dic": 12, "fév": 2, "avr": 4,
          "aoû": 8, "déc": 12, "juin": 6, "juil": 7}  # fmt: skip


def _exists(year: str, month: str, day: str) -> bool:
    key = month.lower()
    at = int(month) if month.isdigit() else (_OTHER.get(key[:4]) or MONTHS.get(key[:3]) or _OTHER.get(key[:3], 1))
    full = int(year)
    return 1900 <= full <= 2200 and 1 <= at <= 12 and 1 <= int(day) <= monthrange(full, at)[1]


def _is_numeric(match: re.Match[str]) -> bool:
    first, second, third = match[1], match[3], match[4]
    if len(first) == 4:
        return _exists(first, second, third) or _exists(first, third, second)
    return _exists(third, second, first) or _exists(third, first, second)


def comments(blocks: Sequence[Block], search: Search) -> Iterator[Place]:
    """Comments to oneself that every reader of the page source can see."""
    words = search.expression("comment")
    for number, block in enumerate(blocks):
        if block.region == "comment":
            if words.search(block.text):
                yield number, 0, len(block.text)
            continue
        for match in _COMMENT.finditer(block.text) if "<!--" in block.text else ():
            if words.search(match.group(1)):
                yield number, match.start(), match.end()


def marks(blocks: Sequence[Block], search: Search) -> Iterator[Place]:
    """What a word processor itself marks as open: a prompt, a merge field, a highlight, a comment, a tracked change."""
    wanted = search.words.get("marks", ())
    for number, block in enumerate(blocks):
        chosen = sorted(
            (start, end)
            for start, end, name in block.marks
            if name.partition(":")[0] in wanted and _is_open(name, block.text[start:end].strip())
        )
        for start, group in groupby(chosen, key=lambda mark: mark[0]):
            yield number, start, max(end for _, end in group)


def _is_open(mark: str, text: str) -> bool:
    """Text is marked at all, and a merge field still shows its own name."""
    return bool(text) and (not mark.startswith("merge-field") or text[0] in "«<")
