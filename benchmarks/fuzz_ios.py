"""A seed and a number in, that many mutants of iOS plists and archives read: ``fuzz_ios.py [MUTANTS] [SEED]``.

Whatever is done to a file, the answer is facts, gaps or a `PermcheckError`, in bounded time. Exits 1 with the mutant's
number when it is anything else; the same seed and number make the same mutant again.
"""

from __future__ import annotations

import plistlib
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from permcheck.bundles import open_bundle
from permcheck.errors import PermcheckError
from permcheck.facts import collect
from permcheck.facts.ios.plist import read_plist, text_of
from permcheck.facts.ios.strings_file import read_strings
from tests.builders import ipa

LIMIT = 2.0
"""Seconds that no mutant may take."""
TREE = ipa.info(
    NSCameraUsageDescription="Scans the c\u00f6de \u626b\u63cf.",
    UIBackgroundModes=["location", "fetch"],
    NSBonjourServices=["_lamp._tcp"],
    NSLocationTemporaryUsageDescriptionDictionary={"Map": "Shows you."},
    NSExtension={"NSExtensionPointIdentifier": "com.apple.share-services", "deep": [[[{"a": [1, 2.5, True, b"x"]}]]]},
)
MANIFEST = {
    "NSPrivacyTracking": True,
    "NSPrivacyTrackingDomains": ["ads.example.com"],
    "NSPrivacyAccessedAPITypes": [
        {
            "NSPrivacyAccessedAPIType": "NSPrivacyAccessedAPICategoryDiskSpace",
            "NSPrivacyAccessedAPITypeReasons": ["E174.1"],
        }
    ],
}
STRINGS = '/* note */\n"NSCameraUsageDescription" = "Scans \\"it\\".\\n";\nkey = value; // more\n'
TOKENS = (
    *(b"<dict>", b"</dict>", b"<key>", b"<array>", b"<date>x</date>", b"<!ENTITY a 'b'>", b"&a;"),
    *(b'"', b"/*", b"\\U", b";", b"\xff\xfe", b"\0\0\0\xff", b"bplist00", b"PK\x01\x02", b"PK\x05\x06"),
)


def originals() -> dict[str, bytes]:
    """Well-formed files of every kind, by kind and number."""
    plists = [plistlib.dumps(tree, fmt=form) for tree in (TREE, MANIFEST) for form in plistlib.PlistFormat]
    texts = [STRINGS.encode(), STRINGS.encode("utf-16"), ipa.encode({"NSCameraUsageDescription": "Scans."})]
    whole = {
        "Info.plist": TREE,
        "en.lproj/InfoPlist.strings": STRINGS,
        "PrivacyInfo.xcprivacy": MANIFEST,
        "PlugIns/Share.appex/Info.plist": TREE,
        "Frameworks/Kit.framework/Info.plist": ipa.info(),
    }
    archives = [ipa.archive(ipa.app(whole)), ipa.archive({"__MACOSX/x": b"", **ipa.app(whole)})]
    named = {"plist": plists, "strings": texts, "archive": archives, "inside": plists}
    return {f"{kind} {number}": data for kind, files in named.items() for number, data in enumerate(files)}


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Change a file in one to six places."""
    mutant = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        at = chance.randrange(max(1, len(mutant)))
        chance.choice(MUTATIONS)(mutant, at, chance)
    return bytes(mutant)


def _byte(mutant: bytearray, at: int, chance: random.Random) -> None:
    mutant[at : at + 1] = bytes([chance.randrange(256)])


def _bit(mutant: bytearray, at: int, chance: random.Random) -> None:
    if mutant:
        mutant[at] ^= 1 << chance.randrange(8)


def _cut(mutant: bytearray, at: int, chance: random.Random) -> None:
    del mutant[at : at + chance.randint(1, 40)]


def _token(mutant: bytearray, at: int, chance: random.Random) -> None:
    mutant[at:at] = chance.choice(TOKENS)


def _again(mutant: bytearray, at: int, chance: random.Random) -> None:
    mutant[at:at] = mutant[at : at + chance.randint(1, 200)] * chance.randint(1, 20)


def _number(mutant: bytearray, at: int, chance: random.Random) -> None:
    mutant[at : at + 4] = chance.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"))


MUTATIONS = (_byte, _byte, _byte, _bit, _bit, _bit, _cut, _token, _again, _number)


def run(mutants: int, seed: int, scratch: Path) -> Counter[str]:
    """Read that many mutants; how often each kind of answer came. Raises whatever is no `PermcheckError`."""
    answers: Counter[str] = Counter()
    files = originals()
    for number in range(mutants):
        chance = random.Random(f"{seed} {number}")
        name = chance.choice(sorted(files))
        mutant = mutate(files[name], chance)
        start = time.perf_counter()
        try:
            answers[f"{name.split()[0]}: {READERS[name.split()[0]](mutant, scratch)}"] += 1
        except Exception as error:
            raise RuntimeError(f"mutant {number} of seed {seed} ({name}): {error!r}") from error
        if time.perf_counter() - start > LIMIT:
            raise RuntimeError(f"mutant {number} of seed {seed} ({name}): {time.perf_counter() - start:.1f} s")
    return answers


def _plist(data: bytes, scratch: Path) -> str:  # noqa: ARG001  (readers have one signature)
    try:
        tree = read_plist(data)
    except PermcheckError:
        return "refused"
    text_of(tree)
    return "read"


def _strings(data: bytes, scratch: Path) -> str:  # noqa: ARG001  (the same)
    try:
        read_strings(data)
    except PermcheckError:
        return "refused"
    return "read"


def _archive(data: bytes, scratch: Path) -> str:
    path = scratch / "mutant.ipa"
    path.write_bytes(data)
    try:
        return "read with gaps" if collect(open_bundle(path), {}).gaps else "read"
    except PermcheckError:
        return "refused"


def _inside(data: bytes, scratch: Path) -> str:
    members: dict[str, ipa.Content] = dict.fromkeys(
        ("PlugIns/S.appex/Info.plist", "PrivacyInfo.xcprivacy", "en.lproj/InfoPlist.strings", "InfoPlist.loctable"),
        data,
    )
    return _archive(ipa.archive(ipa.app({**members, "Info.plist": data if len(data) % 2 else ipa.info()})), scratch)


READERS: dict[str, Callable[[bytes, Path], str]] = {
    "plist": _plist,
    "strings": _strings,
    "archive": _archive,
    "inside": _inside,
}


def main() -> None:
    mutants, seed = map(int, [*sys.argv[1:3], "20000", "1"][:2] if len(sys.argv) != 2 else [sys.argv[1], "1"])
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        try:
            answers = run(mutants, seed, Path(scratch))
        except RuntimeError as error:
            sys.exit(str(error))
    for answer, count in sorted(answers.items()):
        print(f"{count:8} {answer}")
    print(f"{mutants} mutants of seed {seed} in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
