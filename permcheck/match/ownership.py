"""`AppFacts` in, the same with the owner of each calling class told, where the bundle tells it, out.

Four answers: the app's ``own`` code, an ``sdk``, the ``framework`` that code of somebody else runs in (support
libraries among them), and ``unknown``. A package name alone makes no class the app's own: a shrinker moves classes of
every origin into one package, so a class with a meaningless name is of unknown origin until a map or its strings tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from permcheck.knowledge import Knowledge
from permcheck.model import AppFacts, Fact, Owner

CALLERS = ("api-call", "dynamic-code", "host", "intent", "intent-filter", "path", "provider", "reflection", "string")
"""Kinds of fact whose value is a class."""

ENTRIES = ("launcher", "application-class")
"""Kinds of fact that name a class which the developer wrote, unless a framework did."""

SUPPORT = ("android.", "androidx.", "kotlin.", "kotlinx.", "java.", "com.google.android.material.")
SHARED = frozenset({
    "com.github", "com.gitlab", "io.github", "com.google", "com.android", "org.apache", "com.facebook", "com.amazon",
    "com.microsoft", "com.samsung", "com.huawei", "com.tencent", "com.alibaba", "com.baidu", "com.squareup",
    "net.sourceforge", "com.appspot", "com.wordpress", "com.blogspot",
})  # fmt: skip
"""First two names of packages under which many vendors publish; a third one tells whose they are."""

HOLDS = "holds code of "
_MEANINGLESS = re.compile(r"[a-z][a-z0-9]{0,2}|[A-Z]")


def own(app: AppFacts, knowledge: Knowledge) -> AppFacts:
    """Set the owner of every fact of an Android app that names a calling class."""
    if app.platform != "android":
        return app
    owners = Owners(app, knowledge)
    told = (
        replace(fact, code_owner=owners.of(fact))
        if fact.kind in CALLERS
        else replace(fact, code_owner=owners.of_class(fact.key, written=True))
        if fact.kind in ENTRIES
        else fact
        for fact in app.facts
    )
    return replace(app, facts=tuple(told))


class Owners:
    """Whose the classes of one app are."""

    def __init__(self, app: AppFacts, knowledge: Knowledge) -> None:
        """Learn the packages of all SDKs, and those that the app's own entry points stand in."""
        self.kinds = {prefix: sdk.kind for sdk in knowledge.sdks.values() for prefix in sdk.packages}
        self.names = {sdk.name for sdk in knowledge.sdks.values()}
        entries = [fact.key for fact in app.facts if fact.kind in ENTRIES]
        self.roots = {root(app.app_id), *(root(name.rpartition(".")[0]) for name in entries if self._is_open(name))}
        self.roots.discard("")

    def of(self, fact: Fact) -> Owner:
        """Whose the class is that a fact names; of several classes in one, the answer must be the same for all."""
        if not fact.value:
            return "unknown"
        if fact.origin and fact.origin not in self.names:
            return "framework"
        answers = {self.of_class(fact.value, written=_is_written(fact)), *map(self.of_class, _held(fact))}
        return answers.pop() if len(answers) == 1 else "unknown"

    def of_class(self, name: str, *, written: bool = True) -> Owner:
        """Whose a class is by its name; ``written`` says that it is the name which the sources have."""
        if any(name.startswith(f"{mine}.") for mine in self.roots):
            meaningless = _MEANINGLESS.fullmatch(name.rpartition(".")[2].partition("$")[0])
            return "own" if written or not meaningless else "unknown"
        kind = self._kind(name)
        if kind:
            return "framework" if kind == "framework" else "sdk"
        return "framework" if name.startswith(SUPPORT) else "unknown"

    def _is_open(self, name: str) -> bool:
        return not self._kind(name) and not name.startswith(SUPPORT)

    def _kind(self, name: str) -> str:
        while name and name not in self.kinds:
            name = name.rpartition(".")[0]
        return self.kinds.get(name, "")


def root(package: str) -> str:
    """The names of a package that tell its vendor; empty where it has fewer."""
    names = package.split(".")
    count = 3 if ".".join(names[:2]) in SHARED else 2
    return ".".join(names[:count]) if len(names) >= count else ""


def _is_written(fact: Fact) -> bool:
    return any(said.startswith("renamed to ") for said in fact.condition)


def _held(fact: Fact) -> Iterator[str]:
    for said in fact.condition:
        if said.startswith(HOLDS):
            yield from said.removeprefix(HOLDS).split(", ")
