"""A policy of a given size with 60 categories in; time to write the HTML report, its size and time to DOM ready out.

Usage: python benchmarks/html_report.py [--bytes 500000] [--runs 5] (needs playwright and a chromium on PATH)
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from permcheck.model import (
    AppFacts,
    Assessment,
    Block,
    CategoryNote,
    Disclosure,
    Document,
    Fact,
    Finding,
    Location,
    Policy,
    Report,
    RuleNote,
)
from permcheck.reports import html

SENTENCE = "The app reads category {} of your phone so that the lamp in room {} turns on before you come home. "


def build(size: int, categories: int) -> Report:
    """A report whose policy has about so many bytes, every category asked for, disclosed at 20 places."""
    blocks, written = [], 0
    while written < size:
        number = len(blocks)
        text = "".join(SENTENCE.format(f"c{number % categories}", number * 4 + part) for part in range(4)).strip()
        blocks.append(Block(text, ((0, number * 2 + 1, 0, None),), "paragraph"))
        written += len(text) + 2
    document = Document("policy.txt", "Policy", "en", "0" * 64, tuple(blocks))
    notes = tuple(CategoryNote(f"c{n}", f"Category {n}", "What it means.") for n in range(categories))
    said = [_say(document, number, number % categories) for number in range(min(len(blocks), 20 * categories))]
    facts = tuple(
        Fact("permission", f"android.permission.C{n}", location=Location("a.apk!/AndroidManifest.xml", f"C{n}"))
        for n in range(categories)
    )
    app = AppFacts("a.apk", "android", "com.example.lamp", "Lamp", "1.0", "0" * 64, facts)
    cells = tuple(
        _cell(n, facts[n], [item for item in said if item.category == f"c{n}"][:3]) for n in range(categories)
    )
    return Report(
        "0.1.0",
        "0" * 64,
        (app,),
        (Policy(document, tuple(said)),),
        (),
        cells,
        tuple(_find(cell) for cell in cells),
        categories=notes,
        rules=(
            RuleNote("PC101", "undisclosed", "error", "A permission that the policy never mentions", "Why.", "Fix."),
        ),
        fact_categories=tuple((fact, (f"c{n}",)) for n, fact in enumerate(facts)),
    )


def _say(document: Document, number: int, category: int) -> Disclosure:
    block = document.blocks[number]
    end = block.text.index(".") + 1
    place = Location(document.path, "", block.span(0, end))
    return Disclosure("policy", f"c{category}", "disclosed", block.text[:end], place, purpose="the lamp turns on")


def _cell(number: int, fact: Fact, said: list[Disclosure]) -> Assessment:
    return Assessment(f"c{number}", "a.apk", "disclosed" if number % 2 else "silent", "high", "", (fact,), tuple(said))


def _find(cell: Assessment) -> Finding:
    words = f"The app asks for {cell.category}, but the policy never mentions it."
    return Finding(
        "PC101",
        "undisclosed",
        "error",
        "high",
        cell.category,
        words,
        "Fix.",
        cell.app,
        category=cell.category,
        evidence=cell.facts,
        quotes=cell.disclosures,
    )


def measure(page_file: Path, runs: int) -> dict[str, list[float]]:
    """Milliseconds to DOM ready, to load, and of the slowest frame while scrolling through the policy."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (not part of what is measured)

    times: dict[str, list[float]] = {"dom ready": [], "load": [], "slowest frame": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for _ in range(runs):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(page_file.as_uri())
            timing = page.evaluate("JSON.parse(JSON.stringify(performance.getEntriesByType('navigation')[0]))")
            times["dom ready"].append(timing["domContentLoadedEventEnd"])
            times["load"].append(timing["loadEventEnd"])
            times["slowest frame"].append(page.evaluate(SCROLL))
            page.close()
        browser.close()
    return times


SCROLL = """async () => {
  const pane = document.getElementById('policy');
  let slowest = 0;
  for (let step = 1; step <= 30; step++) {
    const start = performance.now();
    pane.scrollTop = pane.scrollHeight * step / 30;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    slowest = Math.max(slowest, performance.now() - start);
  }
  return slowest;
}"""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bytes", type=int, default=500_000)
    parser.add_argument("--categories", type=int, default=60)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    report = build(asked.bytes, asked.categories)
    html.render(report)
    start = time.process_time()
    text = html.render(report)
    spent = time.process_time() - start
    bound = 3 * asked.bytes + 300_000
    print(f"policy {asked.bytes:,} B, {asked.categories} categories, {len(report.policies[0].disclosures)} disclosures")
    print(f"written in {spent:.2f} s CPU; {len(text.encode()):,} B, bound {bound:,} B")
    with tempfile.TemporaryDirectory() as directory:
        page = Path(directory, "report.html")
        page.write_text(text, encoding="utf-8")
        for name, values in measure(page, asked.runs).items():
            print(f"{name}: median {statistics.median(values):.0f} ms, worst {max(values):.0f} ms")


if __name__ == "__main__":
    main()
