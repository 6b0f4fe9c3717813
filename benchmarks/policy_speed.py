"""A folder of policies in, the processor time of reading texts of growing length out: the cost must stay linear.

python benchmarks/policy_speed.py SEEDS [--largest CHARACTERS]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from permcheck.declarations import placeholders
from permcheck.declarations.policy import declare
from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge, load_knowledge

SIZES = (30_000, 30_000, 100_000, 1_000_000, 10_000_000)
"""Characters; the first run of all pays for the lexicon, the second shows the cost of a usual policy."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seeds", type=Path)
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    options = parser.parse_args()
    knowledge = load_knowledge()
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(options.seeds.glob("*.txt")))
    print(f"{'characters':>12} {'blocks s':>10} {'slots s':>10} {'declare s':>10} {'ns/character':>14}")
    for size in SIZES:
        if size <= options.largest:
            print(row((text * (size // len(text) + 1))[:size], knowledge))


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
