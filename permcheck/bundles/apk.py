"""An .apk in, a `Bundle` of one part out."""

from __future__ import annotations

from pathlib import Path

from permcheck.bundles.archive import ZipContainer, digest, open_zip
from permcheck.bundles.bundle import Bundle, Part
from permcheck.errors import BundleError
from permcheck.model import Fact

MANIFEST = "AndroidManifest.xml"


def recognizes(path: Path) -> bool:
    """Whether the name says APK."""
    return path.suffix.lower() == ".apk" and not path.is_dir()


def open(path: Path, display: str) -> Bundle:  # noqa: A001  (the name that every format has)
    """Open an APK. Raises `BundleError`, also when it holds no manifest."""
    container = open_zip(path, display)
    part = apk_part(container, "base")
    return Bundle(display, "android", "apk", digest(path), (part,), container.notes, oddities(container))


def apk_part(container: ZipContainer, role: str) -> Part:
    """An APK as one part of a bundle. Raises `BundleError` when it holds no manifest."""
    if MANIFEST not in container.names():
        raise BundleError(f"{container.path}: no {MANIFEST} in the archive, so this is no APK")
    return Part(container.path, role, container)


def oddities(container: ZipContainer) -> tuple[Fact, ...]:
    """What is odd about an APK as an archive, and about the members that a device reads."""
    return (*container.oddities, *container.examine(vital_members(container)))


def vital_members(container: ZipContainer) -> tuple[str, ...]:
    """The members that decide what the app is and does: manifest, resource table, code."""
    names = container.names()
    code = (name for name in names if name.startswith("classes") and name.endswith(".dex"))
    return (MANIFEST, "resources.arsc", *code)
