"""An .aab in, a `Bundle` with one part per module out; manifests and resources inside are protobuf, not binary XML."""

from __future__ import annotations

from pathlib import Path

from permcheck.bundles.archive import digest, open_zip
from permcheck.bundles.bundle import Bundle, Part
from permcheck.errors import BundleError

MANIFEST = "manifest/AndroidManifest.xml"


def recognizes(path: Path) -> bool:
    """Whether the name says Android App Bundle."""
    return path.suffix.lower() == ".aab" and not path.is_dir()


def open(path: Path, display: str) -> Bundle:  # noqa: A001  (the name that every format has)
    """Open an app bundle, the base module first. Raises `BundleError`, also when it has no base module.

    Layout: https://developer.android.com/guide/app-bundle/app-bundle-format
    """
    container = open_zip(path, display)
    manifests = [name for name in container.names() if name.count("/") == 2 and name.endswith(f"/{MANIFEST}")]
    modules = [name.partition("/")[0] for name in manifests]
    if "base" not in modules:
        raise BundleError(f"{display}: no base/{MANIFEST} in the archive, so this is no app bundle")
    ordered = ["base", *(module for module in modules if module != "base")]
    parts = tuple(
        Part(f"{display}!/{module}", "base" if module == "base" else "feature", container, f"{module}/")
        for module in ordered
    )
    odd = (*container.oddities, *container.examine(manifests))
    return Bundle(display, "android", "aab", digest(path), parts, container.notes, odd)
