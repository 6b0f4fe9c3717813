"""Rules of the check ``placeholders`` in, the closed classes of words that tell slots from prose out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from permcheck.knowledge import Knowledge
from permcheck.placeholders.rules import Governs, Same, compiled, search_of

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


def grammar(knowledge: Knowledge) -> Grammar:
    """The closed classes that all rules declare, put together once. Raises `MappingError`."""
    return _grammar(Same(knowledge.rules))


@lru_cache(maxsize=4)
def _grammar(rules: Same) -> Grammar:
    words: dict[str, list[str]] = {}
    for rule in rules.thing.values():
        if rule.check == "placeholders":
            for name, entries in search_of(rule).words.items():
                words.setdefault(name, []).extend(entries)
    return Grammar({name: tuple(entries) for name, entries in words.items()})
