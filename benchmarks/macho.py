"""Mach-O files in, a table of time and memory of our reader and of lief out: ``macho.py [FILE ...]``.

Each reading runs in a process of its own. Times are the best of three and leave out interpreter start and imports;
memory is the peak above what the process held before it read, as Linux counts it. Without arguments a sample and two
generated binaries are measured.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

CHILD = """
import sys, time
{imports}
def peak():
    # ru_maxrss would carry over from the parent through fork and exec
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
before, best = peak(), 1e9
for _ in range(3):
    data = found = None
    start = time.perf_counter()
    {work}
    best = min(best, time.perf_counter() - start)
print(best * 1000, max(0.0, peak() - before))
"""
IMPORTS = "from permcheck.facts import macho; from permcheck.model import Location; import plistlib, json"
WANTED = "{'class': frozenset({'CLLocationManager'}), 'selector': frozenset({'requestAlwaysAuthorization'})}"
READERS = {
    "file alone": ("pass", "data = open(sys.argv[1], 'rb').read()"),
    "permcheck": (
        IMPORTS,
        f"found = list(macho.read_binary(open(sys.argv[1], 'rb').read(), Location('x'), {WANTED}))",
    ),
    "lief": (
        "import lief; lief.logging.disable()",
        "data = lief.MachO.parse(sys.argv[1]); found = [(len(b.libraries), len(b.imported_symbols)) for b in data]",
    ),
}
"""Name -> what is imported before the clock starts, and what is timed."""


def measure(reader: str, path: Path) -> tuple[float, float] | None:
    """Milliseconds and MB of one reader on one file; None where it fails."""
    imports, work = READERS[reader]
    command = [sys.executable, "-c", CHILD.format(imports=imports, work=work), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    time, memory = map(float, done.stdout.split()[-2:])
    return time, memory


def generated(folder: Path) -> list[Path]:
    """A large binary of plain code and one of very many imports."""
    from tests.builders.macho import Binary, build  # noqa: PLC0415  (only where nothing was given)

    names = tuple(f"_symbol_of_some_length_{index:07}" for index in range(100_000))
    shapes = {
        "code-64MB": Binary(strings=("x" * (64 << 20),), signed=False),
        "imports-100000": Binary(imports=names, tables=("symtab", "bind", "chained1"), signed=False),
    }
    for name, shape in shapes.items():
        (folder / name).write_bytes(build(shape))
    return [folder / name for name in shapes]


def sample(folder: Path) -> Path:
    import zipfile  # noqa: PLC0415  (the same)

    home = Path(__file__).parents[1] / "sample_apks" / "halden-home.ipa"
    with zipfile.ZipFile(home) as archive:
        (folder / "HaldenHome").write_bytes(archive.read("Payload/HaldenHome.app/HaldenHome"))
    return folder / "HaldenHome"


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        paths = [Path(word) for word in sys.argv[1:]] or [sample(Path(scratch)), *generated(Path(scratch))]
        print(f"{'file':28}{'MB':>8}" + "".join(f"{name + ' ms':>16}{'MB':>8}" for name in READERS))
        for path in paths:
            cells = []
            for reader in READERS:
                answer = measure(reader, path)
                cells.append(f"{answer[0]:16.1f}{answer[1]:8.1f}" if answer else f"{'fails':>16}{'':8}")
            print(f"{path.name[-27:]:28}{path.stat().st_size / 1e6:8.1f}" + "".join(cells))


if __name__ == "__main__":
    main()
