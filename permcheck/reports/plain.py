"""Text from bundles and policies in, text that is safe to show to a person out: one line, nothing that acts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ue000-\uf8ff\ufffe\uffff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
"""Control characters, bidi controls, invisible format characters, lone surrogates and private use."""


def visible(text: str) -> str:
    r"""The text with every character that acts or hides written out (``\x1b``, ``\u202e``); soft hyphens go."""
    return ACTING.sub(_written_out, text.replace("\xad", ""))


def _written_out(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def line(text: str) -> str:
    """The text on one line, white space joined, safe to show."""
    return visible(" ".join(text.split()))


def width(text: str) -> int:
    """How many columns a terminal needs for a text that `visible` has seen."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def clip(text: str, columns: int) -> str:
    """The text cut to a number of columns, with an ellipsis where something is left out."""
    if len(text) <= columns and width(text) <= columns:
        return text
    kept, used = [], 1
    for character in text[: columns + 1]:
        used += _columns(character)
        if used > columns:
            break
        kept.append(character)
    return "".join(kept) + "…"


def pad(text: str, columns: int) -> str:
    """The text clipped or filled to exactly so many columns."""
    text = clip(text, columns)
    return text + " " * (columns - width(text))


def wrap(text: str, columns: int) -> Iterator[str]:
    """Lines of at most so many columns, broken at spaces where possible."""
    row = ""
    for word in text.split(" "):
        piece = word
        while width(piece) > columns:
            if row:
                yield row
                row = ""
            head = clip(piece, columns)[:-1]
            yield head
            piece = piece[len(head) :]
        if row and width(row) + 1 + width(piece) > columns:
            yield row
            row = piece
        else:
            row = f"{row} {piece}" if row else piece
    if row:
        yield row
