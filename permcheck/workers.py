"""Functions and their arguments in, what they return out: each call runs in a process that limits and a deadline guard.

A call that kills its process, hangs, or needs more than its `Limit` allows is `Lost`, with the reason; the process is
replaced. One that behaves leaves its process for the next call. What a process answers is unpickled as data alone:
nothing but the classes of `permcheck.model` can come out of it.

Where a process can be forked safely (Linux, and no second thread in it) it is, and inherits the state; elsewhere a
fresh interpreter is started. Memory, processor time and open files are limited where the platform has ``setrlimit``;
on Windows, and for memory on macOS, only the deadline holds.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import pickle
import selectors
import signal
import socket
import struct
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from permcheck.errors import PermcheckError

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

REUSES = 200
"""Calls after which a process is replaced all the same, so that nothing that leaks lasts."""
GROWTH = 192 << 20
"""Bytes of address space that a process may keep between two calls; one that kept more is replaced."""
GRACE = 5
"""Seconds beyond the deadline after which a process ends itself, should its parent be gone."""
_HEAD = struct.Struct("<Q")
_PIECE = 1 << 20
_ENDS: set[socket.socket] = set()
"""The parent's ends of all connections: a forked process closes them, or its siblings would outlive their parent."""

Start = Callable[[], Any]
"""Makes the state that every call in a process gets first; picklable."""
Kind = Literal["done", "refused", "memory", "failed"]


@dataclass(frozen=True, slots=True)
class Limit:
    """What one call may use: ``memory`` in MB beyond what its process has, ``cpu`` and ``seconds`` (wall) in seconds.

    ``name`` is what messages call it by.
    """

    memory: int
    cpu: int
    seconds: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a process answered, not yet unpickled, so that it can be handed to another process as it is."""

    data: bytes

    def open(self) -> Any:
        """The value."""
        return _Reader(io.BytesIO(self.data)).load()


class LostError(Exception):
    """A call that did not come back; the message is the reason. ``refused``: the function itself raised it."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        """Keep both."""
        super().__init__(reason)
        self.refused = refused


class _Reader(pickle.Unpickler):
    """Only values of the model: a process that hostile input took over can answer, and do no more."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "permcheck.model" and not name.startswith("_"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no data")


