"""Paths in, `Report` out: one line per arrow of the picture; the only module that sees every layer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from permcheck import __version__, bundles, checks, declarations, facts, match
from permcheck.errors import InputError, PermcheckError, UsageError
from permcheck.knowledge import Knowledge
from permcheck.model import AppFacts, CategoryNote, Disclosure, Fact, Gap, Location, Platform, Policy, Report, RuleNote

PLATFORMS: tuple[Platform, ...] = ("android", "ios")
Progress = Callable[[str], None]
"""Told the path of every bundle that is done."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What one run looks at."""

    apps: tuple[Path, ...] = ()
    policies: tuple[Path, ...] = ()
    data_safety: tuple[Path, ...] = ()
    merger_reports: tuple[Path, ...] = ()


def check(inputs: Inputs, knowledge: Knowledge, progress: Progress = lambda _: None) -> Report:
    """Read everything, join it and ask every rule. An input that cannot be read becomes a fatal gap of the report."""
    apps, lost_apps = read_apps(inputs.apps, knowledge, progress)
    apps = tuple(trace_permissions(apps, inputs.merger_reports))
    policies, lost_policies = read_policies(inputs.policies, knowledge)
    declared = tuple(read_declarations(inputs, apps, knowledge))
    return judge(apps, policies, declared, lost_apps + lost_policies, knowledge)


def judge(
    apps: tuple[AppFacts, ...],
    policies: tuple[Policy, ...],
    declared: tuple[Disclosure, ...],
    lost: tuple[Gap, ...],
    knowledge: Knowledge,
    *,
    alone: bool = False,
) -> Report:
    """Everything after reading: facts and disclosures to assessments to findings; needs no file any more.

    ``alone`` judges policies without an app, every category as if one asked for it.
    """
    from permcheck.declarations.policy import verdict  # noqa: PLC0415  (not needed where no policy is given)

    if alone:
        assessments = match.survey(policies, knowledge, verdict)
    else:
        assessments = match.assess(apps, policies, knowledge, verdict)
    case = checks.Case(apps, policies, declared, assessments, lost)
    return _noted(
        Report(
            version=__version__,
            mappings_digest=knowledge.digest,
            apps=apps,
            policies=policies,
            declarations=declared,
            assessments=assessments,
            findings=tuple(checks.run(case, knowledge)),
            gaps=lost,
        ),
        knowledge,
    )


def list_permissions(apps: Sequence[Path], knowledge: Knowledge, progress: Progress = lambda _: None) -> Report:
    """What apps ask for, without a policy: facts and what was lost, no assessment."""
    found, lost = read_apps(apps, knowledge, progress)
    return _noted(Report(__version__, knowledge.digest, apps=found, gaps=lost), knowledge)


def check_policies(policies: Iterable[Path], knowledge: Knowledge) -> Report:
    """What policies disclose and leave unfilled; every category judged as if an app asked for it."""
    found, lost = read_policies(policies, knowledge)
    return judge((), found, (), lost, knowledge, alone=True)


def lint_policies(policies: Iterable[Path], knowledge: Knowledge) -> Report:
    """Only the unfilled template text of policies, without reading their disclosures."""
    from permcheck.declarations.placeholders import lint  # noqa: PLC0415  (an app-only run needs neither)
    from permcheck.documents import read_document  # noqa: PLC0415

    found, lost = _each(policies, lambda path: lint(read_document(path, display(path)), knowledge))
    case = checks.Case((), found, (), (), lost)
    report = Report(
        __version__, knowledge.digest, policies=found, gaps=lost, findings=tuple(checks.run(case, knowledge))
    )
    return _noted(report, knowledge)


def report_of(path: Path, knowledge: Knowledge) -> Report:
    """The report of whatever stands there: an earlier JSON report, a bundle or a policy. Raises `InputError`."""
    if path.suffix.lower() == ".json":
        from permcheck.reports.json import load  # noqa: PLC0415  (only where an old report is read)

        return load(path.read_text(encoding="utf-8"))
    if path.is_dir() or bundles.is_bundle(path):
        report = list_permissions(find_bundles((path,)), knowledge)
    else:
        report = check_policies((path,), knowledge)
    if report.gaps:
        raise InputError(f"{report.gaps[0].location.path}: {report.gaps[0].reason}")
    return report


def read_apps(
    paths: Sequence[Path], knowledge: Knowledge, progress: Progress = lambda _: None
) -> tuple[tuple[AppFacts, ...], tuple[Gap, ...]]:
    """The facts of every bundle, in the order of the paths, and a fatal gap for each that could not be read.

    Several bundles are read side by side, one process a core.
    """
    wanted = {platform: _wanted(platform, knowledge) for platform in PLATFORMS}
    apps: list[AppFacts] = []
    gaps: list[Gap] = []
    for path, answer in zip(paths, _side_by_side(partial(_read_app, wanted=wanted), paths), strict=True):
        progress(display(path))
        if isinstance(answer, Gap):
            gaps.append(answer)
        else:
            apps.append(answer)
    return tuple(_understood(app, knowledge) for app in apps), tuple(gaps)


