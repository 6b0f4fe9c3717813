"""Does the code of an Android app use what its permissions guard, and whose code is it?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from permcheck.checks.case import Case, found_by
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule, Signal
from permcheck.model import AppFacts, Confidence, Fact, Finding

_FILTERS = {"intent-filter": "intent"}
"""A component that waits for a broadcast uses it as much as code that names it."""


@dataclass(frozen=True, slots=True)
class Use:
    """One place that uses something guarded: the fact, the signal that says by what, the SDK whose code it is.

    ``support`` is set for the support libraries that every app carries.
    """

    fact: Fact
    signal: Signal
    sdk: str
    support: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """What one app asks for and what its code uses, both by permission. ``unclear`` says why silence proves nothing."""

    app: AppFacts
    asked: Mapping[str, Fact]
    granted: frozenset[str]
    uses: Mapping[str, tuple[Use, ...]]
    guarded: tuple[Use, ...]
    unclear: tuple[tuple[str, Fact | None], ...]


def usage(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:
    """Ask the ``question`` of the rule's parameters of every Android app.

    ``unused``: a permission whose guarded interfaces no code refers to. ``unguarded``: a guarded interface that is
    called without any of its permissions. ``sdk-only``: a permission that only SDKs use, other than those of the
    ``behalf`` kinds, which act for the app. ``cannot-tell``: permissions that no readable code uses in an app whose
    code is packed, or does not reach the platform through what was read.
    """
    question = _QUESTIONS[rule.params["question"]]
    guards = _guards(knowledge)
    index = _Owners(knowledge, rule.params.get("behalf", ()))
    for app in case.apps:
        if app.platform == "android":
            yield from question(rule, _read(app, guards, knowledge, index))


def _guards(knowledge: Knowledge) -> frozenset[str]:
    """The permissions whose use shows in code at all."""
    signals = (signal for category in knowledge.categories.values() for signal in category.signals)
    return frozenset(permission for signal in signals for permission in signal.permissions)


def _read(app: AppFacts, guards: frozenset[str], knowledge: Knowledge, owners: _Owners) -> Usage:
    living = [fact for fact in app.facts if fact.kind in ("permission", "implied-permission") and not fact.is_dead]
    asked = {fact.key: fact for fact in living if fact.kind == "permission" and fact.key in guards}
    guarded = tuple(_uses(app, knowledge, owners))
    uses = {
        permission: tuple(use for use in guarded if permission in use.signal.permissions and not _is_weak(use))
        for permission in asked
    }
    return Usage(app, asked, frozenset(fact.key for fact in living), uses, guarded, tuple(_unclear(app, owners)))


def _uses(app: AppFacts, knowledge: Knowledge, owners: _Owners) -> Iterator[Use]:
    for fact in app.facts:
        known = Fact(_FILTERS[fact.kind], fact.key) if fact.kind in _FILTERS else fact
        for _, signal in knowledge.signals_for("android", known):
            if signal.permissions:
                support = bool(fact.origin) and fact.origin not in owners.names
                yield Use(fact, signal, "" if _is_own(fact.value, app) else owners.sdk(fact.value), support)


def _is_own(name: str, app: AppFacts) -> bool:
    """Whether a class bears the app's own first two names: the app of an SDK's vendor does not carry an SDK."""
    vendor = app.app_id.split(".")[:2]
    return len(vendor) == 2 and name.split(".")[:2] == vendor


def _is_weak(use: Use) -> bool:
    """Whether it stands in every app, and for something that has many uses."""
    return use.support and use.signal.confidence == "low"


class _Owners:
    """Whose code a class is."""

    def __init__(self, knowledge: Knowledge, behalf: Collection[str]) -> None:
        known = knowledge.sdks.values()
        self.names = frozenset(sdk.name for sdk in known)
        self._packages = {prefix: sdk.name for sdk in known if sdk.kind not in behalf for prefix in sdk.packages}

    def loads_itself(self, name: str) -> bool:
        """Whether code that a class loads later is known to be an SDK's own; Play services always do so."""
        return name.startswith("com.google.android.gms.") or bool(self.sdk(name))

    def sdk(self, name: str) -> str:
        """The SDK that a class belongs to, by the longest of its packages; empty where it acts on the app's behalf."""
        while name and name not in self._packages:
            name = name.rpartition(".")[0]
        return self._packages.get(name, "")


