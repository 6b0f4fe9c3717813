"""The gold folder and the seeds folder in, one table of how well policies are read out.

    python -P benchmarks/accuracy.py GOLD SEEDS [--misses] [--only MEASURE ...] [--cases DIR] [--fresh DIR]

Any folders of the same layout will do; what is absent is left out of the table. ``--misses`` prints each miss with the
trace of how it was read.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from accuracy_mentions import CATEGORIES, MENTIONS, Score

from permcheck.documents import document_from_text, read_document
from permcheck.knowledge import Knowledge, load_knowledge
from permcheck.model import Document, Policy
from permcheck.policy import declare, verdict

STATUS = {"only_in_placeholder": "placeholder-only", "not_mentioned": "silent", "denied": "denied"}
Lines = list[tuple[int, int]]


@dataclass
class Cells:
    """Judged cells of one measure: how many are right, and what is worst about the wrong ones."""

    name: str
    right: int = 0
    wrong: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, wanted: set[str], found: str, where: str, confidence: str, *, touched: bool | None = None) -> None:
        """Count one cell; ``touched`` says whether the quoted line is one that tells it (none where nobody said)."""
        fits = found in wanted
        self.right += fits
        self.wrong += not fits
        if found == "disclosed":
            self.counts["disclosed"] += 1
            self.counts["false disclosed"] += not fits
            if confidence == "high":
                self.counts["high"] += 1
                self.counts["high right"] += fits
        if "contradicted" in wanted or found == "contradicted":
            self.counts["contradictions"] += 1
            self.counts["contradictions right"] += fits
        if fits and touched is not None:
            self.counts["quotes"] += 1
            self.counts["quotes right"] += touched
        if not fits or touched is False:
            self.misses.append(
                f"{where}: wanted {'/'.join(sorted(wanted))}, found {found}" + (" (other line)" if fits else "")
            )

    def row(self) -> str:
        """The line of the table."""
        total = max(1, self.right + self.wrong)
        counts = self.counts
        parts = [
            f"{self.name:34} {self.right:5}/{total:<5} {self.right / total:6.1%}",
            f"false disclosed {counts['false disclosed']:3}/{counts['disclosed']:<4}",
            f"high right {counts['high right']}/{counts['high']}",
            f"contradictions {counts['contradictions right']}/{counts['contradictions']}",
        ]
        if counts["quotes"]:
            parts.append(f"quoted line {counts['quotes right']}/{counts['quotes']}")
        return "  ".join(parts)


@dataclass(frozen=True)
class Judged:
    """What a policy says of one category, as if an app asked for it."""

    verdict: str
    confidence: str
    lines: Lines


def judge(policy: Policy, category: str, knowledge: Knowledge, platform: Any = None) -> Judged:
    """The verdict of one category with its lines."""
    if category not in knowledge.categories:
        return Judged("silent", "low", [])
    result, confidence, _, chosen = verdict(knowledge.categories[category], policy.disclosures, platform, knowledge)
    spans = [item.location.span for item in chosen if item.location.span]
    return Judged(result, confidence, [(span.line, span.end_line) for span in spans])


def short(text: str, name: str, language: str = "") -> Document:
    """A passage as a document of a known language that stands for a whole policy."""
    document = document_from_text(text, name)
    if language:
        blocks = tuple(replace(block, language=language) for block in document.blocks)
        document = replace(document, language=language, blocks=blocks)
    return replace(document, gaps=())


def _touches(found: Lines, wanted: Lines) -> bool:
    return any(a <= last and first <= b for first, last in found for a, b in wanted)


def _vendor_cells(cells: Cells, document: Document, gold: dict[str, Any], where: str, knowledge: Knowledge) -> None:
    policy = declare(document, knowledge)
    for name, cell in gold.items():
        wanted = _wanted(cell)
        lines = [tuple(item["lines"]) for item in cell.get("evidence") or ()]
        ours = [judge(policy, category, knowledge) for category in CATEGORIES.get(name, (name,))]
        told = [one for one in ours if one.verdict != "silent"] or ours[:1]
        best = next((one for one in told if one.verdict in wanted), told[0])
        fits = best.verdict in wanted and (
            best.verdict in ("silent", "placeholder-only") or _touches(best.lines, lines)
        )
        found = best.verdict if fits or best.verdict not in wanted else f"{best.verdict} (other line)"
        cells.add(wanted, found, f"{where} {name} {lines} ours {best.lines}", best.confidence)


def _wanted(cell: dict[str, Any]) -> set[str]:
    status = str(cell["status"])
    wanted = {STATUS[status]} if status in STATUS else {"disclosed"}
    if status == "disclosed" and (cell.get("specificity") != "specific" or "device" in str(cell.get("note") or "")):
        wanted.add("vague")
    return wanted | {STATUS.get(other, other) for other in cell.get("also_acceptable") or ()}


def seeds(options: argparse.Namespace, knowledge: Knowledge) -> Iterator[Cells]:
    """The cells of the seeds, each with a line that tells it."""
    path = options.gold / "seeds_gold.json"
    if not path.exists():
        return
    gold = json.loads(path.read_text(encoding="utf-8"))
    for seed in sorted(gold["gold"]):
        either = {item["category"]: item["second"] for item in gold.get("either", ()) if item["seed"] == seed}
        cells = Cells(f"seed {seed}")
        document = read_document(options.seeds / gold["files"][seed])
        table = {
            name: cell if name not in either else _joint(cell, either[name])
            for name, cell in gold["gold"][seed].items()
        }
        _vendor_cells(cells, document, table, seed, knowledge)
        yield cells


def _joint(cell: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    return {
        **cell,
        "also_acceptable": [*(cell.get("also_acceptable") or ()), *_wanted(second)],
        "evidence": [*(cell.get("evidence") or ()), *(second.get("evidence") or ())],
    }


def vendors(options: argparse.Namespace, knowledge: Knowledge) -> Iterator[Cells]:
    """Vendors of several policy files: a cell fits when the files together say it."""
    folder = options.gold / "vendors"
    cells = Cells("vendors")
    for file in sorted(folder.glob("*.json")) if folder.exists() else ():
        for name, table in json.loads(file.read_text(encoding="utf-8"))["gold"].items():
            _vendor_cells(cells, read_document(folder / "policies" / name), table, name, knowledge)
    if cells.right + cells.wrong:
        yield cells


def pairs(options: argparse.Namespace, knowledge: Knowledge) -> Iterator[Cells]:
    """Real apps with their own policies, by category asked for."""
    folder = options.gold / "pairs"
    core, outside = Cells("pairs, core"), Cells("pairs, outside the core")
    for file in sorted(folder.glob("*/judge.json")) if folder.exists() else ():
        record = json.loads(file.read_text(encoding="utf-8"))
        policy = declare(read_document(file.parent / record.get("policy_file", "policy.md")), knowledge)
        for name, cell in record["categories"].items():
            found = judge(policy, name, knowledge, record["platform"])
            wanted = {cell["policy"], *cell.get("also_acceptable", ())}
            shown = "contradicted" if found.verdict == "denied" else found.verdict
            side = outside if cell.get("outside_core_vocabulary") else core
            side.add(
                wanted,
                shown,
                f"{record['pair']} {name} {cell.get('lines')} {(cell.get('quote') or '')[:300]} ours {found.lines}",
                found.confidence,
            )
    if core.right + core.wrong:
        yield from (core, outside)


def clauses(options: argparse.Namespace, knowledge: Knowledge) -> Iterator[Cells]:
    """Short policies with the right answer in words: ``category[, category]: verdict [or verdict]``."""
    path = options.cases / "clauses" / "pairs.json" if options.cases else None
    if path is None or not path.exists():
        return
    cells = Cells("cases, clauses")
    for item in json.loads(path.read_text(encoding="utf-8")):
        policy = declare(short(item["policy"], "p.md", item["language"]), knowledge)
        for part in item["right"].split(";"):
            names, _, said = part.partition(":")
            for name in names.split(","):
                if name.strip() in knowledge.categories and said.strip():
                    words = said.replace(" at most", " or silent").replace("(", " ").replace(",", " ").split()
                    wanted = {
                        word for word in words if word in ("disclosed", "vague", "silent", "denied", "contradicted")
                    }
                    found = judge(policy, name.strip(), knowledge)
                    if wanted:
                        cells.add(
                            wanted, found.verdict, f"{item['id']} {name.strip()} {item['policy']!r}", found.confidence
                        )
    yield cells


def sentences(options: argparse.Namespace, knowledge: Knowledge) -> Iterator[Cells]:
    """Passages of one category each with the verdict that was fixed before any run (JSON Lines)."""
    for file in sorted(options.fresh.glob("sentences/*.jsonl")) if options.fresh else ():
        if options.set and file.stem not in options.set:
            continue
        by_language: dict[str, Cells] = {}
        for line in file.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            cells = by_language.setdefault(item["language"], Cells(f"sentences {file.stem}, {item['language']}"))
            policy = declare(short(item["text"], "p.md", item["language"]), knowledge)
            found = judge(policy, item["category"], knowledge)
            wanted = {item["verdict"], *item.get("also", ())}
            cells.add(
                wanted,
                found.verdict,
                f"{item['id']} {item['category']} {item['kind']} {item['text']!r}",
                found.confidence,
            )
        yield from by_language.values()


def six(options: argparse.Namespace, knowledge: Knowledge) -> Iterator[Cells]:
    """The same sentences in several languages."""
    path = options.fresh / "sentences" / "six.json" if options.fresh else None
    if path is None or not path.exists() or (options.set and "six" not in options.set):
        return
    by_language: dict[str, Cells] = {}
    same = 0
    items = json.loads(path.read_text(encoding="utf-8"))
    for item in items:
        said = set()
        for language, text in item["text"].items():
            cells = by_language.setdefault(language, Cells(f"six languages, {language}"))
            found = judge(declare(short(text, "p.md", language), knowledge), item["category"], knowledge)
            said.add(found.verdict)
            cells.add(
                {item["verdict"], *item.get("also", ())},
                found.verdict,
                f"{item['id']} {item['category']} {text!r}",
                found.confidence,
            )
        same += len(said) == 1
    yield from by_language.values()
    print(f"{'six languages, same verdict':34} {same:5}/{len(items):<5} {same / max(1, len(items)):6.1%}")


def policies(options: argparse.Namespace, knowledge: Knowledge) -> Iterator[Cells]:
    """Whole policies that were judged before any run."""
    path = options.fresh / "policies" / "gold.json" if options.fresh else None
    if path is None or not path.exists() or (options.set and "policies" not in options.set):
        return
    cells = Cells("fresh policies")
    for name, table in json.loads(path.read_text(encoding="utf-8")).items():
        policy = declare(read_document(path.parent / name), knowledge)
        for category, cell in table.items():
            found = judge(policy, category, knowledge)
            wanted = {cell["verdict"], *cell.get("also", ())}
            lines = [tuple(pair) for pair in cell.get("lines") or ()]
            spoken = found.verdict in ("disclosed", "vague", "denied", "contradicted") and bool(lines)
            touched = _touches(found.lines, lines) if spoken else None
            cells.add(
                wanted,
                found.verdict,
                f"{name} {category} {lines} ours {found.lines} {cell.get('quote', '')[:200]}",
                found.confidence,
                touched=touched,
            )
    yield cells


Measure = Callable[[argparse.Namespace, Knowledge], Iterator[Cells | Score]]
MEASURES: dict[str, Measure] = {
    "seeds": seeds, "vendors": vendors, "pairs": pairs, "clauses": clauses, "sentences": sentences, "six": six,
    "policies": policies, **MENTIONS,
}  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("seeds", type=Path)
    parser.add_argument("--cases", type=Path, help="a folder with clauses/pairs.json")
    parser.add_argument(
        "--fresh", type=Path, help="a folder with sentences/*.jsonl, sentences/six.json, policies/gold.json"
    )
    parser.add_argument("--set", nargs="*", help="only these sets of the fresh folder")
    parser.add_argument("--misses", action="store_true", help="print every miss")
    parser.add_argument("--only", nargs="*", default=[], help=f"some measures: {', '.join(MEASURES)}")
    parser.add_argument("--half", choices=["even", "odd"], help="score every second item only")
    options = parser.parse_args()
    knowledge = load_knowledge()
    high = Counter[str]()
    for name, measure in MEASURES.items():
        if options.only and name not in options.only:
            continue
        start = time.perf_counter()
        for score in measure(options, knowledge):
            print(score.row())
            if isinstance(score, Cells):
                high.update(score.counts)
            if options.misses:
                print("\n".join(f"    {line}" for line in score.misses))
        print(f"{'':34} {time.perf_counter() - start:.1f} s")
    if high["high"]:
        share = high["high right"] / high["high"]
        print(f"disclosed with high confidence, all cells: {high['high right']}/{high['high']} = {share:.1%}")


if __name__ == "__main__":
    main()
