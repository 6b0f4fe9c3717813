"""Rules of the check ``placeholders`` in, the closed classes of words that tell slots from prose out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from permcheck.placeholders.rules import Governs, Search, compiled

_NEVER = "(?!)"


@dataclass(frozen=True, slots=True)
class Found:
    """``text[start:end]`` of one block as a slot; ``kind`` names the rule that tells it, ``shape`` how it was known."""

    block: int
    start: int
    end: int
    kind: str
    shape: str
    governs: Governs | None = None
    whole: bool = False
    """Whether the slot reaches to the end of its sentence."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """The closed classes of all rules together: a class of one name may be spread over rules and company files."""

    words: dict[str, tuple[str, ...]]
    memo: dict[tuple[str, str], re.Pattern[str]] = field(default_factory=dict, compare=False, repr=False)

    def one(self, name: str, frame: str = "{}") -> re.Pattern[str]:
        """An expression for any word of a class, set into a frame whose ``{}`` stands for the class."""
        key = (name, frame)
        if key not in self.memo:
            inner = "|".join(f"(?:{word})" for word in self.words.get(name, ())) or _NEVER
            self.memo[key] = compiled(frame.replace("{}", f"(?:{inner})"))
        return self.memo[key]


@lru_cache(maxsize=4)
def grammar_of(searches: tuple[int, ...], held: _Held) -> Grammar:
    """The grammar of some searches; the identities are the key, and ``held`` keeps them alive."""
    words: dict[str, list[str]] = {}
    for search in held.searches:
        for name, entries in search.words.items():
            words.setdefault(name, []).extend(entries)
    return Grammar({name: tuple(entries) for name, entries in words.items()})


class _Held:
    """Searches that take no part in the comparison of cache keys."""

    __slots__ = ("searches",)

    def __init__(self, searches: Sequence[Search]) -> None:
        self.searches = searches

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)


def grammar(searches: tuple[Search, ...]) -> Grammar:
    """The closed classes that some searches declare, put together once."""
    return grammar_of(tuple(id(search) for search in searches), _Held(searches))
