"""An .apks, .xapk or .apkm, or a folder of split APKs in, a `Bundle` with one part per APK out, the base first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from permcheck.bundles.apk import apk_part, oddities
from permcheck.bundles.archive import ZipContainer, digest, open_zip
from permcheck.bundles.bundle import Bundle
from permcheck.errors import BundleError
from permcheck.model import Gap, Location

SUFFIXES = (".apks", ".xapk", ".apkm")
SPLIT_LIMIT = 500
"""APKs of one set; bundletool makes below 200 for the largest apps."""

Opener = Callable[[str], ZipContainer]
_BASES = ("base.apk", "base-master.apk", "universal.apk")
_CONFIGURATIONS = ("config.", "split_", "split-")


def recognizes(path: Path) -> bool:
    """Whether this is a set of APKs of one app: by its suffix, a zip by its members, a folder by its file names."""
    if path.is_dir():
        return _is_set([member.name for member in path.glob("*.apk")])
    if path.suffix.lower() != ".zip":
        return path.suffix.lower() in SUFFIXES
    try:
        return any(name.endswith(".apk") for name in open_zip(path).names())
    except BundleError:
        return False


def open(path: Path, display: str) -> Bundle:  # noqa: A001  (the name that every format has)
    """Open a set of APKs. Raises `BundleError` when it holds none, or the base cannot be opened."""
    if path.is_dir():
        names = sorted(member.name for member in path.glob("*.apk"))
        return _bundle(path, display, names, lambda name: open_zip(path / name, f"{display}/{name}"))
    if path.suffix.lower() == ".apkm" and _is_encrypted(path):
        raise BundleError(f"{display}: an .apkm of the old kind, which is encrypted; give the APKs that are in it")
    outer = open_zip(path, display)
    chosen, gaps = _choose([name for name in outer.names() if name.endswith(".apk")], display)
    bundle = _bundle(path, display, _told_first(outer, chosen), outer.nested)
    odd = (*outer.oddities, *outer.examine(chosen), *bundle.oddities)
    return replace(bundle, gaps=(*outer.notes, *gaps, *_unread(outer), *bundle.gaps), oddities=odd)


def _is_encrypted(path: Path) -> bool:
    """Whether a file is no zip but bytes without any order, as APKMirror's encrypted container was."""
    with path.open("rb") as file:
        head = file.read(4096)
    return len(head) >= _HEAD and head[:2] != b"PK" and len(set(head)) > _VALUES


_HEAD, _VALUES = 1024, 200
"""Bytes that are looked at, and how many of the 256 values they take at least: text takes fewer than a hundred."""


def _is_set(names: list[str]) -> bool:
    """Whether the file names are those of one app's splits, as ``adb pull`` and bundletool leave them."""
    return len(names) > 1 and any(name in _BASES or name.startswith(_CONFIGURATIONS) for name in names)


def _choose(names: list[str], display: str) -> tuple[list[str], tuple[Gap, ...]]:
    """The APKs that one device would get: splits before a universal APK before the first of the standalone ones."""
    if len(names) > SPLIT_LIMIT:
        raise BundleError(f"{display}: {len(names)} APKs, more than the limit of {SPLIT_LIMIT}")
    splits = [name for name in names if not name.startswith(("standalones/", "instant/")) and name != "universal.apk"]
    if splits:
        return splits, ()
    if "universal.apk" in names:
        return ["universal.apk"], ()
    reason = f"1 of {len(names)} standalone APKs read: they differ in screen, processor and language alone"
    return names[:1], (Gap(Location(display), reason),) if len(names) > 1 else ()


def _told_first(outer: ZipContainer, names: list[str]) -> list[str]:
    """The names with the one first that the set's own list calls the base, where it has such a list (XAPK)."""
    try:
        listed = json.loads(outer.read("manifest.json", 1 << 20))["split_apks"]
        base = next(item["file"] for item in listed if item["id"] == "base")
    except (BundleError, ValueError, LookupError, TypeError, StopIteration, RecursionError):
        return names
    return sorted(names, key=lambda name: name != base)


def _bundle(path: Path, display: str, names: list[str], opener: Opener) -> Bundle:
    """Open all APKs; one that cannot be opened is a gap, unless it is the base."""
    if not names:
        raise BundleError(f"{display}: no APK in it")
    base = min(names, key=_distance)
    first = opener(base)
    containers, parts, told = [first], [apk_part(first, "base")], []
    for name in (name for name in names if name != base):
        try:
            containers.append(opener(name))
            parts.append(apk_part(containers[-1], "split"))
        except BundleError as error:
            place, _, reason = str(error).partition(": ")
            told.append(Gap(Location(place), reason))
    told += [note for container in containers for note in container.notes]
    odd = tuple(fact for container in containers for fact in oddities(container))
    suffix = path.suffix.lower().lstrip(".") or "splits"
    return Bundle(display, "android", suffix, digest(path), tuple(parts), tuple(told), odd)


def _distance(name: str) -> int:
    """How far a file name is from those that a base has; the first of the nearest is taken."""
    last = name.rpartition("/")[2]
    if last in _BASES:
        return 0
    return 2 if last.startswith(_CONFIGURATIONS) or "config." in last else 1


def _unread(outer: ZipContainer) -> Iterator[Gap]:
    expansions = [name for name in outer.names() if name.endswith(".obb")]
    if expansions:
        told = "1 expansion file" if len(expansions) == 1 else f"{len(expansions)} expansion files"
        yield Gap(Location(f"{outer.path}!/{expansions[0]}"), f"{told}, not read")
