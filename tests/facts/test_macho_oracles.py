"""Two other readers see the same in the sample binaries, and their signatures are what they claim to be."""

import hashlib
import importlib.util
import os
import shutil
import struct
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from permcheck.facts.ios.macho_image import is_macho, read_images

ROOT = Path(__file__).parents[2]
with_objdump = pytest.mark.skipif(
    not any(map(shutil.which, ("llvm-objdump-19", "llvm-objdump", "llvm-objdump-14"))) and "CI" not in os.environ,
    reason="needs llvm-objdump, which CI always has",
)


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sample_binaries():
    for path in sorted((ROOT / "sample_apks").glob("*.ipa")):
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        for name, data in members.items():
            if is_macho(data[:8].ljust(8)):
                yield pytest.param(data, members, name, id=f"{path.stem}-{Path(name).name}")


@with_objdump
@pytest.mark.parametrize(("data", "members", "name"), list(sample_binaries()))
def test_llvm_objdump_and_lief_agree(tmp_path, data, members, name):
    oracles = load(ROOT / "benchmarks" / "macho_oracles.py")
    path = tmp_path / "binary"
    path.write_bytes(data)
    counts = Counter()
    assert list(oracles.disagreements(path, counts)) == []
    assert not counts["llvm-objdump refused"]
    assert not counts["lief refused"]
    assert counts["libraries equal llvm-objdump"]
    assert counts["imports equal lief"]


def test_the_comparison_sees_a_difference(tmp_path, monkeypatch):
    oracles = load(ROOT / "benchmarks" / "macho_oracles.py")
    monkeypatch.setattr(oracles, "_against_objdump", lambda *_: iter(()))
    monkeypatch.setattr(oracles, "imported_names", lambda _: frozenset({"_ours"}))
    path = tmp_path / "binary"
    path.write_bytes(next(iter(sample_binaries())).values[0])
    assert any("_ours" in line for line in oracles.disagreements(path, Counter()))


@pytest.mark.parametrize(("data", "members", "name"), list(sample_binaries()))
def test_every_page_and_slot_of_the_signature_hashes_right(data, members, name):
    for image in read_images(data):
        code = bytes(image.data)
        start, size = image.tables["signature"]
        blobs = superblob(code[start : start + size])
        directory = blobs[0]
        hashes, special, slots, limit, width, kind, page = struct.unpack_from(">I4x3I2Bx1B", directory, 16)
        assert (limit, width, kind) == (start, 32, 2)
        for slot in range(slots):
            content = code[slot << page : min((slot + 1) << page, limit)]
            assert directory[hashes + 32 * slot :][:32] == hashlib.sha256(content).digest()
        signed = {1: members[str(Path(name).parent / "Info.plist")], **blobs}
        for number in range(1, special + 1):
            digest = directory[hashes - 32 * number :][:32]
            assert digest in (bytes(32), hashlib.sha256(signed.get(number, b"")).digest())


def superblob(data):
    magic, _, count = struct.unpack_from(">3I", data)
    assert magic == 0xFADE0CC0
    blobs = {}
    for index in range(count):
        slot, at = struct.unpack_from(">2I", data, 12 + 8 * index)
        blobs[slot] = data[at : at + struct.unpack_from(">I", data, at + 4)[0]]
    return blobs
