"""The phrases and small words of one language in, one trie over tokens out; a text is searched in a single pass.

Phrase syntax (case does not matter, hyphens and apostrophes count as spaces, every CJK character is a word):
``a|b`` either word (``a_b`` keeps two words together there), ``word?`` may be missing, ``word*`` any ending, ``..`` up
to four words between, ``x & y`` both in one sentence in any order; a part ``@camera`` stands for any clear phrase of
that category.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from permcheck.errors import MappingError
from permcheck.knowledge import Knowledge
from permcheck.knowledge.cue import CueKind
from permcheck.knowledge.schema import Category, Grammar, Language

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
KATAKANA = "\u30a1-\u30fa\u30fc"
KATAKANA_RUN = re.compile(rf"[{KATAKANA}]+")
TOKEN = re.compile(rf"(?:https?://|www\.)[^\s()<>\[\]{CJK}]+|[{KATAKANA}]+|[{CJK}]|[^\W_{CJK}]+")
"""A word, or an address, which has no words to find; a run of katakana is one word until `Parts` takes it apart."""
CAMEL = re.compile(r"(?<=[A-Za-z][a-z])(?=[A-Z])")
FIRST_CJK = "\u3040"
FIRST_KATAKANA, LAST_KATAKANA = "\u30a1", "\u30fc"
LONGEST_RUN = 40
"""Letters of katakana that are taken apart at most; what runs on for longer is no word."""
ACTS: tuple[CueKind, ...] = ("collect", "store", "access", "use", "share", "sell")
DOERS = ("tor", "ssor")
"""Ends of words for who or what does something ("editor", "processor"), which hold no "or"."""
SHORTEST = 4
"""How many letters a word has that may have lost the space behind it."""
REMEMBERED = 1 << 15
"""How many different words are remembered."""
GAP = 4
"""How many words a ``..`` spans at most; twice as many where a word is one character."""


class Term(NamedTuple):
    """What a phrase stands for: a category's ``clear``, ``vague``, ``veto`` or ``label`` words, or a ``cue`` kind."""

    group: str
    name: str


class Hit(NamedTuple):
    """A phrase found: ``start`` and ``end`` count tokens, the end exclusive.

    ``beside`` is where the other part of an ``&`` phrase starts, the nearest one; -1 for any other phrase.
    """

    start: int
    end: int
    term: Term
    beside: int = -1


class Token(NamedTuple):
    """A word, lower-cased, and where it stands in the text."""

    text: str
    start: int
    end: int


Node = dict[str, Any]
"""A node of a trie, plain data: word -> node; under ``PREFIX`` the beginning of a word -> node, under ``SKIP`` the node
behind a ``..``, under ``END`` the numbers of the terms whose phrases end here. No word is written like these keys."""
PREFIX, SKIP, END = "*", "..", ""
Found = tuple[list[Hit], Sequence[Term]]
"""Where hits are gathered, and the terms that their numbers stand for."""


class Start(NamedTuple):
    """What a first word leads to: the terms it is by itself, the nodes that ask for one of some words next, the others.

    ``following`` are those words; ``certain`` says that more than they can follow.
    """

    ended: list[Term]
    plain: list[Node]
    others: list[Node]
    following: frozenset[str]
    certain: bool


NOWHERE = Start([], [], [], frozenset(), certain=False)


@dataclass(slots=True)
class Trie:
    """Phrases in one tree of words; ``starts`` remembers what each first word of a text led to."""

    root: Node = field(default_factory=dict)
    starts: dict[str, Start] = field(default_factory=dict)

    def find(self, words: Sequence[str], terms: Sequence[Term]) -> list[Hit]:
        """Every phrase that occurs in the words, in order of its start."""
        hits: list[Hit] = []
        last = len(words) - 1
        for at, word in enumerate(words):
            start = self.starts.get(word)
            if start is None:
                start = self.starts[word] = _start(self.root, word, terms)
            if start.certain or (at < last and words[at + 1] in start.following):
                _begin(start, words, at, (hits, terms))
        return hits


class Parts(dict[str, tuple[str, ...]]):
    """A run of letters as it stands -> the words it holds, in small letters; remembered, since words come again.

    Words part where a capital follows small letters, where a space was lost before a joining word ("locationand"), and
    where katakana words of the language make up a whole run. ``glue`` are the joining words, ``known`` the words that
    are whole, ``nouns`` those that may stand before, ``katakana`` the words that a run may be made of.
    """

    def __init__(
        self,
        glue: Iterable[str] = (),
        known: Container[str] = (),
        nouns: Container[str] = (),
        katakana: Collection[str] = (),
    ) -> None:
        """Take the words; nothing is remembered yet."""
        super().__init__()
        self.glue, self.known, self.nouns, self.katakana = tuple(glue), known, nouns, katakana

    def __missing__(self, word: str) -> tuple[str, ...]:
        if FIRST_KATAKANA <= word[0] <= LAST_KATAKANA:
            parts = tuple(self._of_katakana(word)) or (word,)
        else:
            parts = tuple(part for whole in _at_capitals(word) for part in self._at_glue(whole))
        if len(self) < REMEMBERED:
            self[word] = parts
        return parts

    def _of_katakana(self, run: str) -> list[str]:
        """The known words that a run is made of without a rest; none where it is not."""
        if run in self.katakana or not self.katakana or len(run) > LONGEST_RUN:
            return []
        best: list[list[str] | None] = [[]]
        for end in range(1, len(run) + 1):
            starts = (at for at in range(end) if best[at] is not None and run[at:end] in self.katakana)
            first = next(starts, None)
            best.append(None if first is None else [*(best[first] or ()), run[first:end]])
        return best[-1] or []

    def _at_glue(self, word: str) -> tuple[str, ...]:
        for glue in self.glue:
            before = word.removesuffix(glue)
            if before == word or len(before) < SHORTEST or before not in self.nouns:
                continue
            if word not in self.known and not word.endswith(DOERS):
                return before, glue
        return (word,)


