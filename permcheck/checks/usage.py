"""Does the code of an Android app use what its permissions guard, and whose code is it?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from permcheck.checks.case import Case, found_by
from permcheck.checks.gate import Reason, unclear
from permcheck.knowledge import Knowledge, kept
from permcheck.knowledge.schema import Rule, Signal
from permcheck.model import AppFacts, Confidence, Fact, Finding

_FILTERS = {"intent-filter": "intent"}
"""A component that waits for a broadcast uses it as much as code that names it."""


@dataclass(frozen=True, slots=True)
class Use:
    """One place that uses something guarded: the fact, the signal that says by what, and the SDK whose code it is."""

    fact: Fact
    signal: Signal
    sdk: str

    @property
    def is_sure(self) -> bool:
        """Whether it is known whose use it is, and that somebody asked for it."""
        return (
            self.fact.code_owner in ("own", "sdk")
            and bool(self.fact.value)
            and "and more callers" not in self.fact.condition
        )

    @property
    def is_support(self) -> bool:
        """Whether a support library makes it, which acts for whoever calls it."""
        return self.fact.code_owner == "framework" and self.fact.value.startswith(_SUPPORT)


_SUPPORT = ("android.", "androidx.", "com.google.android.material.", "com.google.android.gms.common.", "kotlin")
_MORE = "and more callers"
_BY_ITSELF = "the library's own call"


@dataclass(frozen=True, slots=True)
class Usage:
    """What one app asks for and what its code uses, both by permission.

    ``unclear`` says why silence proves nothing for any permission, ``doubts`` why for one.
    """

    app: AppFacts
    asked: Mapping[str, Fact]
    granted: frozenset[str]
    uses: Mapping[str, tuple[Use, ...]]
    guarded: tuple[Use, ...]
    unclear: tuple[Reason, ...]
    doubts: Mapping[str, tuple[Reason, ...]]


def usage(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:
    """Ask the ``question`` of the rule's parameters of every Android app.

    ``unused``: a permission whose guarded interfaces no code refers to, in an app all of whose code was seen.
    ``unguarded``: a guarded interface that the app's own code or a known SDK calls without any of its permissions.
    ``sdk-only``: a permission that only SDKs use, other than those of the ``behalf`` kinds, which act for the app;
    asked only where it is known whose all the callers are. ``cannot-tell``: permissions that no code which was read
    uses, where that proves nothing. ``untyped-service``: a service that goes to the foreground without a type.
    ``unread-health``: permissions for health records in an app none of whose code refers to Health Connect.
    """
    question = _QUESTIONS[rule.params["question"]]
    guards = kept(knowledge, "guarded permissions", lambda: _guards(knowledge))
    index = _Sdks(knowledge, rule.params.get("behalf", ()))
    for app in case.apps:
        if app.platform == "android":
            yield from question(rule, _read(app, guards, knowledge, index))


def _guards(knowledge: Knowledge) -> frozenset[str]:
    """The permissions whose use shows in code at all."""
    signals = (signal for category in knowledge.categories.values() for signal in category.signals)
    return frozenset(permission for signal in signals for permission in signal.permissions)


def _read(app: AppFacts, guards: frozenset[str], knowledge: Knowledge, sdks: _Sdks) -> Usage:
    living = [fact for fact in app.facts if fact.kind in ("permission", "implied-permission") and not fact.is_dead]
    asked = {fact.key: fact for fact in living if fact.kind == "permission" and fact.key in guards}
    guarded = tuple(use for use in _uses(app, knowledge, sdks) if _BY_ITSELF not in use.fact.condition)
    of_each = {name: tuple(use for use in guarded if name in use.signal.permissions) for name in asked}
    return Usage(
        app,
        asked,
        frozenset(fact.key for fact in living),
        {name: tuple(use for use in uses if not use.is_support) for name, uses in of_each.items()},
        guarded,
        tuple(unclear(app)),
        {name: tuple(_doubts(uses, app, name, knowledge)) for name, uses in of_each.items()},
    )


def _uses(app: AppFacts, knowledge: Knowledge, sdks: _Sdks) -> Iterator[Use]:
    lowest = next((int(value) for value in app.values("identity", "min-sdk") if value.isdigit()), 0)
    for fact in app.facts:
        known = Fact(_FILTERS[fact.kind], fact.key) if fact.kind in _FILTERS else fact
        for _, signal in knowledge.signals_for("android", known):
            if signal.permissions and not 0 < signal.until < lowest:
                yield Use(fact, signal, sdks.name(fact.value) if fact.code_owner == "sdk" else "")


def _doubts(uses: tuple[Use, ...], app: AppFacts, permission: str, knowledge: Knowledge) -> Iterator[Reason]:
    """Why no use of one permission proves nothing: a library may act for the app, or code reach it by name."""
    for use in uses:
        if use.is_support and use.signal.confidence != "low":
            yield f"{use.fact.value} calls {_short(use.fact.key)} for whoever calls it", use.fact
            return
    for fact in app.facts:
        if (
            fact.kind == "reflection"
            and fact.code_owner in ("own", "unknown")
            and permission in _named(fact.key, knowledge)
        ):
            yield f"{fact.value} names {_short(fact.key)} as text, and may reach it by reflection", fact
            return


def _named(key: str, knowledge: Knowledge) -> frozenset[str]:
    """The permissions that guard a method, or any method of a class."""
    signals = (signal for category in knowledge.categories.values() for signal in category.signals)
    return frozenset(
        permission
        for signal in signals
        if signal.kind == "api-call" and (signal.key == key or signal.key.startswith(f"{key}."))
        for permission in signal.permissions
    )


class _Sdks:
    """The SDK that a class belongs to, other than those that act on the app's behalf."""

    def __init__(self, knowledge: Knowledge, behalf: Collection[str]) -> None:
        known = knowledge.sdks.values()
        self._packages = {prefix: sdk.name for sdk in known if sdk.kind not in behalf for prefix in sdk.packages}

    def name(self, name: str) -> str:
        """By the longest of its packages; empty where it is none, or acts on the app's behalf."""
        while name and name not in self._packages:
            name = name.rpartition(".")[0]
        return self._packages.get(name, "")