@dataclass(eq=False, slots=True)
class Job:
    """One call, waiting, running or answered."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    limit: Limit
    near: Job | None = None
    worker: _Worker | None = None
    answer: Sealed | LostError | None = None


class Pool:
    """Up to ``size`` processes that share a way to ``start``; for one thread at a time.

    ``state`` is what ``start`` makes, where this process has it already: a forked process inherits it.
    """

    def __init__(self, start: Start, size: int, files: int, state: Any = None) -> None:
        """Start nothing yet."""
        self._start, self._size, self._files, self._state = start, max(1, size), files, state
        self._waiting: deque[Job] = deque()
        self._workers: list[_Worker] = []
        self._owner = os.getpid()

    @property
    def size(self) -> int:
        """How many processes there may be."""
        return self._size

    def submit(self, function: Callable[..., Any], *arguments: Any, limit: Limit, near: Job | None = None) -> Job:
        """Ask for ``function(state, *arguments)``; ``near`` prefers the process of an earlier job.

        Sealed arguments are opened in the process.
        """
        job = Job(function, arguments, limit, near)
        self._waiting.append(job)
        self._assign()
        return job

    def result(self, job: Job) -> Sealed:
        """Wait for the answer. Raises `LostError`."""
        while job.answer is None:
            self._step()
        if isinstance(job.answer, LostError):
            raise job.answer
        return job.answer

    def close(self) -> None:
        """End all processes."""
        self._drop_foreign()
        for worker in self._workers:
            worker.end()
        self._workers.clear()
        self._waiting.clear()

    def _drop_foreign(self) -> None:
        """After a fork of this process the workers are those of the parent."""
        if self._owner != os.getpid():
            self._workers.clear()
            self._waiting.clear()
            self._owner = os.getpid()

    def _assign(self) -> None:
        self._drop_foreign()
        for job in list(self._waiting):
            worker = self._worker_for(job)
            if worker is not None:
                self._waiting.remove(job)
                self._give(worker, job)

    def _worker_for(self, job: Job) -> _Worker | None:
        """The process that the job wants to be near to, if that is free; else any free one, else a new one."""
        wanted = job.near.worker if job.near else None
        if wanted in self._workers and wanted is not None:
            return None if wanted.job else wanted
        free = next((worker for worker in self._workers if worker.job is None), None)
        if free is None and len(self._workers) < self._size:
            free = _Worker(self._start, self._files, self._state)
            self._workers.append(free)
        return free

    def _give(self, worker: _Worker, job: Job) -> None:
        job.worker = worker
        try:
            worker.give(job)
        except OSError:
            # it died between two calls, which is no fault of this one
            self._remove(worker)
            fresh = _Worker(self._start, self._files, self._state)
            self._workers.append(fresh)
            job.worker = fresh
            try:
                fresh.give(job)
            except OSError as error:
                self._remove(fresh)
                job.answer = LostError(f"no process to read it could be started ({error})")

    def _step(self) -> None:
        self._assign()
        busy = [worker for worker in self._workers if worker.job]
        with selectors.DefaultSelector() as selector:
            for worker in busy:
                selector.register(worker.link, selectors.EVENT_READ, worker)
            first = min(worker.deadline for worker in busy)
            ready = [key.data for key, _ in selector.select(max(0.0, first - time.monotonic()))]
        now = time.monotonic()
        for worker in busy:
            if worker in ready:
                worker.take()
            elif now >= worker.deadline:
                worker.kill()
                worker.answer(LostError(f"took longer than {worker.limit.seconds} s{_named(worker.limit, 'seconds')}"))
            if worker.is_spent and worker.job is None:
                self._remove(worker)

    def _remove(self, worker: _Worker) -> None:
        worker.end()
        if worker in self._workers:
            self._workers.remove(worker)


@dataclass(eq=False)
class _Worker:
    """The parent's side of one process."""

    start: Start
    files: int
    state: Any
    job: Job | None = None
    deadline: float = 0.0
    is_spent: bool = False
    _calls: int = 0
    _received: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.link, self.process = _begin(self.start, self.files, self.state)

    @property
    def limit(self) -> Limit:
        assert self.job is not None
        return self.job.limit

    def give(self, job: Job) -> None:
        """Send a call. Raises `OSError` where the process is gone."""
        limit = job.limit
        self.link.settimeout(limit.seconds)
        _send(self.link, pickle.dumps((job.function, job.arguments, limit), pickle.HIGHEST_PROTOCOL))
        self.link.settimeout(0)
        self.job, self.deadline = job, time.monotonic() + limit.seconds
        self._calls += 1
        self._received.clear()

    def take(self) -> None:
        """Read what there is of the answer."""
        try:
            piece = self.link.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            code = self.process.wait()
            self.answer(LostError(_death(code, self.limit, getattr(self.process, "peak", 0))))
            self.is_spent = True
            return
        self._received += piece
        if len(self._received) >= _HEAD.size:
            (size,) = _HEAD.unpack_from(self._received)
            if len(self._received) >= _HEAD.size + size:
                self._understand(bytes(self._received[_HEAD.size :]))

    def _understand(self, message: bytes) -> None:
        kind, spent = message[:1], message[1:2] == b"!"
        self.is_spent = spent or self._calls >= REUSES
        body = message[2:]
        if kind == b"d":
            self.answer(Sealed(body))
            return
        reason = body.decode("utf-8", "replace")
        if kind == b"m":
            reason = f"needed more than {self.limit.memory} MB of memory{_named(self.limit, 'memory')}"
        self.answer(LostError(reason, refused=kind == b"r"))

    def answer(self, answer: Sealed | LostError) -> None:
        """Tell the job, and be free."""
        assert self.job is not None
        self.job.answer, self.job = answer, None

    def kill(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.is_spent = True

    def end(self) -> None:
        """End the process and leave nothing behind."""
        self.process.kill()
        _ENDS.discard(self.link)
        self.link.close()
        self.process.wait()
        if self.job:
            self.answer(LostError("was not read to its end"))


class _Process:
    """A process of ours, with as much of the face of `subprocess.Popen` as is needed; ``popen`` is one to keep."""

    def __init__(self, pid: int, popen: Any = None) -> None:
        self.pid = pid
        self._popen = popen
        self.peak = 0
        """Bytes of memory that it had at most, once it is gone."""
        self._code: int | None = None

    def kill(self) -> None:
        if self._code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        if self._code is None:
            try:
                _, status, used = os.wait4(self.pid, 0)
                self._code, self.peak = os.waitstatus_to_exitcode(status), used.ru_maxrss << 10
            except ChildProcessError:  # the program around us waits for all children itself
                self._code = 0
            if self._popen:
                self._popen.returncode = self._code  # so that it does not wait for itself
        return self._code


def can_fork() -> bool:
    """Whether this process may be copied: no lock of a second thread, of Python's or of a library, can stay closed."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208  (names alone)
    except OSError:
        return False


def _begin(start: Start, files: int, state: Any) -> tuple[socket.socket, Any]:
    ours, theirs = socket.socketpair()
    _ENDS.add(ours)
    if can_fork():
        made = start() if state is None else state
        pid = os.fork()
        if not pid:
            _forked(theirs, files, made)
        theirs.close()
        return ours, _Process(pid)
    process = _spawn(theirs)
    theirs.close()
    _send(ours, pickle.dumps((start, files), pickle.HIGHEST_PROTOCOL))
    return ours, process


def _forked(link: socket.socket, files: int, state: Any) -> None:
    """The life of a forked process; it never returns."""
    try:
        for end in _ENDS:
            end.close()
        _settle(files)
        _serve(link, state)
    finally:
        os._exit(0)


def _spawn(link: socket.socket) -> Any:
    """A fresh interpreter that has the other end of the connection."""
    import subprocess  # noqa: PLC0415  (a forked worker needs none)

    quiet = None if os.environ.get("PERMCHECK_DEBUG") else subprocess.DEVNULL
    opener = f"import sys; sys.path[:] = {sys.path!r}; from permcheck.workers import serve; serve"
    if sys.platform == "win32":
        process = subprocess.Popen(  # noqa: S603  (our own interpreter)
            [sys.executable, "-c", f"{opener}()"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=quiet
        )
        assert process.stdin is not None
        process.stdin.write(link.share(process.pid))
        process.stdin.close()
        return process
    number = link.fileno()
    popen = subprocess.Popen(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", f"{opener}({number})"],
        pass_fds=(number,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=quiet,
    )
    return _Process(popen.pid, popen)


def serve(number: int | None = None) -> None:
    """The life of a process that was started afresh; its connection has the file number, or stands on stdin."""
    link = socket.socket(fileno=number) if number is not None else _shared()
    message = _receive(link)
    if message is not None:
        start, files = pickle.loads(message)  # noqa: S301  (from the parent)
        _settle(files)
        _serve(link, start())


def _shared() -> socket.socket:
    link: socket.socket = socket.fromshare(sys.stdin.buffer.read())  # type: ignore[attr-defined,unused-ignore]
    return link


def _settle(files: int) -> None:
    """Leave the parent's terminal and signals alone, and take the limits that hold for every call."""
    import faulthandler  # noqa: PLC0415

    faulthandler.disable()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1) if os.environ.get("PERMCHECK_DEBUG") else (0, 1, 2):
        os.dup2(nothing, number)
    os.close(nothing)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    if resource:
        # what was open before stays usable; only what is opened from here on counts
        opened = max((int(name) for name in os.listdir("/dev/fd")), default=8) if os.path.isdir("/dev/fd") else 64  # noqa: PTH112, PTH208
        _lower(resource.RLIMIT_NOFILE, opened + files)
        _lower(resource.RLIMIT_CORE, 0)


