"""The phrases and small words of one language in, one trie over tokens out; a text is searched in a single pass.

Phrase syntax (case does not matter, hyphens and apostrophes count as spaces, every CJK character is a word):
``a|b`` either word (``a_b`` keeps two words together there), ``word?`` may be missing, ``word*`` any ending, ``..`` up
to four words between, ``x & y`` both in one sentence in any order; a part ``@camera`` stands for any clear phrase of
that category.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from permcheck.errors import MappingError
from permcheck.knowledge import Knowledge

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
TOKEN = re.compile(rf"(?:https?://|www\.)[^\s()<>\[\]{CJK}]+|[{CJK}]|[^\W_{CJK}]+")
"""A word, or an address, which has no words to find."""
CAMEL = re.compile(r"(?<=[A-Za-z][a-z])(?=[A-Z])")
FIRST_CJK = "\u3040"
GAP = 4
"""How many words a ``..`` spans at most; twice as many where a word is one character."""


class Term(NamedTuple):
    """What a phrase stands for: a category's ``clear``, ``vague``, ``veto`` or ``label`` words, or a ``word`` class."""

    group: str
    name: str


class Hit(NamedTuple):
    """A phrase found: ``start`` and ``end`` count tokens, the end exclusive."""

    start: int
    end: int
    term: Term


