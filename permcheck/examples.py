"""Mappings in, every problem with them out: sources, languages, and the examples run through the real pipeline."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from permcheck import declarations, pipeline, triage
from permcheck.errors import MappingError, PermcheckError
from permcheck.knowledge import Knowledge, load_knowledge, platforms, sources
from permcheck.knowledge.build import build
from permcheck.knowledge.positions import line_of, positions
from permcheck.knowledge.schema import Category, MappingTest, Rule, RuleExample, Tests
from permcheck.knowledge.validation import Places
from permcheck.match.ownership import own
from permcheck.model import AppFacts, Disclosure, Document, Fact, Gap, Location, Report, Source, Stance

FULLEST = "en"
"""The language that the others are measured by."""
APP_ID = "com.example.app"
TODAY = date(2026, 1, 1)
"""The day on which the examples of waivers are judged."""


def lint(directory: Path | None = None) -> Iterator[str]:
    """Everything wrong with our mappings, or with a company's own laid over them, one line each."""
    shape = list(shape_problems(directory))
    yield from shape
    if shape:
        return
    knowledge = load_knowledge((directory,) if directory else ())
    yield from platforms.problems(knowledge)
    places = Places(directory, sources.read_index()[0] if directory else None)
    for category in knowledge.categories.values():
        yield from category_problems(category, knowledge, places)
    yield from language_problems(knowledge, places)
    for rule in knowledge.rules.values():
        yield from rule_problems(rule, knowledge, places)
    if directory:
        yield from test_problems(directory, knowledge)


def shape_problems(directory: Path | None = None) -> Iterator[str]:
    """Every break of the schema, with what can be compiled compiled."""
    from permcheck.reading.lexicon import compile_lexicon  # noqa: PLC0415  (loaded only where mappings are linted)

    try:
        if directory is None:
            sources.refuse_own(deep=True)
        knowledge = load_knowledge((directory,) if directory else ())
        for code in knowledge.languages:
            compile_lexicon(knowledge, code)
    except MappingError as error:
        yield from error.lines


def own_problems(directory: Path, knowledge: Knowledge) -> Iterator[str]:
    """What is wrong with a company's own examples and tests, without running ours again."""
    places = Places(directory, sources.read_index()[0])
    for name in sorted(places.names("categories")):
        yield from category_problems(knowledge.categories[name], knowledge, places)
    for name in sorted(places.names("rules")):
        yield from rule_problems(knowledge.rules[name], knowledge, places)
    yield from test_problems(directory, knowledge)


def tests_of(directory: Path) -> Iterator[tuple[str, MappingTest]]:
    """The tests of a company's mappings, each with its file and line."""
    for path in sorted((directory / "tests").glob("*.toml")):
        text = path.read_bytes()
        lines = positions(text.decode())
        for number, test in enumerate(build(Tests, sources.parse_one(path, text), path.as_posix()).tests):
            yield f"{path.as_posix()}:{line_of(lines, ('test', number))}", test


def test_problems(directory: Path, knowledge: Knowledge) -> Iterator[str]:
    """The tests of a company's mappings that do not come true."""
    for where, test in tests_of(directory):
        yield from (f"{where}: {test.name}: {wrong}" for wrong in run_test(test, knowledge))


def run_test(test: MappingTest, knowledge: Knowledge) -> Iterator[str]:
    """What comes out of a test otherwise than it says."""
    example = RuleExample(finds=(), platform=test.platform, facts=test.facts, policy=test.policy)
    report = report_of(example, knowledge)
    verdicts = {cell.category: cell.verdict for cell in report.assessments}
    for category, wanted in test.verdicts.items():
        got = verdicts.get(category, "not judged: nothing in the test asks for it")
        if got != wanted:
            yield f"{category} is {got}, should be {wanted}{_read_as(report, category)}"
    found = {f"{finding.rule} {finding.subject.removeprefix(f'{APP_ID}/')}" for finding in report.findings}
    rules = {finding.rule for finding in report.findings}
    yield from (f"no finding {wanted!r}; found {sorted(found)}" for wanted in test.finds if wanted not in found)
    yield from (f"finds {barred!r}" for barred in test.finds_not if barred in found | rules)


def _read_as(report: Report, category: str) -> str:
    """How the policy was read on a category, for whoever looks why a verdict is another one."""
    cells = [cell for cell in report.assessments if cell.category == category]
    told = [f"{item.stance}: “{item.quote}”" for cell in cells for item in cell.disclosures]
    why = [cell.why for cell in cells if cell.why]
    said = "; ".join((*told, *why))
    return f" ({said})" if said else " (no sentence was read as speaking of it)"


def stale(days: int, today: date, knowledge: Knowledge) -> Iterator[str]:
    """The rules that nobody has compared with their references for this many days, those never compared first."""
    for rule in sorted(knowledge.rules.values(), key=lambda rule: (rule.checked, rule.id)):
        age = (today - date.fromisoformat(rule.checked)).days if rule.checked else None
        if age is None or age >= days:
            said = f"compared {rule.checked}, {age} days ago" if rule.checked else "never compared"
            yield f"rules/{rule.id}.toml: {said}: {', '.join(rule.references)}"


