"""Small inputs that ask for much work or memory: each ends early, in a clear line."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib

import pytest

import permcheck
from permcheck import inputs
from permcheck.errors import BundleError, DocumentError, InputError, UsageError
from permcheck.facts.android.resources import Resources
from permcheck.facts.android.xml import parse_xml
from tests.builders.apk import build_apk, manifest
from tests.builders.axml import string_pool

CAMERA = '<uses-permission android:name="android.permission.CAMERA"/>'
POLICY = "Privacy policy of the lamp. We use the camera of your phone to scan the pairing code. " * 3


@pytest.fixture(scope="module")
def session():
    with permcheck.Session(limits=permcheck.Limits(policy_memory=160, policy_seconds=30), jobs=1) as opened:
        yield opened


def chunk(kind, head, body):
    return struct.pack("<2HL", kind, 8 + len(head), 8 + len(head) + len(body)) + head + body


@pytest.mark.parametrize("width", [0, 19])
def test_attributes_that_take_no_room_are_refused(width):
    start = chunk(
        0x102, bytes(8), struct.pack("<2L6H", 0xFFFFFFFF, 0, 20, width, 65535 if not width else 1, 0, 0, 0) + bytes(20)
    )
    document = chunk(3, b"", string_pool(["manifest"]) + start + chunk(0x103, bytes(8), bytes(8)))
    with pytest.raises(BundleError, match=f"attributes of {width} bytes"):
        parse_xml(document, "AndroidManifest.xml")


def table(names, configurations):
    """``names`` resources of one name, and configurations that claim them all and hold none."""

    def values(locale, count, claimed):
        config = struct.pack("<L4x", 64) + locale.ljust(4, b"\0") + bytes(52)
        offsets = struct.pack(f"<{count}L", *([0] * count))
        entry = struct.pack("<2HL", 8, 0, 0) + struct.pack("<HBBL", 8, 0, 3, 0)
        return chunk(
            0x201, struct.pack("<BBHLL", 1, 0, 0, claimed, 8 + 12 + 64 + len(offsets)) + config, offsets + entry
        )

    types, keys = string_pool(["string"]), string_pool(["privacy_policy"])
    head = struct.pack("<L", 0x7F) + bytes(256) + struct.pack("<5L", 288, 0, 288 + len(types), 0, 0)
    body = types + keys + values(b"", names, names) + b"".join(values(b"de", 1, 1 << 30) for _ in range(configurations))
    return chunk(2, struct.pack("<L", 1), string_pool(["We use the camera."]) + chunk(0x200, head, body))


def test_names_times_configurations_are_looked_up_in_the_size_of_the_table(monkeypatch):
    resources = Resources(table(400, 300), "resources.arsc")
    asked = []
    entry = Resources._entry
    monkeypatch.setattr(Resources, "_entry", lambda *given: asked.append(1) or entry(*given))
    found = list(resources.named("string", lambda name: name == "privacy_policy"))
    assert len(found) >= 400 + 300
    assert len(asked) <= 400 + 8 * 300


def test_nested_apps_are_counted_before_they_are_gathered(session, tmp_path):
    path = tmp_path / "many.ipa"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(3000):
            archive.writestr(f"Payload/{number}.app/Info.plist", b"")
    with pytest.raises(InputError, match=r"many\.ipa: 3000 nested bundles, more than the limit of 2000"):
        session.facts(path)


def pdf(stream, filters):
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<<" + filters + b"/Length %d>>stream\n" % len(stream) + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    places, whole = [], b"%PDF-1.4\n"
    for number, content in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table_at = len(whole)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        whole
        + b"xref\n0 6\n0000000000 65535 f \n"
        + rows
        + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % table_at
    )


SHOW = b"BT /F1 9 Tf 50 700 Td (We use your camera.) Tj ET\n"


@pytest.mark.parametrize(
    "content",
    [
        pdf(zlib.compress(zlib.compress(SHOW + b" " * (1 << 29), 1), 9), b"/Filter[/FlateDecode/FlateDecode]"),
        pdf(
            zlib.compress(b"BT /F1 9 Tf 50 700 Td " + b"(We use it to scan. ) Tj 0 -9 Td " * 200_000 + b"ET"),
            b"/Filter/FlateDecode",
        ),
    ],
    ids=["inflates", "very-many-operations"],
)
def test_a_small_pdf_that_needs_much_memory_is_refused_by_the_limit(session, content):
    assert len(content) < 40_000
    with pytest.raises(InputError, match=r"^bomb\.pdf: .*160 MB.*the limit policy-memory"):
        session.policy(content, "bomb.pdf")
    assert session.policy(POLICY.encode(), "good.txt").disclosures


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"word/document.xml": "<w:p/>" * 500_000}, "more than 400000 elements"),
        (
            {"word/document.xml": "<w:p/>", "word/header1.xml": " " * (9 << 20), "word/header2.xml": " " * (9 << 20)},
            "more than 16 MB",
        ),
    ],
)
def test_a_word_file_is_not_unpacked_without_end(session, tmp_path, parts, reason):
    path = tmp_path / "bomb.docx"
    space = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, f"<w:document {space}><w:body>{body}</w:body></w:document>")
    with pytest.raises(InputError, match=reason):
        session.policy(path)


def test_a_code_page_that_python_does_not_know_is_no_failure(session):
    policy = session.policy(rb"{\rtf1\ansi\ansicpg12520 " + POLICY.encode() + rb"\par}", "privacy.rtf")
    assert {said.category for said in policy.disclosures} == {"camera"}


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs the device")  # noqa: PTH110
def test_reading_stops_at_the_limit(tmp_path):
    link = tmp_path / "privacy.txt"
    link.symlink_to("/dev/zero")
    with pytest.raises(DocumentError, match="larger than any policy"):
        inputs.read_bytes(link, "privacy.txt")


def test_a_pipe_that_nobody_writes_to_ends_at_the_deadline(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DocumentError, match=r"nothing more came within 0\.2 s"):
        inputs.read_bytes(tmp_path / "pipe", "pipe", 0.2)


def test_what_the_shell_put_at_a_file_number_is_read():
    reader, writer = os.pipe()
    os.write(writer, b"We use")
    os.close(writer)
    try:
        assert inputs.read_bytes(inputs.Path(f"/dev/fd/{reader}"), "pipe") == b"We use"
    finally:
        os.close(reader)


def test_a_directory_is_no_policy(tmp_path):
    with pytest.raises(DocumentError, match="is a directory"):
        inputs.read_bytes(tmp_path, "privacy")


def test_no_directory_is_searched_twice(tmp_path):
    deep = tmp_path
    for _ in range(30):
        for name in ("x", "y"):
            (deep / name).symlink_to("next", target_is_directory=True)
        deep = deep / "next"
        deep.mkdir()
    (deep / "back").symlink_to(tmp_path, target_is_directory=True)
    (deep / "lamp.apk").write_bytes(build_apk(manifest(CAMERA)))
    (deep / "privacy.txt").write_text(POLICY)
    assert [path.name for path in inputs.find_bundles([tmp_path])] == ["lamp.apk"]
    assert [path.name for path in inputs.find_policies([tmp_path])] == ["privacy.txt"]


@pytest.mark.parametrize("setting", ["", "app-memory", "memory=7", "app-cpu=0", "app-cpu=-1", "app-cpu=1.5", "files=²"])
def test_a_limit_that_is_none_is_wrong_use(setting):
    with pytest.raises(UsageError, match="limit"):
        permcheck.Limits.parse([setting])


def test_limits_have_the_names_of_their_settings():
    assert permcheck.Limits.parse(["app-memory=512", "files=9"]) == permcheck.Limits(app_memory=512, files=9)


@pytest.mark.parametrize("text", ["x = " + "[" * 90_000, ".".join("a" * 90_000) + " = 1"])
def test_a_configuration_is_not_nested_without_end(tmp_path, text):
    from permcheck.cli import config  # noqa: PLC0415

    path = tmp_path / "permcheck.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match="nested too deeply"):
        config.read(path)
