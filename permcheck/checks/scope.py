"""The facts of an app in, the same grouped by the part of the bundle that answers for them out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from permcheck.model import Fact

_ANSWERING = (".app", ".appex", ".apk")
"""Suffixes of what the system asks for permissions: a framework's code runs on behalf of the app that holds it."""


def by_part(facts: Iterable[Fact], *, whole: bool = False) -> dict[str, list[Fact]]:
    """Part path -> its facts, the outermost first; everything under the empty path where ``whole``.

    A part that does not say who it is was not read: what it lacks cannot be told, so it is left out.
    """
    listed = list(facts)
    if whole:
        return {"": listed}
    parts: dict[str, list[Fact]] = {}
    for fact in listed:
        parts.setdefault(part_of(fact.location.path), []).append(fact)
    named = {part_of(fact.location.path) for fact in listed if fact.kind == "identity"}
    order = sorted(parts, key=lambda part: (part.count("/"), part))
    return {part: parts[part] for part in order if part in named or not named}


@lru_cache(maxsize=4096)
def part_of(path: str) -> str:
    """The path of the innermost app, extension or APK that a place lies in; without one, the path up to ``!/``."""
    pieces = path.split("/")
    for end in range(len(pieces), 0, -1):
        piece = pieces[end - 1].removesuffix("!")
        if piece.endswith(_ANSWERING):
            return "/".join([*pieces[: end - 1], piece])
    return path.partition("!/")[0]


def part_name(part: str) -> str:
    """How a part is called beside its app: the name of an extension or nested app, empty for the main part.

    A part is nested when another app holds it: ``Lamp.ipa!/Payload/Lamp.app/PlugIns/Share.appex`` is ``Share.appex``.
    """
    inner = part.partition("!/")[2]
    above, _, last = inner.rpartition("/")
    held = any(piece.endswith(_ANSWERING) for piece in above.split("/"))
    outer_is_app = part.partition("!/")[0].endswith(".app")
    return last if inner and (held or outer_is_app) else ""
