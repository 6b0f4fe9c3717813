"""Score the placeholder linter on a folder of answers: ``docs.jsonl``, ``labels.jsonl`` and one ``{doc}.txt`` each.

    python benchmarks/placeholders.py GOLD [--seeds FOLDER] [--half a|b] [--misses] [--cli]

Prints line precision, recall and F1, how many spans have exactly the answered lines, and how many clean documents are
flagged at warning or above. ``--half`` splits the documents by a digest of their name, so that patterns can be tuned
on one half and judged on the other. ``--cli`` scores what ``permcheck policy --format json`` prints.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from permcheck.documents import read_document
from permcheck.errors import DocumentError
from permcheck.knowledge import Knowledge, load_knowledge
from permcheck.placeholders import lint


@dataclass(frozen=True)
class Flag:
    """One reported placeholder."""

    first: int
    last: int
    rule: str
    severity: str
    text: str


@dataclass(frozen=True)
class Answer:
    """One answered span, as the set of its lines."""

    lines: frozenset[int]
    kind: str
    text: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--seeds", type=Path, help="further documents without any placeholder unless answered")
    parser.add_argument("--half", choices=("a", "b"))
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--cli", action="store_true")
    arguments = parser.parse_args()
    knowledge = load_knowledge()
    documents = [d for d in _records(arguments.gold / "docs.jsonl") if arguments.half in (None, half(d["doc"]))]
    answers = read_answers(arguments.gold / "labels.jsonl")
    flags = {d["doc"]: read(arguments.gold / f"{d['doc']}.txt", knowledge, cli=arguments.cli) for d in documents}
    report(documents, answers, flags, misses=arguments.misses)
    for path in sorted(arguments.seeds.glob("*.txt")) if arguments.seeds else ():
        found = read(path, knowledge, cli=arguments.cli)
        print(f"{path.name}: {len(found)} placeholders")


def half(name: str) -> str:
    """Which half of the documents a name belongs to: stable, and blind to what the document holds."""
    return "ab"[hashlib.sha256(name.encode()).digest()[0] % 2]


def read(path: Path, knowledge: Knowledge, *, cli: bool) -> list[Flag]:
    if cli:
        return list(_from_cli(path))
    try:
        found = lint(read_document(path), knowledge).placeholders
    except DocumentError as error:
        print(f"{path.name}: {error}", file=sys.stderr)
        return []
    spans = [(item, item.location.span) for item in found]
    return [Flag(s.line, s.end_line, item.rule, item.severity, item.text) for item, s in spans if s]


def _from_cli(path: Path) -> Iterator[Flag]:
    command = [sys.executable, "-m", "permcheck", "policy", str(path), "--format", "json", "--exit-zero"]
    run = subprocess.run(command, capture_output=True, check=False)
    for document in json.loads(run.stdout)["documents"]:
        for item in document["placeholders"]:
            yield Flag(*item["lines"], item["kind"], item.get("severity", "warning"), item["text"])


def read_answers(path: Path) -> dict[str, list[Answer]]:
    lines: dict[tuple[str, int], list[dict[str, object]]] = defaultdict(list)
    for record in _records(path):
        lines[record["doc"], record["span_id"]].append(record)
    found: dict[str, list[Answer]] = defaultdict(list)
    for (doc, _), records in lines.items():
        text = " ".join(str(record["text"]) for record in records)
        found[doc].append(Answer(frozenset(int(str(r["line"])) for r in records), str(records[0]["kind"]), text))
    return found


def report(
    documents: list[dict[str, str]], answers: dict[str, list[Answer]], flags: dict[str, list[Flag]], *, misses: bool
) -> None:
    right = flagged = wanted = exact = spans = 0
    noisy = []
    for name in (document["doc"] for document in documents):
        told = {line for flag in flags[name] for line in range(flag.first, flag.last + 1)}
        truth = {line for answer in answers[name] for line in answer.lines}
        sets = [frozenset(range(flag.first, flag.last + 1)) for flag in flags[name]]
        right, flagged, wanted = right + len(told & truth), flagged + len(told), wanted + len(truth)
        exact, spans = exact + sum(answer.lines in sets for answer in answers[name]), spans + len(answers[name])
        if not truth and any(flag.severity != "note" for flag in flags[name]):
            noisy.append(name)
        if misses:
            _print_misses(name, answers[name], flags[name], told, truth)
    precision, recall = right / (flagged or 1), right / (wanted or 1)
    hit = sum(bool(flags[d["doc"]]) for d in documents if answers[d["doc"]])
    positive = sum(bool(answers[d["doc"]]) for d in documents)
    print(f"documents {len(documents)}, positive {positive}, of these flagged {hit}")
    print(f"lines     P {precision:.3f}  R {recall:.3f}  F1 {2 * precision * recall / (precision + recall or 1):.3f}")
    print(f"spans     {exact} of {spans} with exactly the answered lines")
    print(f"clean documents flagged at warning or above: {len(noisy)} {' '.join(noisy)}")


def _print_misses(name: str, answers: list[Answer], flags: list[Flag], told: set[int], truth: set[int]) -> None:
    for answer in answers:
        if not answer.lines <= told:
            print(f"MISSED {name}:{min(answer.lines)} {answer.kind}: {answer.text[:100]}")
    for flag in flags:
        if not set(range(flag.first, flag.last + 1)) <= truth:
            print(f"FALSE  {name}:{flag.first}-{flag.last} {flag.rule} {flag.severity}: {flag.text[:120]}")


def _records(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


if __name__ == "__main__":
    main()
