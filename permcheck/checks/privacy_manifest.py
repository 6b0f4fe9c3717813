"""What privacy manifests declare, held against Apple's tables and the code beside them, in, what Apple refuses out.

Parameters of a rule (``[with]``): ``test`` names the test, the rest is its data:

``shape``      breaks of the schema, and values that ``values`` does not list (``data-type``, ``purpose``); those of
               ``doubtful`` Apple has been seen to let pass: a warning of low confidence
``category``   API categories that ``reasons`` does not know
``reason``     reasons that ``reasons`` does not list for their category
``domains``    tracking domains where the manifest does not say that the app tracks
``required``   code that touches one of ``apis`` (category -> patterns ``symbol:``, ``class:``, ``class:A+selector:b``)
               in a binary that no manifest of the same bundle declares the category for
``listed``     frameworks of SDKs that Apple lists, without a manifest in them; ``as-of`` dates the list

``codes`` gives the code of Apple's mail for the app's own manifest (``root``) and for any other (``nested``).
The message may name ``{subject}``, ``{what}``, ``{part}``, ``{code}``, ``{category}`` and ``{file}``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from permcheck.checks.case import Case, found_by
from permcheck.checks.pairing import matches
from permcheck.errors import MappingError
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import AppFacts, Fact, Finding

_DATA_TYPE = "NSPrivacyCollectedDataType"
_API = "NSPrivacyAccessedAPICategory"
_BUNDLES = (".app", ".appex", ".framework")
"""Bundles with code of their own: each has to bring its own manifest."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that Apple refuses: what it is, in words and as a stable name, and where it stands."""

    fact: Fact
    thing: str
    what: str = ""
    category: str = ""
    evidence: tuple[Fact, ...] = ()
    doubtful: bool = False


Test = Callable[[Rule, AppFacts, Knowledge], Iterator[Hit]]