def _unclear(app: AppFacts, owners: _Owners) -> Iterator[tuple[str, Fact | None]]:
    """Why code that uses a permission may exist and not be seen."""
    for fact in app.facts:
        if fact.kind == "framework-marker":
            yield f"{fact.key} ({_HOW.get(fact.value, fact.value)})", fact
    loaders = [fact for fact in app.facts if fact.kind == "dynamic-code" and fact.value and not fact.origin]
    for fact in [fact for fact in loaders if _is_own(fact.value, app) or not owners.loads_itself(fact.value)][:1]:
        yield f"{fact.value} loads further code while the app runs", fact
    if not any(fact.kind == "code-package" for fact in app.facts):
        yield "no code was read", None
    elif any(gap.location.path.endswith(".dex") for gap in app.gaps):
        yield "part of the code was not read, or is loaded only while the app runs", None


_HOW = {
    "native": "its code reaches the platform from native libraries",
    "script": "its code is script that reaches the platform through a bridge",
    "managed": "its code is compiled for a runtime of its own",
    "packed": "its code is packed and unfolds only while it runs",
}


def _unused(rule: Rule, usage: Usage) -> Iterator[Finding]:
    if usage.unclear:
        return
    native = any(fact.kind == "native-library" for fact in usage.app.facts)
    for permission, fact in usage.asked.items():
        if not usage.uses[permission]:
            yield _finding(rule, usage, permission, (fact,), "low" if native else rule.confidence)


def _cannot_tell(rule: Rule, usage: Usage) -> Iterator[Finding]:
    silent = {permission: fact for permission, fact in usage.asked.items() if not usage.uses[permission]}
    if not usage.unclear or not silent:
        return
    why = "; ".join(reason for reason, _ in usage.unclear)
    names = ", ".join(permission.rpartition(".")[2] for permission in silent)
    signs = tuple(fact for _, fact in usage.unclear if fact)
    yield _finding(rule, usage, "use of permissions", (*signs, *silent.values()), rule.confidence, why=why, names=names)


def _unguarded(rule: Rule, usage: Usage) -> Iterator[Finding]:
    found: dict[str, list[Use]] = {}
    for use in usage.guarded:
        sure = use.signal.confidence == "high" and use.fact.value and not use.support
        if sure and not usage.granted.intersection(use.signal.permissions):
            found.setdefault(use.signal.permissions[0], []).append(use)
    for permission, uses in found.items():
        own = any(not use.sdk for use in uses)
        names = ", ".join(dict.fromkeys(_short(use.fact.key) for use in uses))
        wanted = " or ".join(dict.fromkeys(p.rpartition(".")[2] for use in uses for p in use.signal.permissions))
        facts = tuple(use.fact for use in uses)
        words = {"names": names, "callers": _callers(uses), "wanted": wanted}
        yield _finding(rule, usage, permission, facts, rule.confidence if own else "low", **words)


def _sdk_only(rule: Rule, usage: Usage) -> Iterator[Finding]:
    for permission, fact in usage.asked.items():
        uses = [use for use in usage.uses[permission] if not use.support]
        if uses and all(use.sdk for use in uses):
            sdks = ", ".join(sorted({use.sdk for use in uses}))
            facts = (fact, *(use.fact for use in uses))
            yield _finding(rule, usage, permission, facts, rule.confidence, sdks=sdks, callers=_callers(uses))


_QUESTIONS: Mapping[str, Callable[[Rule, Usage], Iterator[Finding]]] = {
    "unused": _unused,
    "unguarded": _unguarded,
    "sdk-only": _sdk_only,
    "cannot-tell": _cannot_tell,
}


def _callers(uses: list[Use]) -> str:
    """At most three calling classes, those of SDKs with the SDK's name."""
    names = list(dict.fromkeys(f"{use.fact.value} ({use.sdk})" if use.sdk else use.fact.value for use in uses))
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _short(key: str) -> str:
    """The class and member of a platform name: ``CameraManager.openCamera``."""
    return ".".join(key.split(".")[-2:])


def _finding(
    rule: Rule, usage: Usage, subject: str, facts: tuple[Fact, ...], confidence: Confidence, **words: str
) -> Finding:
    return replace(
        found_by(rule, f"{usage.app.app_id}/{subject}", rule.message.format(permission=subject, **words)),
        confidence=confidence,
        app=usage.app.path,
        location=facts[0].location if facts else None,
        evidence=facts,
    )
