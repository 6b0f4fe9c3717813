"""Compare permissions with aapt2 on a folder of APKs, and the cost with androguard's APK class; prints two tables.

python benchmarks/android.py FOLDER [--cost]
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from androguard.core.apk import APK
from loguru import logger

from permcheck import facts
from permcheck.bundles import open_bundle
from permcheck.errors import PermcheckError
from permcheck.facts.android import manifest as android_manifest

LINE = re.compile(r"^(uses-permission(?:-sdk-23)?): name='([^']*)'(?: maxSdkVersion='(\d+)')?", re.MULTILINE)
Entries = set[tuple[str, str, str]]


def main(folder: Path, *, cost: bool) -> int:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".apk" and path.is_file())
    outcomes: Counter[str] = Counter()
    for path in paths:
        outcome, detail = compare(ours(path), theirs(path))
        outcomes[outcome] += 1
        if detail:
            print(f"{path.name}: {outcome}: {detail}")
    print(f"\n{len(paths)} files: " + ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items())))
    if cost:
        print_cost(paths)
    return outcomes["different"]


def ours(path: Path) -> Entries | str:
    try:
        app = facts.collect(open_bundle(path), {})
    except PermcheckError as error:
        return str(error).removeprefix(f"{path}")
    return {(f.location.anchor, f.key, limit(f.condition)) for f in app.facts if f.kind == "permission"}


def theirs(path: Path) -> Entries | str:
    done = subprocess.run(["aapt2", "dump", "permissions", path], capture_output=True, check=False, timeout=60)
    if done.returncode:
        return done.stderr.decode("utf-8", "replace").strip().partition("\n")[0][-90:]
    return set(LINE.findall(done.stdout.decode("utf-8", "replace")))


def compare(mine: Entries | str, other: Entries | str) -> tuple[str, str]:
    if isinstance(mine, str) and isinstance(other, str):
        return "refused by both", ""
    if isinstance(mine, str):
        return "refused by permcheck alone", mine
    if isinstance(other, str):
        return "read by permcheck alone", f"{len(mine)} permissions; aapt2: {other}"
    if mine == other:
        return "equal", ""
    return "different", f"only permcheck {sorted(mine - other)}, only aapt2 {sorted(other - mine)}"


def limit(conditions: tuple[str, ...]) -> str:
    return next((text.removeprefix("maxSdkVersion=") for text in conditions if text.startswith("maxSdkVersion=")), "")


def print_cost(paths: list[Path]) -> None:
    """Manifest and label alone, CPU seconds of this process; the imports of both are paid before."""
    logger.disable("androguard")

    def read(path: Path) -> None:
        list(android_manifest.extract(open_bundle(path), {}))

    totals = {"permcheck": timed(read, paths), "androguard APK": timed(lambda path: APK(str(path)), paths)}
    for name, seconds in totals.items():
        print(f"{name:16} {seconds:7.3f} s CPU, {1000 * seconds / max(1, len(paths)):7.2f} ms a file")


def print_whole(path: Path) -> None:
    """Whole processes, CPU seconds, the best of three and of one; imports and all."""
    quiet = "import sys; from loguru import logger; logger.remove(); from androguard.misc import AnalyzeAPK"
    analyze = f"{quiet}; AnalyzeAPK(sys.argv[1])"
    ours = min(spent(["-m", "permcheck", "permissions", str(path)]) for _ in range(3))
    theirs = spent(["-c", analyze, str(path)])
    print(f"permcheck permissions {ours:.2f} s, AnalyzeAPK {theirs:.2f} s: {theirs / ours:.1f} times")


def spent(arguments: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def timed(read: object, paths: list[Path]) -> float:
    start = time.process_time()
    for path in paths:
        try:
            read(path)  # type: ignore[operator]
        except Exception:  # noqa: BLE001  (androguard's failures have no common class)
            continue
    return time.process_time() - start


if __name__ == "__main__":
    if "--whole" in sys.argv:
        print_whole(Path(sys.argv[1]))
        raise SystemExit(0)
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    raise SystemExit(min(1, main(Path(arguments[0]), cost="--cost" in sys.argv)))
