"""An .ipa, or a zip of an .app or .xcarchive, in, an iOS `Bundle` out."""

from __future__ import annotations

from pathlib import Path

from permcheck.bundles import archive, nesting
from permcheck.bundles.bundle import Bundle
from permcheck.errors import BundleError

_PAYLOAD = "Payload/"
_PRODUCTS = "Products/Applications/"


def recognizes(path: Path) -> bool:
    """Whether the file is called .ipa, or is a zip that holds an iOS app."""
    suffix = path.suffix.lower()
    if suffix not in (".ipa", ".zip") or not path.is_file():
        return False
    if suffix == ".ipa":
        return True
    try:
        names = archive.open_zip(path).names()
    except BundleError:
        return False
    return any(root.endswith(".app/") for root in nesting.bundle_roots(names))


def open(path: Path, display: str) -> Bundle:  # noqa: A001  (every format module has one)
    """Open it. Raises `BundleError`, one line with the reason."""
    container = archive.open_zip(path, display)
    suffix = path.suffix.lower()
    top = _top(container.names()) if suffix == ".zip" else _PAYLOAD
    parts = nesting.find_parts(container, display, top)
    return Bundle(
        path=display,
        platform="ios",
        format="ipa" if top == _PAYLOAD else "xcarchive" if top.endswith(_PRODUCTS) else "app",
        sha256=archive.digest(path),
        parts=parts,
        gaps=(*container.notes, *nesting.missing_plists(parts)),
    )


def _top(names: tuple[str, ...]) -> str:
    """The folder of a zip that its apps lie in: as in an .ipa, as in an archive of Xcode, or anywhere."""
    for folder in (_PAYLOAD, _PRODUCTS):
        for name in names:
            if nesting.is_junk(name):
                continue
            head, found, _ = name.partition(folder)
            if found and (not head or head.endswith(".xcarchive/")):
                return head + folder
    return ""
