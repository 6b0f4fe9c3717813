"""Zip archives: read as a device reads them, refused with one clear line, never larger than they may be."""

import struct

import pytest

from permcheck.bundles.archive import ZipContainer, digest, open_zip
from permcheck.errors import BundleError
from tests.builders.zips import Member, build_zip


def container(raw: bytes) -> ZipContainer:
    return ZipContainer(lambda offset, size: raw[offset : offset + size], len(raw), "app.apk")


def refusal(raw: bytes) -> str:
    with pytest.raises(BundleError) as caught:
        container(raw)
    return str(caught.value)


def notes(raw: bytes) -> list[str]:
    box = container(raw)
    return [*(gap.reason for gap in box.notes), *(fact.value for fact in box.oddities)]


def test_members_are_read_and_listed_in_order():
    box = container(build_zip([Member("b/c", b"stored", deflate=False), Member("a", b"deflated" * 99), Member("d/")]))

    assert box.names() == ("a", "b/c")
    assert (box.read("a"), box.read("b/c")) == (b"deflated" * 99, b"stored")
    assert box.size("a") == 8 * 99
    assert box.start("a", 8) == b"deflated"
    assert box.notes == ()


@pytest.mark.parametrize("length", [1, *range((256 << 10) - 300, (256 << 10) + 300, 37), 1 << 20, (5 << 20) + 7])
@pytest.mark.parametrize("pattern", [b"\0", bytes(range(251))])
def test_members_of_any_length_are_read_whole(length, pattern):
    content = (pattern * (length // len(pattern) + 1))[:length]
    box = container(build_zip([Member("a", content)]))
    assert box.read("a") == content
    assert box.start("a", 4096) == content[:4096]


def test_a_file_on_disk_is_read_and_hashed(tmp_path):
    path = tmp_path / "x.apk"
    path.write_bytes(build_zip({"a": b"content"}))

    assert open_zip(path, "x.apk").read("a") == b"content"
    assert len(digest(path)) == 64
    assert digest(tmp_path) != digest(path)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "the file is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 7\n", "Git LFS pointer"),
        (b"<html>not here</html>", "not a zip archive"),
        (build_zip({"a": b"x" * 200})[:-30], "truncated archive"),
        (build_zip({}), "empty archive"),
        (build_zip({"a": b"x"}, prefix=b"?" * 9, shift=False)[9:], "damaged archive"),
    ],
    ids=["empty", "lfs", "html", "truncated", "no members", "no directory"],
)
def test_what_is_no_archive_is_told_in_one_line(raw, reason):
    if reason == "damaged archive":
        raw = raw.replace(b"PK\x01\x02", b"PK\x09\x09")
    message = refusal(raw)

    assert message.startswith("app.apk: ")
    assert reason in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("options", "note"),
    [
        ({"trailer": b"more"}, "4 bytes after the end"),
        ({"prefix": b"dex\n035\0code"}, "Janus"),
        ({"prefix": b"#!/bin/sh\n"}, "10 foreign bytes before the first member"),
        ({"prefix": b"#!/bin/sh\n", "shift": False}, "10 bytes before the archive that its offsets leave out"),
        ({"count": 3}, "breaks off after 1 of 3 members"),
        ({"directory": 90}, "reach beyond its end"),
    ],
)
def test_odd_archives_are_read_and_told(options, note):
    raw = build_zip({"a": b"content"}, **options)

    assert container(raw).read("a") == b"content"
    assert any(note in text for text in notes(raw)), notes(raw)


@pytest.mark.parametrize("options", [{"gap": b"\0" * 50}, {"comment": b"signed, stamped " * 4000}])
def test_archives_that_devices_take_without_a_word_are_read_without_one(options):
    raw = build_zip({"a": b"content"}, **options)

    assert container(raw).read("a") == b"content"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (b"../../etc/passwd", "leads out of the archive"),
        (b"/etc/passwd", "leads out of the archive"),
        (b"a\\..\\..\\b", "leads out of the archive"),
        (b"Android\0Manifest.xml", "NUL byte"),
        (b"a\rb", "control characters"),
    ],
)
def test_names_that_no_member_may_have_are_left_out_and_told(name, reason):
    raw = build_zip([Member("good", b"1"), Member("bad", b"2", raw_name=name)])

    assert container(raw).names() == ("good",)
    assert any(reason in text for text in notes(raw))


