"""Time the commands against references in the same run: ``python benchmarks/speed.py APP.apk POLICY [--rounds N]``.

References: ``import click`` for the start of the command line, ``androguard.misc.AnalyzeAPK`` for reading an APK. Each
figure is the least of all rounds, in seconds of CPU (user and system, children included) and of wall clock. Every
process may keep its compiled modules, as those of an installed package are kept.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

CLICK = "python -c 'import click'"
ANALYZE = """\
import sys
import loguru
loguru.logger.disable("androguard")
from androguard.misc import AnalyzeAPK
AnalyzeAPK(sys.argv[1])
"""


def main() -> None:
    arguments = _arguments()
    tool = [sys.executable, "-m", "permcheck"]
    commands = {
        CLICK: [sys.executable, "-c", "import click"],
        "permcheck --help": [*tool, "--help"],
        "permcheck permissions": [*tool, "permissions", str(arguments.app)],
        "permcheck check": [*tool, "check", str(arguments.app), "--policy", str(arguments.policy)],
    }
    least = {name: _least(command, arguments.rounds) for name, command in commands.items()}
    least["AnalyzeAPK"] = _least([sys.executable, "-c", ANALYZE, str(arguments.app)], 1)
    sizes = f"{arguments.app.stat().st_size / 1e6:.1f} MB, policy {arguments.policy.stat().st_size / 1e3:.0f} kB"
    print(f"{arguments.app.name}: {sizes}")
    print(f"{'command':28} {'CPU s':>8} {'wall s':>8}")
    for name, (cpu, wall) in least.items():
        print(f"{name:28} {cpu:8.3f} {wall:8.3f}")
    print(f"--help / import click        {_ratio(least, 'permcheck --help', CLICK):8.2f}x of its CPU")
    print(f"AnalyzeAPK / permissions     {_ratio(least, 'AnalyzeAPK', 'permcheck permissions'):8.1f}x of its CPU")


def _ratio(least: dict[str, tuple[float, float]], one: str, other: str) -> float:
    return least[one][0] / least[other][0]


def _least(command: list[str], rounds: int) -> tuple[float, float]:
    taken = [_time(command) for _ in range(rounds)]
    return min(cpu for cpu, _ in taken), min(wall for _, wall in taken)


def _time(command: list[str]) -> tuple[float, float]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, start = _cpu(), time.perf_counter()
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    return _cpu() - before, time.perf_counter() - start


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("app", type=Path)
    parser.add_argument("policy", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