class Token(NamedTuple):
    """A word, lower-cased, and where it stands in the text."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class _Node:
    next: dict[str, _Node] = field(default_factory=dict)
    prefix: dict[str, _Node] = field(default_factory=dict)
    gap: _Node | None = None
    ends: list[Term] = field(default_factory=list)


@dataclass(slots=True)
class Lexicon:
    """All phrases of one language, ready to search; ``joint`` holds the ``&`` phrases by number."""

    code: str
    root: _Node = field(default_factory=_Node)
    joint: list[tuple[Term, tuple[str, ...]]] = field(default_factory=list)
    starts: dict[str, tuple[_Node, ...]] = field(default_factory=dict)

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Every phrase that occurs in the tokens of one sentence, in order of its start."""
        hits: list[Hit] = []
        for at, token in enumerate(tokens):
            nodes = self.starts.get(token.text)
            if nodes is None:
                nodes = self.starts[token.text] = tuple(_step(self.root, token.text))
            for node in nodes:
                _walk(node, tokens, at, at + 1, hits)
        return _join(self, hits) if any(hit.term.group == "part" for hit in hits) else hits


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The words of ``text[start:end]``; joined words part where a capital follows small letters."""
    tokens: list[Token] = []
    for match in TOKEN.finditer(text, start, len(text) if end is None else end):
        word = match.group()
        if "." in word or "/" in word:
            continue
        if word.isascii() and not word.islower() and not word.isupper() and CAMEL.search(word):
            at = match.start()
            for part in CAMEL.split(word):
                tokens.append(Token(part.lower(), at, at + len(part)))
                at += len(part)
        else:
            tokens.append(Token(word.lower(), match.start(), match.end()))
    return tokens


def compile_lexicon(knowledge: Knowledge, code: str) -> Lexicon:
    """Compile one language. Raises `MappingError` on a phrase that is empty or names an unknown category."""
    lexicon = Lexicon(code)
    for category in knowledge.categories.values():
        phrases = category.phrases.get(code)
        if phrases is None:
            continue
        for group in ("clear", "vague", "veto", "label"):
            for phrase in getattr(phrases, group):
                _add(lexicon, phrase, Term(group, category.id), knowledge)
    language = knowledge.languages.get(code)
    for name, words in language.words.items() if language else ():
        for phrase in words:
            _add(lexicon, phrase, Term("word", name), knowledge)
    return lexicon


def _add(lexicon: Lexicon, phrase: str, term: Term, knowledge: Knowledge) -> None:
    parts = [part.strip() for part in phrase.split("&")]
    if len(parts) == 1:
        _insert(lexicon.root, phrase, term)
        return
    number = len(lexicon.joint)
    lexicon.joint.append((term, tuple(parts)))
    for index, part in enumerate(parts):
        if not part.startswith("@"):
            _insert(lexicon.root, part, Term("part", f"{number}.{index}"))
        elif part[1:] not in knowledge.categories:
            raise MappingError(f"{term.name}: phrase {phrase!r} names the unknown category {part[1:]!r}")


def _insert(root: _Node, phrase: str, term: Term) -> None:
    variants = list(_variants(phrase))
    if not all(variants) or not variants:
        raise MappingError(f"{term.name}: the phrase {phrase!r} has no words")
    for words in variants:
        node = root
        for word in words:
            if word == "..":
                node.gap = node.gap or _Node()
                node = node.gap
            elif word.endswith("*"):
                node = node.prefix.setdefault(word[:-1], _Node())
            else:
                node = node.next.setdefault(word, _Node())
        if term not in node.ends:
            node.ends.append(term)


def _variants(phrase: str) -> Iterator[list[str]]:
    parts = phrase.split()
    last = len(parts) - 1
    choices = [list(_choices(part, inside=0 < at < last)) for at, part in enumerate(parts)]
    for chosen in product(*choices):
        yield [word for words in chosen for word in words]


def _choices(part: str, *, inside: bool) -> Iterator[list[str]]:
    """The words that may stand in one place; mere punctuation counts as nothing between its neighbours."""
    if part == "..":
        yield [".."]
        return
    if part.endswith("?"):
        yield []
    for word in part.rstrip("?").split("|"):
        tokens = [token.text for token in tokenize(word)]
        if word.endswith("*") and tokens:
            tokens[-1] += "*"
        if tokens or inside:
            yield tokens


def _step(node: _Node, word: str) -> list[_Node]:
    found = node.next.get(word)
    below = [found] if found is not None else []
    for prefix, other in node.prefix.items() if node.prefix else ():
        if word.startswith(prefix):
            below.append(other)
    return below


def _walk(node: _Node, tokens: Sequence[Token], start: int, at: int, hits: list[Hit]) -> None:
    if node.ends:
        hits.extend(Hit(start, at, term) for term in node.ends)
    if at >= len(tokens):
        return
    if node.next or node.prefix:
        for below in _step(node, tokens[at][0]):
            _walk(below, tokens, start, at + 1, hits)
    if node.gap is not None:
        reach = GAP * 2 if tokens[at][0] >= FIRST_CJK else GAP
        for skip in range(at, min(at + reach + 1, len(tokens))):
            for below in _step(node.gap, tokens[skip][0]):
                _walk(below, tokens, start, skip + 1, hits)


def _join(lexicon: Lexicon, hits: list[Hit]) -> list[Hit]:
    parts: dict[str, list[Hit]] = {}
    for hit in hits:
        if hit.term.group == "part":
            parts.setdefault(hit.term.name, []).append(hit)
    plain = [hit for hit in hits if hit.term.group != "part"]
    numbers = sorted({int(name.split(".")[0]) for name in parts})
    joined = [hit for number in numbers for hit in _joint_hits(lexicon, number, parts, plain)]
    return sorted({*plain, *joined})


def _joint_hits(lexicon: Lexicon, number: int, parts: dict[str, list[Hit]], plain: list[Hit]) -> list[Hit]:
    term, wanted = lexicon.joint[number]
    found: list[list[Hit]] = []
    for index, part in enumerate(wanted):
        if part.startswith("@"):
            found.append([hit for hit in plain if hit.term == Term("clear", part[1:])])
        else:
            found.append(parts.get(f"{number}.{index}", []))
    if not all(found):
        return []
    if term.group == "veto":
        return [Hit(0, 1 << 30, term)]
    return [Hit(hit.start, hit.end, term) for hit in found[0]]