def test_a_doubled_member_is_told_and_not_chosen():
    raw = build_zip([Member("a", b"one"), Member("a", b"two"), Member("b", b"fine")])
    box = container(raw)

    assert any("more than once" in gap.reason for gap in box.notes)
    assert box.read("b") == b"fine"
    with pytest.raises(BundleError, match="2 members of this name"):
        box.read("a")


def test_the_encryption_flag_means_nothing_where_the_content_is_plain():
    box = container(build_zip([Member("a", b"plain", flags=1)]))

    assert box.read("a") == b"plain"
    assert [fact.value for fact in box.examine(["a"])] == [
        "marked as encrypted; read as plain content, as a device does"
    ]


def test_encrypted_content_is_refused():
    box = container(build_zip([Member("a", b"scrambled", deflate=False, flags=1, crc=12345)]))

    with pytest.raises(BundleError, match=r"^app\.apk!/a: encrypted$"):
        box.read("a")


def test_content_that_an_unknown_method_did_compress_is_refused():
    box = container(build_zip([Member("a", b"lamp" * 99, method=12)]))

    with pytest.raises(BundleError, match=r"^app\.apk!/a: compressed by method 12, which is not read$"):
        box.read("a")


def test_an_unknown_method_means_stored_content():
    box = container(build_zip([Member("a", b"plain", deflate=False, method=0x1337)]))

    assert box.read("a") == b"plain"
    assert "unknown compression method 4919" in next(box.examine(["a"])).value


@pytest.mark.parametrize(
    ("member", "note"),
    [
        (Member("a", b"x", local_name="b"), "another name"),
        (Member("a", b"x", local_method=0), "compression method 0 in the local header"),
        (Member("a", b"x", local_size=99), "another checksum or size"),
    ],
)
def test_headers_that_disagree_are_told(member, note):
    box = container(build_zip([member]))

    assert box.read("a") == b"x"
    assert any(note in fact.value for fact in box.examine(["a"]))


def test_a_corrupt_extra_field_does_no_harm():
    box = container(build_zip([Member("a", b"x", extra=b"\x01\x00\xff\xff\x07")]))

    assert box.read("a") == b"x"


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (Member("a", b"x" * 1000, size=10), "more than the 10 bytes that it declares"),
        (Member("a", b"x", size=0xFFFFFFF0), "declared"),
        (Member("a", b"x" * 10, size=20), "damaged"),
        (Member("a", b"\xff" * 9, deflate=False, method=8), "damaged"),
    ],
)
def test_sizes_that_lie_are_refused(member, reason):
    with pytest.raises(BundleError, match=reason):
        container(build_zip([member, Member("pad", b"y" * 100, deflate=False)])).read("a", limit=1 << 20)


def test_a_member_above_the_limit_is_refused_before_it_is_read():
    box = container(build_zip({"a": b"x" * 5000}))

    with pytest.raises(BundleError, match="more than the limit of 4096"):
        box.read("a", limit=4096)


def test_a_bomb_is_refused_by_what_it_declares():
    assert "decompression bomb" in refusal(build_zip([Member("a", b"x", size=800 << 20)]))


def test_too_many_members_are_refused(monkeypatch):
    monkeypatch.setattr("permcheck.bundles.zip_directory.ENTRY_LIMIT", 3)

    assert "4 members, more than the limit" in refusal(build_zip({str(i): b"" for i in range(4)}))


def test_nesting_ends():
    inner = build_zip({"a": b"x"})
    for _ in range(4):
        inner = build_zip([Member("in.zip", inner, deflate=False)])
    box = container(inner).nested("in.zip").nested("in.zip")

    with pytest.raises(BundleError, match="nested more than 3 deep"):
        box.nested("in.zip")


def test_zip64_records_are_read():
    raw = build_zip([Member("a", b"content", packed=0xFFFFFFFF, extra=struct.pack("<2HQ", 1, 8, len(b"content") + 2))])

    assert container(raw).read("a") == b"content"
