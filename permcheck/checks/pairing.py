"""Facts that must come in pairs in, those that stand alone out: a name is there, and nothing that should go with it is.

Parameters of a rule (``[with]``), all but ``when`` optional; the same keys may stand in ``[[with.pair]]`` tables, one
question each, where what a table leaves out is taken from ``[with]``:

``platform``   ask only about apps of this platform
``scope``      ``part`` (default): each app, extension, Watch app or split by itself; ``app``: the whole bundle
``when``       patterns, any of which starts the question: ``kind:key``, ``kind:prefix*``, ``kind:key=value``
``and``        further patterns, any of which must be there too, in the scope
``beside``     further patterns, any of which must be there too, in the same file; an encrypted file may hold them
``apart``      patterns; a file that one of them speaks of does not count (``binary-platform:watchOS``)
``without``    patterns; one of them in the scope is the other half of the pair, and there is nothing to find
``unless``     patterns; one of them in the whole app ends the question
``skip``       fact conditions: a fact that carries one counts as absent
``only``       fact conditions: a fact counts only when it carries one
``roles``      ask only about parts of these kinds, by suffix: ``app``, ``appex``, ``framework``, ``apk``
``subject``    what the finding speaks of; by default the key of the fact that started the question
``missing``    what is missing, in words, for the message; by default the first key of ``without``
``category``   the category that the finding belongs to
``confidence`` of this question, at most that of the rule

The message may name ``{subject}``, ``{found}`` (the keys that are there), ``{value}`` (of the first), ``{missing}``,
``{part}``, ``{file}`` and ``{binary}`` (the file and the framework that it lies in).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from permcheck.checks.case import Case, found_by
from permcheck.checks.scope import by_part, part_name
from permcheck.errors import MappingError
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import CONFIDENCES, AppFacts, Confidence, Fact, Finding

KEYS = frozenset({
    "platform", "scope", "when", "and", "beside", "apart", "without", "unless", "skip", "only", "roles", "subject",
    "missing", "category", "confidence",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One pair that a rule asks about."""

    rule: Rule
    params: Mapping[str, Any]

    def patterns(self, name: str) -> tuple[str, ...]:
        """The patterns of one parameter."""
        return tuple(self.params.get(name, ()))

    def starts(self, keys: set[str]) -> bool:
        """Whether one of ``kind:key`` can start the question; cheap, and for most questions the end."""
        patterns = [pattern.partition("=")[0] for pattern in self.patterns("when")]
        prefixes = tuple(pattern[:-1] for pattern in patterns if pattern.endswith("*"))
        return not keys.isdisjoint(patterns) or any(key.startswith(prefixes) for key in keys if prefixes)

    def living(self, facts: Iterable[Fact]) -> list[Fact]:
        """The facts that count."""
        skip, only = set(self.params.get("skip", ())), set(self.params.get("only", ()))
        return [f for f in facts if skip.isdisjoint(f.condition) and not (only and only.isdisjoint(f.condition))]


