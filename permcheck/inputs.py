"""Paths in, what stands in them out: bundles and policies found, bytes under limits, forms read."""

from __future__ import annotations

import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from permcheck import bundles, declarations, facts
from permcheck.checks import wanted as names
from permcheck.errors import DocumentError, InputError, UsageError, reason_of
from permcheck.knowledge import Knowledge, kept
from permcheck.model import AppFacts, Disclosure, Document, Gap, Location, Placeholder, Platform, Policy

PLATFORMS: tuple[Platform, ...] = ("android", "ios")
FILE_LIMIT = 64 << 20
"""Bytes of a policy, a form or a report; what is longer is not read."""
Progress = Callable[[str], None]
"""Told the path of every bundle that is done."""
_PIECE = 1 << 20
_NUMBERED = re.compile(r"/(?:dev|proc/self)/fd/(\d+)")


@dataclass(frozen=True, slots=True)
class Named:
    """What reports call a file that was fetched, and why it could not be, if so."""

    shown: str
    problem: str = ""


NAMED: ContextVar[Mapping[Path, Named]] = ContextVar("NAMED", default=MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Form:
    """What a store form says, and what in it was never filled in."""

    said: tuple[Disclosure, ...] = ()
    slots: tuple[Placeholder, ...] = ()


def wanted_names(knowledge: Knowledge) -> Mapping[Platform, facts.Wanted]:
    """By platform the names to look for in code, and the packages and class prefixes by which SDKs are known."""
    return kept(knowledge, "wanted names", lambda: {platform: _wanted(platform, knowledge) for platform in PLATFORMS})


def read_app(path: Path, shown: str, knowledge: Knowledge) -> AppFacts:
    """What a bundle says about itself, before anything is thought of it. Raises `InputError`."""
    bundle = bundles.open_bundle(path, shown)
    return facts.collect(bundle, wanted_names(knowledge)[bundle.platform])


def read_policy(data: bytes, shown: str, knowledge: Knowledge) -> Policy:
    """A policy with its disclosures and placeholders. Raises `DocumentError`."""
    from permcheck import policy  # noqa: PLC0415  (an app-only run needs neither)

    return policy.declare(document_of(data, shown, knowledge), knowledge)


def renamed(policy: Policy, path: str) -> Policy:
    """The same policy as it stands at another path."""
    old = policy.document.path

    def moved(location: Location) -> Location:
        return replace(location, path=path) if location.path == old else location

    gaps = tuple(replace(gap, location=moved(gap.location)) for gap in policy.document.gaps)
    return replace(
        policy,
        document=replace(policy.document, path=path, gaps=gaps),
        disclosures=tuple(replace(said, location=moved(said.location)) for said in policy.disclosures),
        placeholders=tuple(replace(slot, location=moved(slot.location)) for slot in policy.placeholders),
        rejections=tuple(replace(item, location=moved(item.location)) for item in policy.rejections),
        hidden=tuple(replace(said, location=moved(said.location)) for said in policy.hidden),
    )


def document_of(data: bytes, shown: str, knowledge: Knowledge) -> Document:
    """A policy as a document, with a gap for each language in it that the mappings do not know."""
    from permcheck.documents import document_from_bytes, unread_languages  # noqa: PLC0415

    document = document_from_bytes(data, shown)
    return replace(document, gaps=document.gaps + unread_languages(document, knowledge.languages))


def bundled_policies(app: AppFacts, path: Path, knowledge: Knowledge) -> tuple[tuple[Policy, ...], tuple[Gap, ...]]:
    """The policies that a bundle carries itself, and a gap for each that could not be read."""
    # what lies in an SDK's framework may be the vendor's policy, which tells nothing of the app
    carried = [fact for fact in app.facts if fact.kind == "bundled-policy" and not fact.origin]
    if not carried:
        return (), ()
    from permcheck import policy  # noqa: PLC0415  (most bundles carry none)
    from permcheck.documents import document_from_bytes  # noqa: PLC0415
    from permcheck.facts import bundled_policy  # noqa: PLC0415

    policies: list[Policy] = []
    gaps: list[Gap] = []
    bundle = bundles.open_bundle(path, app.path)
    for fact in carried:
        where = "#".join(filter(None, (fact.location.path, fact.location.anchor)))
        try:
            data = bundled_policy.read_policy(bundle, fact)
            policies.append(policy.declare(document_from_bytes(data, where), knowledge))
        except InputError as error:
            gaps.append(Gap(fact.location, str(error).removeprefix(f"{where}: ")))
    return tuple(policies), tuple(gaps)


def read_form(data: bytes, shown: str, knowledge: Knowledge) -> Form:
    """What a store form says, and its unfilled places. Raises `DeclarationError`."""
    from permcheck.placeholders import scan_text  # noqa: PLC0415  (only when a form is given)

    said, texts = declarations.of_store(data, shown, knowledge)
    return Form(said, tuple(slot for text, place in texts for slot in scan_text(text, place, knowledge)))


def read_origins(paths: Iterable[Path]) -> dict[str, str]:
    """What brought each Android permission, by the build's merger reports. Raises `InputError`."""
    from permcheck.match import provenance  # noqa: PLC0415  (only when given)

    origins: dict[str, str] = {}
    for path in paths:
        found = provenance.brought(read_text(path))
        if not found:
            raise InputError(f"{display(path)}: not a manifest merger report: it lists no permission")
        origins.update(found)
    return origins


def read_renaming(paths: Iterable[Path]) -> str:
    """What a shrinker renamed, by the maps of the build. Raises `InputError`."""
    from permcheck.facts.android.code import mapping  # noqa: PLC0415  (only when given)

    texts = []
    for path in paths:
        texts.append(read_text(path))
        if not any(True for _ in mapping.classes(texts[-1])):
            raise InputError(f"{display(path)}: not a shrinker's map: it names no class")
    return "\n".join(texts)


def with_own_names(app: AppFacts, text: str) -> AppFacts:
    """The facts with classes and packages under the names that a shrinker's map gives back."""
    from permcheck.facts.android.code import mapping  # noqa: PLC0415  (only when given)

    seen = {fact.key for fact in app.facts if fact.kind == "code-package"}
    packages = mapping.restored_packages(text, Location(app.path))
    facts = {*mapping.restore(app.facts, text), *(fact for fact in packages if fact.key not in seen)}
    return replace(app, facts=tuple(sorted(facts)))


def read_text(path: Path, seconds: float = 60) -> str:
    """A whole file of UTF-8 text, under the limits of `read_bytes`. Raises `InputError`."""
    try:
        return read_bytes(path, display(path), seconds).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{display(path)}: {reason_of(error)}") from error


def read_bytes(path: Path, shown: str, seconds: float = 60) -> bytes:
    """A whole file, ``-`` for standard input: at most `FILE_LIMIT` bytes, none later than ``seconds`` from now.

    Pipes and devices are read as they come, so that a pipe that nobody writes to ends at the deadline.
    Raises `DocumentError`.
    """
    named = NAMED.get().get(path)
    if named is not None and named.problem:
        raise DocumentError(f"{shown}: {named.problem}")
    try:
        number = _open(path)
        try:
            data = b"".join(_pieces(number, seconds))
        finally:
            os.close(number)
    except TimeoutError as error:
        raise DocumentError(f"{shown}: nothing more came within {seconds:g} s") from error
    except OSError as error:
        raise DocumentError(f"{shown}: {reason_of(error)}") from error
    if len(data) > FILE_LIMIT:
        raise DocumentError(f"{shown}: larger than any policy (the limit is {FILE_LIMIT >> 20} MB)")
    return data


def _open(path: Path) -> int:
    """A file number; what the shell put at one already (``<(command)``) is taken as it is."""
    if str(path) == "-":
        return os.dup(sys.stdin.fileno())
    numbered = _NUMBERED.fullmatch(str(path))
    if numbered:
        return os.dup(int(numbered[1]))
    return os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))


