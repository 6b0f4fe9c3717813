"""Paths in, what stands in them out: facts, policies, store declarations, and a gap for each input that was lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from permcheck import bundles, declarations, facts
from permcheck.checks import wanted as names
from permcheck.errors import InputError, PermcheckError, UsageError, reason_of
from permcheck.knowledge import Knowledge
from permcheck.model import AppFacts, Disclosure, Document, Gap, Location, Placeholder, Platform, Policy

PLATFORMS: tuple[Platform, ...] = ("android", "ios")
Progress = Callable[[str], None]
"""Told the path of every bundle that is done."""
Apps = tuple[tuple[AppFacts, ...], tuple[Gap, ...]]
"""What was read, and a fatal gap for each bundle that could not be."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What one run looks at."""

    apps: tuple[Path, ...] = ()
    policies: tuple[Path, ...] = ()
    data_safety: tuple[Path, ...] = ()
    merger_reports: tuple[Path, ...] = ()


def start_apps(paths: Sequence[Path], knowledge: Knowledge, *, busy: bool = False) -> Callable[[Progress], Apps]:
    """Begin to read bundles; the answer waits for them and gives them in the order of the paths.

    Several bundles are read side by side, one process a core, and also one bundle where the caller is ``busy`` with
    other work meanwhile.
    """
    wanted = {platform: _wanted(platform, knowledge) for platform in PLATFORMS}
    answers = _side_by_side(partial(_read_app, wanted=wanted), paths, busy=busy)

    def finish(progress: Progress) -> Apps:
        apps: list[AppFacts] = []
        gaps: list[Gap] = []
        for path, answer in zip(paths, answers, strict=True):
            progress(display(path))
            if isinstance(answer, Gap):
                gaps.append(answer)
            else:
                apps.append(_understood(answer, knowledge))
        return tuple(apps), tuple(gaps)

    return finish


def read_policies(paths: Sequence[Path], knowledge: Knowledge) -> tuple[tuple[Policy, ...], tuple[Gap, ...]]:
    """Every policy with its disclosures and placeholders, and a fatal gap for each that could not be read."""
    if not paths:
        return (), ()
    from permcheck import policy  # noqa: PLC0415  (an app-only run needs neither)

    return each(paths, lambda path: policy.declare(_document(path, knowledge), knowledge))


def _document(path: Path, knowledge: Knowledge) -> Document:
    """A policy as a document, with a gap for each language in it that the mappings do not know."""
    from permcheck.documents import read_document, unread_languages  # noqa: PLC0415

    document = read_document(path, display(path))
    return replace(document, gaps=document.gaps + unread_languages(document, knowledge.languages))


def bundled_policies(
    apps: Iterable[AppFacts], paths: Iterable[Path], knowledge: Knowledge
) -> tuple[tuple[Policy, ...], tuple[Gap, ...]]:
    """The policies that the bundles carry themselves, and a gap for each that could not be read."""
    from permcheck import policy  # noqa: PLC0415  (most bundles carry none)
    from permcheck.documents import document_from_bytes  # noqa: PLC0415
    from permcheck.facts import bundled_policy  # noqa: PLC0415

    shown = {display(path): path for path in paths}
    policies: list[Policy] = []
    gaps: list[Gap] = []
    for app in apps:
        # what lies in an SDK's framework may be the vendor's policy, which tells nothing of the app
        carried = [fact for fact in app.facts if fact.kind == "bundled-policy" and not fact.origin]
        if not carried:
            continue
        bundle = bundles.open_bundle(shown[app.path], app.path)
        for fact in carried:
            where = "#".join(filter(None, (fact.location.path, fact.location.anchor)))
            try:
                data = bundled_policy.read_policy(bundle, fact)
                policies.append(policy.declare(document_from_bytes(data, where), knowledge))
            except InputError as error:
                gaps.append(Gap(fact.location, str(error).removeprefix(f"{where}: ")))
    return tuple(policies), tuple(gaps)


def each(paths: Iterable[Path], read: Callable[[Path], Policy]) -> tuple[tuple[Policy, ...], tuple[Gap, ...]]:
    """Read one after the other; what cannot be read becomes a fatal gap."""
    policies, gaps = [], []
    for path in paths:
        try:
            policies.append(read(path))
        except InputError as error:
            gaps.append(_lost(path, error))
    return tuple(policies), tuple(gaps)