def pairing(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:  # noqa: ARG001  (one signature for all)
    """Find what stands without its other half; parameters as the module says. Raises `MappingError`."""
    asked = list(questions(rule))
    for app in case.apps:
        keys = {f"{fact.kind}:{fact.key}" for fact in app.facts}
        for question in asked:
            if question.params.get("platform") in (None, app.platform) and question.starts(keys):
                yield from _ask(question, app)


def questions(rule: Rule) -> Iterator[Question]:
    """The questions of a rule, each with the parameters that they share. Raises `MappingError` on an unknown one."""
    shared = {key: value for key, value in rule.params.items() if key != "pair"}
    for own in rule.params.get("pair", ({},)):
        params = {**shared, **own}
        unknown = sorted(params.keys() - KEYS)
        if unknown or not params.get("when"):
            raise MappingError(f"rules/{rule.id}.toml: with.{unknown[0] if unknown else 'when'}: unknown or missing")
        yield Question(rule, params)


def matches(fact: Fact, patterns: Iterable[str]) -> bool:
    """Whether a fact fits one of the patterns ``kind:key``, ``kind:prefix*`` or ``kind:key=value``."""
    return any(_fits(fact, *pattern.partition(":")[::2]) for pattern in patterns)


def _fits(fact: Fact, kind: str, rest: str) -> bool:
    key, wants_value, value = rest.partition("=")
    if fact.kind != kind or (wants_value and fact.value != value):
        return False
    return fact.key.startswith(key[:-1]) if key.endswith("*") else fact.key == key


def _ask(question: Question, app: AppFacts) -> Iterator[Finding]:
    facts = question.living(app.facts)
    if any(matches(fact, question.patterns("unless")) for fact in facts):
        return
    for part, own in by_part(facts, whole=question.params.get("scope") == "app").items():
        found = _alone(question, own) if _in_roles(question, part) else []
        if found:
            yield _finding(question, app, part, found)


def _in_roles(question: Question, part: str) -> bool:
    roles = question.params.get("roles")
    return not roles or part.rpartition(".")[2] in roles


def _alone(question: Question, facts: list[Fact]) -> list[Fact]:
    """The facts that start the question where its other half is missing; those that confirm them after them."""
    if any(matches(fact, question.patterns("without")) for fact in facts):
        return []
    also = question.patterns("and")
    confirming = [fact for fact in facts if matches(fact, also)]
    if also and not confirming:
        return []
    apart = {fact.location.path for fact in facts if matches(fact, question.patterns("apart"))}
    starting = [fact for fact in facts if matches(fact, question.patterns("when")) and fact.location.path not in apart]
    kept = _with_neighbours(question, starting, facts)
    return [*kept, *confirming] if kept else []


def _with_neighbours(question: Question, starting: list[Fact], facts: list[Fact]) -> list[Fact]:
    beside = question.patterns("beside")
    if not beside:
        return starting
    near = [fact for fact in facts if matches(fact, beside)]
    files = {fact.location.path for fact in near}
    closed = {fact.location.path for fact in facts if fact.kind == "encrypted"}
    kept = [fact for fact in starting if fact.location.path in files | closed]
    places = {fact.location.path for fact in kept}
    return [*kept, *(fact for fact in near if fact.location.path in places)]


def _finding(question: Question, app: AppFacts, part: str, found: list[Fact]) -> Finding:
    rule, params = question.rule, question.params
    subject = params.get("subject") or found[0].key
    name = part_name(part)
    return replace(
        found_by(
            rule,
            "/".join(piece for piece in (app.app_id, name, subject) if piece),
            rule.message.format(
                subject=subject,
                found=", ".join(
                    dict.fromkeys(fact.key for fact in found if not matches(fact, question.patterns("and")))
                ),
                value=found[0].value,
                missing=params.get("missing") or _first_key(question.patterns("without")),
                part=name or "the app",
                file=found[0].location.path.rpartition("/")[2],
                binary=_binary(found[0].location.path),
            ),
        ),
        confidence=_confidence(question, found),
        app=app.path,
        location=found[0].location,
        category=params.get("category", ""),
        evidence=tuple(found),
    )


def _binary(path: str) -> str:
    """A binary as people know it: by its framework, where it lies in one."""
    frameworks = [piece for piece in path.split("/") if piece.endswith(".framework")]
    return frameworks[-1] if frameworks else path.rpartition("/")[2] or path


def _confidence(question: Question, found: list[Fact]) -> Confidence:
    """The weakest word of the rule and the question; where selectors could not be read, one step less."""
    level = max(map(CONFIDENCES.index, (question.rule.confidence, question.params.get("confidence", "high"))))
    beside = question.patterns("beside")
    blind = bool(beside) and not any(matches(fact, beside) for fact in found)
    return CONFIDENCES[min(2, level + blind)]


def _first_key(patterns: tuple[str, ...]) -> str:
    return patterns[0].partition(":")[2] if patterns else ""