def _lower(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _serve(link: socket.socket, state: Any) -> None:
    """Answer calls until the parent is gone."""
    born = _address_space()
    link.setblocking(True)  # noqa: FBT003
    while (message := _receive(link)) is not None:
        function, arguments, limit = pickle.loads(message)  # noqa: S301  (from the parent)
        del message
        with _guarded(limit):
            kind, body = _call(function, state, arguments)
        del arguments
        spent = kind == b"m" or _address_space() - born > GROWTH
        _send(link, kind + (b"!" if spent else b"."), body)


def _call(function: Callable[..., Any], state: Any, arguments: tuple[Any, ...]) -> tuple[bytes, bytes]:
    """``d`` and the value, ``r`` and what it refused, ``m`` for want of memory, ``f`` and what went wrong."""
    try:
        opened = (each.open() if isinstance(each, Sealed) else each for each in arguments)
        return b"d", pickle.dumps(function(state, *opened), pickle.HIGHEST_PROTOCOL)
    except PermcheckError as error:
        return b"r", str(error).encode("utf-8", "replace")
    except MemoryError:
        return b"m", b""
    except RecursionError:
        return b"f", b"is nested deeper than can be read"
    except Exception as error:  # noqa: BLE001  (a fault that one input brings out must not end the run)
        if os.environ.get("PERMCHECK_DEBUG"):
            import traceback  # noqa: PLC0415

            traceback.print_exc()
        told = f"could not be read for an error of permcheck ({type(error).__name__}: {error})"
        return b"f", told.encode("utf-8", "replace")


@contextlib.contextmanager
def _guarded(limit: Limit) -> Iterator[None]:
    """The limits of one call. Processor time and a call without a parent end the process, want of memory does not."""
    if resource is None or not hasattr(signal, "setitimer"):
        yield
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + limit.cpu)
    _lower(resource.RLIMIT_AS, _address_space() + (limit.memory << 20))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limit.seconds + GRACE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _lower(resource.RLIMIT_AS, resource.getrlimit(resource.RLIMIT_AS)[1])