def read_policies(paths: Iterable[Path], knowledge: Knowledge) -> tuple[tuple[Policy, ...], tuple[Gap, ...]]:
    """Every policy with its disclosures and placeholders, and a fatal gap for each that could not be read."""
    return _each(paths, lambda path: read_policy(path, knowledge))


def _each(paths: Iterable[Path], read: Callable[[Path], Policy]) -> tuple[tuple[Policy, ...], tuple[Gap, ...]]:
    policies, gaps = [], []
    for path in paths:
        try:
            policies.append(read(path))
        except InputError as error:
            gaps.append(_lost(path, error))
    return tuple(policies), tuple(gaps)


def read_policy(path: Path, knowledge: Knowledge) -> Policy:
    """One policy with its disclosures and placeholders. Raises `InputError`."""
    from permcheck.declarations import policy  # noqa: PLC0415  (an app-only run needs neither)
    from permcheck.documents import read_document  # noqa: PLC0415

    return policy.declare(read_document(path, display(path)), knowledge)


def read_declarations(inputs: Inputs, apps: Iterable[AppFacts], knowledge: Knowledge) -> Iterator[Disclosure]:
    """What the developer told the stores: privacy manifests in the bundles, Data safety files given."""
    for app in apps:
        yield from declarations.of_app(app, knowledge)
    for path in inputs.data_safety:
        yield from declarations.of_store(path, display(path), knowledge)


def trace_permissions(apps: tuple[AppFacts, ...], reports: Iterable[Path]) -> Iterator[AppFacts]:
    """The apps with what brought each Android permission, by the build's merger reports. Raises `InputError`."""
    from permcheck.match import provenance  # noqa: PLC0415  (only when given)

    origins: dict[str, str] = {}
    for path in reports:
        try:
            found = provenance.brought(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{display(path)}: {getattr(error, 'strerror', None) or error}") from error
        if not found:
            raise InputError(f"{display(path)}: not a manifest merger report: it tells of no permission")
        origins.update(found)
    for app in apps:
        yield provenance.trace(app, origins) if app.platform == "android" else app


def display(path: Path) -> str:
    """The path as reports show it: relative to the working directory where it lies below, with ``/``."""
    if path.is_absolute():
        try:
            return path.relative_to(Path.cwd()).as_posix()
        except ValueError:
            return path.name
    return path.as_posix()


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


def _expand(path: Path) -> Iterator[Path]:
    if not path.is_dir() or bundles.is_bundle(path):
        yield path
        return
    found = sorted(bundles.search(path))
    if not found:
        raise UsageError(f"{display(path)}: no app bundle in this directory")
    yield from found


def _wanted(platform: Platform, knowledge: Knowledge) -> facts.Wanted:
    return {kind: knowledge.keys(platform, kind) for kind in knowledge.kinds(platform)}


def _read_app(path: Path, wanted: dict[Platform, facts.Wanted]) -> AppFacts | Gap:
    try:
        bundle = bundles.open_bundle(path, display(path))
        return facts.collect(bundle, wanted[bundle.platform])
    except InputError as error:
        return _lost(path, error)


def _lost(path: Path, error: PermcheckError) -> Gap:
    reason = str(error).removeprefix(f"{display(path)}: ")
    return Gap(Location(display(path)), reason, fatal=True)


def _side_by_side(read: Callable[[Path], AppFacts | Gap], paths: Sequence[Path]) -> Iterator[AppFacts | Gap]:
    workers = min(len(paths), os.cpu_count() or 1)
    if workers < 2:
        yield from map(read, paths)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  (39 ms that one bundle does not need)

    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(read, paths)


def _understood(app: AppFacts, knowledge: Knowledge) -> AppFacts:
    from permcheck.match.attribution import attribute  # noqa: PLC0415  (SDK files are built for apps alone)
    from permcheck.match.evidence import settle  # noqa: PLC0415

    return attribute(settle(app, knowledge), knowledge)


def _noted(report: Report, knowledge: Knowledge) -> Report:
    """The report with all that renderers need to say of categories and rules."""
    fact_categories: tuple[tuple[Fact, tuple[str, ...]], ...] = tuple(
        pair for app in report.apps for pair in match.categorise(app, knowledge)
    )
    used = {name for _, names in fact_categories for name in names} | {a.category for a in report.assessments}
    used |= {d.category for policy in report.policies for d in policy.disclosures}
    fired = {finding.rule for finding in report.findings}
    return replace(
        report,
        fact_categories=fact_categories,
        categories=tuple(
            CategoryNote(c.id, c.title, c.meaning, c.play) for c in knowledge.categories.values() if c.id in used
        ),
        rules=tuple(
            RuleNote(r.id, r.name, r.severity, r.title, r.why, r.fix, r.references)
            for r in knowledge.rules.values()
            if r.id in fired
        ),
    )
