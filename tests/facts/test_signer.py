"""Who signed a bundle: from the signing block, the signed JAR, a provisioning profile; damage names nobody."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import zipfile

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from permcheck import bundles
from permcheck.facts import der, signer
from tests.builders import ipa
from tests.builders.apk import build_apk, manifest
from tests.builders.apk_signing import Signer
from tests.builders.apk_signing import build_apk as sign

PROFILE = (
    b'\x30\x80<?xml version="1.0"?><plist version="1.0"><dict><key>TeamName</key><string>Lamp Works Ltd</string></dict>'
    b"</plist>\x00\x00"
)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def signer_of(key: rsa.RSAPrivateKey, *names: tuple[x509.ObjectIdentifier, str]) -> Signer:
    name = x509.Name([x509.NameAttribute(kind, text) for kind, text in names])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(start).not_valid_after(start + dt.timedelta(9000))
    return Signer(key, builder.sign(key, hashes.SHA256()))


def signed(by: Signer) -> bytes:
    with zipfile.ZipFile(io.BytesIO(build_apk(manifest("<application/>")))) as plain:
        return sign({name: plain.read(name) for name in plain.namelist()}, by)


def names(tmp_path, data: bytes, file: str = "app.apk") -> list[tuple[str, str]]:
    (tmp_path / file).write_bytes(data)
    bundle = bundles.open_bundle(tmp_path / file)
    return [(fact.key, fact.value) for fact in signer.extract(bundle, {})]


def test_the_organization_of_the_certificate(tmp_path, key):
    by = signer_of(key, (NameOID.COMMON_NAME, "release"), (NameOID.ORGANIZATION_NAME, "杭州灵灯科技有限公司"))

    assert names(tmp_path, signed(by)) == [("organization", "杭州灵灯科技有限公司")]


def test_the_common_name_where_there_is_no_organization(tmp_path, key):
    by = signer_of(key, (NameOID.COMMON_NAME, "Ines Okafor"))

    assert names(tmp_path, signed(by)) == [("name", "Ines Okafor")]


def test_a_signed_jar_without_a_signing_block(tmp_path, key):
    whole = signed(signer_of(key, (NameOID.ORGANIZATION_NAME, "Lamp Works Ltd")))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as bare:
            for name in archive.namelist():
                bare.writestr(name, archive.read(name))

    assert names(tmp_path, out.getvalue()) == [("organization", "Lamp Works Ltd")]


def test_an_unsigned_app_has_no_signer(tmp_path):
    assert names(tmp_path, build_apk(manifest("<application/>"))) == []


def test_a_damaged_signature_names_nobody_and_harms_nothing(tmp_path, key):
    whole = signed(signer_of(key, (NameOID.ORGANIZATION_NAME, "Lamp Works Ltd")))
    end = whole.index(b"APK Sig Block 42")
    start = end - 1200
    told = [len(names(tmp_path, whole[:at] + b"\xff" + whole[at + 1 :])) for at in range(start, end, 7)]

    assert set(told) == {0, 1}


def test_the_team_of_a_provisioning_profile(tmp_path):
    app = ipa.archive(ipa.app({"embedded.mobileprovision": PROFILE}))

    assert names(tmp_path, app, "app.ipa") == [("organization", "Lamp Works Ltd")]


def test_an_app_of_the_store_names_no_team(tmp_path):
    assert names(tmp_path, ipa.archive(ipa.app({})), "app.ipa") == []


KINDS = (
    x509.name._ASN1Type.UTF8String,
    x509.name._ASN1Type.PrintableString,
    x509.name._ASN1Type.BMPString,
    x509.name._ASN1Type.IA5String,
)


@pytest.mark.parametrize("kind", KINDS)
def test_names_read_as_cryptography_reads_them(key, kind):
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    attributes = [(NameOID.COUNTRY_NAME, "DE", None), (NameOID.ORGANIZATION_NAME, "Lamp Works", kind)]
    attributes += [(NameOID.ORGANIZATIONAL_UNIT_NAME, "x" * 60, kind), (NameOID.COMMON_NAME, "release", kind)]
    subject = x509.Name([x509.NameAttribute(oid, text, _type=form) for oid, text, form in attributes])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(x509.Name([])).public_key(key.public_key())
    builder = builder.serial_number(1 << 150).not_valid_before(start).not_valid_after(start + dt.timedelta(9000))
    made = builder.sign(key, hashes.SHA256())
    read = list(der.subject(made.public_bytes(serialization.Encoding.DER)))
    assert [text for _, text in read] == [attribute.value for attribute in made.subject]
    assert (der.ORGANIZATION, "Lamp Works") in read
    assert (der.COMMON_NAME, "release") in read


def test_the_certificates_of_a_signed_jar_are_those_that_cryptography_finds(key):
    by = signer_of(key, (NameOID.ORGANIZATION_NAME, "Lamp Works"))
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"x").add_signer(by.certificate, key, hashes.SHA256())
    data = builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature])
    found = [x509.load_der_x509_certificate(one) for one in der.certificates(data)]
    assert found == pkcs7.load_der_pkcs7_certificates(data) == [by.certificate]


@given(place=st.integers(0, 2000), value=st.integers(0, 255), length=st.integers(0, 2000))
def test_a_damaged_certificate_is_refused_or_read(der_file, place, value, length):
    data = bytearray(der_file[:length] if length < 1000 else der_file)
    if place < len(data):
        data[place] = value
    with contextlib.suppress(ValueError):
        list(der.subject(bytes(data)))
    with contextlib.suppress(ValueError):
        list(der.certificates(bytes(data)))


@pytest.fixture(scope="module")
def der_file(key):
    return signer_of(key, (NameOID.ORGANIZATION_NAME, "Lamp Works")).certificate.public_bytes(
        serialization.Encoding.DER
    )
