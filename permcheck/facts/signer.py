"""A bundle in, the name of who signed it out, as its certificate (Android) or provisioning profile (iOS) has it.

Android: the APK Signing Block before the directory of the zip, else the signed JAR's ``META-INF/*.RSA``
(https://source.android.com/docs/security/features/apksigning). Nothing is verified: the name is evidence of whom an
app comes from, not proof. A bundle that the App Store signed bears Apple's name alone and yields nothing.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping

from permcheck.bundles import Bundle, Part
from permcheck.bundles.archive import ZipContainer
from permcheck.errors import BundleError
from permcheck.facts.der import COMMON_NAME, ORGANIZATION, certificates, subject
from permcheck.facts.ios.plist import read_plist
from permcheck.model import Fact, Gap, Location

BLOCK_LIMIT, FILE_LIMIT = 1 << 20, 1 << 20
"""Bytes of a signing block and of a signature file; certificates take a few thousand."""
_MAGIC = b"APK Sig Block 42"
_SCHEMES = (0xF05368C0, 0x1B93AD61, 0x7109871A)
"""APK signature schemes 3, 3.1 and 2."""
_JAR = re.compile(r"META-INF/[^/]+\.(?:RSA|DSA|EC)\Z", re.IGNORECASE)
_PROFILE = "embedded.mobileprovision"


def recognizes(bundle: Bundle) -> bool:
    """Whether the bundle can be signed at all."""
    return bool(bundle.parts)


def extract(bundle: Bundle, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:  # noqa: ARG001  (every extractor has one signature)
    """Yield one ``signer`` fact of the main part: ``organization``, or ``name`` where the certificate has no more."""
    part = bundle.parts[0]
    if bundle.platform == "ios":
        yield from _profile(part)
        return
    try:
        certificate = _certificate(part)
        key, name = _subject(certificate) if certificate else ("", "")
    except (BundleError, struct.error, ValueError):
        return  # a broken signature is the store's to refuse; it bears no name
    if name:
        yield Fact("signer", key, name, Location(part.path, "signature"))


def _profile(part: Part) -> Iterator[Fact]:
    """The team of a development, ad hoc or enterprise build."""
    if part.root + _PROFILE not in part.container.names():
        return
    data = part.container.read(part.root + _PROFILE, FILE_LIMIT)
    start, end = data.find(b"<?xml"), data.find(b"</plist>")
    try:
        team = read_plist(data[start : end + 8]).get("TeamName") if 0 <= start < end else None
    except BundleError:
        return
    if isinstance(team, str) and team:
        yield Fact("signer", "organization", team, part.location(_PROFILE, "TeamName"))


def _certificate(part: Part) -> bytes | None:
    """The first certificate, of the newest scheme that is there. Raises `ValueError`."""
    container = part.container
    block = container.before_directory(BLOCK_LIMIT) if isinstance(container, ZipContainer) else b""
    signers = dict(_pairs(block))
    for scheme in _SCHEMES:
        if scheme in signers:
            signed = _sized(_sized(_sized(signers[scheme])))
            digests = _sized(signed)
            return _sized(_sized(signed[4 + len(digests) :]))
    for name in container.names():
        if _JAR.match(name):
            return next(certificates(container.read(name, FILE_LIMIT)), None)
    return None


def _pairs(tail: bytes) -> Iterator[tuple[int, bytes]]:
    """The numbered values of the signing block that ends here."""
    if tail[-16:] != _MAGIC:
        return
    (size,) = struct.unpack_from("<Q", tail, len(tail) - 24)
    at, end = len(tail) - size, len(tail) - 24
    while 0 <= at < end:
        length, number = struct.unpack_from("<QI", tail, at)
        yield number, tail[at + 12 : at + 8 + length]
        at += 8 + max(4, length)


def _sized(data: bytes) -> bytes:
    """The bytes behind a length of four bytes."""
    (length,) = struct.unpack_from("<I", data)
    return data[4 : 4 + length]


def _subject(certificate: bytes) -> tuple[str, str]:
    """Which name of the subject there is, and the name: the organization before the common name."""
    told = [(kind, text.strip()) for kind, text in subject(certificate) if text.strip()]
    for key, wanted in (("organization", ORGANIZATION), ("name", COMMON_NAME)):
        for kind, text in told:
            if kind == wanted:
                return key, text
    return "", ""
