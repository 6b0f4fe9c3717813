"""The classes that use each wanted name in, the facts to tell of them out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from permcheck.facts.android.code.known_class import LEAVES, SELF_ACTING, is_renamed, outer
from permcheck.facts.android.code.packages import support_library
from permcheck.model import Confidence, Fact, Location

CALLERS_LIMIT = 12
"""Facts per looked-up name: one per package that uses it, the rest would say nothing new."""
RENAMED_LIMIT = 24
"""The same for classes that a shrinker renamed, each of which may come from anywhere."""

DYNAMIC = frozenset({"dalvik.system.DexClassLoader.<init>", "dalvik.system.InMemoryDexClassLoader.<init>"})
"""What loads code that is not in the bundle."""

MORE = "and more callers"
"""The condition of a fact beside which others were left out."""
BY_ITSELF = "the library's own call"
"""The condition of a call that a library makes in every app, whatever the app does."""

Name = tuple[str, str]
"""Kind and key of a fact."""


class User(NamedTuple):
    """A class that uses something; ``known`` is the class that it is known to be where it was renamed."""

    name: str
    location: Location
    known: str = ""
    through: str = ""

    @property
    def support(self) -> str:
        """The support library that it belongs to, empty where it is none."""
        return support_library(self.known or self.name)

    @property
    def whole(self) -> str:
        """The outermost class, under its own name where that is known."""
        return outer(self.known or self.name)


Users = dict[Name, dict[str, User]]


def use_facts(users: Users) -> Iterator[Fact]:
    """The facts of one part's code, ordered by name.

    Who calls a thin wrapper of a support library uses what it wraps; a wrapper that nobody calls is dead code. A class
    that names a method as text reaches it where it also looks methods up.
    """
    reflectors = users.get(("reflector", ""), {}).keys()
    for (kind, key), found in sorted(users.items()):
        if kind in ("reflector", "leaf"):
            continue
        callers = list(found.values())
        if kind == "reflection-member":
            callers = [user for user in callers if user.name in reflectors]
            kind = "reflection"  # noqa: PLW2901  (a class or a method by name, it is told alike)
        yield from _told(kind, key, _chosen(_libraries(kind, key), list(_unwrapped(callers, users))))


def _told(kind: str, key: str, users: Iterable[User]) -> Iterator[Fact]:
    told = "dynamic-code" if key in DYNAMIC else kind
    for user in users:
        library = user.support
        confidence: Confidence = "low" if library else "high" if user.name and not user.through else "medium"
        yield Fact(told, key, user.name, user.location, library, tuple(conditions(user)), confidence)


def conditions(user: User) -> Iterator[str]:
    """What narrows a use: what the class is known to be, the wrapper that it calls, who calls without being asked."""
    if user.known:
        yield f"known by its strings as {user.known}"
    if user.through.startswith(MORE):
        yield MORE
    elif user.through:
        yield f"through {user.through}"
    if user.support and user.whole in SELF_ACTING:
        yield BY_ITSELF


def _unwrapped(callers: Iterable[User], users: Users) -> Iterator[User]:
    for user in callers:
        if user.whole not in LEAVES or user.known:
            yield user
            continue
        outside = [one for one in users.get(("leaf", user.whole), {}).values() if one.name and one.whole != user.whole]
        yield from (one._replace(through="" if one.support else user.whole) for one in outside)


def _chosen(libraries: tuple[str, ...], users: list[User]) -> list[User]:
    """What to tell of a name's users: support libraries only where nobody else is, the nameless one least of all."""
    callers = sorted(user for user in users if user.name and not user.name.startswith(libraries))
    others = [user for user in callers if not user.support]
    if callers or libraries:
        # a library that is only called from within, or by nobody, says nothing of the app
        doubtful = [user for user in callers if user.whole not in SELF_ACTING]
        return _limited(others) or doubtful[:1] or callers[:1]
    return users[:1]


def _limited(users: list[User]) -> list[User]:
    """One user per package, and each that was renamed."""
    named: dict[str, User] = {}
    renamed = [user for user in users if is_renamed(user.name)]
    for user in users:
        if not is_renamed(user.name):
            named.setdefault(user.name.rpartition(".")[0], user)
    kept = [*list(named.values())[:CALLERS_LIMIT], *renamed[:RENAMED_LIMIT]]
    if len(kept) < len(named) + len(renamed):
        kept[-1] = kept[-1]._replace(through=MORE)
    return sorted(kept)


def _libraries(kind: str, key: str) -> tuple[str, ...]:
    """The packages of the library that a class belongs to; none for what the platform itself brings."""
    if kind != "api-call" or key.startswith(("android.", "dalvik.", "java.")):
        return ()
    package = key[: re.search(r"[A-Z]|$", key).start()]  # type: ignore[union-attr]
    return package, package.replace(".gms.", ".gms.internal.")
