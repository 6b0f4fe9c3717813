"""Damage manifests, resource tables and archives by seed and read them; prints outcomes, the slowest case and a bomb.

    python benchmarks/fuzz_android.py [--manifests 20000] [--archives 5000] [--seed 1] [APK ...]

Manifests and archives are those of the APKs given, else built ones. Exits 1 on anything but a `PermcheckError`, or on a
case above two seconds.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
import traceback
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from permcheck import facts
from permcheck.bundles import open_bundle
from permcheck.bundles.archive import open_zip
from permcheck.errors import PermcheckError
from permcheck.facts.android import manifest as android_manifest
from permcheck.facts.android.proto import parse_proto
from permcheck.facts.android.resources import Resources
from permcheck.facts.android.xml import parse_xml
from tests.builders.aab import build_aab, compile_proto
from tests.builders.apk import build_apk, manifest
from tests.builders.axml import Layout
from tests.builders.mutation import mutations
from tests.builders.zips import Member, build_zip

SLOWEST = 2.0
TEXT = manifest(
    """<uses-permission android:name="android.permission.CAMERA" android:maxSdkVersion="30"/>
    <application android:label="@string/app"><service android:name=".S" android:foregroundServiceType="location"/>
    </application>""",
    sdk='android:minSdkVersion="24"',
)
STRINGS = {"string": {"app": {"": "Halden", "de": "Heim"}}}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--manifests", type=int, default=20_000)
    parser.add_argument("--archives", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("apks", nargs="*", type=Path)
    options = parser.parse_args()
    apks = [path.read_bytes() for path in options.apks] or built()
    with tempfile.TemporaryDirectory() as folder:
        manifests, tables = members(apks, Path(folder))
        bad = run("manifests", lambda raw: parse_xml(raw, "x"), manifests, options.manifests, options.seed)
        tables = tables[:20]
        bad += run("resource tables", read_table, tables, options.archives, options.seed)
        proto = [compile_proto(TEXT, {"string/app": 0x7F010000})]
        bad += run("proto manifests", lambda raw: parse_proto(raw, "x"), proto, options.archives, options.seed)
        bad += run("archives", in_file(Path(folder) / "x.apk"), apks, options.archives, options.seed)
        sets = [build_zip({"base.apk": apks[0], "split_config.de.apk": apks[0]})]
        bad += run("split sets", in_file(Path(folder) / "x.apks"), sets, options.archives // 5, options.seed)
        bundles = [build_aab({"base": TEXT}, strings=STRINGS["string"])]
        bad += run("app bundles", in_file(Path(folder) / "x.aab"), bundles, options.archives // 5, options.seed)
        bomb(Path(folder) / "bomb.apk")
    return min(1, bad)


def built() -> list[bytes]:
    layouts = (Layout(), Layout(utf8=True), Layout(node_header=24), Layout(attribute_size=28))
    return [build_apk(TEXT, resources=STRINGS, layout=layout) for layout in layouts]


def members(apks: list[bytes], folder: Path) -> tuple[list[bytes], list[bytes]]:
    manifests, tables = [], []
    for raw in apks:
        path = folder / "one.apk"
        path.write_bytes(raw)
        archive = open_zip(path)
        manifests.append(archive.read("AndroidManifest.xml"))
        if "resources.arsc" in archive.names():
            tables.append(archive.read("resources.arsc"))
    return manifests, tables


def read_table(raw: bytes) -> None:
    table = Resources(raw, "x")
    for _ in islice(table.entries("string"), 2_000):
        continue


def in_file(path: Path) -> Callable[[bytes], object]:
    def read(raw: bytes) -> object:
        path.write_bytes(raw)
        return list(android_manifest.extract(open_bundle(path), {}))

    return read


def run(name: str, read: Callable[[bytes], object], seeds: list[bytes], count: int, seed: int) -> int:
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for raw in damaged(seeds, count, seed):
        start = time.process_time()
        outcomes[outcome(read, raw)] += 1
        slowest = max(slowest, time.process_time() - start)
    told = ", ".join(f"{number} {word}" for word, number in sorted(outcomes.items()))
    print(f"{name:16} {told}; slowest {slowest:.3f} s CPU")
    return outcomes["BROKEN"] + (slowest > SLOWEST)


def damaged(seeds: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    share = -(-count // max(1, len(seeds)))
    every = (raw for number, raw in enumerate(seeds) for raw in mutations(raw, share, seed + number))
    return islice(every, count)


def outcome(read: Callable[[bytes], object], raw: bytes) -> str:
    try:
        read(raw)
    except PermcheckError:
        return "refused"
    except Exception:  # noqa: BLE001  (that is what is looked for)
        traceback.print_exc()
        return "BROKEN"
    return "read"


def bomb(path: Path) -> None:
    """800 MB of manifest in a zip of 0.8 MB."""
    packer, zeros = zlib.compressobj(9, zlib.DEFLATED, -15), bytes(1 << 20)
    packed = b"".join(packer.compress(zeros) for _ in range(800)) + packer.flush()
    for name, size in (("honest", 800 << 20), ("lying", 1000)):
        entry = Member("AndroidManifest.xml", packed, deflate=False, method=8, size=size, packed=len(packed))
        path.write_bytes(build_zip([entry]))
        start = time.process_time()
        word = outcome(lambda _: facts.collect(open_bundle(path), {}), b"")
        spent = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(f"bomb, {name:10} {word} in {spent:.3f} s CPU; peak of the whole run {peak} MB")


if __name__ == "__main__":
    raise SystemExit(main())
