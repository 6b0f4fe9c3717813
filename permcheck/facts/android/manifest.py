"""The manifests of an Android bundle in, facts out: what app it is, what it asks for, what its components reach."""

from __future__ import annotations

from collections.abc import Iterator

from permcheck.bundles import Bundle, Part
from permcheck.errors import BundleError
from permcheck.facts import Wanted
from permcheck.facts.android.component import components
from permcheck.facts.android.document import (
    LABEL,
    VERSION_CODE,
    VERSION_CODE_MAJOR,
    VERSION_NAME,
    Manifest,
    read_manifest,
)
from permcheck.facts.android.permission import implied, permissions
from permcheck.model import Fact, Gap, Location


def recognizes(bundle: Bundle) -> bool:
    """Every Android bundle has manifests."""
    return bundle.platform == "android"


def extract(bundle: Bundle, wanted: Wanted) -> Iterator[Fact | Gap]:  # noqa: ARG001  (every extractor has one signature)
    """Yield the facts of every part. A split that cannot be read is a gap; the main part must be read.

    Raises `BundleError` where a device would refuse the main part's manifest.
    """
    read = [_read(part) for part in bundle.parts]
    main = next((item for item in read if isinstance(item, Manifest) and not item.split), read[0])
    if isinstance(main, BundleError):
        raise main
    yield from _identity(main)
    yield from implied([item for item in read if isinstance(item, Manifest)], main)
    for part, manifest in sorted(zip(bundle.parts, read, strict=True), key=lambda pair: pair[1] is not main):
        yield from _of_part(part, manifest, main)


def _read(part: Part) -> Manifest | BundleError:
    try:
        return read_manifest(part)
    except BundleError as error:
        return error


def _of_part(part: Part, manifest: Manifest | BundleError, main: Manifest) -> Iterator[Fact | Gap]:
    if isinstance(manifest, BundleError):
        place, _, reason = str(manifest).partition(": ")
        yield Gap(Location(place), reason)
        return
    if manifest.package != main.package:
        yield Gap(part.location(), f"belongs to another app ({manifest.package}); read all the same")
    yield from (*manifest.notes, *permissions(manifest, main), *components(manifest))


def _identity(manifest: Manifest) -> Iterator[Fact]:
    application = next(manifest.root.find("application"), None)
    name = manifest.words(application, LABEL) if application else ""
    major = manifest.number(manifest.root, VERSION_CODE_MAJOR, 0)
    code = manifest.number(manifest.root, VERSION_CODE, 0) | major << 32
    values = {
        "app_id": manifest.package,
        "name": name or manifest.package,
        "version": manifest.words(manifest.root, VERSION_NAME),
        "version-code": str(code),
        "min-sdk": str(manifest.min_sdk),
        "target-sdk": str(manifest.target_sdk),
    }
    for key, value in values.items():
        yield Fact("identity", key, value, manifest.location("manifest"))
