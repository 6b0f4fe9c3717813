"""The words of one sentence in, its seams out: hard stops, commas, brackets, scripts, and who may act."""

from __future__ import annotations

from permcheck.declarations.lexicon import FIRST_CJK, Hit
from permcheck.declarations.passages import Words

CJK_COMMAS = frozenset("\uff0c,")
BREAKS = frozenset(";\uff1b\u3002")
FIRST_KATAKANA = "\u30a0"


def breaks(words: Words, start: int, end: int, marks: frozenset[str] = BREAKS) -> list[int]:
    """Token numbers after which a hard stop stands inside the sentence."""
    tokens = words.tokens
    return [
        index + 1
        for index in range(start, min(end, len(tokens) - 1))
        if tokens[index].end < tokens[index + 1].start
        and marks & set(words.text[tokens[index].end : tokens[index + 1].start])
    ]


def is_cjk(words: Words, hit: Hit) -> bool:
    """Whether a word is of Chinese or Japanese, where each character counts as one."""
    return words.tokens[hit.start].text[0] >= FIRST_CJK


def is_kana(words: Words, start: int, end: int) -> bool:
    """Whether nothing but hiragana stands between two words."""
    return all(token.text[0] < FIRST_KATAKANA or token.text == "\u30fb" for token in words.tokens[start:end])


def stands(words: Words, name: str, hit: Hit) -> bool:
    """Whether a word of a class starts where the hit does."""
    return any(other.start == hit.start for other in words.words.get(name, ()))


def open_bracket(words: Words, negation: Hit) -> int:
    """The word behind the bracket that is still open at a negation, else the first."""
    until = words.start(negation)
    start = words.tokens[0].start
    opened = max(words.text.rfind(sign, start, until) for sign in "(\uff08")
    if opened < max(words.text.rfind(sign, start, until) for sign in ")\uff09"):
        return 0
    return sum(token.start < opened for token in words.tokens[: negation.start])


def subjects(words: Words) -> list[int]:
    """Where somebody who may act is named, "our" and "your" left out."""
    owners = words.words.get("possessive", ())
    named = words.words.get("we_subject", ())
    return [hit.start for hit in named if not any(other.start <= hit.start < other.end for other in owners)]
