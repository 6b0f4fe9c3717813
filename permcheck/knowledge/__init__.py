"""``mappings/`` in, one frozen `Knowledge` out: categories, rules, SDKs and languages, strictly checked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from permcheck.errors import MappingError, UsageError
from permcheck.knowledge import kept as memory
from permcheck.knowledge import sources
from permcheck.knowledge.build import build
from permcheck.knowledge.changes import changes
from permcheck.knowledge.schema import Category, Language, Rule, Sdk, Signal
from permcheck.model import Fact, Obeyed, Platform

__all__ = ["Knowledge", "kept", "load_knowledge"]

T = TypeVar("T", Category, Rule, Sdk, Language)
Kept = TypeVar("Kept")
Layer = tuple[str, Mapping[str, sources.Tables], str]
"""A mappings directory as reports name it, its tables by section, and their digest."""


@dataclass(frozen=True)
class Knowledge:
    """Everything that the mappings say. SDK files are built only when asked for: most runs need few of the rest.

    A pickle of it holds a company's own tables and the digest alone: ours are where permcheck is installed.
    """

    digest: str
    categories: Mapping[str, Category]
    rules: Mapping[str, Rule]
    languages: Mapping[str, Language]
    raw_sdks: Mapping[str, Mapping[str, Any]]
    overlays: tuple[Obeyed, ...] = ()
    """The directories that were laid over ours, each with what it changed."""
    layers: tuple[Layer, ...] = ()
    """What was laid over the shipped mappings."""

    def __reduce__(self) -> tuple[Callable[..., Knowledge], tuple[str, tuple[Layer, ...]]]:
        return _again, (self.digest, self.layers)

    @cached_property
    def sdks(self) -> Mapping[str, Sdk]:
        """All SDKs by id."""
        return {name: build(Sdk, raw, f"sdks/{name}.toml") for name, raw in self.raw_sdks.items()}

    @cached_property
    def _signals(self) -> dict[tuple[str, str, str], list[tuple[Category, Signal]]]:
        table: dict[tuple[str, str, str], list[tuple[Category, Signal]]] = {}
        for category in self.categories.values():
            for signal in category.signals:
                table.setdefault((signal.platform, signal.kind, signal.key), []).append((category, signal))
        return table

    @cached_property
    def _prefixes(self) -> list[tuple[str, str, str, Category, Signal]]:
        return [
            (platform, kind, key[:-1], category, signal)
            for (platform, kind, key), pairs in self._signals.items()
            if key.endswith("*")
            for category, signal in pairs
        ]

    def signals_for(self, platform: Platform, fact: Fact) -> list[tuple[Category, Signal]]:
        """The categories that a fact speaks of, each with the signal that says so; void signals left out."""
        found = list(self._signals.get((platform, fact.kind, fact.key), ()))
        if not found:
            found = [
                (category, signal)
                for on, kind, prefix, category, signal in self._prefixes
                if on == platform and kind == fact.kind and fact.key.startswith(prefix)
            ]
        return [
            (category, signal) for category, signal in found if not signal.unless or signal.unless not in fact.condition
        ]

    def keys(self, platform: Platform, kind: str) -> frozenset[str]:
        """All platform names of one kind that some category knows: what extractors look for."""
        return frozenset(key for on, of, key in self._signals if (on, of) == (platform, kind))

    def kinds(self, platform: Platform) -> list[str]:
        """The kinds of fact that some category knows on this platform."""
        return sorted({of for on, of, _ in self._signals if on == platform})

    def find(self, name: str) -> Category | Rule:
        """A category by id, or a rule by id or kebab name. Raises `UsageError` with the nearest names."""
        if name in self.categories:
            return self.categories[name]
        for rule in self.rules.values():
            if name.upper() == rule.id or name == rule.name:
                return rule
        import difflib  # noqa: PLC0415  (only for the error)

        names = [*self.categories, *self.rules, *(rule.name for rule in self.rules.values())]
        close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        hint = f"; did you mean {', '.join(close)}?" if close else ""
        raise UsageError(f"no rule or category is called {name!r}{hint}")


def kept(knowledge: Knowledge, name: str, make: Callable[[], Kept]) -> Kept:
    """What ``make`` returned when it was first asked for under this name: once per process and digest of the mappings.

    For tables that are compiled out of the mappings (lexicons, tries, patterns): every copy of the same mappings gets
    the same table, however it came into the process. The name must say all that the table depends on besides them
    (``"lexicon en"``).
    """
    return memory.kept(knowledge.digest, name, make)


def load_knowledge(extra: Iterable[Path] = ()) -> Knowledge:
    """Load the shipped mappings and lay a company's own directories over them.

    A file of a name that we ship extends ours (lists grow, single values are replaced); any other is added. Mappings of
    one digest are built once in a process. Raises `MappingError`, which names file and key.
    """
    extra = tuple(extra)
    if extra:
        from permcheck.knowledge.validation import refuse  # noqa: PLC0415  (a run without overlays checks nothing)

        refuse(extra)
    return _layered(tuple((each.as_posix(), *sources.read_tables(each)) for each in extra))


def _layered(layers: tuple[Layer, ...]) -> Knowledge:
    sections, digest = sources.read_index()
    overlays = []
    for name, theirs, their_digest in layers:
        before = sections
        sections = {section: _overlay(sections[section], theirs[section]) for section in sources.SECTIONS}
        digest = hashlib.sha256(f"{digest}{their_digest}".encode()).hexdigest()
        overlays.append(Obeyed("mappings", name, their_digest, changes(before, sections)))
    told = tuple(overlays)
    return memory.kept(digest, _named(layers), lambda: _built(digest, sections, layers, told))


def _named(layers: tuple[Layer, ...]) -> str:
    """Equal mappings of other directories are other mappings to a reader: reports name the directory."""
    return "\0".join(("knowledge", *(name for name, _, _ in layers)))


def _again(digest: str, layers: tuple[Layer, ...]) -> Knowledge:
    """Mappings out of a pickle. Raises `MappingError` where other ones are installed here."""

    def load() -> Knowledge:
        loaded = _layered(layers)
        here = loaded.digest[:12]
        if loaded.digest != digest:
            raise MappingError(f"made with other mappings ({digest[:12]}) than are installed here ({here})")
        return loaded

    return memory.kept(digest, _named(layers), load)


def _built(
    digest: str, sections: Mapping[str, sources.Tables], layers: tuple[Layer, ...], overlays: tuple[Obeyed, ...]
) -> Knowledge:
    categories = _build_all(Category, "categories", sections)
    return Knowledge(
        digest=digest,
        categories=dict(sorted(categories.items(), key=lambda item: (item[1].order, item[0]))),
        rules=_build_all(Rule, "rules", sections),
        languages=_build_all(Language, "languages", sections),
        raw_sdks=sections["sdks"],
        overlays=overlays,
        layers=layers,
    )


def _overlay(ours: sources.Tables, theirs: sources.Tables) -> sources.Tables:
    return {**ours, **{name: sources.merge(ours.get(name, {}), table) for name, table in theirs.items()}}


def _build_all(cls: type[T], section: str, sections: Mapping[str, sources.Tables]) -> dict[str, T]:
    built: dict[str, T] = {}
    for name, raw in sorted(sections[section].items()):
        where = f"{section}/{name}.toml"
        item = build(cls, raw, where)
        own = item.code if isinstance(item, Language) else item.id
        if own != name:
            raise MappingError(f"{where}: id {own!r} does not match the file name")
        built[own] = item
    return built
