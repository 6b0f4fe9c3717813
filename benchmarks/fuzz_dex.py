"""APKs as arguments in, the outcome of reading thousands of damaged copies of their code out.

    python benchmarks/fuzz_dex.py [--count 5000] [--seed 1] [APK ...]

Every mutant must end in facts or gaps, within two seconds; anything else is printed with the number that repeats it.
Without APKs the sample's own code is damaged.
"""

from __future__ import annotations

import argparse
import random
import struct
import sys
import time
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from permcheck.facts.android.code import dex
from permcheck.knowledge import load_knowledge
from permcheck.model import Gap
from tests.builders.dex_bundle import bundle_of

LIMIT = 2.0
LARGEST = 1 << 20
SAMPLE = Path(__file__).parents[1] / "sample_apks" / "halden-home.apk"
WORDS = (0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def sources(apks: list[str]) -> list[bytes]:
    """The DEX files of the APKs, the large ones left out: what counts is the number of mutants."""
    found = []
    for apk in apks:
        with zipfile.ZipFile(apk) as archive:
            small = [item for item in archive.infolist() if item.filename.endswith(".dex") and item.file_size < LARGEST]
            found += [archive.read(item) for item in small]
    return found


def mutant(data: bytes, chance: random.Random) -> bytes:
    """A copy with bytes flipped, words of the tables set to extremes, or the end cut off."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        kind = chance.randrange(4)
        if kind == 0:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        elif kind == 1:
            at = chance.randrange(32, 112, 4)  # the header: sizes and places of all tables
            struct.pack_into("<I", changed, at, chance.choice((*WORDS, len(data), chance.randrange(len(data)))))
        elif kind == 2:
            at = chance.randrange(112, len(changed) - 4)
            struct.pack_into("<I", changed, at, chance.choice((*WORDS, chance.randrange(len(data)))))
        elif len(changed) > 2000:
            del changed[-chance.randrange(1, 1000) :]
    return bytes(changed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("apks", nargs="*", default=[str(SAMPLE)])
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    knowledge = load_knowledge()
    wanted = {kind: knowledge.keys("android", kind) for kind in knowledge.kinds("android")}
    originals = sources(arguments.apks)
    slowest, told, bad = 0.0, 0, 0
    for number in range(arguments.count):
        chance = random.Random(f"{arguments.seed}/{number}")
        data = mutant(chance.choice(originals), chance)
        start = time.process_time()
        try:
            items = list(dex.extract(bundle_of({"classes.dex": data}), wanted))
        except Exception as error:  # noqa: BLE001  (that is what is looked for)
            bad += 1
            print(f"mutant {number}: {type(error).__name__}: {error}")
            continue
        spent = time.process_time() - start
        slowest = max(slowest, spent)
        told += any(isinstance(item, Gap) for item in items)
        if spent > LIMIT:
            print(f"mutant {number}: {spent:.1f} s")
    print(
        f"{arguments.count} mutants of {len(originals)} files: {told} with gaps, {bad} errors, slowest {slowest:.2f} s"
    )
    sys.exit(bool(bad or slowest > LIMIT))


if __name__ == "__main__":
    main()
