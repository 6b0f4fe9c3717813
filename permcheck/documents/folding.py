"""A draft in, the same draft with its letters as a person reads them out: look-alikes folded, directions resolved.

Matching works on the folded text; `Draft.original` keeps the letters of the file, character for character.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache

from permcheck.documents.outline import Draft

OVERRIDE, EMBEDDING = "override", "embedding"
"""The marks over letters between controls of direction: those that set an order, and those that set a ground."""
_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OPENING, _CLOSING = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068"), frozenset("\u202c\u2069")
_REVERSING = "\u202e"
_OVERRIDING = "\u202d\u202e"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_APOSTROPHE = re.compile(
    "(?<=[^\\W\\d_])[\u00b4\u02b9-\u02bd\u02c8\u02ca\u055a\u05f3\u0374\u07f4\u201b\u2032\ua78c\uff07](?=[^\\W\\d_])"
)
_STYLED = re.compile(
    "[\u2100-\u2138\u213a-\u214f\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff]"
    "|(?:(?<=[a-zA-Z{0}])[{0}]|[{0}](?=[a-zA-Z{0}]))".format(
        "\u1d2c-\u1d6a\u2071\u207f\u2090-\u209c\u249c-\u24e9\U0001f110-\U0001f189"
    )
)
"""Letters in another dress: mathematical, wide, circled, raised."""
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]")
_FOREIGN = re.compile(
    "[\u0250-\u02af\u0370-\u03ff\u0400-\u058f\u10a0-\u10ff\u13a0-\u13ff\u1d00-\u1d2b\u2c80-\u2cff\ua4d0-\ua4ff]"
)
"""Scripts with letters that look like Latin ones."""
_MOSTLY = 4
"""So many Latin letters to one of another script make a text Latin, in which a word of look-alikes is no word."""


def fold(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Fold the text of every draft, in place."""
    for draft in drafts:
        if not draft.text.isascii():
            if _CONTROLS.search(draft.text):
                _resolve(draft)
            folded = fold_text(draft.text)
            if folded != draft.text:
                draft.original, draft.text = draft.text, folded
        yield draft


def fold_text(text: str) -> str:
    """The text with every look-alike letter replaced by the one that a person reads; its length stays."""
    if text.isascii():
        return text
    folded = _APOSTROPHE.sub("\u2019", text)
    folded = _STYLED.sub(_plain, folded)
    return _by_script(folded) if _FOREIGN.search(folded) else folded


def strange_words(text: str, original: str) -> Iterator[tuple[int, int]]:
    """Where words stand in which letters of another script were taken for Latin ones."""
    for match in _WORD.finditer(original):
        pairs = zip(match[0], text[match.start() : match.end()], strict=True)
        if any(written != read and _FOREIGN.match(written) for written, read in pairs):
            yield match.span()


def _plain(match: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKC", match[0])
    return plain if len(plain) == 1 and plain.isascii() and plain.isalnum() else match[0]


def _by_script(text: str) -> str:
    foreign = len(_FOREIGN.findall(text))
    is_latin = foreign * _MOSTLY <= len(_LATIN.findall(text))
    return _WORD.sub(lambda match: _word(match[0], is_latin=is_latin), text)


def _word(word: str, *, is_latin: bool) -> str:
    if word.isascii() or not _FOREIGN.search(word) or not (is_latin or _LATIN.search(word)):
        return word
    if len(word) == 1 and not "\u0400" <= word <= "\u052f":
        return word  # alpha is a sign of its own
    folded = _FOREIGN.sub(lambda match: twin(match[0]), word)
    # a sign of physics or a name in its own letters is meant as it is
    return word if _FOREIGN.search(folded) else folded


@cache
def twin(letter: str) -> str:
    """The Latin letter that another letter is taken for (Unicode TR39), or itself."""
    # its tables take long to load, and few texts need them
    from confusable_homoglyphs.confusables import confusables_data  # noqa: PLC0415

    twins: list[str] = [found["c"] for found in confusables_data.get(letter, ())]
    plain = [twin for twin in twins if len(twin) == 1 and twin.isascii() and twin.isalpha()]
    if not plain:
        return letter
    if letter.isupper() and plain[0] == "l":
        return "I"  # TR39 has one prototype for the two, which look alike themselves
    return next((twin for twin in plain if twin.isupper() == letter.isupper()), plain[0])


def _resolve(draft: Draft) -> None:
    """Put letters whose direction is overridden in the order in which they are shown, and drop the controls."""
    order, stretches = _shown(draft.text)
    places = {old: new for new, old in enumerate(order)}
    kept = sorted(places)

    def at(offset: int) -> int:
        """Where what stood at an old offset begins now."""
        nearest = bisect_left(kept, offset)
        return places[kept[nearest]] if nearest < len(kept) else len(order)

    text = draft.text
    draft.origins = _origins(draft, order)
    draft.text = "".join(text[old] for old in order)
    marks: list[tuple[int, int, str]] = []
    for start, end, mark in draft.marks:
        first, last = sorted((at(start), at(max(start, end - 1))))
        marks.append((first, min(last + 1, len(order)), mark))
    marks += [(*_bounds(places, stretch), mark) for stretch, mark in stretches]
    draft.marks = tuple(sorted(mark for mark in marks if mark[1] > mark[0]))
    draft.unseen = tuple((at(offset), words, how) for offset, words, how in draft.unseen)
    draft.breaks = tuple(sorted({at(offset) for offset in draft.breaks}))


def _bounds(places: dict[int, int], stretch: tuple[int, ...]) -> tuple[int, int]:
    found = [places[old] for old in stretch]
    return min(found), max(found) + 1


_Stretches = list[tuple[tuple[int, ...], str]]


def _shown(text: str) -> tuple[list[int], _Stretches]:
    """The offsets of the letters in the order in which they are shown, and the stretches between controls."""
    levels: list[tuple[str, list[int]]] = [("", [])]
    stretches: _Stretches = []
    for at, sign in enumerate(text):
        if sign in _OPENING:
            levels.append((sign, []))
        elif sign in _CLOSING:
            if len(levels) > 1:
                _close(levels, stretches, text)
        else:
            levels[-1][1].append(at)
    while len(levels) > 1:
        _close(levels, stretches, text)
    return levels[0][1], stretches


def _close(levels: list[tuple[str, list[int]]], stretches: _Stretches, text: str) -> None:
    """End the innermost stretch; controls are at home where a text runs from right to left."""
    sign, inside = levels.pop()
    if inside and not _RIGHT_TO_LEFT.search("".join(text[at] for at in inside)):
        if sign == _REVERSING:
            inside.reverse()
        stretches.append((tuple(inside), OVERRIDE if sign in _OVERRIDING else EMBEDDING))
    levels[-1][1].extend(inside)


def _origins(draft: Draft, order: list[int]) -> tuple[tuple[int, int, int, int | None], ...]:
    """The map back to the file for the letters in their new order."""
    found: list[tuple[int, int, int, int | None]] = []
    starts = [origin[0] for origin in draft.origins]
    known = set(starts)
    for new, old in enumerate(order):
        if found and old == order[new - 1] + 1 and old not in known:
            continue
        start, line, column, page = draft.origins[max(0, bisect_right(starts, old) - 1)]
        found.append((new, line, column + old - start, page))
    return tuple(found)
