"""The paths of one run in, its parts out as they come: what is read and judged where, and what is lost on the way."""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from permcheck import inputs, pipeline, tasks
from permcheck.errors import InputError
from permcheck.inputs import Progress
from permcheck.knowledge import Knowledge
from permcheck.limits import Limits
from permcheck.model import Disclosure, Document, Gap, Location, Placeholder, Report
from permcheck.workers import Job, LostError, Pool, Sealed

T = TypeVar("T")
REMEMBERED = 64
"""Policies whose reading is remembered."""
AHEAD = 2
"""Bundles that are asked for ahead of the one that is waited for, for each process."""


class Memory:
    """Policies that were read already by their content, each with its path then; threads may share it."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[str, Sealed]] = OrderedDict()

    def find(self, content: str) -> tuple[str, Sealed] | None:
        """The policy of this content, and its path when it was read."""
        with self._lock:
            return self._known.get(content)

    def add(self, content: str, path: str, policy: Sealed) -> None:
        """Remember it, and forget the oldest one where there are too many."""
        with self._lock:
            self._known[content] = path, policy
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


@dataclass(slots=True)
class Given:
    """What the apps of a run are held against, read; ``lost`` tells what of it could not be."""

    policies: tasks.Policies = ()
    said: tuple[Disclosure, ...] = ()
    slots: tuple[Placeholder, ...] = ()
    lost: tuple[Gap, ...] = ()
    ahead: dict[Path, Job] = field(default_factory=dict)
    """Bundles whose reading has begun."""
    near: Job | None = None
    """Ran in the process that knows the policies best."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the processes that it has, what they may use, and what is known before."""

    pool: Pool
    limits: Limits
    knowledge: Knowledge
    memory: Memory
    reading: dict[str, tuple[str, Job]] = field(default_factory=dict)
    """Policies whose reading has begun, by content, with the path that they are read under."""

    def answer(self, job: Job, shown: str) -> Sealed:
        """What a job gives. Raises `InputError` that names the input where it is lost."""
        try:
            return self.pool.result(job)
        except LostError as error:
            raise InputError(str(error) if error.refused else f"{shown}: {error}") from None

    def opened(self, sealed: Sealed, shown: str) -> Any:
        """The value that a process answered. Raises `InputError` where that is none."""
        try:
            return sealed.open()
        except (pickle.UnpicklingError, EOFError, AttributeError, TypeError, ValueError) as error:
            raise InputError(f"{shown}: the process that read it gave no answer that can be used") from error

    def begin_policy(self, data: bytes, shown: str) -> tuple[str, Callable[[], Sealed], Job | None]:
        """Begin to read a policy, unless one of this content is known: its name, what waits for it, and the job.

        Copies of one content are read once, and each has its own path all the same.
        """
        content = hashlib.sha256(data).hexdigest() + Path(shown).suffix.lower()
        name = f"{content} {shown}"
        known = self.memory.find(content)
        if known is not None:
            return name, lambda: self._renamed(*known, shown), None
        if content not in self.reading:
            self.reading[content] = shown, self.pool.submit(tasks.policy, data, shown, limit=self.limits.policy)
        first, job = self.reading[content]

        def finish() -> Sealed:
            try:
                sealed = self.answer(job, first)
            except InputError as error:
                raise InputError(f"{shown}: {str(error).removeprefix(f'{first}: ')}") from None
            self.memory.add(content, first, sealed)
            return self._renamed(first, sealed, shown)

        return name, finish, job

    def _renamed(self, first: str, sealed: Sealed, shown: str) -> Sealed:
        if first == shown:
            return sealed
        policy = inputs.renamed(self.opened(sealed, shown), shown)
        return Sealed(pickle.dumps(policy, pickle.HIGHEST_PROTOCOL))

    def bytes_of(self, path: Path) -> bytes:
        """The content of a policy or form. Raises `InputError`."""
        return inputs.read_bytes(path, inputs.display(path), self.limits.policy_seconds)

    def given(self, policies: Sequence[Path], forms: Sequence[Path], apps: Sequence[Path] = ()) -> Given:
        """Read policies and forms, and begin with the first apps meanwhile."""
        found, lost = Given(), list[Gap]()
        begun = [(path, _tried(path, partial(self._begin, path), lost)) for path in policies]
        jobs = [one[2] for _, one in begun if one and one[2]]
        for path in apps[: self.pool.size - 1] if jobs else ():
            found.ahead[path] = self._app(tasks.read, path)
        answers = [(one[0], _tried(path, one[1], lost)) for path, one in begun if one]
        found.policies = tuple((name, sealed) for name, sealed in answers if sealed)
        if found.ahead and found.policies:
            found.near = self.pool.submit(tasks.warm, found.policies, limit=self.limits.app, near=jobs[-1])
        read = [_tried(path, partial(self._form, path), lost) for path in forms]
        found.said = tuple(said for form in read if form for said in form[0])
        found.slots = tuple(slot for form in read if form for slot in form[1])
        found.lost = tuple(lost)
        return found

    def carried(self, apps: Sequence[Path], given: Given) -> Given:
        """The same with the policies that the bundles carry themselves; all bundles are read for that."""
        policies: list[tuple[str, Sealed]] = []
        for path, job in self._windowed(apps, lambda path: self._app(tasks.carried, path)):
            given.ahead[path] = job
            if isinstance(job.answer, Sealed):
                read, gaps = self.opened(job.answer, inputs.display(path))
                policies += ((one.document.path, Sealed(pickle.dumps(one, pickle.HIGHEST_PROTOCOL))) for one in read)
                given.lost += gaps
        given.policies = tuple(policies)
        return given

    def lint(self, policies: Sequence[Path]) -> Report:
        """Only the unfilled template text of policies."""
        lost: list[Gap] = []
        read = [_tried(path, partial(self._document, path), lost) for path in policies]
        return pipeline.lint(filter(None, read), tuple(lost), self.knowledge)

    def parts(
        self, apps: Sequence[Path], shared: tasks.Shared, ahead: Mapping[Path, Job], progress: Progress
    ) -> Iterator[Report]:
        """The part of each app in their order; that of one that is lost has the fatal gap and no app."""

        def ask(path: Path) -> Job:
            begun = ahead.get(path)
            if begun and isinstance(begun.answer, LostError):
                return begun
            return self._app(tasks.app, path, shared, near=begun)

        for path, job in self._windowed(apps, ask):
            shown = inputs.display(path)
            try:
                part: Report = self.opened(self.answer(job, shown), shown)
            except InputError as error:
                part = pipeline.lost_app(inputs.lost(shown, str(error)), self.knowledge)
            progress(shown)
            yield part

    def rest(self, gathered: pipeline.Rest, given: Given, *, alone: bool = False) -> Report:
        """The part that is about the policies and about all apps together."""
        apps = tuple(gathered.apps), tuple(gathered.cells), tuple(gathered.declared)
        job = self.pool.submit(
            tasks.rest, apps, given.policies, given.said, given.lost, alone, limit=self.limits.app, near=given.near
        )
        policies = tuple(self.opened(sealed, "policy") for _, sealed in given.policies)
        try:
            part: Report = self.opened(self.answer(job, "the policies"), "the policies")
        except InputError as error:
            # the readings stand, and what was to be asked of them did not come to its end
            where = policies[0].document.path if policies else "the policies"
            gap = Gap(Location(where), str(error).partition(": ")[2], fatal=True)
            part = replace(pipeline.lost_app(gap, self.knowledge), gaps=(*given.lost, gap))
        return replace(part, policies=policies)

    def _app(self, task: Callable[..., Any], path: Path, *more: Any, near: Job | None = None) -> Job:
        return self.pool.submit(task, path, inputs.display(path), *more, limit=self.limits.app, near=near)

    def _begin(self, path: Path) -> tuple[str, Callable[[], Sealed], Job | None]:
        return self.begin_policy(self.bytes_of(path), inputs.display(path))

    def _document(self, path: Path) -> Document:
        shown = inputs.display(path)
        job = self.pool.submit(tasks.document, self.bytes_of(path), shown, limit=self.limits.policy)
        read: Document = self.opened(self.answer(job, shown), shown)
        # an excerpt is enough to find slots in
        return replace(read, gaps=tuple(gap for gap in read.gaps if not gap.silences))

    def _form(self, path: Path) -> tuple[tuple[Disclosure, ...], tuple[Placeholder, ...]]:
        shown = inputs.display(path)
        job = self.pool.submit(tasks.form, self.bytes_of(path), shown, limit=self.limits.policy)
        found: tuple[tuple[Disclosure, ...], tuple[Placeholder, ...]] = self.opened(self.answer(job, shown), shown)
        return found

    def _windowed(self, apps: Sequence[Path], ask: Callable[[Path], Job]) -> Iterator[tuple[Path, Job]]:
        """Every app with its job done, in order; only so many are asked for ahead that no process waits."""
        asked: deque[tuple[Path, Job]] = deque()
        for path in apps:
            asked.append((path, ask(path)))
            if len(asked) > AHEAD * self.pool.size:
                yield self._done(*asked.popleft())
        while asked:
            yield self._done(*asked.popleft())

    def _done(self, path: Path, job: Job) -> tuple[Path, Job]:
        with suppress(LostError):
            self.pool.result(job)
        return path, job


def _tried(path: Path, ask: Callable[[], T], lost: list[Gap]) -> T | None:
    """What ``ask`` gives; nothing, and a fatal gap more, where the input cannot be read."""
    try:
        return ask()
    except InputError as error:
        lost.append(inputs.lost(inputs.display(path), str(error)))
        return None
