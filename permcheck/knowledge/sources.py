"""Mapping directories in, raw tables per section and their digest out; a compact index stands in for the slow TOML."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import tempfile
from pathlib import Path
from typing import Any

from permcheck.errors import MappingError, reason_of

SECTIONS = ("categories", "rules", "sdks", "languages")
INDEX = "mappings.index"
INDEX_VERSION = 3
_AT = re.compile(r"\(at line (\d+),")
Tables = dict[str, dict[str, Any]]
"""For one section: file name without suffix -> its table."""


def shipped() -> Path:
    """The mappings that come with permcheck: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "mappings"
    return inside if inside.is_dir() else package.parent / "mappings"


def read_index() -> tuple[dict[str, Tables], str]:
    """All tables of the mappings that come with permcheck, and the digest of what was read.

    A built wheel carries an index inside the package; elsewhere one lies in the user's cache under the digest of the
    sources, so it can never be stale. An index that is not whole, or that somebody else could have written, is built
    anew. Raises `MappingError` on broken TOML.
    """
    directory = shipped()
    if directory.parent == Path(__file__).parent.parent:
        built = index_of(_bytes(directory / INDEX))
        if built:
            return built
    sources = read_sources(directory)
    name = f"mappings-{INDEX_VERSION}-{digest_of(sources)[:32]}.index"
    place = cache()
    kept = index_of(_own_bytes(place / name)) if place else None
    if kept:
        return kept
    tables = parse(directory, sources)
    index = index_from(tables)
    _refuse(loaded(index)[0], sources)
    if place:
        _store(place, name, index)
    return loaded(index)


def refuse_own(*, deep: bool) -> None:
    """Check the shape of the mappings that come with permcheck. Raises `MappingError`, a line for each fault."""
    sources = read_sources(shipped())
    _refuse(loaded(index_from(parse(Path("mappings"), sources)))[0], sources, deep=deep)


def _refuse(tables: dict[str, Tables], sources: dict[str, bytes], *, deep: bool = False) -> None:
    """Check the shape of what an index is about to keep, once for all runs that read it. Raises `MappingError`."""
    from permcheck.knowledge.validation import own_faults  # noqa: PLC0415  (a run that finds its index checks nothing)

    lines = list(own_faults(tables, sources, deep=deep))
    if lines:
        raise MappingError(*lines)


def read_tables(directory: Path) -> tuple[dict[str, Tables], str]:
    """The tables of a company's mappings, always from their sources, and the digest of what was read."""
    return loaded(index_from(parse(directory, read_sources(directory))))


def index_from(sections: dict[str, Tables]) -> bytes:
    """The index of these tables: the digest of what follows on a line of its own, then JSON."""
    body = json.dumps(sections, ensure_ascii=False, separators=(",", ":"), default=str).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def index_of(data: bytes) -> tuple[dict[str, Tables], str] | None:
    """Tables and digest, or nothing where the index is not what was written."""
    said, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != said:
        return None
    return loaded(data)


def loaded(index: bytes) -> tuple[dict[str, Tables], str]:
    """Tables and digest of an index that is whole."""
    said, _, body = index.partition(b"\n")
    return json.loads(body), said.decode()


def read_sources(directory: Path) -> dict[str, bytes]:
    """``section/name.toml`` -> bytes of every source, in sorted order."""
    if not directory.is_dir():
        raise MappingError(f"{directory}: no such mappings directory")
    files = (path for section in SECTIONS for path in sorted((directory / section).glob("*.toml")))
    try:
        return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in files}
    except OSError as error:
        raise MappingError(f"{error.filename}: {reason_of(error)}") from error


def parse(directory: Path, sources: dict[str, bytes]) -> dict[str, Tables]:
    """Parse the sources by section. Raises `MappingError` with a line for each file that is no TOML."""
    sections: dict[str, Tables] = {section: {} for section in SECTIONS}
    broken: list[str] = []
    for name, data in sources.items():
        section, _, file = name.partition("/")
        try:
            sections[section][file.removesuffix(".toml")] = parse_one(directory / name, data)
        except MappingError as error:
            broken += error.lines
    if broken:
        raise MappingError(*broken)
    return sections


def parse_one(path: Path, data: bytes) -> dict[str, Any]:
    """The table of one file. Raises `MappingError` with file, line and reason."""
    import tomllib  # noqa: PLC0415  (23 ms that an up-to-date index saves)

    try:
        return tomllib.loads(data.decode())
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise MappingError(f"{path.as_posix()}:{line}: not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        said = _AT.search(str(error))
        line = int(said.group(1)) if said else data.count(b"\n") + 1
        raise MappingError(f"{path.as_posix()}:{line}: {error}") from error
    except RecursionError as error:
        raise MappingError(f"{path.as_posix()}: nested too deeply") from error


def digest_of(sources: dict[str, bytes]) -> str:
    """A digest of names and contents: equal exactly when the mappings say the same."""
    whole = hashlib.sha256()
    for name, data in sources.items():
        whole.update(f"{name}\0{len(data)}\0".encode())
        whole.update(data)
    return whole.hexdigest()


def merge(base: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """A company's table over ours: lists grow, tables merge, single values are replaced."""
    result = dict(base)
    for key, value in extra.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            result[key] = merge(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            result[key] = [*old, *value]
        else:
            result[key] = value
    return result


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def cache() -> Path | None:
    """The directory that only this user writes; nothing inside the working directory, which others may have filled."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    try:
        base = Path(root) if Path(root).is_absolute() else Path.home() / ".cache"
        directory = base / "permcheck"
        inside = Path(os.path.realpath(directory)).is_relative_to(Path.cwd())
    except (OSError, RuntimeError):  # no home, or no working directory any more
        return None
    return None if inside else directory


def _own_bytes(path: Path) -> bytes:
    """The content of a file that nobody but this user can have written, else nothing."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return b""
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not (stat.S_ISREG(found.st_mode) and _is_own(found) and _is_own(path.parent.lstat())):
            return b""
        return file.read()


def _is_own(found: os.stat_result) -> bool:
    if not hasattr(os, "geteuid"):
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _store(directory: Path, name: str, index: bytes) -> None:
    """Keep the index for the next run; a cache that cannot be written is no reason to fail."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _is_own(directory.lstat()):
            return
        handle, beside = tempfile.mkstemp(dir=directory)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(index)
            Path(beside).replace(directory / name)
        except OSError:
            Path(beside).unlink()
    except OSError:
        return