def privacy_manifest(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:
    """Find what the rule's test finds in every iOS app. Raises `MappingError`."""
    test = TESTS.get(rule.params.get("test", ""))
    if test is None:
        raise MappingError(f"rules/{rule.id}.toml: with.test: none of {', '.join(TESTS)}")
    for app in case.apps:
        if app.platform == "ios":
            for hit in test(rule, app, knowledge):
                yield _finding(rule, app, hit)


def owner(path: str) -> str:
    """The path of the innermost bundle with code that a place lies in; empty where there is none."""
    pieces = path.split("/")
    for end in range(len(pieces), 0, -1):
        piece = pieces[end - 1].removesuffix("!")
        if piece.endswith(_BUNDLES):
            return "/".join([*pieces[: end - 1], piece])
    return ""


def _shape(rule: Rule, app: AppFacts, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG001  (tests have one signature)
    values = rule.params["values"]
    for fact in _of(app, "privacy-manifest-problem"):
        thing = f"{fact.key} {fact.location.anchor}".strip()
        yield Hit(fact, thing, fact.value, doubtful=fact.key in rule.params.get("doubtful", ()))
    for fact in _of(app, "privacy-data-type"):
        if fact.key.removeprefix(_DATA_TYPE) not in values["data-type"]:
            yield Hit(fact, fact.key, f"{fact.key} is no data type that Apple knows")
        for purpose in _listed(fact.value):
            if purpose not in values["purpose"]:
                yield Hit(fact, f"{fact.key} {purpose}", f"{purpose} is no purpose that Apple knows")


def _category(rule: Rule, app: AppFacts, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG001
    for fact in _of(app, "privacy-api"):
        if fact.key not in _table(rule, "reasons"):
            yield Hit(fact, fact.key, category=fact.key)


def _reason(rule: Rule, app: AppFacts, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG001
    table = _table(rule, "reasons")
    for fact in _of(app, "privacy-api"):
        for reason in _listed(fact.value):
            if fact.key in table and reason not in table[fact.key]:
                yield Hit(fact, f"{fact.key} {reason}", reason, fact.key)


def _domains(rule: Rule, app: AppFacts, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG001
    empty = [f for f in _of(app, "privacy-manifest-problem") if f.key == "empty-domain"]
    tracking = {f.location.path for f in _of(app, "privacy-tracking") if f.value == "true"}
    for fact in (*_of(app, "privacy-domain"), *empty):
        if fact.value != "tracking" and fact.location.path not in tracking:
            name = fact.key if fact.kind == "privacy-domain" else "(empty)"
            yield Hit(fact, name, name)


def _required(rule: Rule, app: AppFacts, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG001
    declared = {(owner(fact.location.path), fact.key) for fact in _of(app, "privacy-api")}
    binaries: dict[str, list[Fact]] = {}
    for fact in app.facts:
        if fact.kind in ("symbol", "class", "selector"):
            binaries.setdefault(fact.location.path, []).append(fact)
    for path, facts in sorted(binaries.items()):
        for category, patterns in _table(rule, "apis").items():
            used = [fact for pattern in patterns for fact in _together(facts, pattern.split("+"))]
            if used and (owner(path), category) not in declared:
                names = ", ".join(dict.fromkeys(fact.key for fact in used))
                yield Hit(used[0], category.removeprefix(_API), names, category, tuple(dict.fromkeys(used)))


def _together(facts: Iterable[Fact], patterns: list[str]) -> list[Fact]:
    """The facts of one binary that fit the patterns, where each pattern has one."""
    found = [[fact for fact in facts if matches(fact, (pattern,))] for pattern in patterns]
    return [fact for group in found for fact in group] if all(found) else []


def _listed_sdks(rule: Rule, app: AppFacts, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG001
    frameworks = _of(app, "embedded-framework")
    if not frameworks:
        return
    listed = {name for sdk in knowledge.sdks.values() if sdk.apple_listed for name in sdk.frameworks}
    manifests = [fact.location.path for fact in _of(app, "privacy-manifest")]
    for fact in frameworks:
        if fact.key in listed and not any(_speaks_for(path, fact) for path in manifests):
            yield Hit(fact, fact.key)


def _speaks_for(manifest: str, framework: Fact) -> bool:
    """Whether a manifest lies in the framework, or in a resource bundle that carries the framework's name."""
    if manifest.startswith(f"{framework.location.path}/"):
        return True
    folder = manifest.rpartition("/")[0].rpartition("/")[2]
    return folder.endswith(".bundle") and framework.key in folder.removesuffix(".bundle").split("_")


TESTS: Mapping[str, Test] = {
    "shape": _shape,
    "category": _category,
    "reason": _reason,
    "domains": _domains,
    "required": _required,
    "listed": _listed_sdks,
}


def _of(app: AppFacts, kind: str) -> list[Fact]:
    return [fact for fact in app.facts if fact.kind == kind]


def _table(rule: Rule, name: str) -> dict[str, list[str]]:
    """A table of the rule with the API categories under their full names."""
    return {f"{_API}{category}": values for category, values in rule.params[name].items()}


def _listed(value: str) -> list[str]:
    return [item for item in value.split(", ") if item]


def _finding(rule: Rule, app: AppFacts, hit: Hit) -> Finding:
    name = _bundle_name(hit.fact)
    codes = rule.params.get("codes", {})
    return replace(
        found_by(
            rule,
            "/".join(piece for piece in (app.app_id, name, hit.thing) if piece),
            rule.message.format(
                subject=hit.thing,
                what=hit.what,
                part=name or "the app",
                code=codes.get("nested" if name else "root", ""),
                category=hit.category,
                file=hit.fact.location.path.rpartition("/")[2],
            ),
        ),
        severity="warning" if hit.doubtful else rule.severity,
        confidence="low" if hit.doubtful else rule.confidence,
        app=app.path,
        location=hit.fact.location,
        evidence=hit.evidence or (hit.fact,),
    )


def _bundle_name(fact: Fact) -> str:
    """The bundle that holds a manifest or a binary, by its name; empty for the app itself."""
    path = fact.location.path
    holder = path.rpartition("/")[0] if fact.kind.startswith("privacy-") else owner(path)
    holder = holder.removesuffix("!")
    nested = not holder.endswith(".app") or bool(owner(holder.rpartition("/")[0]))
    return holder.rpartition("/")[2] if nested and fact.kind != "embedded-framework" else ""
