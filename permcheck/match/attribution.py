"""`AppFacts` in, the same with the SDK behind each fact named, as far as the SDK data knows it, out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple, TypeVar

from permcheck.knowledge import Knowledge, kept
from permcheck.knowledge.schema import Sdk
from permcheck.model import AppFacts, Confidence, Fact

Key = TypeVar("Key")

EXACT = {
    "native-library": "libraries",
    "meta-data": "metadata",
    "framework-marker": "markers",
    "framework": "frameworks",
    "embedded-framework": "frameworks",
    "resource": "frameworks",
    "swift-module": "frameworks",
    "library": "artifacts",
    "anchor-class": "anchors",
}
"""Fact kind -> the SDK field whose entries name it to the letter."""

CALLS = ("api-call", "dynamic-code", "host", "intent", "path", "provider", "reflection", "string")
"""Fact kinds whose value is the calling class."""

UNVERIFIED = "its marks were not verified"
"""The condition of an SDK whose marks were taken from what its vendor says, and not confirmed in code."""

FEW = 5
"""Classes below which an SDK's packages may be stubs of it, unless the class that everybody calls is among them."""

WEAK = ("meta-data", "resource", "objc-class", "swift-module")
"""Marks that an app can bear without the SDK: keys left behind, names that somebody else chose as well."""


def attribute(app: AppFacts, knowledge: Knowledge) -> AppFacts:
    """Set the origin of every fact that an SDK brings, and add one ``sdk`` fact per SDK that was recognised.

    The value of an ``sdk`` fact is the SDK's name, its location the first place where it shows best. Its confidence is
    high where code, a library or a framework gives the SDK away, medium for several weaker marks, low for one.
    """
    index = _Index(kept(knowledge, "sdk tables", lambda: _tables(knowledge.sdks)), app.app_id)
    facts = []
    marks: dict[str, list[Fact]] = {}
    for fact in (fact for fact in app.facts if fact.kind != "sdk"):
        sdk = index.find(fact)
        if sdk is not None:
            marks.setdefault(sdk.id, []).append(fact)
            fact = replace(fact, origin=sdk.name)  # noqa: PLW2901  (the same fact, better known)
        facts.append(fact)
    found = [_recognised(knowledge.sdks[name], seen) for name, seen in marks.items() if not _is_stub(seen)]
    return replace(app, facts=tuple(sorted([*facts, *found])))


def _is_stub(marks: list[Fact]) -> bool:
    """Whether all that stands for an SDK is a single class that calls nothing: an exception that others compile in."""
    return {fact.kind for fact in marks} == {"code-package"} and _classes(marks) == 1


def _classes(marks: list[Fact]) -> int:
    return sum(int(fact.value or 0) for fact in marks if fact.kind == "code-package")


def _recognised(sdk: Sdk, marks: list[Fact]) -> Fact:
    strong = [fact for fact in marks if fact.kind not in WEAK and ".bundle" not in fact.location.path]
    confidence: Confidence = "high" if strong else "medium" if len({(f.kind, f.key) for f in marks}) > 1 else "low"
    if sdk.anchors and confidence == "high" and _classes(marks) in range(1, FEW):
        confidence = "high" if any(fact.kind == "anchor-class" for fact in marks) else "medium"
    doubt = () if sdk.verified or sdk.apple_listed else (UNVERIFIED,)
    return Fact("sdk", sdk.id, sdk.name, (strong or marks)[0].location, condition=doubt, confidence=confidence)


class _Tables(NamedTuple):
    """What SDKs are known by: packages, class prefixes, and names by kind of fact."""

    packages: Mapping[str, Sdk]
    classes: Mapping[str, Sdk]
    exact: Mapping[tuple[str, str], Sdk]


def _tables(sdks: Mapping[str, Sdk]) -> _Tables:
    return _Tables(
        {prefix: sdk for sdk in sdks.values() for prefix in sdk.packages},
        {prefix: sdk for sdk in sdks.values() for prefix in sdk.classes},
        {
            (kind, name): sdk
            for kind, entries in EXACT.items()
            for sdk in sdks.values()
            for name in getattr(sdk, entries)
        },
    )


class _Index:
    """Longest-prefix and exact look-up over all SDKs, for one app."""

    def __init__(self, tables: _Tables, app_id: str) -> None:
        # the app of an SDK's vendor lies in the vendor's own package, and carries no SDK for that
        own = set(_dotted(app_id))
        mine = any(prefix in tables.packages for prefix in own)
        self.packages = {k: v for k, v in tables.packages.items() if k not in own} if mine else tables.packages
        self.classes = tables.classes
        self.exact = tables.exact

    def find(self, fact: Fact) -> Sdk | None:
        if fact.kind == "code-package":
            return _first(self.packages, _dotted(fact.key))
        if fact.kind in CALLS:
            return _first(self.packages, _dotted(fact.value))
        if fact.kind == "objc-class":
            return _first(self.classes, _every(fact.key)) or self._holder(fact)
        names = _NAMES.get(fact.kind, _itself)(fact)
        return _first(self.exact, ((fact.kind, name) for name in names)) or self._holder(fact)

    def _holder(self, fact: Fact) -> Sdk | None:
        """The SDK whose own framework or resource bundle the fact lies in, the innermost one."""
        for piece in reversed(fact.location.path.split("/")):
            name, _, suffix = piece.rpartition(".")
            names = _bundle_names(name) if suffix == "bundle" else [name] if suffix == "framework" else []
            sdk = _first(self.exact, (("framework", name) for name in names))
            if sdk is not None:
                return sdk
        return None


def _itself(fact: Fact) -> Iterator[str]:
    yield fact.key


def _embedded(fact: Fact) -> Iterator[str]:
    """Only what the app brings along: the system has frameworks called Charts and Matter, too."""
    if fact.value:
        yield fact.key


def _bundle(fact: Fact) -> Iterator[str]:
    return _bundle_names(fact.key)


def _bundle_names(bundle: str) -> Iterator[str]:
    """``Kit``, ``Kit_Privacy`` (CocoaPods) and ``Package_Kit`` (Swift packages) are bundles of Kit."""
    name = bundle.removesuffix("_Privacy")
    yield name
    yield name.rpartition("_")[2]


_NAMES: Mapping[str, Callable[[Fact], Iterator[str]]] = {"framework": _embedded, "resource": _bundle}


def _first(table: Mapping[Key, Sdk], names: Iterable[Key]) -> Sdk | None:
    return next((table[name] for name in names if name in table), None)


def _dotted(name: str) -> Iterator[str]:
    """``a.b.c``, ``a.b``, ``a``."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def _every(name: str) -> Iterator[str]:
    return (name[:end] for end in range(len(name), 0, -1))
