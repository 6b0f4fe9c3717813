"""A hit in a block in, how far the slot reaches and which text hangs on it out."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, takewhile

from permcheck.documents import sentence as sentences
from permcheck.model import Block
from permcheck.placeholders.rules import Governs

Place = tuple[int, int, int]
"""Number of the block, start and end in its text."""

_EXAMPLE = re.compile(
    r"(?:For (?:example|instance)|E\.g\.|Zum Beispiel|Beispiel|Par exemple|Por ejemplo|例如|比如)\b|例如|比如",
    re.IGNORECASE,
)
_MARKER = re.compile(r"(?<=[;；]) ?(?=Confirm ?[:：])")
_INTRODUCES = re.compile(
    r"\b(?:delete|remove|omit|keep|following (?:description|text|section|paragraph)s?|löschen|entfernen|streichen"
    r"|supprimer|suprimir|eliminar)\b[^.:;?!]{0,40}:(?= |$)|删除[^。：；]{0,20}：",
    re.IGNORECASE,
)
_OPEN_LINE = re.compile(
    r"(?:[,，、&/-]|\b(?:the|a|an|of|our|your|to|and|or|in|with|by|for|on|at|from))$", re.IGNORECASE
)


@lru_cache(maxsize=64)
def split(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences of a text."""
    return tuple(sentences.split(text))


def sentence(block: Block, start: int, end: int) -> tuple[int, int]:
    """From the start of the sentence that holds ``start`` to the end of the one that holds ``end``."""
    spans = split(block.text)
    first = bisect_right(spans, start, key=lambda span: span[1])
    last = bisect_left(spans, max(end, start + 1), key=lambda span: span[0])
    return (spans[first][0], max(end, spans[last - 1][1])) if first < last else (start, end)


def instruction_start(block: Block, start: int, end: int) -> int:
    """Where the sentence of an instruction opens; a marker behind a semicolon opens one too."""
    first = sentence(block, start, end)[0]
    return max([first, *(match.end() for match in _MARKER.finditer(block.text, first, start))])


def instruction_end(block: Block, start: int, end: int) -> int:
    """Where an instruction that opens at ``start`` and was recognised up to ``end`` stops.

    It runs to the end of its sentence and takes an example sentence with it; a new marker, the colon behind "you can
    delete then" and a short line followed by a capital (a label line that nobody closed) stop it early.
    """
    stop = sentence(block, max(start, end - 1), end)[1]
    spans = split(block.text)
    following = bisect_left(spans, stop, key=lambda span: span[0])
    while (
        following < len(spans) and spans[following][0] - stop <= 2 and _EXAMPLE.match(block.text, spans[following][0])
    ):
        stop, following = spans[following][1], following + 1
    for expression in (_MARKER, _INTRODUCES):
        early = expression.search(block.text, end, stop)
        if early:
            stop = early.end() if expression is _INTRODUCES else early.start()
    return max(end, min([stop, *(at for at in _line_ends(block) if end <= at)]))


def _line_ends(block: Block) -> list[int]:
    """Ends of lines, as shown, that stop early, without punctuation, before a capital: an unclosed label line."""
    lines = list(pairwise([0, *block.breaks, len(block.text)]))
    width = max((end - start for start, end in lines), default=0)
    found = []
    for start, end in lines[:-1]:
        line = block.text[start:end].rstrip()
        short = len(line) < 0.75 * width and len(line) < 60
        following = block.text[end : end + 1]
        if short and (following.isupper() or following in "·•") and not _OPEN_LINE.search(line):
            found.append(start + len(line))
    return found


def governed(blocks: Sequence[Block], place: Place, governs: Governs) -> tuple[Place, ...]:
    """The text that cannot be evidence while the slot stands."""
    number, start, end = place
    block = blocks[number]
    if governs == "self":
        return (place,)
    if governs == "block":
        return ((number, 0, len(block.text)),)
    first, last = sentence(block, start, end)
    own = (number, first, end if end in _line_ends(block) else last)
    if governs == "sentence":
        return (own,)
    return (own, *_following(blocks, number, own[2]))


def _following(blocks: Sequence[Block], number: int, end: int) -> list[Place]:
    """The rest of the block, or the next block (with its list, when it introduces one) when nothing is left."""
    text = blocks[number].text
    if text[end:].strip():
        return [(number, end, len(text))]
    rest = range(number + 1, len(blocks))
    if not rest or blocks[rest[0]].kind == "heading":
        return []
    found = [rest[0]]
    if blocks[rest[0]].text.rstrip().endswith((":", "：")):
        found += takewhile(lambda other: blocks[other].kind in ("item", "row"), rest[1:])
    return [(other, 0, len(blocks[other].text)) for other in found]
