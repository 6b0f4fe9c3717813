"""A seed and a number in, that many mutants of Mach-O files and signatures read: ``fuzz_macho.py [MUTANTS] [SEED]``.

Whatever is done to a binary, the reader answers with facts and gaps, in bounded time. Exits 1 with the mutant's number
when it does anything else; the same seed and number make the same mutant again.
"""

from __future__ import annotations

import random
import struct
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from permcheck.facts.ios.macho import read_binary
from permcheck.facts.ios.macho_image import is_macho
from permcheck.model import Fact, Gap, Location
from tests.builders.adhoc_sign import Claim, old_der_entitlements, sign
from tests.builders.macho import CPUS, Binary, build, fat

LIMIT = 2.0
"""Seconds that no mutant may take."""
WANTED = {
    "class": frozenset({"CLLocationManager"}),
    "symbol": frozenset({"_AVMedia*"}),
    "selector": frozenset({"requestAlwaysAuthorization"}),
    "objc-class": frozenset({"FIR"}),
}
EXTREMES = (0, 1, 7, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_CLAIMED = {"aps-environment": "development", "com.apple.developer.homekit": True, "list": ["a", {"b": 1}]}
_NAMES = ("_OBJC_CLASS_$_CLLocationManager", "_AVMediaTypeVideo", "_free")


def originals() -> list[bytes]:
    """Well-formed binaries of every shape that the reader knows."""
    shapes = [
        Binary(
            imports=_NAMES, tables=tables, cpu=cpu, selectors=("requestAlwaysAuthorization",), class_names=("FIRApp",)
        )
        for tables in (
            ("symtab", "bind", "lazy-bind"),
            ("chained1",),
            ("chained2",),
            ("chained3",),
            ("packed", "symtab"),
        )
        for cpu in CPUS
    ]
    shapes.append(Binary(imports=_NAMES, encrypted=True, entitlements_section=b"<plist><dict/></plist>"))
    plain = [build(shape) for shape in shapes]
    old = Claim("com.example.old", forms=("der",), der=old_der_entitlements(_CLAIMED))
    wide = [binary for binary, shape in zip(plain, shapes, strict=True) if shape.wide]
    signed = [sign(binary, Claim("com.example.lamp", _CLAIMED, team="TEAM123456")) for binary in wide]
    return [*plain, *signed, sign(wide[0], old), fat(*signed[:2]), fat(*signed[:2], wide=True), *samples()]


def samples() -> Iterator[bytes]:
    """What a real compiler and linker made: the binaries of the sample apps."""
    for path in sorted((Path(__file__).parents[1] / "sample_apks").glob("*.ipa")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if is_macho((data := archive.read(name))[:8].ljust(8)):
                    yield data


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Change a binary in one to eight places, mostly where it says what it is made of."""
    mutant = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        chance.choice(_MUTATIONS)(mutant, chance)
        if len(mutant) < 32:
            break
    return bytes(mutant)


def _place(mutant: bytearray, chance: random.Random) -> int:
    """An offset in the headers, in the linker's tables and signature at the end, or anywhere."""
    used = [at for at in (0, 0x4000) if at < len(mutant)]
    tail = max(0, len(mutant) - 1600)
    low, high = chance.choice([(used[-1], used[-1] + 1200), (0, 1200), (tail, len(mutant)), (0, len(mutant))])
    return chance.randrange(low, max(low + 1, min(high, len(mutant))))


def _flip(mutant: bytearray, chance: random.Random) -> None:
    mutant[_place(mutant, chance)] ^= 1 << chance.randrange(8)


def _number(mutant: bytearray, chance: random.Random) -> None:
    at = _place(mutant, chance) & ~3
    if at + 4 <= len(mutant):
        struct.pack_into(chance.choice(("<I", ">I")), mutant, at, chance.choice(EXTREMES))


def _step(mutant: bytearray, chance: random.Random) -> None:
    at = _place(mutant, chance) & ~3
    if at + 4 <= len(mutant):
        (number,) = struct.unpack_from("<I", mutant, at)
        struct.pack_into("<I", mutant, at, (number + chance.choice((-8, -4, -1, 1, 4, 8))) & 0xFFFFFFFF)


def _truncate(mutant: bytearray, chance: random.Random) -> None:
    del mutant[_place(mutant, chance) :]


def _copy(mutant: bytearray, chance: random.Random) -> None:
    source, target, size = _place(mutant, chance), _place(mutant, chance), chance.choice((4, 16, 24, 64, 256))
    mutant[target : target + size] = mutant[source : source + size]


def _noise(mutant: bytearray, chance: random.Random) -> None:
    at = _place(mutant, chance)
    mutant[at : at + 32] = chance.randbytes(len(mutant[at : at + 32]))


_MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip,
    _number,
    _number,
    _step,
    _truncate,
    _copy,
    _noise,
)


def run(mutants: int, seed: int) -> Iterator[tuple[int, float, Counter[str]]]:
    """Read the mutants; number, seconds and the kinds of answers of each."""
    seeds = originals()
    for number in range(mutants):
        chance = random.Random(seed << 32 | number)
        mutant = mutate(chance.choice(seeds), chance)
        start = time.perf_counter()
        answers = list(read_binary(mutant, Location("mutant"), WANTED))
        took = time.perf_counter() - start
        assert all(isinstance(answer, (Fact, Gap)) for answer in answers)
        yield number, took, Counter(type(answer).__name__ for answer in answers)


def amplified() -> Iterator[tuple[str, bytes]]:
    """Files of a few MB each that ask for work or memory out of all proportion."""
    table = b"".join(struct.pack("<IBBHQ", index % 1_000_000, 1, 0, 0, 0) for index in range(1 << 19))
    names = (b"A" * 4000 + b"\0") * 300
    symtab = struct.pack("<6I", 2, 24, 56, 1 << 19, 56 + len(table), len(names))
    yield "names that share their bytes", _file([symtab], table + names)
    opcodes = b"\x90" * (8 << 20)
    binding = struct.pack("<12I", 0x22, 48, 0, 0, 80, len(opcodes), 0, 0, 80, len(opcodes), 0, 0)
    yield "binding opcodes", _file([binding], opcodes)
    for name in (b"__objc_methname", b"__objc_classname", b"__cstring"):
        yield f"tiny strings in {name.decode()}", _file([_sections(name, 4, 32 << 20)], b"FIRa\0a\0a\0" * (4 << 20))
    for text in (b"_TtA1a" * (5 << 20), b"\0_TtC4Lamp" * (3 << 20), b"\0_TtCCCCCCCC" * (3 << 20)):
        yield f"Swift names like {text[:10].decode()!r}", _file([_sections(b"__cstring", 1, len(text))], text)
    yield "sections without end", _file([_sections(b"__entitlements", 4096, 0)] * 50, b"")
    for number, body in (
        (0xFADE7171, b"<plist><dict>" + b"<key>a</key><true/>" * 9000),
        (0xFADE7172, b"\x30\0" * 90000),
    ):
        blob = struct.pack(">2I", number, 8 + len(body)) + body
        index = b"".join(struct.pack(">2I", 5, 12 + 64 * 8) for _ in range(64))
        signature = struct.pack(">3I", 0xFADE0CC0, 0, 64) + index + blob
        yield "a part of a signature 64 times", _file([struct.pack("<4I", 0x1D, 16, 48, len(signature))], signature)


def _file(commands: list[bytes], tail: bytes) -> bytes:
    body = b"".join(commands)
    return struct.pack("<8I", 0xFEEDFACF, CPUS["arm64"], 0, 2, len(commands), len(body), 0, 0) + body + tail


def _sections(name: bytes, count: int, size: int) -> bytes:
    section = struct.pack("<16s16s2Q8I", name, b"__TEXT", 0, size, 32, 0, 0, 0, 0, 0, 0, 0)
    return struct.pack("<2I16s4Q4I", 0x19, 72 + 80 * count, b"__TEXT", 0, 0, 0, 0, 7, 7, count, 0) + section * count


def slow() -> Iterator[str]:
    """Read the disproportionate files; a line for each, and which of them took too long."""
    for name, data in amplified():
        start = time.perf_counter()
        answers = list(read_binary(data, Location("mutant"), WANTED))
        took = time.perf_counter() - start
        print(f"{took * 1000:8.0f} ms  {name} ({len(data) >> 20} MB, {len(answers)} answers)")
        if took > LIMIT:
            yield name


def main() -> None:
    given = [int(word) for word in sys.argv[1:3]]
    mutants, seed = (given or [20_000])[0], (given[1:] or [1])[0]
    slowest, total = (0.0, 0), Counter[str]()
    number = -1
    try:
        for number, took, answers in run(mutants, seed):
            slowest = max(slowest, (took, number))
            total += answers
    except Exception:
        print(f"mutant {number + 1} of seed {seed} was not answered with facts and gaps")
        raise
    print(
        f"{number + 1} mutants of seed {seed}: {dict(total)}, slowest {slowest[0] * 1000:.1f} ms (mutant {slowest[1]})"
    )
    sys.exit(bool(list(slow())) or slowest[0] > LIMIT)


if __name__ == "__main__":
    main()
