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
from permcheck.facts.plist import read_plist
from permcheck.model import Fact, Gap, Location

BLOCK_LIMIT, FILE_LIMIT = 1 << 20, 1 << 20
"""Bytes of a signing block and of a signature file; certificates take a few thousand."""
_MAGIC = b"APK Sig Block 42"
_SCHEMES = (0xF05368C0, 0x1B93AD61, 0x7109871A)
"""APK signature schemes 3, 3.1 and 2."""
_JAR = re.compile(r"META-INF/[^/]+\.(?:RSA|DSA|EC)\Z", re.IGNORECASE)
_PROFILE = "embedded.mobileprovision"
_SEQUENCE, _CONTEXT = 0x30, 0xA0
_ORGANIZATION, _NAME = b"\x55\x04\x0a", b"\x55\x04\x03"
_ENCODINGS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1E: "utf-16-be", 0x1C: "utf-32-be"}


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
    except (BundleError, struct.error, IndexError, ValueError):
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
    """The first certificate in DER, of the newest scheme that is there."""
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
            return _of_jar(container.read(name, FILE_LIMIT))
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


def _of_jar(data: bytes) -> bytes | None:
    """The first certificate of a PKCS #7 file: ContentInfo, content, SignedData, certificates."""
    signed = _children(_children(_children(data)[0][1])[1][1])[0][1]
    listed = next((body for tag, body in _children(signed) if tag == _CONTEXT), b"")
    found = _children(listed)
    return _wrap(found[0][1]) if found else None


def _wrap(body: bytes) -> bytes:
    return bytes([_SEQUENCE, 0x84]) + struct.pack(">I", len(body)) + body


def _subject(certificate: bytes) -> tuple[str, str]:
    """Which name of the subject there is, and the name: the organization before the common name."""
    fields = [pair for pair in _children(_children(_children(certificate)[0][1])[0][1]) if pair[0] != _CONTEXT]
    names: dict[bytes, str] = {}
    for _, group in _children(fields[4][1]):  # serial, algorithm, issuer, validity, subject
        for _, pair in _children(group):
            (_, kind), (tag, text) = _children(pair)[:2]
            names.setdefault(kind, text.decode(_ENCODINGS.get(tag, "latin-1"), "replace").strip())
    organization = names.get(_ORGANIZATION, "")
    return ("organization", organization) if organization else ("name", names.get(_NAME, ""))


def _children(data: bytes) -> list[tuple[int, bytes]]:
    """The elements of DER side by side: tag and content. Raises `IndexError` where one is cut."""
    found, at = [], 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            if not 0 < count <= 4:
                raise IndexError(count)
            length = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + length > len(data):
            raise IndexError(at)
        found.append((tag, data[at : at + length]))
        at += length
    return found
