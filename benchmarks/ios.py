"""An .ipa in, what ``permcheck permissions`` costs against `zipfile` reading the same members out: ``ios.py [IPA]``.

All in one run, best of five: the interpreter alone, the whole command, the members that the command read, read again by
`zipfile` alone. The command may cost three times the reading, interpreter start aside. Memory is the command's peak
above that of the interpreter, against the largest member. Without an argument an app of usual size is built: a main
binary of 40 MB, 30 frameworks, 35 translations, two extensions.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

LOCALES = (
    *("ar", "ca", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja", "ko"),
    *(
        "ms",
        "nb",
        "nl",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sv",
        "th",
        "tr",
        "uk",
        "vi",
        "zh-Hans",
        "zh-Hant",
        "zh-HK",
    ),
)
READ = """
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    for name in open(sys.argv[2], encoding="utf-8").read().split("\\n"):
        archive.read(name)
"""
LIMIT = 3.0


def built(folder: Path) -> Path:
    """An app of usual size."""
    from tests.builders import ipa  # noqa: PLC0415  (only where nothing was given)

    strings = {
        f"NS{name}UsageDescription": f"Uses it for {name}, as people expect."
        for name in ["Camera", "Microphone", "Contacts"]
    }
    app: dict[str, ipa.Content] = {"Info.plist": ipa.info(**strings), "Lamp": binary(40 << 20, 1)}
    for locale in LOCALES:
        app[f"{locale}.lproj/InfoPlist.strings"] = strings
        app.update({f"{locale}.lproj/Table{number}.strings": {"a": "b"} for number in range(20)})
    for number in range(30):
        home = f"Frameworks/Kit{number}.framework"
        app[f"{home}/Kit{number}"] = binary(300 << 10, number + 2)
        app[f"{home}/Info.plist"] = ipa.info(f"com.example.kit{number}", CFBundleExecutable=f"Kit{number}")
        app[f"{home}/Privacy.bundle/PrivacyInfo.xcprivacy"] = {"NSPrivacyTracking": False}
    for name in ("Share", "Widget"):
        app[f"PlugIns/{name}.appex/Info.plist"] = ipa.info(f"com.example.lamp.{name.lower()}", **strings)
        app[f"PlugIns/{name}.appex/{name}"] = binary(2 << 20, len(name))
    path = folder / "built.ipa"
    path.write_bytes(ipa.archive(ipa.app(app)))
    return path


def binary(size: int, seed: int) -> bytes:
    """A Mach-O with a usual number of imports and of selectors, and code that packs about as well as code does."""
    from tests.builders.macho import Binary, build  # noqa: PLC0415  (the same)

    classes = tuple(f"_OBJC_CLASS_$_{name}" for name in ("CLLocationManager", "CBCentralManager", "NSUserDefaults"))
    names = tuple(f"_symbol_number_{number:06}" for number in range(size >> 14))
    return build(
        Binary(
            dylibs=(("/System/Library/Frameworks/CoreLocation.framework/CoreLocation", ""),),
            imports=(*classes, *names),
            tables=("symtab", "chained1"),
            selectors=("requestAlwaysAuthorization", *(f"selectorNumber{number}:" for number in range(size >> 12))),
            strings=(random.Random(seed).randbytes(size // 2).hex(),),
        )
    )


def members(path: Path) -> list[str]:
    """The members that the command reads, in the order in which it reads them first."""
    from permcheck import bundles, checks, facts  # noqa: F401, PLC0415  (after the path is set)
    from permcheck.bundles.archive import ZipContainer  # noqa: PLC0415
    from permcheck.checks.wanted import wanted  # noqa: PLC0415
    from permcheck.knowledge import load_knowledge  # noqa: PLC0415

    found: dict[str, None] = {}
    plain = ZipContainer.read

    def recording(container: ZipContainer, name: str, *limits: Any, **named: Any) -> bytes:
        content = plain(container, name, *limits, **named)
        found[name] = None
        return content

    ZipContainer.read = recording  # type: ignore[method-assign]
    facts.collect(bundles.open_bundle(path), wanted("ios", load_knowledge()))
    return list(found)


def cost(command: list[str]) -> tuple[float, float]:
    """Seconds, best of five, and the peak in MB."""
    best, peak = 1e9, 0.0
    for _ in range(5):
        start = time.perf_counter()
        done = subprocess.run(
            ["/usr/bin/time", "-f", "%M", *command], capture_output=True, text=True, check=True, cwd=ROOT
        )
        best = min(best, time.perf_counter() - start)
        peak = int(done.stderr.split()[-1]) / 1024
    return best, peak


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(sys.argv[1]).absolute() if sys.argv[1:] else built(Path(scratch))
        names = members(path)
        listed = Path(scratch) / "members"
        listed.write_text("\n".join(names), encoding="utf-8")
        with zipfile.ZipFile(path) as archive:
            sizes = [archive.getinfo(name).file_size for name in names]
        start, floor = cost([sys.executable, "-c", "import zipfile"])
        bare, _ = cost([sys.executable, "-c", "pass"])
        read, _ = cost([sys.executable, "-c", READ, str(path), str(listed)])
        whole, peak = cost([sys.executable, "-m", "permcheck", "permissions", str(path), "--format", "json"])
    largest = max(sizes) / 1e6
    print(f"{path.name}: {len(names)} members read, {sum(sizes) / 1e6:.1f} MB, the largest {largest:.1f} MB")
    print(f"interpreter {bare * 1000:.0f} ms, with zipfile {start * 1000:.0f} ms")
    print(f"zipfile, the same members   {(read - bare) * 1000:8.0f} ms")
    print(f"permcheck permissions       {(whole - bare) * 1000:8.0f} ms, {(whole - bare) / (read - bare):.2f} times")
    print(
        f"memory above interpreter    {peak - floor:8.1f} MB, {(peak - floor) / largest:.2f} times the largest member"
    )
    if (whole - bare) / (read - bare) > LIMIT:
        sys.exit(f"more than {LIMIT} times")


if __name__ == "__main__":
    main()
