"""A container's member names in, the iOS bundles nested in it out: apps, extensions, frameworks, resources.

Where each kind lies: https://developer.apple.com/documentation/bundleresources/placing-content-in-a-bundle
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from permcheck.bundles.bundle import Bundle, Container, Part
from permcheck.errors import BundleError
from permcheck.model import Gap

ROLES: Mapping[str, str] = {"app": "app", "appex": "extension", "framework": "framework", "bundle": "resource"}
"""Directory suffix -> role of the part."""
DEPTH_LIMIT = 64
"""Directories above a member; real bundles nest below 20."""
PART_LIMIT = 2000
"""Bundles nested in one app; large store apps hold a few hundred."""
PROGRAMS = ("app", "extension", "watch", "clip")
"""Roles of what runs by itself: only their Info.plist asks the user for anything."""
APP_FOLDERS: Mapping[str, str] = {"Watch": "watch", "AppClips": "clip"}
"""Folder inside an app that holds an app of another role."""


def find_parts(container: Container, display: str, top: str = "") -> tuple[Part, ...]:
    """Every app below ``top`` with all bundles nested in it, the main app first, the others by path.

    ``top`` is empty or ends in ``/``. Raises `BundleError` where no iOS app is.
    """
    names = container.names()
    roots = _counted({root for root in bundle_roots(names) if root.startswith(top)}, display)
    apps = sorted(filter(_is_outer_app, roots), key=_rank)
    if not apps:
        raise BundleError(f"{display}: no app ({top}*.app) in it")
    outer = set(apps)
    inside = (root for root in roots if root in outer or not outer.isdisjoint(_above(root)))
    return _parts(container, display, _main(apps, names, display), inside)


def parts_of_app(container: Container, display: str) -> tuple[Part, ...]:
    """Give the parts of a container that is itself the app. Raises `BundleError` where it is no iOS app."""
    names = container.names()
    return _parts(container, display, _main([""], names, display), _counted(bundle_roots(names), display))


def _counted(roots: set[str], display: str) -> set[str]:
    """The roots, unless there are too many to look at."""
    if len(roots) > PART_LIMIT:
        raise BundleError(f"{display}: {len(roots)} nested bundles, more than the limit of {PART_LIMIT}")
    return roots


def _main(apps: list[str], names: tuple[str, ...], display: str) -> str:
    members = set(names)
    readable = [app for app in apps if f"{app}Info.plist" in members]
    if not readable:
        raise BundleError(f"{display}: {_no_info(apps[0], names)}")
    return readable[0]


def _parts(container: Container, display: str, main: str, roots: Iterable[str]) -> tuple[Part, ...]:
    order = (main, *sorted(set(roots) - {main}))
    return tuple(Part(_path(display, root), role(root), container, root) for root in order)


def missing_plists(parts: tuple[Part, ...]) -> Iterator[Gap]:
    """Name the apps and extensions without an Info.plist: what they ask for cannot be told."""
    names = set(parts[0].container.names())
    for part in parts:
        if part.role in PROGRAMS and f"{part.root}Info.plist" not in names:
            yield Gap(part.location("Info.plist"), "the bundle holds no Info.plist")


def own_members(bundle: Bundle) -> dict[str, list[str]]:
    """Part root -> its members, relative to the root, that belong to no part nested in it; sorted, in one pass."""
    roots = {part.root for part in bundle.parts}
    owned: dict[str, list[str]] = {root: [] for root in roots}
    owners: dict[str, str | None] = {}
    for name in bundle.parts[0].container.names():
        if not is_junk(name):
            directory = parent(name)
            if directory not in owners:
                owners[directory] = next((step for step in (directory, *_above(directory)) if step in roots), None)
            root = owners[directory]
            if root is not None:
                owned[root].append(name[len(root) :])
    return owned


def bundle_roots(names: Iterable[str]) -> set[str]:
    """Every directory (ending in ``/``) whose suffix makes it a bundle, macOS leftovers aside."""
    seen: set[str] = set()
    for directory in {parent(name) for name in names if not is_junk(name)}:
        step = directory
        while step and step not in seen:
            seen.add(step)
            step = parent(step)
    return {directory for directory in seen if _suffix(directory) in ROLES}


def role(root: str) -> str:
    """What a bundle is, by its suffix and the folder it lies in."""
    if _suffix(root) == "app":
        return APP_FOLDERS.get(parent(root.rstrip("/")).rstrip("/").rpartition("/")[2], "app")
    return ROLES.get(_suffix(root), "app")


def parent(path: str) -> str:
    """The directory that holds a member or a directory, ending in ``/``; empty at the top."""
    head, slash, _ = path.rstrip("/").rpartition("/")
    return head + slash


def is_junk(name: str) -> bool:
    """Whether a member is what macOS leaves in archives (resource forks, Finder's files), or lies too deep."""
    if name.count("/") > DEPTH_LIMIT:
        return True
    return name.startswith(("__MACOSX/", "._")) or "/__MACOSX/" in name or "/._" in name or name.endswith(".DS_Store")


def _is_outer_app(root: str) -> bool:
    """Whether a root is an app that lies in no other bundle."""
    return _suffix(root) == "app" and not any(_suffix(step) in ROLES for step in _above(root))


def _above(root: str) -> Iterator[str]:
    """The directories that hold a directory, the innermost first, the top (empty) last."""
    while root:
        root = parent(root)
        yield root


def _rank(root: str) -> tuple[bool, int, str]:
    """Order of outer apps: a product before the runner of its UI tests, then the least deep."""
    return root.endswith("-Runner.app/"), root.count("/"), root


def _suffix(root: str) -> str:
    stem, dot, suffix = root.rstrip("/").rpartition("/")[2].rpartition(".")
    return suffix if dot and stem else ""


def _path(display: str, root: str) -> str:
    return f"{display}!/{root.rstrip('/')}" if root else display


def _no_info(app: str, names: tuple[str, ...]) -> str:
    shown = app.rstrip("/") or "it"
    if f"{app}Contents/Info.plist" in names:
        return f"{shown} is a macOS app; permcheck reads apps for phones"
    return f"{shown} holds no Info.plist"
