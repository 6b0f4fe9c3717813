"""Mappings in, every problem with them out: sources, languages, and the examples run through the real pipeline."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from permcheck import declarations, pipeline, triage
from permcheck.errors import MappingError, PermcheckError
from permcheck.knowledge import Knowledge, load_knowledge, platforms
from permcheck.knowledge.schema import Category, Rule, RuleExample
from permcheck.match.ownership import own
from permcheck.model import AppFacts, Disclosure, Document, Fact, Gap, Location, Source, Stance

OFFICIAL = (
    "developer.android.com", "source.android.com", "android.googlesource.com", "cs.android.com", "support.google.com",
    "play.google.com", "policies.google.com", "developers.google.com", "firebase.google.com", "developer.apple.com",
    "support.apple.com", "csa-iot.org", "eur-lex.europa.eu", "gdpr-info.eu", "edpb.europa.eu", "oag.ca.gov",
    "github.com", "www.ftc.gov", "mas.owasp.org", "www.w3.org",
)  # fmt: skip
"""Hosts whose word counts as the source of a signal or a rule."""
FULLEST = "en"
"""The language that the others are measured by."""
APP_ID = "com.example.app"
TODAY = date(2026, 1, 1)
"""The day on which the examples of waivers are judged."""


def lint(directory: Path | None = None) -> Iterator[str]:
    """Everything wrong with our mappings, or with a company's own laid over them, one line each."""
    try:
        knowledge = load_knowledge((directory,) if directory else ())
        yield from sdk_problems(knowledge)
        yield from placeholder_problems(knowledge)
        yield from platforms.problems(knowledge)
    except MappingError as error:
        yield str(error)
        return
    for category in knowledge.categories.values():
        yield from category_problems(category, knowledge)
    yield from language_problems(knowledge)
    for rule in knowledge.rules.values():
        yield from rule_problems(rule, knowledge)


def placeholder_problems(knowledge: Knowledge) -> Iterator[str]:
    """Patterns of placeholder rules that are broken or costly."""
    from permcheck.placeholders.rules import problems  # noqa: PLC0415  (loaded only where mappings are linted)

    yield from problems(knowledge)


def holes(language: str, directory: Path | None = None) -> Iterator[str]:
    """What a language still lacks: its file, words that English has, and what each judged category should hold."""
    knowledge = load_knowledge((directory,) if directory else ())
    yield from missing_words(language, knowledge)
    for category in knowledge.categories.values():
        if category.judged:
            yield from (f"categories/{category.id}.toml: {hole}" for hole in _missing(category, language))


def missing_words(language: str, knowledge: Knowledge) -> Iterator[str]:
    """The classes of words that English has and a language lacks, but for those that it says it has no need of."""
    if language not in knowledge.languages:
        yield f"languages/{language}.toml: missing"
        return
    own = knowledge.languages[language]
    for name in sorted(_wanted(knowledge) - set(own.words) - set(own.needless)):
        yield f"languages/{language}.toml: no {name} words, which {FULLEST} has"


def _wanted(knowledge: Knowledge) -> set[str]:
    """The classes of words of the language that is known best."""
    return set(knowledge.languages[FULLEST].words) if FULLEST in knowledge.languages else set()


def language_problems(knowledge: Knowledge) -> Iterator[str]:
    """Languages that call needless what they have, or what nobody has."""
    for code, language in knowledge.languages.items():
        where = f"languages/{code}.toml: needless"
        yield from (f"{where}: it has {name} words" for name in language.needless if name in language.words)
        unknown = (name for name in language.needless if name not in _wanted(knowledge))
        yield from (f"{where}: {FULLEST} has no {name} words" for name in unknown)


def _missing(category: Category, language: str) -> Iterator[str]:
    if not category.phrases.get(language):
        yield f"no [phrase.{language}]"
    stances = {example.stance for example in category.examples.get(language, ())}
    if not stances:
        yield f"no [[example.{language}]]"
        return
    for wanted in ("disclosed", "denied", "silent"):
        if wanted not in stances:
            yield f"no [[example.{language}]] that is {wanted}"
    if not category.drafts.get(language):
        yield f"no draft in {language}"


def rule_problems(rule: Rule, knowledge: Knowledge) -> Iterator[str]:
    """A rule's own schema problems, and every example that does not find what it says."""
    where = f"rules/{rule.id}.toml"
    yield from (f"{where}: {url}: not an official source" for url in rule.references if not official(url))
    if not any(example.finds for example in rule.examples) or all(example.finds for example in rule.examples):
        yield f"{where}: needs an example that it finds and one that it passes"
    for number, example in enumerate(rule.examples, 1):
        try:
            found = run_example(rule, example, knowledge)
        except PermcheckError as error:
            yield f"{where}: example {number}: {error}"
            continue
        if found != set(example.finds):
            yield f"{where}: example {number}: finds {sorted(found)}, should find {sorted(example.finds)}"


