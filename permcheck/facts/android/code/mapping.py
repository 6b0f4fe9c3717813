"""A shrinker's map and the facts of a bundle in, the facts with classes under the names of the sources out.

Format: https://r8.googlesource.com/r8/+/refs/heads/main/doc/retrace.md. A class that R8 merged into another keeps its
name in front of its methods, and so does code that it inlined.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from permcheck.bundles import Part
from permcheck.errors import BundleError
from permcheck.facts.android.code.known_class import outer
from permcheck.facts.android.code.packages import package_facts
from permcheck.facts.android.code.user import BY_ITSELF, User, conditions
from permcheck.model import Fact, Location

MEMBER = "BUNDLE-METADATA/com.android.tools.build.obfuscation/proguard.map"
MAP_LIMIT = 1 << 28
CALLS = ("api-call", "dynamic-code", "host", "intent", "path", "provider", "reflection", "string")
"""Kinds of fact whose value is the calling class."""
HOLDS_LIMIT = 20
HOLDS = "holds code of "
"""How the condition of a caller begins into which code of other classes was merged or inlined."""

_CLASS = re.compile(r"^([^\s#][^\n]*?) -> (\S+):\s*$", re.MULTILINE)
_METHOD = re.compile(r"^ +(?:(\d+:\d+):)?\S+ (?:(\S+)\.)?[^\s.(]+\([^)]*\)\S* -> (\S+)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Renaming:
    """One class of the map: its own name, the renamed one, and the lines on its members."""

    original: str
    renamed: str
    body: str


def of_part(part: Part) -> str:
    """The map that an app bundle carries; empty where there is none, or none that can be read."""
    if MEMBER not in part.container.names():
        return ""
    try:
        return part.container.read(MEMBER, MAP_LIMIT).decode("utf-8", "replace")
    except BundleError:
        return ""


def classes(text: str) -> Iterator[Renaming]:
    """Every class of a map."""
    heads = list(_CLASS.finditer(text))
    ends = [*(head.start() for head in heads), len(text)][1:]
    for head, end in zip(heads, ends, strict=True):
        yield Renaming(head[1], head[2], text[head.end() : end])


def restore(facts: Iterable[Fact], text: str) -> Iterator[Fact]:
    """The facts with calling classes under their own names; nothing else changes."""
    facts = list(facts)
    callers = {fact.value for fact in facts if fact.kind in CALLS}
    known = {each.renamed: each for each in classes(text) if each.renamed in callers}
    for fact in facts:
        renaming = known.get(fact.value) if fact.kind in CALLS else None
        yield _restored(fact, renaming) if renaming else fact


def restored_packages(text: str, location: Location, known: frozenset[str] = frozenset()) -> Iterator[Fact]:
    """The packages that classes of the map were written in: a map holds only what the shrinker left in."""
    counts = Counter(each.original.rpartition(".")[0].replace(".", "/").encode() for each in classes(text))
    return package_facts(counts, location, known)


def _restored(fact: Fact, renaming: Renaming) -> Fact:
    holder, others = _holders(renaming, fact.location.anchor.split(", "))
    user = User(holder, fact.location)
    kept = [said for said in fact.condition if not said.startswith("known by") and said != BY_ITSELF]
    told = [f"renamed to {renaming.renamed}"] if renaming.renamed != holder else []
    foreign = sorted({outer(name) for name in others} - {outer(holder)})
    told += [HOLDS + ", ".join(foreign[:HOLDS_LIMIT])] if foreign else []
    library = user.support
    confidence = "low" if library else fact.confidence if not fact.origin else "high"
    condition = (*kept, *told, *conditions(user))
    return replace(fact, value=holder, origin=library, condition=condition, confidence=confidence)


def _holders(renaming: Renaming, methods: Iterable[str]) -> tuple[str, set[str]]:
    """The class that the methods were written in, and the classes whose code they hold besides."""
    wanted = set(methods)
    frames: dict[tuple[str, str], list[str]] = {}
    for lines, holder, name in _METHOD.findall(renaming.body):
        if name in wanted:
            frames.setdefault((name, lines), []).append(holder or renaming.original)
    # of code that was inlined the innermost place stands first, the method itself last
    outer = {holders[-1] for holders in frames.values()} or {renaming.original}
    every = {holder for holders in frames.values() for holder in holders}
    owner = renaming.original if renaming.original in outer else min(outer)
    return owner, every - {owner}