def holes(language: str, directory: Path | None = None) -> Iterator[str]:
    """What a language still lacks: its file, words that English has, and what each judged category should hold."""
    knowledge = load_knowledge((directory,) if directory else ())
    yield from missing_words(language, knowledge)
    for category in knowledge.categories.values():
        if category.judged:
            yield from (f"categories/{category.id}.toml: {hole}" for hole in _missing(category, language))


def missing_words(language: str, knowledge: Knowledge) -> Iterator[str]:
    """The kinds of cue that English has and a language lacks, but for those that it says it has no need of."""
    if language not in knowledge.languages:
        yield f"languages/{language}.toml: missing"
        return
    own = knowledge.languages[language]
    for name in sorted(_wanted(knowledge) - set(own.cues) - set(own.needless)):
        yield f"languages/{language}.toml: no {name} cues, which {FULLEST} has"


def _wanted(knowledge: Knowledge) -> set[str]:
    """The kinds of cue of the language that is known best."""
    return set(knowledge.languages[FULLEST].cues) if FULLEST in knowledge.languages else set()


def language_problems(knowledge: Knowledge, places: Places | None = None) -> Iterator[str]:
    """Languages that call needless what they have, or what nobody has."""
    for code, language in knowledge.languages.items():
        where = places.line("languages", code, ("needless",)) if places else f"languages/{code}.toml: needless: "
        yield from (f"{where}it has {name} cues" for name in language.needless if name in language.cues)
        unknown = (name for name in language.needless if name not in _wanted(knowledge))
        yield from (f"{where}{FULLEST} has no {name} cues" for name in unknown)


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


def rule_problems(rule: Rule, knowledge: Knowledge, places: Places) -> Iterator[str]:
    """Every example of a rule that does not find what it says, and what examples it lacks."""
    if not any(example.finds for example in rule.examples) or all(example.finds for example in rule.examples):
        yield f"{places.line('rules', rule.id)}needs an example that it finds and one that it passes"
    for number, example in enumerate(rule.examples):
        try:
            found = run_example(rule, example, knowledge)
        except PermcheckError as error:
            yield f"{places.line('rules', rule.id, ('example', number))}{error}"
            continue
        if found != set(example.finds):
            where = places.line("rules", rule.id, ("example", number, "finds"))
            yield f"{where}finds {sorted(found)}, should find {sorted(example.finds)}"


def run_example(rule: Rule, example: RuleExample, knowledge: Knowledge) -> set[str]:
    """The subjects that one rule finds in its example, by way of the real pipeline."""
    prefix = f"{APP_ID}/"
    findings = report_of(example, knowledge).findings
    return {finding.subject.removeprefix(prefix) for finding in findings if finding.rule == rule.id}


def report_of(example: RuleExample, knowledge: Knowledge) -> Report:
    """The report on the small case of an example, by way of the real pipeline."""
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
    return triage.triage(report, triage.Triage(TODAY, tuple(_waiver(text) for text in example.waivers)), knowledge)


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


def _fact(text: str, example: RuleExample) -> Fact:
    """``kind:key[=value][ [condition; condition]]``; a bare key is a permission or a purpose string."""
    text, _, conditions = text.partition(" [")
    kind, colon, rest = text.partition(":")
    if not colon:
        kind, rest = ("permission" if example.platform == "android" else "purpose-string"), text
    key, _, value = rest.partition("=")
    split = tuple(part.strip() for part in conditions.rstrip("]").split(";") if part.strip())
    return Fact(kind, key, value, Location("app"), condition=split)


def category_problems(category: Category, knowledge: Knowledge, places: Places) -> Iterator[str]:
    """A category that nothing can ask for, and every sentence that is read otherwise than its example says."""
    if not category.signals:
        yield f"{places.line('categories', category.id)}no signal"
    for language, examples in category.examples.items():
        for number, example in enumerate(examples):
            found = read_example(category, example.text, knowledge, language)
            if found != example.stance:
                where = places.line("categories", category.id, ("example", language, number, "stance"))
                yield f"{where}{example.text!r} reads as {found}, should be {example.stance}"


def read_example(category: Category, text: str, knowledge: Knowledge, language: str = "") -> str:
    """The stance that one sentence of a known language gets for one category; ``silent`` for none."""
    from permcheck.policy import declare  # noqa: PLC0415  (loaded only where examples run)

    read = document(text, "example.txt")
    if language:
        blocks = tuple(replace(block, language=language) for block in read.blocks)
        read = replace(read, language=language, blocks=blocks)
    found = [item.stance for item in declare(read, knowledge).disclosures if item.category == category.id]
    return found[0] if found else "silent"