def read_forms(
    paths: Iterable[Path], knowledge: Knowledge
) -> tuple[tuple[Disclosure, ...], tuple[Placeholder, ...], tuple[Gap, ...]]:
    """What store forms say, what in them was never filled in, and a fatal gap for each that could not be read."""
    from permcheck.placeholders import scan_text  # noqa: PLC0415  (only when a form is given)

    told: list[Disclosure] = []
    slots: list[Placeholder] = []
    gaps: list[Gap] = []
    for path in paths:
        try:
            said, texts = declarations.of_store(path, display(path), knowledge)
        except InputError as error:
            gaps.append(_lost(path, error))
            continue
        told.extend(said)
        slots.extend(slot for text, place in texts for slot in scan_text(text, place, knowledge))
    return tuple(told), tuple(slots), tuple(gaps)


def trace_permissions(apps: tuple[AppFacts, ...], reports: Iterable[Path]) -> Iterator[AppFacts]:
    """The apps with what brought each Android permission, by the build's merger reports. Raises `InputError`."""
    from permcheck.match import provenance  # noqa: PLC0415  (only when given)

    origins: dict[str, str] = {}
    for path in reports:
        try:
            found = provenance.brought(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{display(path)}: {reason_of(error)}") from error
        if not found:
            raise InputError(f"{display(path)}: not a manifest merger report: it tells of no permission")
        origins.update(found)
    for app in apps:
        yield provenance.trace(app, origins) if app.platform == "android" else app


def find_bundles(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The bundles among and below the paths: a directory that is no bundle itself is searched. Raises `UsageError`."""
    return tuple(dict.fromkeys(chain.from_iterable(_expand(path) for path in paths)))


def find_policies(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The policy files among and below the paths, by suffix in directories. Raises `UsageError`."""
    from permcheck.documents import SUFFIXES  # noqa: PLC0415  (an app-only run needs no documents)

    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
        if not inside:
            raise UsageError(f"{display(path)}: no policy in this directory")
        found.update(dict.fromkeys(inside))
    return tuple(found)


def display(path: Path) -> str:
    """The path as reports show it: relative to the working directory where it lies below, with ``/``."""
    if path.is_absolute():
        try:
            return path.relative_to(Path.cwd()).as_posix()
        except ValueError:
            return path.name
    return path.as_posix()


def _expand(path: Path) -> Iterator[Path]:
    if not path.is_dir() or bundles.is_bundle(path):
        yield path
        return
    found = sorted(bundles.search(path))
    if not found:
        raise UsageError(f"{display(path)}: no app bundle in this directory")
    yield from found


def _wanted(platform: Platform, knowledge: Knowledge) -> facts.Wanted:
    """The names to look for in code, and the packages and class prefixes by which SDKs that are linked in are known."""
    kind, marks = ("code-package", "packages") if platform == "android" else ("objc-class", "classes")
    known = frozenset(mark for sdk in knowledge.sdks.values() for mark in getattr(sdk, marks))
    return {**names.wanted(platform, knowledge), kind: known}


def _read_app(path: Path, wanted: dict[Platform, facts.Wanted]) -> AppFacts | Gap:
    try:
        bundle = bundles.open_bundle(path, display(path))
        return facts.collect(bundle, wanted[bundle.platform])
    except InputError as error:
        return _lost(path, error)


def _lost(path: Path, error: PermcheckError) -> Gap:
    shown, said = display(path), str(error)
    if said.startswith(f"{shown}!/"):
        # the place inside says which input as well
        shown, _, said = said.partition(": ")
    return Gap(Location(shown), said.removeprefix(f"{shown}: "), fatal=True)


def _cores() -> int:
    """The cores that this process may use, which in a container are fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _side_by_side(
    read: Callable[[Path], AppFacts | Gap], paths: Sequence[Path], *, busy: bool
) -> Iterator[AppFacts | Gap]:
    cores = _cores()
    if cores < 2 or not paths or len(paths) + busy < 2:
        return map(read, paths)
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  (39 ms that one bundle does not need)

    pool = ProcessPoolExecutor(min(len(paths), cores))
    answers = pool.map(read, paths)
    pool.shutdown(wait=False)
    return answers


def _understood(app: AppFacts, knowledge: Knowledge) -> AppFacts:
    from permcheck.match.attribution import attribute  # noqa: PLC0415  (SDK files are built for apps alone)
    from permcheck.match.evidence import settle  # noqa: PLC0415
    from permcheck.match.ownership import own  # noqa: PLC0415
    from permcheck.match.provenance import suspect  # noqa: PLC0415
    from permcheck.match.use import trace_use  # noqa: PLC0415

    settled = attribute(settle(app, knowledge), knowledge)
    return trace_use(settled, knowledge) if app.platform == "ios" else suspect(own(settled, knowledge), knowledge)
