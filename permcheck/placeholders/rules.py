"""Rules of the check ``placeholders`` in, what the engine searches for out; every pattern is vetted here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from permcheck.errors import MappingError
from permcheck.knowledge import Knowledge
from permcheck.knowledge.build import build
from permcheck.knowledge.expression import fault_of
from permcheck.knowledge.schema import Rule
from permcheck.knowledge.terms import Expression
from permcheck.model import Severity

Extent = Literal["match", "sentence", "whole-sentence", "block"]
Governs = Literal["self", "sentence", "block", "following"]

NEAR = 400
"""Characters around a hit in which a form for the reader gives itself away."""
FORM = 8
"""Blocks around the words of a form that belong to it."""
INNER = {"inner": True}
"""Of a field that no file may set."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One wording of unfilled template text.

    ``find`` is a regular expression (its group ``slot``, where it has one, is the slot); ``needs`` are plain lower-case
    strings of which the text must hold one before ``find`` is tried. A hit counts where ``only`` (if given) matches in
    its sentence and ``unless`` does not; it is dropped where ``unless_near`` matches within `NEAR` characters of the
    same block, ``unless_before`` right before it or ``unless_after`` right behind it. ``extent`` says how far the slot
    reaches from the match, ``governs`` which text hangs on it: ``following`` is what an instruction such as "if not,
    delete this" introduces.
    """

    find: Expression
    needs: tuple[str, ...]
    only: Expression = ""
    unless: Expression = ""
    unless_near: Expression = ""
    unless_before: Expression = ""
    unless_after: Expression = ""
    case: bool = False
    extent: Extent = "match"
    governs: Governs | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """The ``[with]`` of a rule: its kind, wordings, and for a ``shape`` that code knows the words it goes by.

    ``allow`` are regular expressions: a slot whose text matches one of them in full is left alone.
    """

    kind: str
    shape: str = ""
    governs: Governs = "sentence"
    inside: bool = False
    """Whether a slot is worth telling although it lies inside another one."""
    form: Expression = ""
    """A regular expression for forms that the reader fills in: nothing within `FORM` blocks of a match is a slot."""
    quotes: bool = False
    """Whether a slot behind other words of a quotation is a format that the text speaks about, and so none."""
    rank: int = 0
    """Of two rules that find the same place, the lower one tells it."""
    patterns: tuple[Pattern, ...] = field(default=(), metadata={"key": "pattern"})
    allow: tuple[Expression, ...] = ()
    words: Mapping[str, tuple[Expression, ...]] = field(default_factory=dict)
    rule: str = field(default="", metadata=INNER)
    severity: Severity = field(default="warning", metadata=INNER)
    memo: dict[str, re.Pattern[str]] = field(default_factory=dict, compare=False, repr=False, metadata=INNER)

    def expression(self, group: str) -> re.Pattern[str]:
        """All entries of one group of ``words`` as one alternation; it never matches when there are none."""
        if group not in self.memo:
            self.memo[group] = compiled("|".join(f"(?:{word})" for word in self.words.get(group, ())) or "(?!)")
        return self.memo[group]


class Same:
    """Stands for one object in a cache key: equal only to itself, and alive as long as the key is."""

    __slots__ = ("thing",)

    def __init__(self, thing: Mapping[str, Rule]) -> None:
        """Wrap the rules of one knowledge."""
        self.thing = thing

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.thing is other.thing


def searches(knowledge: Knowledge) -> tuple[Search, ...]:
    """What all rules of the check search for, by rule id. Raises `MappingError`."""
    return _searches(Same(knowledge.rules))


@lru_cache(maxsize=4)
def _searches(rules: Same) -> tuple[Search, ...]:
    return tuple(search_of(rule) for rule in rules.thing.values() if rule.check == "placeholders")


def search_of(rule: Rule) -> Search:
    """What one rule searches for. Raises `MappingError` that names the file and the key."""
    where = f"rules/{rule.id}.toml: with"
    return build(Search, {**rule.params, "rule": rule.id, "severity": rule.severity}, where)


@lru_cache(maxsize=4096)
def compiled(expression: str, *, case: bool = False) -> re.Pattern[str]:
    """The expression, vetted and compiled once. Raises `MappingError`."""
    return vet(expression, 0 if case else re.IGNORECASE)


def vet(expression: str, flags: int = 0) -> re.Pattern[str]:
    """Compile; refuse what does not, and quantifiers inside an unbounded group, whose cost can explode."""
    wrong = fault_of(expression)
    if wrong:
        raise MappingError(wrong)
    return re.compile(expression, flags)
