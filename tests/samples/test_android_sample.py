"""The Android sample: what is committed is what its sources build, and other tools take it for an APK."""

from __future__ import annotations

import hashlib
import re
import struct
from base64 import b64encode
from importlib import util
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest
from androguard.core import apk
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from loguru import logger

from permcheck import facts
from permcheck.bundles import open_bundle
from permcheck.knowledge import load_knowledge

logger.disable("androguard")

SAMPLES = Path(__file__).parents[2] / "sample_apks"
APK = SAMPLES / "halden-home.apk"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = util.spec_from_file_location("build_android", SAMPLES / "build_android.py")
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_sources_build_the_committed_bytes(script: ModuleType) -> None:
    assert script.build() == APK.read_bytes()


def test_androguard_reads_the_package_the_label_and_the_signature() -> None:
    app = apk.APK(str(APK))
    assert (app.get_package(), app.get_app_name()) == ("com.example.haldenhome", "Halden Home")
    assert "android.permission.ACCESS_BACKGROUND_LOCATION" in app.get_permissions()
    assert app.is_signed_v1()
    assert app.is_signed_v2()


def test_scheme_1_covers_every_member() -> None:
    with ZipFile(APK) as archive:
        manifest = archive.read("META-INF/MANIFEST.MF").decode()
        for name in archive.namelist():
            if not name.startswith("META-INF/"):
                digest = b64encode(hashlib.sha256(archive.read(name)).digest()).decode()
                assert f"Name: {name}\r\nSHA-256-Digest: {digest}\r\n" in manifest


def test_scheme_2_signs_what_stands_around_its_block() -> None:
    data = APK.read_bytes()
    end = data.rindex(b"PK\5\6")
    (directory,) = struct.unpack_from("<I", data, end + 16)
    (size,) = struct.unpack_from("<Q", data, directory - 24)
    start = directory - size - 8
    tail = data[end : end + 16] + struct.pack("<I", start) + data[end + 20 :]
    chunks = b"".join(
        hashlib.sha256(b"\xa5" + struct.pack("<I", len(part)) + part).digest()
        for part in (data[:start], data[directory:end], tail)
    )
    digest = hashlib.sha256(b"\x5a" + struct.pack("<I", 3) + chunks).digest()
    assert data.count(digest) == 1
    signed_at = start + 8 + 12 + 8  # size, id and length of the pair, then two lengths before the signer's own parts
    (length,) = struct.unpack_from("<I", data, signed_at)
    signed = data[signed_at + 4 : signed_at + 4 + length]
    signature_at = signed_at + 4 + length + 12
    (size,) = struct.unpack_from("<I", data, signature_at)
    certificate = x509.load_pem_x509_certificate((SAMPLES / "android" / "demo_key.pem").read_bytes())
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    signature = data[signature_at + 4 : signature_at + 4 + size]
    key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    assert digest in signed


def test_the_sample_says_what_its_sources_say() -> None:
    knowledge = load_knowledge()
    wanted = {kind: knowledge.keys("android", kind) for kind in knowledge.kinds("android")}
    app = facts.collect(open_bundle(APK, "halden-home.apk"), wanted)
    assert (app.app_id, app.name, app.version) == ("com.example.haldenhome", "Halden Home", "2.14.0")
    source = (SAMPLES / "android" / "AndroidManifest.xml").read_text("utf-8")
    asked = re.findall(r'<uses-permission android:name="([^"]+)"', source)
    assert sorted(fact.key for fact in app.facts if fact.kind == "permission") == sorted(asked)
    users = {fact.key: fact.value for fact in app.facts if fact.kind == "api-call"}
    assert (
        users["android.hardware.camera2.CameraManager.openCamera"] == "com.example.haldenhome.pairing.PairingActivity"
    )
    assert users["android.media.AudioRecord.startRecording"] == "com.example.haldenhome.door.DoorTalk"
    identifier = "com.google.android.gms.ads.identifier.AdvertisingIdClient.getAdvertisingIdInfo"
    assert users[identifier] == "com.appsflyer.AppsFlyerLib"
    assert app.gaps == ()
