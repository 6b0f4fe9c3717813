"""Score the placeholder linter on a folder of answers: ``docs.jsonl``, ``labels.jsonl`` and one ``{doc}.txt`` each.

    python benchmarks/placeholders.py GOLD [--seeds FOLDER] [--half a|b] [--misses] [--cli]
    python benchmarks/placeholders.py FOLDER --labels FILE [--misses]      a folder of documents of any format
    python benchmarks/placeholders.py FOLDER --finished [--judge FILE]     documents in which nothing is left open

Prints line precision, recall and F1, how many spans have exactly the answered lines, and how many clean documents are
flagged at warning or above. ``--half`` splits the documents by a digest of their name, so that patterns can be tuned
on one half and judged on the other. ``--cli`` scores what ``permcheck policy --format json`` prints.

First-sight figures come from documents that nobody had read before the run. ``--labels`` names JSON lines of
``{"doc", "line", "end_line", "text", "kind", "weak"}``, set by hand before it: a span is found when a flag on its lines
shares its words; a ``weak`` one counts neither as missed nor as false. ``--finished`` prints how many documents are
flagged at warning or above and each such flag with the text around it, for a judgement by eye; with ``--judge``, JSON
lines of ``{"doc", "line", "right"}``, the precision follows.
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
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

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
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--finished", action="store_true")
    parser.add_argument("--judge", type=Path)
    arguments = parser.parse_args()
    knowledge = load_knowledge()
    if arguments.labels:
        score_spans(arguments.gold, arguments.labels, knowledge, misses=arguments.misses)
        return
    if arguments.finished:
        list_flags(arguments.gold, arguments.judge, knowledge)
        return
    documents = [d for d in _records(arguments.gold / "docs.jsonl") if arguments.half in (None, half(d["doc"]))]
    answers = read_answers(arguments.gold / "labels.jsonl")
    flags = {d["doc"]: read(arguments.gold / f"{d['doc']}.txt", knowledge, cli=arguments.cli) for d in documents}
    report(documents, answers, flags, misses=arguments.misses)
    for path in sorted(arguments.seeds.glob("*.txt")) if arguments.seeds else ():
        found = read(path, knowledge, cli=arguments.cli)
        print(f"{path.name}: {len(found)} placeholders")


@dataclass
class Tally:
    """Counts over a folder of labelled documents."""

    spans: int = 0
    found: int = 0
    right: int = 0
    told: int = 0
    wanted: int = 0


def score_spans(folder: Path, labels: Path, knowledge: Knowledge, *, misses: bool) -> None:
    """Span recall and line F1 over the documents of a folder."""
    answers: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in _records(labels):
        answers[record["doc"]].append(record)
    tally, kinds = Tally(), defaultdict(lambda: [0, 0])
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        flags = read(path, knowledge, cli=False)
        own = answers.get(path.name) or answers.get(path.stem) or []
        _count_lines(own, flags, tally)
        for record in own:
            if record.get("weak"):
                continue
            hit = any(_meets(record, flag) for flag in flags)
            tally.spans, tally.found = tally.spans + 1, tally.found + hit
            kinds[record["kind"]][0] += hit
            kinds[record["kind"]][1] += 1
            if misses and not hit:
                print(f"MISSED {path.name}:{record['line']} {record['kind']}: {record['text'][:120]}")
        for flag in flags if misses else ():
            if not any(_overlap(record, flag) for record in own):
                print(f"FALSE  {path.name}:{flag.first} {flag.rule} {flag.severity}: {flag.text[:120]}")
    precision, recall = tally.right / (tally.told or 1), tally.right / (tally.wanted or 1)
    print(f"spans {tally.found} of {tally.spans}: recall {tally.found / (tally.spans or 1):.3f}")
    print(f"lines P {precision:.3f}  R {recall:.3f}  F1 {2 * precision * recall / (precision + recall or 1):.3f}")
    print("by kind", {kind: f"{hit}/{total}" for kind, (hit, total) in sorted(kinds.items())})


def _lines(record: dict[str, Any]) -> set[int]:
    return set(range(record["line"], record.get("end_line", record["line"]) + 1))


def _count_lines(own: list[dict[str, Any]], flags: list[Flag], tally: Tally) -> None:
    truth = {line for record in own if not record.get("weak") for line in _lines(record)}
    spare = {line for record in own if record.get("weak") for line in _lines(record)} - truth
    told = {line for flag in flags for line in range(flag.first, flag.last + 1)} - spare
    tally.right, tally.told, tally.wanted = (
        tally.right + len(told & truth),
        tally.told + len(told),
        tally.wanted + len(truth),
    )


def _overlap(record: dict[str, Any], flag: Flag) -> bool:
    return bool(_lines(record) & set(range(flag.first, flag.last + 1)))


def _meets(record: dict[str, Any], flag: Flag) -> bool:
    """Whether a flag stands on the lines of a span and shares its words."""
    one, other = ("".join(filter(str.isalnum, text)) or text for text in (record["text"], flag.text))
    return _overlap(record, flag) and (
        one in other or other in one or _common(one, other) * 2 >= min(len(one), len(other))
    )


def _common(one: str, other: str) -> int:
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 2)


def list_flags(folder: Path, judgements: Path | None, knowledge: Knowledge) -> None:
    """Every flag at warning or above in finished documents; the precision by document where they were judged."""
    right = {(r["doc"], int(r["line"])) for r in _records(judgements) if r["right"]} if judgements else set()
    total, flagged, sound = 0, [], 0
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        total += 1
        flags = [flag for flag in read(path, knowledge, cli=False) if flag.severity != "note"]
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if flags else []
        for flag in flags:
            around = " ".join(lines[max(0, flag.first - 2) : flag.last + 1])
            print(f"{path.name}:{flag.first} {flag.rule} {flag.severity} <<{flag.text[:150]}>> in: {around[:300]}")
        if flags:
            flagged.append(path.name)
            sound += all((path.name, flag.first) in right for flag in flags)
    print(f"documents {total}, flagged at warning or above {len(flagged)}, of these all flags right {sound}")


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


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


if __name__ == "__main__":
    main()