def _at_capitals(word: str) -> tuple[str, ...]:
    """The words of a run of letters that its capitals tell apart: none in an address."""
    if "." in word or "/" in word:
        return ()
    if word.isascii() and not word.islower() and not word.isupper() and CAMEL.search(word):
        return tuple(part.lower() for part in CAMEL.split(word))
    return (word.lower(),)


PLAIN = Parts()


@dataclass(slots=True)
class Lexicon:
    """All phrases of one language: ``naming`` those of the categories, ``small`` those of the language itself.

    Nodes hold numbers of ``terms``; ``joint`` are the ``&`` phrases: the term's number and the parts.
    """

    code: str
    terms: list[Term] = field(default_factory=list)
    naming: Trie = field(default_factory=Trie)
    small: Trie = field(default_factory=Trie)
    joint: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    parts: Parts = field(default_factory=lambda: PLAIN)
    grammar: Grammar = field(default_factory=Grammar)

    def named(self, words: Sequence[str]) -> list[Hit]:
        """Every phrase of a category that occurs in the words of one sentence, in order of its start."""
        hits = self.naming.find(words, self.terms)
        return _join(self, hits) if any(hit.term.group == "part" for hit in hits) else hits

    def cues(self, words: Sequence[str]) -> dict[str, list[Hit]]:
        """The cues of one sentence by kind, each kind in order."""
        table: dict[str, list[Hit]] = {}
        for hit in self.small.find(words, self.terms):
            table.setdefault(hit.term.name, []).append(hit)
        return table


def tokenize(text: str, start: int = 0, end: int | None = None, parts: Parts = PLAIN) -> list[Token]:
    """The words of ``text[start:end]`` with their places."""
    tokens: list[Token] = []
    for match in TOKEN.finditer(text, start, len(text) if end is None else end):
        at, last = match.span()
        words = parts[match.group()]
        if len(words) == 1:
            tokens.append(Token(words[0], at, last))
            continue
        for word in words:
            tokens.append(Token(word, at, at + len(word)))
            at += len(word)
    return tokens


def words_of(text: str, start: int, end: int, parts: Parts = PLAIN) -> list[str]:
    """The words of `tokenize` without their places, which most sentences are never asked for."""
    return [part for word in TOKEN.findall(text, start, end) for part in parts[word]]


def compile_lexicon(knowledge: Knowledge, code: str) -> Lexicon:
    """Compile one language. Raises `MappingError` on a phrase that is empty or names an unknown category."""
    lexicon = Lexicon(code)
    for category in knowledge.categories.values():
        phrases = category.phrases.get(code)
        for group in ("clear", "vague", "veto", "label", "product") if phrases is not None else ():
            number = _term(lexicon, group, category.id)
            own: tuple[str, ...] = getattr(phrases, group)
            named = (*own, *constants(category)) if group == "clear" else own
            for phrase in named:
                _add(lexicon, phrase, number, knowledge)
    language = knowledge.languages.get(code)
    for name, words in language.cues.items() if language else ():
        number = _term(lexicon, "cue", name)
        for phrase in words:
            _insert(lexicon.small.root, phrase, number, name)
    if language:
        lexicon.grammar = language.grammar
        lexicon.parts = _parts(knowledge, language)
    return lexicon


def constants(category: Category) -> list[str]:
    """The platform's own names of what asks for a category, as words ("READ_CONTACTS", "NSCameraUsageDescription")."""
    found = set()
    for signal in category.signals if category.judged else ():
        if signal.asks and signal.kind in ("permission", "purpose-string") and not signal.key.endswith("*"):
            words = words_of(signal.key.rpartition(".")[2], 0, len(signal.key))
            if len(words) > 1:
                found.add(" ".join(words))
    return sorted(found)


def _parts(knowledge: Knowledge, language: Language) -> Parts:
    """What may have lost a space: the words that name data, but for verbs ("processor" holds no "or")."""
    phrases = [one for category in knowledge.categories.values() if (one := category.phrases.get(language.code))]
    naming = [phrase for one in phrases for phrase in (*one.clear, *one.vague, *one.veto, *one.label)]
    small = [phrase for words in language.cues.values() for phrase in words]
    katakana = {run for phrase in (*naming, *small) for run in KATAKANA_RUN.findall(phrase)}
    if not language.grammar.glue:
        return Parts(katakana=katakana) if katakana else PLAIN
    verbs = _spelled(phrase for act in ACTS for phrase in language.cues.get(act, ()))
    return Parts(language.grammar.glue, _spelled((*naming, *small)), _spelled(naming) - verbs, katakana)


