"""Mapping directories in, raw tables per section and a digest out; a compact index stands in for the slow TOML."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from permcheck.errors import MappingError

SECTIONS = ("categories", "rules", "sdks", "languages")
INDEX_VERSION = 1
Tables = dict[str, dict[str, Any]]
"""For one section: file name without suffix -> its table."""


def shipped() -> Path:
    """The mappings that come with permcheck: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "mappings"
    return inside if inside.is_dir() else package.parent / "mappings"


def read_index(directory: Path) -> tuple[dict[str, Tables], str]:
    """All tables of a mappings directory and the digest of their sources, through an index where one is at hand.

    A built wheel carries ``index.json`` and is trusted; anywhere else the index lies in the user's cache under the
    digest of the sources, so it can never be stale. Raises `MappingError` on broken TOML.
    """
    built = directory / "index.json"
    if built.is_file():
        whole = json.loads(built.read_bytes())
        return whole["sections"], whole["digest"]
    sources = read_sources(directory)
    digest = digest_of(sources)
    cached = _cache_file(digest)
    sections = _cached(cached)
    if sections is None:
        sections = parse(directory, sources)
        _store(cached, {"sections": sections, "digest": digest})
    return sections, digest


def read_sources(directory: Path) -> dict[str, bytes]:
    """``section/name.toml`` -> bytes of every source, in sorted order."""
    if not directory.is_dir():
        raise MappingError(f"{directory}: no such mappings directory")
    files = (path for section in SECTIONS for path in sorted((directory / section).glob("*.toml")))
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in files}


def parse(directory: Path, sources: dict[str, bytes]) -> dict[str, Tables]:
    """Parse the sources by section. Raises `MappingError` with file, line and reason."""
    import tomllib  # noqa: PLC0415  (23 ms that an up-to-date index saves)

    sections: dict[str, Tables] = {section: {} for section in SECTIONS}
    for name, data in sources.items():
        section, _, file = name.partition("/")
        try:
            sections[section][file.removesuffix(".toml")] = tomllib.loads(data.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise MappingError(f"{directory / name}: {error}") from error
    return sections


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


def _cache_file(digest: str) -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(root) / "permcheck" / f"mappings-{INDEX_VERSION}-{digest[:32]}.json"


def _cached(path: Path) -> dict[str, Tables] | None:
    """The sections in a cache file, or nothing where it is absent or damaged."""
    try:
        sections = json.loads(path.read_bytes())["sections"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return sections if isinstance(sections, dict) and set(SECTIONS) <= set(sections) else None


def _store(path: Path, index: dict[str, Any]) -> None:
    """Keep the index for the next run; a cache that cannot be written is no reason to fail."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            json.dump(index, file, ensure_ascii=False, separators=(",", ":"), default=str)
        Path(file.name).replace(path)
    except OSError:
        return
