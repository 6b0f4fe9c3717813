"""Where reports shall go in; refused before any work, or replaced whole by `write`: never half of one."""

from __future__ import annotations

import errno
import os
import re
import signal
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from permcheck.errors import UsageError, reason_of

STREAM = re.compile(r"/dev/(?:stdout|stderr|fd/\d+)|/proc/self/fd/\d+")
STREAMS = {"stdout": 1, "stderr": 2}
OWN = {".git", ".hg", ".svn"}
UNNAMED = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.EXDEV, errno.EPERM)
"""How a file system (or a machine without ``/proc``) says that it cannot name a nameless file."""


def check(outputs: Sequence[tuple[str, Path]], inputs: Iterable[Path]) -> None:
    """Raise `UsageError` for a path that cannot be written, is named twice, or is also read by this run."""
    read = {_identity(path): path for path in inputs}
    taken: set[object] = set()
    for _, path in outputs:
        try:
            _check_one(path)
            identity = _identity(path)
        except OSError as error:
            raise UsageError(f"{path}: cannot write: {reason_of(error)}") from error
        if identity in taken:
            raise UsageError(f"{path}: named for two reports")
        if identity in read:
            raise UsageError(f"{path}: is read by this run; a report would replace it")
        taken.add(identity)


def write(path: Path, data: bytes) -> None:
    """Write a report: into a stream or device, else beside the file and renamed over it. Raises `UsageError`.

    The target of a link is replaced, not the link; mode and owner of the file stay; a new file honours the umask.
    """
    try:
        if _is_stream(path):
            _pour(path, data)
        else:
            _replace(Path(_target(path)), data)
    except OSError as error:
        raise UsageError(f"{path}: cannot write: {reason_of(error)}") from error


@contextmanager
def appending(path: Path) -> Iterator[IO[bytes]]:
    """A file that is written as a run goes on, emptied first: what is in it when the run ends is what was done.

    Raises `UsageError`.
    """
    try:
        with _opened_stream(path) if _is_stream(path) else Path(_target(path)).open("wb") as file:
            yield file
    except OSError as error:
        raise UsageError(f"{path}: cannot write: {reason_of(error)}") from error


def leads_out(path: Path) -> str:
    """Where links take a path that stands below the working directory, if that is outside of it; else nothing.

    Whoever writes the tree chooses its links, but not what the user named. What a repository keeps for itself, where a
    checkout may have left its token, is outside too.
    """
    here = Path.cwd()
    named, real = Path(_named(path)), Path(os.path.realpath(path))
    if not named.is_relative_to(here):
        return ""
    inside = real.is_relative_to(here) and (is_own(named) or not is_own(real))
    return "" if inside else str(real)


def is_own(path: Path) -> bool:
    """Whether a path leads into what version control keeps for itself."""
    return bool(OWN.intersection(part.lower() for part in path.parts))


def is_outside(path: Path) -> bool:
    """Whether a path, its links followed, stands outside of the working directory."""
    here = Path.cwd()
    return not (Path(_named(path)).is_relative_to(here) and Path(os.path.realpath(path)).is_relative_to(here))


def _check_one(path: Path) -> None:
    if _is_stream(path):
        return
    target = Path(_target(path))
    old = _stat(target)
    if old is None:
        parent = target.parent.stat()
        if not stat.S_ISDIR(parent.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    elif stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    elif not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    elif hasattr(os, "geteuid") and os.geteuid() not in (0, old.st_uid):
        raise UsageError(f"{path}: belongs to another user, and replacing it would change that")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _named(path: Path) -> str:
    """The absolute path as it was named, its links not followed."""
    return os.path.abspath(path)  # noqa: PTH100  (`Path.resolve` follows links)


def _target(path: Path) -> str:
    outside = leads_out(path)
    if outside:
        raise UsageError(f"{path}: a link leads out of the working directory, to {outside}; name that path itself")
    return os.path.realpath(path)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _identity(path: Path) -> object:
    """Equal for two names of one file."""
    try:
        found = path.stat()
    except OSError:
        return os.path.realpath(path)
    return found.st_dev, found.st_ino


def _is_stream(path: Path) -> bool:
    """Whether there is something at the path that is written to, not replaced: a pipe, a device, an open stream."""
    if STREAM.fullmatch(_named(path)):
        return True
    found = _stat(path)
    return found is not None and not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode)


def _pour(path: Path, data: bytes) -> None:
    with _opened_stream(path) as file:
        file.write(data)


def _opened_stream(path: Path) -> IO[bytes]:
    name = _named(path)
    if STREAM.fullmatch(name):
        last = name.rpartition("/")[2]
        handle = os.dup(STREAMS[last] if last in STREAMS else int(last))
    else:
        handle = os.open(_target(path), os.O_WRONLY)
    return os.fdopen(handle, "wb")


def _replace(target: Path, data: bytes) -> None:
    old = _stat(target)
    try:
        _by_nameless(target, data, old)
    except OSError as error:
        if error.errno not in UNNAMED:
            raise
        _by_named(target, data, old)
    with suppress(OSError):  # some file systems cannot flush a directory
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _by_nameless(target: Path, data: bytes, old: os.stat_result | None) -> None:
    """Through a file without a name, which goes by itself whatever ends the process (Linux)."""
    if not hasattr(os, "O_TMPFILE"):
        raise OSError(errno.EOPNOTSUPP, "no nameless files")
    with os.fdopen(os.open(target.parent, os.O_TMPFILE | os.O_WRONLY, 0o666), "wb") as file:
        _fill(file.fileno(), data, old)
        source = f"/proc/self/fd/{file.fileno()}"
        if old is None:
            with suppress(FileExistsError):
                os.link(source, target, follow_symlinks=True)
                return
        beside = _beside(target)
        with _undisturbed():
            os.link(source, beside, follow_symlinks=True)
            _rename(beside, target)


def _by_named(target: Path, data: bytes, old: os.stat_result | None) -> None:
    beside = _beside(target)
    with _undisturbed():
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        try:
            with os.fdopen(handle, "wb") as file:
                _fill(file.fileno(), data, old)
        except BaseException:
            beside.unlink()
            raise
        _rename(beside, target)


def _beside(target: Path) -> Path:
    return target.with_name(f".permcheck-{os.urandom(6).hex()}")


def _rename(beside: Path, target: Path) -> None:
    try:
        beside.replace(target)
    except BaseException:
        beside.unlink()
        raise


def _fill(handle: int, data: bytes, old: os.stat_result | None) -> None:
    """All bytes on disk, under the old file's mode and owner."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
    if old is not None and hasattr(os, "fchown"):
        if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(handle, old.st_uid, old.st_gid)
        os.fchmod(handle, stat.S_IMODE(old.st_mode) & 0o777)
    os.fsync(handle)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals that would leave a file behind wait until this is done."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    waiting = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, waiting)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