def _unused(rule: Rule, usage: Usage) -> Iterator[Finding]:
    if usage.unclear:
        return
    for permission, fact in usage.asked.items():
        if not usage.uses[permission] and not usage.doubts[permission]:
            yield _finding(rule, usage, permission, (fact,), rule.confidence)


def _cannot_tell(rule: Rule, usage: Usage) -> Iterator[Finding]:
    """One finding for what holds for all permissions, and one for each that something else hides the use of."""
    silent = {permission: fact for permission, fact in usage.asked.items() if not usage.uses[permission]}
    if usage.unclear and silent:
        yield _hidden(rule, usage, "use of permissions", silent, usage.unclear)
        return
    for permission, fact in silent.items():
        if usage.doubts[permission]:
            yield _hidden(rule, usage, f"use of {permission}", {permission: fact}, usage.doubts[permission])


def _hidden(rule: Rule, usage: Usage, subject: str, silent: Mapping[str, Fact], reasons: tuple[Reason, ...]) -> Finding:
    why = "; ".join(reason for reason, _ in reasons)
    names = ", ".join(permission.rpartition(".")[2] for permission in silent)
    signs = tuple(fact for _, fact in reasons if fact)
    return _finding(rule, usage, subject, (*signs, *silent.values()), rule.confidence, why=why, names=names)


def _unguarded(rule: Rule, usage: Usage) -> Iterator[Finding]:
    found: dict[str, list[Use]] = {}
    for use in usage.guarded:
        always = use.signal.confidence == "high" and use.fact.confidence == "high" and use.is_sure
        if always and not usage.granted.intersection(use.signal.permissions):
            found.setdefault(use.signal.permissions[0], []).append(use)
    for permission, uses in found.items():
        own = any(use.fact.code_owner == "own" for use in uses)
        names = ", ".join(dict.fromkeys(_short(use.fact.key) for use in uses))
        wanted = " or ".join(dict.fromkeys(p.rpartition(".")[2] for use in uses for p in use.signal.permissions))
        facts = tuple(use.fact for use in uses)
        words = {"names": names, "callers": _callers(uses), "wanted": wanted}
        yield _finding(rule, usage, permission, facts, rule.confidence if own else "low", **words)


def _sdk_only(rule: Rule, usage: Usage) -> Iterator[Finding]:
    for permission, fact in usage.asked.items():
        uses = usage.uses[permission]
        known = uses and all(use.is_sure and use.sdk for use in uses)
        if known and not usage.doubts[permission] and not usage.unclear:
            sdks = ", ".join(sorted({use.sdk for use in uses}))
            facts = (fact, *(use.fact for use in uses))
            yield _finding(rule, usage, permission, facts, rule.confidence, sdks=sdks, callers=_callers(uses))


def _untyped(rule: Rule, usage: Usage) -> Iterator[Finding]:
    """Services that go to the foreground without a type, where the target SDK wants one."""
    target = next((int(value) for value in usage.app.values("identity", "target-sdk") if value.isdigit()), 0)
    untyped = {fact.key: fact for fact in usage.app.facts if fact.kind == "untyped-service"}
    for fact in usage.app.facts if target >= _TYPED_SERVICES else ():
        if fact.kind == "api-call" and fact.key == _START_FOREGROUND and fact.value in untyped:
            yield _finding(rule, usage, fact.value, (untyped[fact.value], fact), rule.confidence, service=fact.value)


def _unread_health(rule: Rule, usage: Usage) -> Iterator[Finding]:
    asked = [fact for fact in usage.app.facts if fact.kind == "permission" and fact.key.startswith(_HEALTH)]
    reading = (fact for fact in usage.app.facts if fact.kind in ("code-package", "api-call", "reflection"))
    if asked and not usage.unclear and not any(fact.key.startswith(_HEALTH_CONNECT) for fact in reading):
        names = ", ".join(fact.key.rpartition(".")[2] for fact in asked[:5])
        more = f" and {len(asked) - 5} more" if len(asked) > 5 else ""
        yield _finding(rule, usage, "health permissions", tuple(asked), rule.confidence, names=names + more)


_TYPED_SERVICES = 34
_START_FOREGROUND = "android.app.Service.startForeground"
_HEALTH = "android.permission.health."
_HEALTH_CONNECT = ("androidx.health.connect", "android.health.connect")

_QUESTIONS: Mapping[str, Callable[[Rule, Usage], Iterator[Finding]]] = {
    "unused": _unused,
    "unguarded": _unguarded,
    "sdk-only": _sdk_only,
    "cannot-tell": _cannot_tell,
    "untyped-service": _untyped,
    "unread-health": _unread_health,
}


def _callers(uses: Sequence[Use]) -> str:
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
