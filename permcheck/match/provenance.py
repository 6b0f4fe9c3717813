"""`AppFacts` in, the same facts with the library or SDK that likely brought each permission out.

A manifest merger report knows; without one, code that alone uses what a permission guards is a hint. The report is
the ``manifest-merger-<variant>-report.txt`` that the Android Gradle plugin writes beside the APK.
Source: https://developer.android.com/build/manage-manifests
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from permcheck.knowledge import Knowledge
from permcheck.model import AppFacts

_ELEMENT = re.compile(r"uses-permission(?:-sdk-23)?#(\S+)")
_ORIGIN = re.compile(r"(?:ADDED|MERGED|IMPLIED|INJECTED) from (?:\[([^\]\s]+)\])?")
OWN = "the app's own manifest"


def brought(text: str) -> Mapping[str, str]:
    """Permission -> what brought it: library coordinates, or the app's own manifest where that names it too."""
    origins: dict[str, list[str]] = {}
    for name, origin in _lines(text):
        origins.setdefault(name, []).append(origin)
    return {name: OWN if OWN in found else found[0] for name, found in origins.items()}


def trace(app: AppFacts, origins: Mapping[str, str]) -> AppFacts:
    """Set the origin of every permission that the report tells of; nothing else changes."""
    return replace(
        app,
        facts=tuple(
            replace(fact, origin=origins[fact.key]) if fact.kind == "permission" and fact.key in origins else fact
            for fact in app.facts
        ),
    )


def suspect(app: AppFacts, knowledge: Knowledge) -> AppFacts:
    """Name the SDKs of an Android app behind each permission whose guarded interfaces only their code uses.

    Support libraries and the like, which act for the app that carries them, tell nothing and are passed over.
    """
    names = {sdk.name for sdk in knowledge.sdks.values() if sdk.kind not in ("library", "framework")}
    users: dict[str, set[str]] = {}
    for fact in app.facts:
        asked_for = "the library's own call" not in fact.condition
        for _, signal in knowledge.signals_for("android", fact) if asked_for else ():
            for permission in signal.permissions:
                users.setdefault(permission, set()).add(fact.origin)
    likely = {permission: ", ".join(sorted(found)) for permission, found in users.items() if found <= names}
    return replace(
        app,
        facts=tuple(
            replace(fact, origin=likely[fact.key])
            if fact.kind == "permission" and fact.key in likely and not fact.origin
            else fact
            for fact in app.facts
        ),
    )


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Elements start at the margin, their origins follow there too; attributes are indented."""
    name = ""
    for line in text.splitlines():
        if line[:1].isspace() or not line:
            continue
        origin = _ORIGIN.match(line)
        if origin is None:
            element = _ELEMENT.match(line)
            name = element[1] if element else ""
        elif name:
            yield name, origin[1] or OWN