def _address_space() -> int:
    """Bytes of address space that this process has; 0 where that cannot be told."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  (once a call)
            return int(file.read().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, AttributeError):
        return 0


def _death(code: int, limit: Limit, peak: int) -> str:
    if code == -getattr(signal, "SIGXCPU", 24):
        return f"used more than {limit.cpu} s of processor time{_named(limit, 'cpu')}"
    if code < 0:
        name = signal.Signals(-code).name if -code in {one.value for one in signal.Signals} else f"signal {-code}"
        # native code that gets no more memory ends its process
        starved = (
            f", short of memory beyond {limit.memory} MB{_named(limit, 'memory')}" if _is_near(peak, limit) else ""
        )
        return f"the process that read it died ({name}{starved})"
    return f"the process that read it ended (code {code})"


def _is_near(peak: int, limit: Limit) -> bool:
    return peak > (limit.memory << 20) // 2


def _named(limit: Limit, what: str) -> str:
    return f" (the limit {limit.name}-{what})" if limit.name else ""


def _send(link: socket.socket, *parts: bytes) -> None:
    link.sendall(_HEAD.pack(sum(map(len, parts))))
    for part in parts:
        link.sendall(part)


def _receive(link: socket.socket) -> bytes | None:
    """One message; nothing where the other side is gone."""
    head = _exactly(link, _HEAD.size)
    return None if head is None else _exactly(link, _HEAD.unpack(head)[0])


def _exactly(link: socket.socket, size: int) -> bytes | None:
    received = bytearray()
    while len(received) < size:
        try:
            piece = link.recv(min(_PIECE, size - len(received)))
        except OSError:
            return None
        if not piece:
            return None
        received += piece
    return bytes(received)
