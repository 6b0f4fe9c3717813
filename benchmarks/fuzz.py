"""Mutants of every input that permcheck reads, guided by the lines that they reach; whatever is no refusal is kept.

    python -m benchmarks.fuzz [--seconds 60] [--seed 1] [KIND ...]

The seconds are shared by the kinds. What fails is written to a folder of its own, and told; then the exit code is 1.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from pathlib import Path

from permcheck.knowledge import load_knowledge
from tests.fuzzing import fuzz, kinds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        known = kinds(load_knowledge(), Path(folder))
        chosen = given.kinds or list(known)
        kept = Path(tempfile.mkdtemp(prefix="permcheck-fuzz-"))
        for name in chosen:
            read, samples = known[name]
            until, tried = time.monotonic() + given.seconds / len(chosen), set()
            for data, told in fuzz(read, samples, sys.maxsize, given.seed, until):
                where = told.strip().splitlines()[-1]
                if where not in tried:
                    tried.add(where)
                    file = kept / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}"
                    file.write_bytes(data)
                    print(f"{file}:\n{told}", flush=True)
            failed += len(tried)
            print(f"{name}: {len(tried)} failures", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
