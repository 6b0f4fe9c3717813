"""A stretch of text in, its words, mentions, cues and clauses out, each when it is first asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from permcheck.knowledge.cue import CueKind
from permcheck.reading.lexicon import FIRST_CJK, Hit, Lexicon, Term, Token, tokenize, words_of

Grade = Literal["clear", "vague"]
LABEL_ENDS = "|:\uff1a(\uff08\u2013\u2014-\u2192"
HARD = frozenset(";:()[]|!?\u2013\u2014\u2022\u2026\uff1b\uff1a\uff08\uff09\u3010\u3011\uff01\uff1f\u3002")
"""Signs between two words that always part clauses."""
SPACED = (" - ", " -- ", " / ", ". ")
OPENERS: tuple[CueKind, ...] = (
    "contrast", "subordinator", "object_clause", "relative", "condition", "inverted_condition",
)  # fmt: skip
"""Kinds of cue that open a clause where they stand inside a sentence, the first that fits."""
ACTS: tuple[CueKind, ...] = (
    "sell", "share", "write", "access", "collect", "store", "request", "use", "leave", "stay", "occur", "need",
    "include", "function",
)  # fmt: skip
"""Kinds of cue that say what is done; where one word is of two kinds the first counts."""
ACTORS: tuple[CueKind, ...] = (
    "other_actor", "gadget", "partner", "named_company", "first_party", "app", "app_part", "platform", "reader",
)  # fmt: skip
LIGHT: tuple[CueKind, ...] = ("auxiliary", "passive", "negation", "conjunction", "hedge", "even")
"""Kinds that may stand between a subject and its verb."""


class Mention(NamedTuple):
    """A category named in a sentence: words ``start:end``."""

    category: str
    grade: Grade
    start: int
    end: int
    label: bool = False
    """Whether it is a word that names the category only as a label, at the start."""
    beside: int = -1
    """Where the other part of a name in two parts stands ("location ... in the background")."""


class Clause(NamedTuple):
    """Words ``start:end``; ``opener`` is the kind of cue that opens it, ``hard`` whether a hard sign stands before."""

    start: int
    end: int
    opener: CueKind | Literal[""]
    hard: bool
    sign: str
    """What stands between it and the clause before."""


@dataclass(frozen=True, eq=False)
class Sentence:
    """The piece ``text[first:last]`` taken apart."""

    text: str
    first: int = 0
    last: int = 0
    lexicon: Lexicon = field(default_factory=lambda: Lexicon(""))

    @cached_property
    def tokens(self) -> list[Token]:
        """The words with their places in ``text``."""
        return tokenize(self.text, self.first, self.last, self.lexicon.parts)

    @cached_property
    def _plain(self) -> list[str]:
        return words_of(self.text, self.first, self.last, self.lexicon.parts)

    @cached_property
    def named(self) -> list[Hit]:
        """The phrases of categories, look-alikes among them, in order."""
        return self.lexicon.named(self._plain)

    @cached_property
    def cues(self) -> dict[str, list[Hit]]:
        """The cues by kind, but for those inside a longer one of their kind and those that only seem negative."""
        found = {kind: longest(hits) for kind, hits in self.lexicon.cues(self._plain).items()}
        masks = found.get("pseudo_negation", [])
        for kind in ("negation", "negative_quantifier", "negative_predicate", "without", "no_longer"):
            if kind in found and masks:
                kept = [hit for hit in found[kind] if not any(mask.start <= hit.start < mask.end for mask in masks)]
                found[kind] = kept
        return {kind: hits for kind, hits in found.items() if hits}

    @property
    def piece(self) -> str:
        """The text itself."""
        return self.text[self.first : self.last]

    @property
    def is_empty(self) -> bool:
        """Whether it holds no word."""
        return not self.tokens

    def of(self, *kinds: CueKind) -> list[Hit]:
        """The cues of some kinds, in order."""
        if len(kinds) == 1:
            return self.cues.get(kinds[0], [])
        return sorted(hit for kind in kinds for hit in self.cues.get(kind, ()))

    def has(self, *kinds: CueKind) -> bool:
        """Whether a cue of one of the kinds occurs."""
        return any(kind in self.cues for kind in kinds)

    def within(self, first: int, last: int, *kinds: CueKind) -> Hit | None:
        """The first cue of some kinds that starts in the words ``first:last``."""
        return next((hit for hit in self.of(*kinds) if first <= hit.start < last), None)

    def starts_at(self, at: int, *kinds: CueKind) -> Hit | None:
        """The longest cue of some kinds that starts at a word."""
        hits = [hit for hit in self.of(*kinds) if hit.start == at]
        return max(hits, key=lambda hit: hit.end) if hits else None

    def ends_at(self, at: int, *kinds: CueKind) -> Hit | None:
        """The longest cue of some kinds that ends before a word."""
        hits = [hit for hit in self.of(*kinds) if hit.end == at]
        return min(hits, key=lambda hit: hit.start) if hits else None

    def covered(self, *kinds: CueKind) -> set[int]:
        """The words inside cues of some kinds, by number."""
        return {at for hit in self.of(*kinds) for at in range(hit.start, hit.end)}

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Where the words ``first:last`` stand in the text."""
        if not self.tokens or first >= last:
            return self.first, self.first
        return self.tokens[first].start, self.tokens[min(last, len(self.tokens)) - 1].end

    def words(self, first: int, last: int) -> str:
        """The words ``first:last`` as they stand."""
        return self.text[slice(*self.place(first, last))]

    def name(self, mention: Mention) -> tuple[int, int]:
        """The words that name a thing, without the verb and the article before it ("collect your location")."""
        leading = self.covered("determiner", "auxiliary", "conjunction", *ACTS)
        leading -= self.covered("other_object", "certain_object")
        start = mention.start
        while start < mention.end - 1 and start in leading:
            start += 1
        return start, mention.end

    def gap(self, at: int) -> str:
        """What stands between a word and the one before it."""
        if at == 0:
            return self.text[self.first : self.tokens[0].start] if self.tokens else ""
        if at >= len(self.tokens):
            return self.text[self.tokens[-1].end : self.last]
        return self.text[self.tokens[at - 1].end : self.tokens[at].start]

    @cached_property
    def mentions(self) -> list[Mention]:
        """What is named, in order: of two phrases of a category that overlap the clear one, then the longer one."""
        vetoes: dict[str, list[Hit]] = {}
        for hit in self.named:
            if hit.term.group == "veto":
                vetoes.setdefault(hit.term.name, []).append(hit)
        found = []
        for hit in self.named:
            label = hit.term.group == "label" and self._is_label(hit)
            if not label and (
                hit.term.group not in ("clear", "vague") or _overlapped(hit, vetoes.get(hit.term.name, ()))
            ):
                continue
            start, end = hit.start, min(hit.end, len(self.tokens))
            if "|" in self.words(start, end):  # no name runs from one cell of a table into the next
                continue
            if hit.end - hit.start > 1 and self._runs_on(hit):
                continue
            grade: Grade = "vague" if hit.term.group == "vague" else "clear"
            found.append(Mention(hit.term.name, grade, start, end, label, hit.beside))
        return _distinct(found)

    def _runs_on(self, hit: Hit) -> bool:
        """Whether a phrase with a gap has run over a comma or over what sets two things apart."""
        end = min(hit.end, len(self.tokens))
        if any(at - 1 in self._apart for at in range(hit.start + 2, end)):
            return True
        actors = [one.start for one in self.of("app", "first_party")]
        parted = any("," in self.gap(at) or at in actors for at in range(hit.start + 1, end))
        if not parted:
            return False
        return any(
            other is not hit and other.term == hit.term and hit.start <= other.start and other.end <= hit.end
            for other in self.named
        )

    @cached_property
    def _apart(self) -> set[int]:
        return self.covered("excluded_from_set", "replaced", "without")

    def _is_label(self, hit: Hit) -> bool:
        """Whether a word stands by itself at the start: as a whole item, a first cell or before a colon."""
        if hit.start != 0:
            return False
        rest = self.text[self.tokens[hit.end - 1].end : self.tokens[-1].end].lstrip(" *_`\"'\u201d")
        return not rest or rest[0] in LABEL_ENDS

    @cached_property
    def actors(self) -> list[Hit]:
        """Who may act, in order: the longest at each place, none that is but part of a longer name ("YouTube")."""
        rank: dict[str, int] = {kind: number for number, kind in enumerate(ACTORS)}
        found = sorted(
            self.of(*ACTORS, "pronoun_subject"), key=lambda hit: (hit.start, -hit.end, rank.get(hit.term.name, 99))
        )
        kept: list[Hit] = []
        for hit in found:
            glued = hit.end < len(self.tokens) and not self.gap(hit.end) and self.tokens[hit.end].text.isascii()
            named = any(
                one.start <= hit.start and hit.end <= one.end and one.end - one.start > hit.end - hit.start
                for one in self._names
            )
            if (
                (not kept or hit.end > kept[-1].end)
                and not named
                and not (glued and self.tokens[hit.start].text.isascii())
            ):
                kept.append(hit)
        return kept

    @cached_property
    def acts(self) -> list[tuple[CueKind, Hit]]:
        """What is done, in order: the longest cue at each place, none inside the name of a thing but at its start."""
        inside = {at for mention in self._names for at in range(mention.start + 1, mention.end)}
        verbs = {hit.start for kind in ACTS for hit in self.cues.get(kind, ())}
        free = {self._stretches[at] for at in verbs - inside}
        inside = {at for at in inside if self._stretches[at] in free}  # else the name holds the only verb there is
        inside |= self.covered("permission_frame", "purpose_not", "ios_name", "android_name")
        inside |= {
            at for one in self.mentions if "_" in self.words(one.start, one.end) for at in range(one.start, one.end)
        }
        inside |= {at for hit in self.of(*ACTORS) for at in range(hit.start + 1, hit.end)}
        heads, behind = self.covered("light_head"), {mention.end for mention in self.mentions}
        best: dict[int, tuple[CueKind, Hit]] = {}
        for kind in ACTS:
            for hit in self.cues.get(kind, ()):
                if hit.start in inside or (hit.start in heads and hit.start in behind):
                    continue
                if hit.start not in best or best[hit.start][1].end < hit.end:
                    best[hit.start] = (kind, hit)
        opens = {one.start for one in self.mentions}
        acts: list[tuple[CueKind, Hit]] = []
        for start in sorted(best):
            if acts and acts[-1][1].end > start:
                continue
            if self.is_cjk and start in opens and acts and self._near(acts[-1][1].end, start):
                continue
            acts.append(best[start])
        return acts

    def _near(self, first: int, last: int) -> bool:
        """Whether two words are near, with no comma between."""
        text = self.text[self.tokens[first - 1].end : self.tokens[last].start]
        return last - first <= LONGEST_NAME and not any(comma in text for comma in self.lexicon.grammar.commas)

    @cached_property
    def _stretches(self) -> list[int]:
        """For each word the number of the stretch between signs that it stands in."""
        signs = HARD | set(self.lexicon.grammar.commas)
        numbers, number = [], 0
        for at in range(len(self.tokens)):
            number += at > 0 and not signs.isdisjoint(self.gap(at))
            numbers.append(number)
        return numbers

    @cached_property
    def _names(self) -> list[Mention]:
        """Mentions short enough to be names rather than whole clauses."""
        longest = LONGEST_CJK_NAME if self.is_cjk else LONGEST_NAME
        return [one for one in self.mentions if one.end - one.start <= longest]

    @cached_property
    def is_cjk(self) -> bool:
        """Whether it is written without spaces, each character a word."""
        return bool(self.tokens) and self.tokens[0].text[0] >= FIRST_CJK

    def acts_at(self, at: int) -> bool:
        """Whether a word begins what is done."""
        return any(hit.start == at for _, hit in self.acts)

    @cached_property
    def clauses(self) -> list[Clause]:
        """The sentence cut at its signs, at what opens a clause, and before a verb that is joined to another."""
        if not self.tokens:
            return []
        cuts = [(0, "", False, "")]
        inside = {at for one in self.mentions for at in range(one.start + 1, one.end)}
        inside |= {
            one.start
            for one in self.mentions
            if self.gap(one.start) == " " and one.start in self._openings["object_clause"]
        }
        for at in range(1, len(self.tokens)):
            cut = None if at in inside else self._cut(at)
            if cut is not None:
                cuts.append((at, *cut))
        ends = [cut[0] for cut in cuts[1:]] + [len(self.tokens)]
        return [
            Clause(start, end, opener or self._opener(start), hard, sign)  # type: ignore[arg-type]
            for (start, opener, hard, sign), end in zip(cuts, ends, strict=True)
        ]

    def _cut(self, at: int) -> tuple[str, bool, str] | None:
        gap = self.gap(at)
        opener = self._opener(at)
        if gap not in (" ", ""):
            if not HARD.isdisjoint(gap) or any(sign in gap for sign in SPACED):
                return opener, True, gap
            if any(comma in gap for comma in self.lexicon.grammar.commas):
                return opener, False, gap
        if opener and not self._joined_to(at):
            return opener, False, gap
        if at in self._conjunctions and self._verb_follows(self._conjunctions[at]):
            return "conjunction", False, gap
        return None

    def _opener(self, at: int) -> str:
        return next((kind for kind in OPENERS if at in self._openings.get(kind, ())), "")

    @cached_property
    def _openings(self) -> dict[CueKind, set[int]]:
        return {kind: {hit.start for hit in self.cues.get(kind, ())} for kind in OPENERS}

    def _joined_to(self, at: int) -> bool:
        """Whether what would open a clause goes on with one just opened ("and when", "even if")."""
        return self.ends_at(at, "conjunction", "even") is not None and at - 1 in self._cut_places

    @cached_property
    def _cut_places(self) -> set[int]:
        return {0}

    @cached_property
    def _conjunctions(self) -> dict[int, int]:
        return {hit.start: hit.end for hit in self.cues.get("conjunction", ())}

    def _verb_follows(self, at: int) -> bool:
        """Whether a verb, or a subject with its verb, stands right behind a joining word."""
        light = self.covered("auxiliary", "passive", "negation", "hedge", "anaphor")
        subjects = {hit.start: hit.end for hit in self.of("first_party", "app", "reader", "partner", "other_actor")}
        acts = {hit.start for _, hit in self.acts}
        auxiliary = False
        for _ in range(LIGHT_WORDS):
            if at in acts:
                return self.ends_at(at, "determiner", "preposition") is None
            if at in subjects:
                at = subjects[at]
            elif at in light:
                auxiliary = True
                at += 1
            else:
                return auxiliary
        return False

    def clause_of(self, at: int) -> int:
        """The number of the clause that a word stands in."""
        return max(0, bisect_right(self.clauses, at, key=lambda clause: clause.start) - 1)


LONGEST_NAME = 6
"""How many words a name may have for the verbs in it to be no more than parts of the name."""
LONGEST_CJK_NAME = 8
LIGHT_WORDS = 5
"""How many words may stand between a joining word and its verb."""
EMPTY = Sentence("")


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """Those of the hits that stand inside no other, in order."""
    kept: list[Hit] = []
    for hit in sorted(set(hits), key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.end > kept[-1].end:
            kept.append(hit)
    return kept


def _overlapped(hit: Hit, vetoes: Sequence[Hit]) -> bool:
    """Whether a look-alike stands in or over a mention; of two phrases that begin together the longer one tells."""
    return any(
        veto.start < hit.end and hit.start < veto.end and not (veto.start == hit.start and veto.end < hit.end)
        for veto in vetoes
    )


def _distinct(found: list[Mention]) -> list[Mention]:
    """One mention for each stretch of words that names a category."""
    order = sorted(found, key=lambda one: (one.grade != "clear", one.label, one.start - one.end, one.start))
    kept: list[Mention] = []
    for one in order:
        if not any(k.category == one.category and k.start < one.end and one.start < k.end for k in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: (one.start, one.end, one.category))


def label_term(category: str) -> Term:
    """The term of a clear mention."""
    return Term("clear", category)