def _pieces(number: int, seconds: float) -> Iterator[bytes]:
    """What stands in an open file, to its end or just beyond the limit. Raises `TimeoutError`."""
    kind = os.fstat(number).st_mode
    if stat.S_ISDIR(kind):
        raise IsADirectoryError(21, "is a directory")
    waits = not stat.S_ISREG(kind) and sys.platform != "win32"
    deadline, total = time.monotonic() + seconds, 0
    while total <= FILE_LIMIT:
        if waits:
            _await(number, deadline - time.monotonic())
        try:
            piece = os.read(number, min(_PIECE, FILE_LIMIT + 1 - total))
        except BlockingIOError:
            continue
        if not piece:
            return
        yield piece
        total += len(piece)


def _await(number: int, seconds: float) -> None:
    import select  # noqa: PLC0415  (regular files never wait)

    poll = select.poll()
    poll.register(number, select.POLLIN)
    if seconds <= 0 or not poll.poll(seconds * 1000):
        raise TimeoutError


def find_bundles(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The bundles among and below the paths: a directory that is no bundle itself is searched. Raises `UsageError`."""
    return tuple(dict.fromkeys(chain.from_iterable(_expand(path) for path in paths)))


def is_app(path: Path) -> bool:
    """Whether a path looks like a bundle by its name; nothing is opened for that."""
    return path.is_dir() or path.suffix.lower() in (*bundles.SUFFIXES, ".zip")


def find_policies(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The policy files among and below the paths, by suffix in directories. Raises `UsageError`."""
    from permcheck.documents import SUFFIXES  # noqa: PLC0415  (an app-only run needs no documents)

    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(_files(path, SUFFIXES)) if path.is_dir() else [path]
        if not inside:
            raise UsageError(f"{display(path)}: no policy in this directory")
        found.update(dict.fromkeys(inside))
    return tuple(found)


def _files(directory: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """The files of these suffixes below a directory; links to directories are not followed."""
    for folder, _, members in os.walk(directory):
        yield from (Path(folder, name) for name in members if name.lower().endswith(suffixes))


def display(path: Path) -> str:
    """The path as reports show it: relative to the working directory where it lies below, with ``/``."""
    named = NAMED.get().get(path)
    if named is not None:
        return named.shown
    if str(path) == "-":
        return "<stdin>"
    if path.is_absolute():
        try:
            return path.relative_to(Path.cwd()).as_posix()
        except ValueError:
            return path.name
    return path.as_posix()


def lost(shown: str, said: str) -> Gap:
    """The fatal gap for an input that could not be read: the place inside it says which input as well."""
    if said.startswith(f"{shown}!/"):
        shown, _, said = said.partition(": ")
    return Gap(Location(shown), said.removeprefix(f"{shown}: "), fatal=True)


def _expand(path: Path) -> Iterator[Path]:
    if not path.is_dir() or bundles.is_bundle(path):
        yield path
        return
    found = sorted(bundles.search(path))
    if not found:
        raise UsageError(f"{display(path)}: no app bundle in this directory")
    yield from found


def _wanted(platform: Platform, knowledge: Knowledge) -> facts.Wanted:
    kind, marks = ("code-package", "packages") if platform == "android" else ("objc-class", "classes")
    known = frozenset(mark for sdk in knowledge.sdks.values() for mark in getattr(sdk, marks))
    anchors = frozenset(anchor for sdk in knowledge.sdks.values() for anchor in sdk.anchors)
    return {**names.wanted(platform, knowledge), kind: known, "anchor": anchors}