def _spelled(phrases: Iterable[str]) -> set[str]:
    """The words that stand whole in some phrases."""
    words = (word for phrase in phrases for word in re.split(r"[\s|_?&]+", phrase.lower()))
    return {word for word in words if word.isalpha()}


def _term(lexicon: Lexicon, group: str, name: str) -> int:
    lexicon.terms.append(Term(group, name))
    return len(lexicon.terms) - 1


def _add(lexicon: Lexicon, phrase: str, number: int, knowledge: Knowledge) -> None:
    name = lexicon.terms[number].name
    parts = [part.strip() for part in phrase.split("&")]
    if len(parts) == 1:
        _insert(lexicon.naming.root, phrase, number, name)
        return
    joint = len(lexicon.joint)
    lexicon.joint.append((number, tuple(parts)))
    for index, part in enumerate(parts):
        if not part.startswith("@"):
            _insert(lexicon.naming.root, part, _term(lexicon, "part", f"{joint}.{index}"), name)
        elif part[1:] not in knowledge.categories:
            raise MappingError(f"{name}: phrase {phrase!r} names the unknown category {part[1:]!r}")


def _insert(root: Node, phrase: str, number: int, name: str) -> None:
    variants = _variants(phrase)
    if not all(variants) or not variants:
        raise MappingError(f"{name}: the phrase {phrase!r} has no words")
    for words in variants:
        node = root
        for word in words:
            if word.endswith("*"):
                node = node.setdefault(PREFIX, {}).setdefault(word[:-1], {})
            else:
                node = node.setdefault(word, {})
        ends = node.setdefault(END, [])
        if number not in ends:
            ends.append(number)


def _variants(phrase: str) -> list[list[str]]:
    parts = phrase.split()
    last = len(parts) - 1
    choices = [_choices(part, inside=0 < at < last) for at, part in enumerate(parts)]
    return [[word for words in chosen for word in words] for chosen in product(*choices)]


@lru_cache(maxsize=1 << 12)
def _choices(part: str, *, inside: bool) -> list[list[str]]:
    """The words that may stand in one place; mere punctuation counts as nothing between its neighbours."""
    if part == SKIP:
        return [[SKIP]]
    choices: list[list[str]] = [[]] if part.endswith("?") else []
    for word in part.rstrip("?").split("|"):
        words = words_of(word, 0, len(word))
        if word.endswith("*") and words:
            words[-1] += "*"
        if words or inside:
            choices.append(words)
    return choices


def _start(root: Node, word: str, terms: Sequence[Term]) -> Start:
    nodes = _step(root, word)
    if not nodes:
        return NOWHERE
    ended = [terms[number] for node in nodes for number in node.get(END, ())]
    onward = [node for node in nodes if node.keys() - {END}]
    others = [node for node in onward if PREFIX in node or SKIP in node]
    plain = [node for node in onward if PREFIX not in node and SKIP not in node]
    following = frozenset(after for node in plain for after in node)
    return Start(ended, plain, others, following, certain=bool(ended or others))


def _begin(start: Start, words: Sequence[str], at: int, found: Found) -> None:
    hits, _ = found
    for term in start.ended:
        hits.append(Hit(at, at + 1, term))
    if at + 1 < len(words):
        for node in start.plain:
            below = node.get(words[at + 1])
            if below is not None:
                _walk(below, words, at, at + 2, found)
        for node in start.others:
            _onward(node, words, at, at + 1, found)


def _step(node: Node, word: str) -> list[Node]:
    found = node.get(word)
    below = [] if found is None else [found]
    prefixes = node.get(PREFIX)
    if prefixes:
        below.extend(other for prefix, other in prefixes.items() if word.startswith(prefix))
    return below


def _walk(node: Node, words: Sequence[str], start: int, at: int, found: Found) -> None:
    hits, terms = found
    for number in node.get(END, ()):
        hits.append(Hit(start, at, terms[number]))
    if at < len(words):
        _onward(node, words, start, at, found)


def _onward(node: Node, words: Sequence[str], start: int, at: int, found: Found) -> None:
    for below in _step(node, words[at]):
        _walk(below, words, start, at + 1, found)
    behind = node.get(SKIP)
    if behind is not None:
        reach = GAP * 2 if words[at][0] >= FIRST_CJK else GAP
        for skip, word in enumerate(words[at : at + reach + 1], at + 1):
            if word in behind or PREFIX in behind:
                for below in _step(behind, word):
                    _walk(below, words, start, skip, found)


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
    of, wanted = lexicon.joint[number]
    term = lexicon.terms[of]
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
    others = [other.start for group in found[1:] for other in group]
    return [Hit(hit.start, hit.end, term, min(others, key=lambda at: abs(at - hit.start))) for hit in found[0]]
