"""APKs and a policy in, ratios out: this checkout beside other tools, beside another commit, and beside itself.

    python benchmarks/session.py APP POLICY [--small APK] [--base DIRECTORY] [--pairs 7] [--apps 60] [--many 1000]

Both sides of a ratio run in turn, in processes of their own, and the ratio is the median over the pairs: other work on
the machine falls on both. CPU is user and system time, children included. For an installed wheel, set PYTHONPATH to
where it is unpacked; ``--base`` is where another one is. androguard and pyaxmlparser must be installed to be measured.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ANDROGUARD = """\
import sys
import loguru
loguru.logger.disable("androguard")
from androguard.core.apk import APK
print(APK(sys.argv[1]).get_permissions())
"""
PYAXML = """\
import sys
from pyaxmlparser import APK
apk = APK(sys.argv[1])
print(apk.package, apk.application, apk.version_name, apk.get_permissions())
"""
WARM = """\
import json, sys, time
from permcheck import Session
with Session(jobs=1) as session:
    facts, policy = session.facts(sys.argv[1]), session.policy(sys.argv[2])
    taken = []
    for _ in range(12):
        start = time.process_time()
        session.judge(facts, policy)
        taken.append(time.process_time() - start)
print(json.dumps([taken[0], sorted(taken[2:])[5]]))
"""


class Cost(NamedTuple):
    """Seconds of CPU and of wall clock."""

    cpu: float
    wall: float


def main() -> None:
    given = _arguments()
    tool = [sys.executable, "-m", "permcheck"]
    check = [*tool, "check", str(given.app), "--policy", str(given.policy), "--fail-on", "never"]
    if importlib.util.find_spec("androguard"):
        pairs = _pairs(
            [*tool, "permissions", str(given.app)], [sys.executable, "-c", ANDROGUARD, str(given.app)], given
        )
        _tell("permissions / androguard APK(), CPU", [ours.cpu / theirs.cpu for ours, theirs in pairs])
    if given.small and importlib.util.find_spec("pyaxmlparser"):
        small = str(given.small)
        pairs = _pairs([*tool, "permissions", small], [sys.executable, "-c", PYAXML, small], given)
        _tell("permissions of a small APK / pyaxmlparser, CPU", [ours.cpu / theirs.cpu for ours, theirs in pairs])
    if given.base:
        pairs = _pairs(check, check, given, {"PYTHONPATH": str(given.base)})
        _tell("check / base, wall", [ours.wall / theirs.wall for ours, theirs in pairs])
        _tell("check / base, CPU", [ours.cpu / theirs.cpu for ours, theirs in pairs])
    done = subprocess.run([sys.executable, "-c", WARM, given.app, given.policy], capture_output=True, check=True)
    first, warm = json.loads(done.stdout)
    print(f"{'judging in one process, first and again, ms CPU':52} {first * 1e3:6.1f} {warm * 1e3:6.1f}")
    with tempfile.TemporaryDirectory() as folder:
        _scale(Path(folder), given, tool)


def _scale(folder: Path, given: argparse.Namespace, tool: list[str]) -> None:
    """Copies of the app: on one core and on two, and the memory of very many."""
    some = _copies(folder / "some", given.app, given.apps)
    command = [*tool, "check", str(some), "--policy", str(given.policy), "--fail-on", "never", "-o", "jsonl:/dev/null"]
    pairs = _pairs(["taskset", "-c", "0", *command], command, given, rounds=max(1, given.pairs // 2))
    _tell(f"{given.apps} apps, one core / two, wall", [one.wall / two.wall for one, two in pairs])
    if given.many and given.small:
        peaks = {}
        for number in (10, given.many):
            command[4] = str(_copies(folder / str(number), given.small, number))
            peaks[number] = _peak(command)
            print(f"{f'peak memory of {number} apps, MB':52} {peaks[number]:6.1f}")
        print(f"{'ratio':52} {peaks[given.many] / peaks[10]:6.2f}")


def _copies(folder: Path, app: Path, number: int) -> Path:
    folder.mkdir()
    for at in range(number):
        shutil.copy(app, folder / f"app{at:05}.apk")
    return folder


def _pairs(
    ours: list[str],
    theirs: list[str],
    given: argparse.Namespace,
    change: dict[str, str] | None = None,
    rounds: int = 0,
) -> list[tuple[Cost, Cost]]:
    return [(_cost(ours, {}), _cost(theirs, change or {})) for _ in range(rounds or given.pairs)]


def _cost(command: list[str], change: dict[str, str]) -> Cost:
    environment = {**os.environ, **change}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package keeps its compiled modules
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def _peak(command: list[str]) -> float:
    """Peak memory in MB of the largest process of a run, told by a process of its own."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


def _tell(what: str, ratios: list[float]) -> None:
    print(f"{what:52} {statistics.median(ratios):6.2f}  ({min(ratios):.2f} to {max(ratios):.2f})", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("app", type=Path)
    parser.add_argument("policy", type=Path)
    parser.add_argument("--small", type=Path)
    parser.add_argument("--base", type=Path)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--apps", type=int, default=60)
    parser.add_argument("--many", type=int, default=1000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
