"""The sources under ``sample_apks/android`` in, ``halden-home.apk`` beside this script out, the same bytes each time.

Needs nothing but a checkout and ``pip install -e ".[dev]"``. The result is a genuine APK: binary manifest, resource
table, DEX code, signed by schemes 1 and 2 with the key beside the sources. Its code does nothing; it only calls what
the app of our invention would call.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from tests.builders import apk_signing, arsc, axml, dex  # noqa: E402  (the checkout's own builders)

SOURCES = HERE / "android"
TARGET = HERE / "halden-home.apk"


def build() -> bytes:
    """Build the sample; the bytes of its APK."""
    strings = tomllib.loads((SOURCES / "strings.toml").read_text("utf-8"))
    table, ids = arsc.compile_table("com.example.haldenhome", {"string": strings})
    members = {
        "AndroidManifest.xml": axml.compile_manifest(
            (SOURCES / "AndroidManifest.xml").read_text("utf-8"), resources=ids
        ),
        "classes.dex": dex.build_dex((SOURCES / "code.txt").read_text("utf-8")),
        "resources.arsc": table,
    }
    return apk_signing.build_apk(members, apk_signing.load_signer(SOURCES / "demo_key.pem"))


if __name__ == "__main__":
    TARGET.write_bytes(build())
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")
