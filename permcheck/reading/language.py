"""A block in, the language to read it in and that language's compiled lexicon out."""

from __future__ import annotations

import re

from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Language
from permcheck.model import Block, Document
from permcheck.reading.lexicon import FIRST_CJK, Lexicon, compile_lexicon, words_of

_LEXICONS: dict[tuple[str, str], Lexicon] = {}
_SMALL: dict[str, dict[str, set[str]]] = {}


def lexicon_for(knowledge: Knowledge, code: str) -> Lexicon:
    """The compiled lexicon of a language; kept by the mappings' digest, compiled when first met."""
    kept = _LEXICONS.get((knowledge.digest, code))
    if kept is None:
        kept = _LEXICONS[knowledge.digest, code] = compile_lexicon(knowledge, code)
    return kept


def spoken(block: Block, document: Document, knowledge: Knowledge) -> str:
    """The language to read a block in: its own, else the document's, else the likeliest; none where unsupported."""
    code = block.language or document.language or _likeliest(block.text, knowledge)
    return code if code in knowledge.languages else ""


def _likeliest(text: str, knowledge: Knowledge) -> str:
    """The language of a text too short to tell otherwise: the one whose small words it has most of."""
    if any("\u3040" <= sign <= "\u30ff" for sign in text):
        return "ja"
    words = set(words_of(text, 0, len(text)))
    if any(word[0] >= FIRST_CJK for word in words):
        return "zh"
    counts = {code: len(words & small) for code, small in _small_words(knowledge).items()}
    return max(counts, key=lambda code: (counts[code], code == "en"), default="en")


def _small_words(knowledge: Knowledge) -> dict[str, set[str]]:
    kept = _SMALL.get(knowledge.digest)
    if kept is None:
        kept = _SMALL[knowledge.digest] = {code: _words(one) for code, one in knowledge.languages.items()}
    return kept


def _words(language: Language) -> set[str]:
    return {word for phrases in language.cues.values() for phrase in phrases for word in re.split(r"[ |'?]+", phrase)}
