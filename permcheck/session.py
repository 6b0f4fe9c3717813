"""Apps and policies in, reports out: knowledge loaded once, every input opened in a guarded process."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from permcheck import facts as extraction
from permcheck import inputs, pipeline, tasks
from permcheck.errors import InputError, UsageError
from permcheck.inputs import Progress
from permcheck.knowledge import Knowledge, load_knowledge
from permcheck.limits import Limits
from permcheck.model import AppFacts, Finding, Gap, Policy, Report
from permcheck.run import Memory, Run
from permcheck.workers import Pool

if TYPE_CHECKING:
    from permcheck.triage import Triage

Source = str | os.PathLike[str]
"""A path."""
_NOTHING: Progress = lambda _: None  # noqa: E731


class Session:
    """The mappings, loaded once, and the processes that open inputs, kept for the next one.

    ``mappings`` are directories laid over the shipped mappings; ``limits`` what one input may use; ``jobs`` how many
    inputs are read side by side (default: one a core). A session is a context manager; closing it, or losing the last
    reference to it, ends its processes. It may be shared by threads, and it can be pickled: what is unpickled starts
    processes of its own.
    """

    def __init__(
        self, mappings: Iterable[Source] = (), limits: Limits | None = None, *, jobs: int | None = None
    ) -> None:
        """Load the mappings. Raises `MappingError`."""
        self._settle(load_knowledge(Path(each) for each in mappings), limits or Limits(), jobs)

    def _settle(self, knowledge: Knowledge, limits: Limits, jobs: int | None) -> None:
        self._knowledge, self._limits, self._jobs = knowledge, limits, jobs
        self._free: list[Pool] = []
        self._lock = threading.Lock()
        self._memory = Memory()

    def __getstate__(self) -> tuple[Knowledge, Limits, int | None]:
        return self._knowledge, self._limits, self._jobs

    def __setstate__(self, state: tuple[Knowledge, Limits, int | None]) -> None:
        self._settle(*state)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_free"):
            self.close()

    def close(self) -> None:
        """End the processes of this session; the next call starts new ones."""
        with self._lock:
            pools, self._free[:] = list(self._free), []
        for pool in pools:
            pool.close()

    @property
    def limits(self) -> Limits:
        """What opening one input may use."""
        return self._limits

    @property
    def mappings_digest(self) -> str:
        """A digest of all mappings in use: reports of equal digests were judged by the same rules."""
        return self._knowledge.digest

    def facts(self, path: Source) -> AppFacts:
        """What the bundle at ``path`` says about itself, to be stored and judged, now or later, by `judge`.

        Raises `InputError` where it cannot be read within the limits; single parts that cannot be are ``gaps``.
        """
        shown = inputs.display(Path(path))
        with self._run() as run:
            job = run.pool.submit(tasks.facts, Path(path), shown, limit=self._limits.app)
            found: AppFacts = run.opened(run.answer(job, shown), shown)
        return found

    def is_current(self, facts: AppFacts) -> bool:
        """Whether stored facts were looked for by all names that these mappings know; if not, read the bundle again."""
        wanted = inputs.wanted_names(self._knowledge)
        return facts.api_digest == extraction.digest_of(wanted[facts.platform])

    def policy(self, source: Source | bytes, name: str = "") -> Policy:
        """A policy, read: the file at a path (``-``: standard input), or the bytes of one.

        ``name`` is the path that reports show; of bytes its suffix helps to tell the format. Raises `InputError`.
        """
        with self._run() as run:
            if isinstance(source, bytes):
                shown, data = name or "<bytes>", source
            else:
                shown, data = name or inputs.display(Path(source)), run.bytes_of(Path(source))
            found: Policy = run.opened(run.begin_policy(data, shown)[1](), shown)
        return found

    def trace(self, source: Source, *, line: int | None = None, category: str = "") -> list[dict[str, Any]]:
        """How the policy at a path was read: a plain record for each mention of a category, in reading order.

        Each holds the sentence, its clause and frame, the cues with the file that declares them, the claim or the
        reason of its rejection, and the rule that decided. ``line`` (1-based) and ``category`` narrow it. Raises
        `InputError` where the policy cannot be read, `UsageError` for a category that does not exist.
        """
        if category and category not in self._knowledge.categories:
            self._knowledge.find(category)
            raise UsageError(f"{category!r} is a rule, not a category")
        shown = inputs.display(Path(source))
        with self._run() as run:
            job = run.pool.submit(
                tasks.trace, run.bytes_of(Path(source)), shown, line, category, limit=self._limits.policy
            )
            found: list[dict[str, Any]] = run.opened(run.answer(job, shown), shown)
        return found

    def judge(
        self, facts: AppFacts | Sequence[AppFacts], policies: Policy | Sequence[Policy], gaps: Iterable[Gap] = ()
    ) -> Report:
        """Hold facts against policies, both read before; opens nothing. ``gaps`` tell what else could not be read.

        The facts are those of one product's builds. Without facts, every category is judged as if an app asked for it.
        """
        apps = (facts,) if isinstance(facts, AppFacts) else tuple(facts)
        read = (policies,) if isinstance(policies, Policy) else tuple(policies)
        understood = tuple(pipeline.understand(app, self._knowledge) for app in apps)
        return pipeline.judge(understood, read, (), tuple(gaps), self._knowledge, alone=not apps)

    def check(
        self,
        apps: Source | Iterable[Source],
        policies: Source | Iterable[Source] = (),
        *,
        data_safety: Iterable[Source] = (),
        merger_reports: Iterable[Source] = (),
        mapping_files: Iterable[Source] = (),
        progress: Progress = _NOTHING,
    ) -> Report:
        """Hold bundles, or directories of them, against policies, or else against those that the bundles carry.

        ``data_safety`` are exports of Google Play's form, ``merger_reports`` those of the Android build,
        ``mapping_files`` the maps of its shrinker; ``progress`` is told the path of every bundle that is done. An input
        that cannot be read becomes a fatal gap of the report. Raises `UsageError` where there is nothing to compare,
        `InputError` for a damaged merger report or map.
        """
        parts = self.stream(
            apps,
            policies,
            data_safety=data_safety,
            merger_reports=merger_reports,
            mapping_files=mapping_files,
            progress=progress,
        )
        return pipeline.joined(parts, self._knowledge)

    def stream(
        self,
        apps: Source | Iterable[Source],
        policies: Source | Iterable[Source] = (),
        *,
        data_safety: Iterable[Source] = (),
        merger_reports: Iterable[Source] = (),
        mapping_files: Iterable[Source] = (),
        progress: Progress = _NOTHING,
    ) -> Iterator[Report]:
        """As `check`, part by part: a report for each bundle in their order, at last one of the policies.

        The last one holds what is told of all bundles together: lost policies, claims that no app bears out. Nothing
        grows with the number of bundles but a kilobyte for each.
        """
        paths = inputs.find_bundles(_paths(apps))
        origins = inputs.read_origins(_paths(merger_reports))
        renaming = inputs.read_renaming(_paths(mapping_files))
        with self._run() as run:
            given = run.given(_paths(policies), _paths(data_safety), paths)
            carried = not any(True for _ in _paths(policies))
            if carried:
                given = run.carried(paths, given)
            gathered, any_lost = pipeline.Rest(), False
            shared = tasks.Shared(given.policies, given.slots, origins, renaming, carried)
            for part in run.parts(paths, shared, given.ahead, progress):
                any_lost = any_lost or not part.apps
                gathered.add(part, given.said)
                yield part
            if carried and not given.policies and not any_lost:
                raise UsageError("no --policy is given, and no bundle carries a policy of its own")
            yield run.rest(gathered, given)

    def permissions(self, apps: Source | Iterable[Source], *, progress: Progress = _NOTHING) -> Report:
        """What bundles ask for, without a policy: facts by category, and a fatal gap for each that cannot be read."""
        paths = inputs.find_bundles(_paths(apps))
        with self._run() as run:
            return pipeline.joined(run.parts(paths, tasks.Shared(judged=False), {}, progress), self._knowledge)

    def policies(self, policies: Source | Iterable[Source]) -> Report:
        """What policies disclose and leave unfilled, every category judged as if an app asked for it."""
        with self._run() as run:
            given = run.given(inputs.find_policies(_paths(policies)), ())
            return pipeline.joined([run.rest(pipeline.Rest(), given, alone=True)], self._knowledge)

    def lint(self, policies: Source | Iterable[Source]) -> Report:
        """Only the unfilled template text of policies, without reading what they disclose."""
        with self._run() as run:
            return run.lint(inputs.find_policies(_paths(policies)))

    def report_of(self, path: Source) -> Report:
        """The report of what stands there: an earlier JSON report, a bundle, a policy or a snapshot of one.

        Raises `InputError`.
        """
        from permcheck.rendering.evidence import stored  # noqa: PLC0415  (only where things are compared)

        where = Path(path)
        snapshot = stored(where)
        if snapshot:
            page, evidence = snapshot
            read = self.policy(page, evidence.address)
            return self.judge((), replace(read, document=replace(read.document, evidence=evidence)))
        if where.suffix.lower() == ".json":
            from permcheck.reports.json import load  # noqa: PLC0415  (only where an old report is read)

            return load(inputs.read_text(where), inputs.display(where))
        report = self.permissions(where) if inputs.is_app(where) else self.policies(where)
        if report.gaps:
            raise InputError(f"{report.gaps[0].location.path}: {report.gaps[0].reason}")
        return report

    def triage(self, report: Report, known: Triage) -> Report:
        """Mark what is waived or was there before, and add findings for waivers that expired or cover nothing."""
        from permcheck import triage  # noqa: PLC0415  (only where waivers are looked at)

        return triage.triage(report, known, self._knowledge)

    def triage_rest(self, part: Report, known: Triage, earlier: Iterable[Finding]) -> Report:
        """`triage` for the last part of a run: waivers are held against the findings of the ``earlier`` parts too."""
        before = tuple(earlier)
        whole = self.triage(replace(part, findings=(*before, *part.findings)), known)
        return replace(whole, findings=whole.findings[len(before) :])

    @contextmanager
    def _run(self) -> Iterator[Run]:
        """A run with processes; the next one gets the same ones, runs at the same time get their own."""
        with self._lock:
            pool = self._free.pop() if self._free else None
        if pool is None:
            start, state = partial(tasks.State, self._knowledge), tasks.State(self._knowledge)
            pool = Pool(start, self._jobs or _cores(), self._limits.files, state)
        try:
            yield Run(pool, self._limits, self._knowledge, self._memory)
        except BaseException:
            pool.close()  # what was asked for and not waited for must not reach the next run
            raise
        with self._lock:
            self._free.append(pool)


def _paths(given: Source | Iterable[Source]) -> tuple[Path, ...]:
    """One path or many; an iterable is gone through once."""
    if isinstance(given, (str, os.PathLike)):
        return (Path(given),)
    return tuple(Path(each) for each in given)


def _cores() -> int:
    """The cores that this process may use, which in a container are fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check(
    apps: Source | Iterable[Source],
    policies: Source | Iterable[Source] = (),
    *,
    mappings: Iterable[Source] = (),
    limits: Limits | None = None,
) -> Report:
    """Hold bundles against policies in one call; for more than one, a `Session` loads the mappings once.

    Raises what `Session.check` raises.
    """
    with Session(mappings, limits) as session:
        return session.check(apps, policies)
