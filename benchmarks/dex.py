"""APKs as arguments in, a table out: CPU of reading their code beside ``unzip -p`` and androguard's ``AnalyzeAPK``.

    python benchmarks/dex.py APK [APK ...]            ratios, the smallest of three runs, imports left out
    python benchmarks/dex.py --linear APK             1 to 200 MB of code, made by repeating the APK's own
    python benchmarks/dex.py --slow APK [APK ...]     with AnalyzeAPK, which takes minutes

Every measurement runs in a process of its own and counts user and system time.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from permcheck.bundles import open_bundle
from permcheck.bundles.archive import open_zip
from permcheck.facts.android.code import dex, dex_file, packages
from permcheck.knowledge import load_knowledge
from permcheck.match.attribution import attribute
from permcheck.model import AppFacts, Fact

REPEATS = 3
SIZES = (1, 5, 20, 50, 100, 200)


def references(apk: str) -> Callable[[], object]:
    """What the code refers to, without callers."""
    knowledge = load_knowledge()
    wanted = {kind: knowledge.keys("android", kind) for kind in knowledge.kinds("android")}

    def run() -> object:
        names = dex.compile_names(wanted)
        container = open_zip(Path(apk), apk)
        code = (file for name in members(container.names()) for file in dex_file.read_dex_files(container.read(name)))
        return [(dex.defined_packages(file), dex.read_dex(file, names, callers=False)) for file in code]

    return run


def callers(apk: str) -> Callable[[], object]:
    """The same with callers, packages, libraries and the SDKs behind them."""
    knowledge = load_knowledge()
    assert knowledge.sdks
    wanted = {kind: knowledge.keys("android", kind) for kind in knowledge.kinds("android")}

    def run() -> object:
        bundle = open_bundle(Path(apk))
        found = [*dex.extract(bundle, wanted), *packages.extract(bundle, wanted)]
        kept = tuple(sorted(item for item in found if isinstance(item, Fact)))
        return attribute(AppFacts(apk, "android", "", "", "", "", kept), knowledge)

    return run


def analyze(apk: str) -> Callable[[], object]:
    """What androguard does to answer the same question."""
    from androguard.misc import AnalyzeAPK  # noqa: PLC0415  (its memory must not count as ours)
    from loguru import logger  # noqa: PLC0415

    logger.disable("androguard")

    return lambda: AnalyzeAPK(apk)


TASKS = {"references": references, "callers": callers, "analyze": analyze}


def members(names: tuple[str, ...]) -> Iterator[str]:
    """The members that hold loaded code."""
    return (name for name in names if name.startswith("classes") and name.endswith(".dex"))


def child(task: str, apk: str) -> None:
    """Run one task and print its CPU seconds and the peak memory in MB."""
    run = TASKS[task](apk)
    start = time.process_time()
    run()
    spent = time.process_time() - start
    print(json.dumps([spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def measure(task: str, apk: str, repeats: int = REPEATS) -> tuple[float, float]:
    """CPU seconds (smallest of the repeats) and peak memory in MB of one task in a process of its own."""
    # -P: the scripts beside this one must not stand in for modules of the standard library
    command = [sys.executable, "-P", __file__, "--child", task, apk]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(repeats)]
    return min(seconds for seconds, _ in runs), max(memory for _, memory in runs)


def unzip(apk: str) -> float:
    """CPU seconds of ``unzip -p apk 'classes*.dex'``, smallest of the repeats."""
    spent = []
    for _ in range(REPEATS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["unzip", "-p", apk, "classes*.dex"], check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return min(spent)


def code_size(apk: str) -> int:
    """Bytes of loaded code, unpacked."""
    with zipfile.ZipFile(apk) as archive:
        return sum(archive.getinfo(name).file_size for name in members(tuple(archive.namelist())))


def ratios(apks: list[str], *, slow: bool) -> None:
    total = [0.0, 0.0, 0.0, 0.0]
    print(f"{'APK':42} {'MB':>6} {'unzip s':>8} {'refs x':>7} {'callers x':>9} {'AnalyzeAPK x':>12} {'RSS MB':>7}")
    for apk in apks:
        seconds = [unzip(apk), measure("references", apk)[0]]
        spent, memory = measure("callers", apk)
        seconds += [spent, measure("analyze", apk, 1)[0] if slow else 0.0]
        total = [one + other for one, other in zip(total, seconds, strict=True)]
        print(row(Path(apk).name, code_size(apk), seconds, memory))
    print(row("all", sum(map(code_size, apks)), total, 0))


def row(name: str, size: int, seconds: list[float], memory: float) -> str:
    """One line: the CPU of each task as a multiple of unzip's, AnalyzeAPK's as a multiple of ours with callers."""
    base, refs, called, slow = seconds
    slowness = f"{slow / called:12.0f}" if slow else f"{'-':>12}"
    return (
        f"{name[:42]:42} {size / 1e6:6.1f} {base:8.3f} {refs / base:7.2f} {called / base:9.2f} {slowness} {memory:7.0f}"
    )


def linear(apk: str) -> None:
    print(f"{'code MB':>8} {'unzip s':>8} {'callers s':>9} {'ms per MB':>9} {'x unzip':>8} {'RSS MB':>7}")
    with zipfile.ZipFile(apk) as archive:
        manifest = archive.read("AndroidManifest.xml")
        code = [archive.read(name) for name in members(tuple(archive.namelist()))]
    for size in SIZES:
        with tempfile.TemporaryDirectory() as scratch:
            target = Path(scratch) / "made.apk"
            actual = repeat(target, manifest, code, size * 1_000_000)
            base, (spent, memory) = unzip(str(target)), measure("callers", str(target))
        cost = f"{spent / actual * 1e9:9.2f} {spent / base:8.2f}"
        print(f"{actual / 1e6:8.1f} {base:8.3f} {spent:9.3f} {cost} {memory:7.0f}")


def repeat(target: Path, manifest: bytes, code: list[bytes], size: int) -> int:
    """Write an APK with the same code over and over until ``size`` bytes are in it; return how many."""
    written, number = 0, 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr("AndroidManifest.xml", manifest)
        while written < size:
            data = code[number % len(code)]
            number += 1
            archive.writestr(f"classes{number if number > 1 else ''}.dex", data)
            written += len(data)
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("apks", nargs="+")
    parser.add_argument("--linear", action="store_true")
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--child", choices=sorted(TASKS))
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child, arguments.apks[0])
    elif arguments.linear:
        linear(arguments.apks[0])
    else:
        ratios(arguments.apks, slow=arguments.slow)


if __name__ == "__main__":
    main()
