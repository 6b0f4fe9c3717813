"""A text manifest and named resources in, an unsigned APK out, byte-reproducible."""

from __future__ import annotations

from collections.abc import Mapping

from tests.builders.arsc import Resources, compile_table
from tests.builders.axml import ANDROID, Layout, compile_manifest
from tests.builders.zips import build_zip


def build_apk(
    manifest: str,
    *,
    resources: Resources | None = None,
    members: Mapping[str, bytes] | None = None,
    layout: Layout | None = None,
) -> bytes:
    """An APK with this manifest, these resources and these further members."""
    table, ids = compile_table("com.example.app", resources) if resources else (b"", {})
    content = {"AndroidManifest.xml": compile_manifest(manifest, resources=ids, layout=layout)}
    if table:
        content["resources.arsc"] = table
    return build_zip(content | dict(members or {}))


def manifest(body: str, *, package: str = "com.example.app", sdk: str = "", attributes: str = "") -> str:
    """A whole manifest around its direct children; ``sdk`` is the attributes of ``uses-sdk``."""
    uses_sdk = f"<uses-sdk {sdk}/>" if sdk else ""
    return f'<manifest xmlns:android="{ANDROID}" package="{package}" {attributes}>{uses_sdk}{body}</manifest>'
