"""Purpose strings in every language of an app in, those that App Review would send back out, one test per rule.

Parameters of a rule (``[with]``): ``test`` names the test, the rest is its data per language code (``all`` for any):

``empty``      nothing to read
``pattern``    ``patterns.<language>``: regular expressions, any of which is found in the text
``resource``   ``filler.<language>``: words that say nothing; beside them and the words of resources nothing is left
``other``      ``resources.<language>.<resource>`` words, ``keys`` key -> resource, ``related`` resource -> resources
               that its text may name alone; a text that names another resource and not its own is found
``same``       two keys of one part share a text; ``together`` lists keys that may, ``pairs`` those where it is a note
``short``      fewer than ``words`` words in one of ``languages``, or ``characters`` where no spaces part words
``locales``    the part is translated to a language that the string is not

``words_of`` names the rule that holds ``resources`` and ``keys``. What a tool injected is never judged.
The message may name ``{subject}``, ``{text}``, ``{language}``, ``{other}`` and ``{part}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from permcheck.checks.case import Case, found_by
from permcheck.checks.scope import by_part, part_name
from permcheck.errors import MappingError
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import AppFacts, Fact, Finding, Severity

INJECTED = "tool-injected"
KIND, TRANSLATION = "purpose-string", "purpose-string-locale"
_UNSPACED = ("zh", "ja", "th")
_WORD = re.compile(r"\w+'?")
_RESTATING = 140
"""Characters; a longer text says more than the name of its resource."""


@dataclass(frozen=True, slots=True)
class Text:
    """One purpose string in one language, as people read it."""

    fact: Fact
    language: str

    @property
    def key(self) -> str:
        """The Info.plist key."""
        return self.fact.key

    @property
    def plain(self) -> str:
        """The text in one line, in lower case, with straight apostrophes."""
        return " ".join(self.fact.value.split()).casefold().replace("\u2019", "'")


@dataclass(frozen=True, slots=True)
class Part:
    """The purpose strings of one app or extension, what it is called, and the translations that each key lacks."""

    name: str
    texts: tuple[Text, ...]
    titles: frozenset[str]
    missing_from: Mapping[str, tuple[str, ...]]
    bare: Mapping[str, Fact]
    """Key -> the text of Info.plist itself, which people read where a translation lacks the key."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that a test found, what else the message says of it, and a severity where the rule's is too much."""

    text: Text
    other: str = ""
    severity: Severity | None = None


Test = Callable[[Part, Mapping[str, Any]], Iterator[Hit]]