def run_example(rule: Rule, example: RuleExample, knowledge: Knowledge) -> set[str]:
    """The subjects that one rule finds in its example, by way of the real pipeline."""
    from permcheck.policy import declare  # noqa: PLC0415  (loaded only where examples run)

    texts = [text for text in (example.policy, *example.policies) if text]
    named = [(f"policy-{number}.txt", text) for number, text in enumerate(texts, 1)]
    if example.bundled:
        named.append(("app!/assets/privacy.txt", example.bundled))
    read = [document(text, path) for path, text in named]
    if example.excerpt:
        gap = Gap(Location("excerpt.txt"), "the rest is missing", silences=True)
        read.append(replace(document(example.excerpt, "excerpt.txt"), gaps=(gap,)))
    policies = tuple(declare(replace(one, format=example.format or one.format), knowledge) for one in read)
    apps = (own(app_of(example), knowledge),) if example.facts else ()
    declared = (*(d for app in apps for d in declarations.of_app(app, knowledge)), *map(_declared, example.declared))
    lost = (*_gaps(example.unread, fatal=True), *_gaps(example.unread_parts, fatal=False))
    report = pipeline.judge(apps, policies, declared, lost, knowledge, alone=not apps)
    report = triage.triage(report, triage.Triage(TODAY, tuple(_waiver(text) for text in example.waivers)), knowledge)
    prefix = f"{APP_ID}/"
    return {finding.subject.removeprefix(prefix) for finding in report.findings if finding.rule == rule.id}


def _declared(text: str) -> Disclosure:
    source, _, category = text.partition(" ")
    stance: Stance = "denied" if category.startswith("!") else "disclosed"
    witness: Source = "privacy-manifest" if source == "privacy-manifest" else "data-safety"
    return Disclosure(witness, category.lstrip("!"), stance, text, Location("declaration"))


def _waiver(text: str) -> triage.WaiverEntry:
    rule, subject, expires = text.split()
    return triage.WaiverEntry("agreed", "DPO", date.fromisoformat(expires), rule, subject)


def _gaps(texts: tuple[str, ...], *, fatal: bool) -> Iterator[Gap]:
    for text in texts:
        path, _, reason = text.partition(": ")
        yield Gap(Location(path), reason, fatal)


def app_of(example: RuleExample) -> AppFacts:
    """The facts of an example as an app."""
    facts = tuple(sorted(_fact(text, example) for text in example.facts))
    return AppFacts("app", example.platform, APP_ID, "Example", "1", hashlib.sha256(b"").hexdigest(), facts)


def document(text: str, path: str) -> Document:
    """A piece of policy text as a document; short as it is, it stands for a whole policy."""
    from permcheck.documents import document_from_text  # noqa: PLC0415  (loaded only where examples run)

    return replace(document_from_text(text, path), gaps=())


def official(url: str) -> bool:
    """Whether an address is https on a host whose word counts."""
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.hostname in OFFICIAL


def _fact(text: str, example: RuleExample) -> Fact:
    """``kind:key[=value][ [condition; condition]]``; a bare key is a permission or a purpose string."""
    text, _, conditions = text.partition(" [")
    kind, colon, rest = text.partition(":")
    if not colon:
        kind, rest = ("permission" if example.platform == "android" else "purpose-string"), text
    key, _, value = rest.partition("=")
    split = tuple(part.strip() for part in conditions.rstrip("]").split(";") if part.strip())
    return Fact(kind, key, value, Location("app"), condition=split)


def category_problems(category: Category, knowledge: Knowledge) -> Iterator[str]:
    """A category without signals, a source that is not official, an example that is read otherwise."""
    where = f"categories/{category.id}.toml"
    for signal in category.signals:
        if not official(signal.source):
            yield f"{where}: {signal.key}: {signal.source!r} is not an official source"
    if not category.signals:
        yield f"{where}: no signal"
    if category.parent and category.parent not in knowledge.categories:
        yield f"{where}: no category is called {category.parent!r}"
    for language, examples in category.examples.items():
        for example in examples:
            found = read_example(category, example.text, knowledge, language)
            if found != example.stance:
                yield f"{where}: example.{language}: {example.text!r} reads as {found}, should be {example.stance}"


def read_example(category: Category, text: str, knowledge: Knowledge, language: str = "") -> str:
    """The stance that one sentence of a known language gets for one category; ``silent`` for none."""
    from permcheck.policy import declare  # noqa: PLC0415  (loaded only where examples run)

    read = document(text, "example.txt")
    if language:
        blocks = tuple(replace(block, language=language) for block in read.blocks)
        read = replace(read, language=language, blocks=blocks)
    found = [item.stance for item in declare(read, knowledge).disclosures if item.category == category.id]
    return found[0] if found else "silent"


def sdk_problems(knowledge: Knowledge) -> Iterator[str]:
    """SDK files that nothing can recognise, that name an unknown category, or whose addresses are not https."""
    for sdk in knowledge.sdks.values():
        where = f"sdks/{sdk.id}.toml"
        marks = (sdk.packages, sdk.classes, sdk.frameworks, sdk.libraries, sdk.metadata, sdk.assets)
        if not any(marks):
            yield f"{where}: nothing to recognise it by"
        yield from (f"{where}: no category is called {c!r}" for c in sdk.categories if c not in knowledge.categories)
        addresses = filter(None, (sdk.source, sdk.policy, sdk.disclosure))
        yield from (f"{where}: {url!r} is not an https address" for url in addresses if not url.startswith("https://"))
