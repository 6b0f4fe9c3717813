"""A folder of policies in, the processor time of reading them out: each file, and texts of growing length.

python benchmarks/policy_speed.py POLICIES [--largest CHARACTERS]

The cost per character must stay level from 10 kB to 10 MB.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

from permcheck import placeholders
from permcheck.documents import document_from_text, read_document
from permcheck.errors import PermcheckError
from permcheck.knowledge import Knowledge, load_knowledge
from permcheck.policy import declare

SIZES = (10_000, 30_000, 100_000, 1_000_000, 10_000_000)
"""Characters."""
WARM = 30_000
"""Characters that are read first, so that no row pays for the lexicon."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("policies", type=Path)
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    options = parser.parse_args()
    knowledge = load_knowledge()
    files = sorted(path for path in options.policies.iterdir() if path.is_file())
    text = "\n\n".join(path.read_text(encoding="utf-8", errors="ignore") for path in files)
    row(text[:WARM], knowledge)
    print("\n".join(whole_files(files, knowledge)))
    print(f"{'characters':>12} {'blocks s':>10} {'slots s':>10} {'declare s':>10} {'ns/character':>14}")
    for size in SIZES:
        if size <= options.largest:
            print(row((text * (size // len(text) + 1))[:size], knowledge))


def whole_files(files: list[Path], knowledge: Knowledge) -> Iterator[str]:
    """From the file to its disclosures, one after the other; what cannot be read is told."""
    seconds, size, slowest = [], 0, (0.0, Path())
    for path in files:
        start = time.process_time()
        try:
            declare(read_document(path), knowledge)
        except PermcheckError as error:
            yield f"not read: {error}"
            continue
        seconds.append(time.process_time() - start)
        size += path.stat().st_size
        slowest = max(slowest, (seconds[-1], path))
    if seconds:
        each = sum(seconds) / len(seconds) * 1e3
        yield f"{len(seconds)} files, {size / len(seconds) / 1e3:.1f} kB each: {sum(seconds):.2f} s, {each:.1f} ms each"
        yield f"slowest: {slowest[0] * 1e3:.1f} ms, {slowest[1].name} ({slowest[1].stat().st_size / 1e3:.1f} kB)"


def row(text: str, knowledge: Knowledge) -> str:
    """Parsing into blocks and the search for slots, which ``declare`` includes, are timed beside the whole."""
    start = time.process_time()
    document = document_from_text(text, "policy.txt")
    parsed = time.process_time()
    placeholders.scan(document.blocks, knowledge)
    scanned = time.process_time()
    declare(document, knowledge)
    done = time.process_time()
    share = (done - scanned) / len(text) * 1e9
    return f"{len(text):12} {parsed - start:10.3f} {scanned - parsed:10.3f} {done - scanned:10.3f} {share:14.0f}"


if __name__ == "__main__":
    main()
