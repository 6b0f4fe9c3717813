"""Bundles as dictionaries in, .ipa bytes or an unpacked directory out: what is a dictionary becomes a binary plist."""

from __future__ import annotations

import io
import plistlib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Content = bytes | str | Mapping[str, Any]
EPOCH = (1980, 1, 1, 0, 0, 0)


def info(app_id: str = "com.example.lamp", **keys: Any) -> dict[str, Any]:
    """A usual Info.plist; further keys as named arguments."""
    name = app_id.rpartition(".")[2]
    return {
        "CFBundleIdentifier": app_id,
        "CFBundleName": name.title(),
        "CFBundleExecutable": name.title(),
        "CFBundleShortVersionString": "2.1",
        "CFBundleVersion": "34",
        "CFBundleDevelopmentRegion": "en",
        "MinimumOSVersion": "15.0",
        "DTPlatformName": "iphoneos",
        **keys,
    }


def app(members: Mapping[str, Content], root: str = "Payload/Lamp.app/") -> dict[str, Content]:
    """The members of a bundle under its root, an ordinary Info.plist added where none is given."""
    return {root + name: content for name, content in {"Info.plist": info(), **members}.items()}


def archive(members: Mapping[str, Content]) -> bytes:
    """The members as a zip archive, the same bytes every time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(members):
            file.writestr(zipfile.ZipInfo(name, EPOCH), encode(members[name]), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpacked(members: Mapping[str, Content], directory: Path) -> Path:
    """The members as files below a directory."""
    for name, content in members.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(content))
    return directory


def encode(content: Content) -> bytes:
    """A dictionary as a binary property list, text as UTF-8, bytes as they are."""
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode()
    return plistlib.dumps(dict(content), fmt=plistlib.FMT_BINARY)