def purpose_strings(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:
    """Find the strings that fail the rule's test, one finding per key and part. Raises `MappingError`."""
    test = TESTS.get(rule.params.get("test", ""))
    if test is None:
        raise MappingError(f"rules/{rule.id}.toml: with.test: none of {', '.join(TESTS)}")
    params = {**_words(rule, knowledge), **rule.params}
    for app in case.apps:
        if app.platform == "ios":
            for part in _parts(app):
                yield from _findings(rule, app, part, list(test(part, params)), knowledge)


def _words(rule: Rule, knowledge: Knowledge) -> Mapping[str, Any]:
    name = rule.params.get("words_of")
    if name is None:
        return {}
    if name not in knowledge.rules:
        raise MappingError(f"rules/{rule.id}.toml: with.words_of: no rule is called {name!r}")
    return knowledge.rules[name].params


@lru_cache(maxsize=4)
def _parts(app: AppFacts) -> tuple[Part, ...]:
    """The parts of an app that have purpose strings; every rule asks for the same ones."""
    return tuple(_read_parts(app))


def _read_parts(app: AppFacts) -> Iterator[Part]:
    for path, facts in by_part(app.facts).items():
        texts = tuple(_texts(facts))
        if texts:
            titles = {app.name, *(fact.value for fact in facts if fact.kind == "identity" and fact.key == "name")}
            yield Part(
                part_name(path),
                texts,
                frozenset(_WORD.findall(" ".join(titles).casefold())),
                _missing(facts),
                _bare(facts),
            )


_NOWHERE = Fact("localization", "en")


def _texts(facts: list[Fact]) -> Iterator[Text]:
    """The string of the development region first, then those translations that say something else."""
    seen = set()
    for fact in sorted(facts, key=lambda fact: fact.kind != KIND):
        locale = next((c.removeprefix("locale=") for c in fact.condition if c.startswith("locale=")), "en")
        if fact.kind in (KIND, TRANSLATION) and locale and INJECTED not in fact.condition:
            if (fact.key, fact.value) not in seen:
                yield Text(fact, language_of(fact.value, locale))
            seen.add((fact.key, fact.value))


def language_of(text: str, locale: str) -> str:
    """The language that a text is written in: by its script where that tells, else that of its locale."""
    if re.search(r"[\u3040-\u30ff]", text):
        return "ja"
    if re.search(r"[\uac00-\ud7af]", text):
        return "ko"
    if re.search(r"[\u4e00-\u9fff]", text):
        return "zh"
    return locale.partition("-")[0].lower()


def _missing(facts: list[Fact]) -> dict[str, tuple[str, ...]]:
    """Key -> the languages of the part that it is not translated to; a region falls back to its language."""
    region, locales = next((fact.key, fact.value) for fact in (*facts, _NOWHERE) if fact.kind == "localization")
    there: dict[str, set[str]] = {}
    for fact in facts:
        if fact.kind == KIND and INJECTED not in fact.condition:
            there.setdefault(fact.key, {_language(region)})
        elif fact.kind == TRANSLATION:
            found = next((c.removeprefix("locale=") for c in fact.condition if c.startswith("locale=")), "")
            there.setdefault(fact.key, {_language(region)}).add(_language(found))
    names = [name for name in locales.split(",") if name]
    return {key: tuple(name for name in names if _language(name) not in known) for key, known in there.items()}


def _bare(facts: list[Fact]) -> dict[str, Fact]:
    return {fact.key: fact for fact in facts if fact.kind == TRANSLATION and "locale=" in fact.condition}


def _language(locale: str) -> str:
    """The language that a locale shares its texts with; the two scripts of Chinese share none."""
    code = locale.replace("_", "-")
    if code.startswith("zh"):
        return "zh-Hant" if any(mark in code for mark in ("Hant", "TW", "HK", "MO")) else "zh-Hans"
    return code.partition("-")[0].lower()


def _empty(part: Part, params: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001  (tests have one signature)
    return (Hit(text) for text in part.texts if not text.plain.strip("\u200b\ufeff."))


def _pattern(part: Part, params: Mapping[str, Any]) -> Iterator[Hit]:
    for text in part.texts:
        patterns = (*params["patterns"].get("all", ()), *params["patterns"].get(text.language, ()))
        if any(_compiled(pattern).search(text.fact.value) for pattern in patterns):
            yield Hit(text)


def _resource(part: Part, params: Mapping[str, Any]) -> Iterator[Hit]:
    filler = {language: part.titles.union(words) for language, words in params["filler"].items()}
    for text in part.texts:
        resources = params["resources"].get(text.language, {})
        if resources and text.language in filler and len(text.plain) <= _RESTATING:
            rest = _any_of(frozenset(_owners(resources)), text.language).sub(" ", text.plain)
            if _WORD.search(text.plain) and not _says_more(rest, filler[text.language], text.language):
                yield Hit(text)


def _says_more(rest: str, filler: frozenset[str], language: str) -> bool:
    """Whether anything but filler is left of a text."""
    if language in _UNSPACED:
        return bool(_WORD.search(_any_of(filler, language).sub(" ", rest)))
    return any(word not in filler and word.rstrip("'") not in filler for word in _WORD.findall(rest))


@cache
def _any_of(words: frozenset[str], language: str) -> re.Pattern[str]:
    """Match any of the words, longer ones first, whole where the language parts words by spaces."""
    order = sorted(words, key=lambda word: (-len(word), word))
    if language in _UNSPACED:
        return re.compile("|".join(map(re.escape, order)))
    # an elided article (l') stands right before its noun
    inner = "|".join(re.escape(word) + ("" if word.endswith("'") else r"(?!\w)") for word in order)
    return re.compile(rf"(?<!\w)(?:{inner})")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _other(part: Part, params: Mapping[str, Any]) -> Iterator[Hit]:
    for text in part.texts:
        own = params["keys"].get(text.key)
        named = sorted(_resources(text, params["resources"].get(text.language, {})))
        if own and named and {own, *params["related"].get(own, ())}.isdisjoint(named):
            yield Hit(text, ", ".join(named))


def _resources(text: Text, resources: Mapping[str, list[str]]) -> set[str]:
    """The resources that a text names."""
    owners = _owners(resources)
    return {owners[word] for word in _any_of(frozenset(owners), text.language).findall(text.plain)} if owners else set()


def _owners(resources: Mapping[str, list[str]]) -> dict[str, str]:
    return {word: name for name, words in resources.items() for word in words}


def _same(part: Part, params: Mapping[str, Any]) -> Iterator[Hit]:
    keys: dict[str, dict[str, Text]] = {}
    for text in part.texts:
        if text.plain:
            keys.setdefault(text.plain, {}).setdefault(text.key, text)
    for sharing in keys.values():
        first = sharing[min(sharing)]
        others = [key for key in sorted(sharing) if not _may_share(params["together"], first.key, key)]
        if others:
            note = all(_may_share(params["pairs"], first.key, key) for key in others)
            yield Hit(first, ", ".join(others), "note" if note else None)


def _may_share(groups: list[list[str]], one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in groups)


def _short(part: Part, params: Mapping[str, Any]) -> Iterator[Hit]:
    for text in part.texts:
        if text.language in _UNSPACED:
            found = 0 < len(text.plain) < params["characters"]
        else:
            found = text.language in params["languages"] and 0 < len(text.plain.split()) < params["words"]
        if found:
            yield Hit(text)


def _locales(part: Part, params: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001  (tests have one signature)
    for text in part.texts:
        missing = part.missing_from.get(text.key, ())
        if text.fact.kind == KIND and missing and text.plain and "occasion" not in str(text.fact.condition):
            yield Hit(Text(part.bare.get(text.key, text.fact), text.language), ", ".join(missing))


TESTS: Mapping[str, Test] = {
    "empty": _empty,
    "pattern": _pattern,
    "resource": _resource,
    "other": _other,
    "same": _same,
    "short": _short,
    "locales": _locales,
}


def _findings(rule: Rule, app: AppFacts, part: Part, hits: list[Hit], knowledge: Knowledge) -> Iterator[Finding]:
    by_key: dict[str, list[Hit]] = {}
    for hit in hits:
        by_key.setdefault(hit.text.key, []).append(hit)
    for found in by_key.values():
        yield _finding(rule, app, part, found, knowledge)


def _finding(rule: Rule, app: AppFacts, part: Part, hits: list[Hit], knowledge: Knowledge) -> Finding:
    fact = hits[0].text.fact
    categories = knowledge.signals_for("ios", replace(fact, kind=KIND))
    return replace(
        found_by(
            rule,
            "/".join(filter(None, (app.app_id, part.name, fact.key))),
            rule.message.format(
                subject=fact.key,
                text=_cut(fact.value),
                language=", ".join(dict.fromkeys(hit.text.language for hit in hits)),
                other=hits[0].other,
                part=part.name or "the app",
            ),
        ),
        severity=hits[0].severity or rule.severity,
        app=app.path,
        location=fact.location,
        category=categories[0][0].id if categories else "",
        evidence=tuple(hit.text.fact for hit in hits),
    )


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 120 else f"{plain[:119]}\u2026"
