"""The entries of an APK and a key in, the bytes of an APK signed by schemes 1 and 2 out, the same bytes every time.

Scheme 1 is a signed JAR; scheme 2: https://source.android.com/docs/security/features/apksigning/v2. RSA with PKCS #1
v1.5 padding is chosen because it draws no random numbers.
"""

from __future__ import annotations

import base64
import hashlib
import io
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7

_DATE = (1981, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20
_RSA_SHA256 = 0x0103
_SCHEME_2 = 0x7109871A


class Signer(NamedTuple):
    """A private key and the certificate for it."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


def load_signer(pem: Path) -> Signer:
    """Read a key and its certificate out of one PEM file."""
    data = pem.read_bytes()
    key = serialization.load_pem_private_key(data, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return Signer(key, x509.load_pem_x509_certificate(data))


def build_apk(members: Mapping[str, bytes], signer: Signer) -> bytes:
    """Zip the members (uncompressed, so that no version of zlib shows) and sign them by schemes 1 and 2."""
    whole = {**members, **_scheme_1(members, signer)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in whole.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system, info.external_attr = 0, 0x20
            # the platform maps resources.arsc into memory, which wants a place divisible by four
            info.extra = b"\0" * (-(buffer.tell() + 30 + len(name)) % 4)
            archive.writestr(info, content)
    return _scheme_2(buffer.getvalue(), signer)


def _scheme_1(members: Mapping[str, bytes], signer: Signer) -> dict[str, bytes]:
    entries = {name: _section({"Name": name, "SHA-256-Digest": _digest(data)}) for name, data in members.items()}
    head = _section({"Manifest-Version": "1.0", "Created-By": "permcheck"})
    manifest = head + b"".join(entries.values())
    signature = _section({
        "Signature-Version": "1.0",
        "SHA-256-Digest-Manifest": _digest(manifest),
        "X-Android-APK-Signed": "2",
    })  # fmt: skip
    signature += b"".join(_section({"Name": name, "SHA-256-Digest": _digest(entry)}) for name, entry in entries.items())
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.NoAttributes, pkcs7.PKCS7Options.Binary]
    builder = pkcs7.PKCS7SignatureBuilder().set_data(signature)
    block = builder.add_signer(signer.certificate, signer.key, hashes.SHA256()).sign(
        serialization.Encoding.DER, options
    )
    return {"META-INF/MANIFEST.MF": manifest, "META-INF/CERT.SF": signature, "META-INF/CERT.RSA": block}


def _section(lines: Mapping[str, str]) -> bytes:
    """One section of a JAR manifest; a line holds 72 bytes with its end, what is longer goes on behind a space."""
    out = b""
    for key, value in lines.items():
        line = f"{key}: {value}".encode()
        while len(line) > 70:
            out += line[:70] + b"\r\n"
            line = b" " + line[70:]
        out += line + b"\r\n"
    return out + b"\r\n"


def _digest(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def _scheme_2(archive: bytes, signer: Signer) -> bytes:
    end = archive.rindex(b"PK\x05\x06")
    (directory,) = struct.unpack_from("<I", archive, end + 16)
    sections = (archive[:directory], archive[directory:end], archive[end:])
    block = _signing_block(_content_digest(sections), signer)
    moved = sections[2][:16] + struct.pack("<I", directory + len(block)) + sections[2][20:]
    return sections[0] + block + sections[1] + moved


def _content_digest(sections: Iterable[bytes]) -> bytes:
    chunks = [part[at : at + _CHUNK] for part in sections for at in range(0, len(part), _CHUNK)]
    digests = [hashlib.sha256(b"\xa5" + struct.pack("<I", len(chunk)) + chunk).digest() for chunk in chunks]
    return hashlib.sha256(b"\x5a" + struct.pack("<I", len(digests)) + b"".join(digests)).digest()


def _signing_block(digest: bytes, signer: Signer) -> bytes:
    certificate = signer.certificate.public_bytes(serialization.Encoding.DER)
    digests = _sized(_sized(struct.pack("<I", _RSA_SHA256) + _sized(digest)))
    signed = digests + _sized(_sized(certificate)) + _sized(b"")
    signature = signer.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    public = signer.key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    one = _sized(signed) + _sized(_sized(struct.pack("<I", _RSA_SHA256) + _sized(signature))) + _sized(public)
    value = _sized(_sized(one))
    pair = struct.pack("<QI", 4 + len(value), _SCHEME_2) + value
    size = struct.pack("<Q", len(pair) + 24)
    return size + pair + size + b"APK Sig Block 42"


def _sized(block: bytes) -> bytes:
    return struct.pack("<I", len(block)) + block
