"""Pages in, how far their visible text is the same to permcheck and to a browser out: sentences, both ways.

Run: ``python benchmarks/browser_oracle.py [--differences N] FILE ...``

The browser is an installed Chromium, offline. Its text is ``innerText`` as the page comes, and again after each panel
that a control or a closed `details` holds was opened. Sentences are compared without regard to white space.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# in the place of this directory, whose ``html.py`` would stand before the library's
sys.path[0] = str(Path(__file__).parent.parent)

from permcheck.documents import read_document  # noqa: E402
from permcheck.documents.sentence import split  # noqa: E402
from permcheck.errors import PermcheckError  # noqa: E402
from permcheck.rendering.browser import find_browser  # noqa: E402

OPEN = """async () => {
  const texts = [document.body.innerText];
  document.querySelectorAll('details').forEach((part) => (part.open = true));
  texts.push(document.body.innerText);
  const controls = '[aria-expanded=false],[role=tab],[data-toggle],[data-bs-toggle],.accordion,.accordion-header,.tab';
  for (const control of [...document.querySelectorAll(controls)].slice(0, 60)) {
    if (control.closest('a[href]:not([href^="#"])')) continue;
    control.click();
    await new Promise((done) => setTimeout(done, 20));
    texts.push(document.body.innerText);
  }
  return texts;
}"""
SPACE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufe0f\ufeff]+")

LABEL = re.compile(r"\A\w{1,4}\.(?=.)")


def sentences(lines: Iterable[str]) -> set[str]:
    """What stands on the lines, sentence by sentence; cells of a table stand alone."""
    found = set()
    for line in lines:
        for cell in re.split(r"[\n\t|;]", line):
            text = " ".join(cell.split())
            found |= {SPACE.sub("", text[start:end]).lower() for start, end in split(text)}
    return {sentence for sentence in found if any(map(str.isalnum, sentence))}


def of_browser(page: Any, path: Path) -> set[str]:
    page.goto(path.resolve().as_uri(), wait_until="load")
    return sentences(page.evaluate(OPEN))


def of_permcheck(path: Path) -> set[str]:
    """Labels stand before their text, as the file writes them; the title of the window is not on the page."""
    document = read_document(path)
    shown = [block for block in document.blocks if block.visibility != "hidden" and block.region != "comment"]
    if shown and shown[0].region == "header" and shown[0].text == document.title:
        shown.pop(0)
    return sentences(f"{block.label} {block.text}".lstrip("•. ") for block in shown)


def compare(theirs: set[str], ours: set[str]) -> tuple[set[str], set[str]]:
    """What only one side has; a sentence that the other side cuts in another way is the same text.

    The numbers of an ordered list are on the screen and in our labels, but no part of ``innerText``.
    """
    their_text, our_text = "\n".join(sorted(theirs)), "\n".join(sorted(ours))
    lost = {one for one in theirs - ours if one not in our_text}
    more = {one for one in ours - theirs if LABEL.sub("", one) not in their_text}
    return lost, more


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--differences", type=int, default=0, help="show so many of each page")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    totals = [0, 0, 0, 0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser() or None, args=["--no-sandbox"])
        context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
        for path in options.files:
            page = context.new_page()
            page.set_default_timeout(30_000)
            try:
                theirs, ours = of_browser(page, path), of_permcheck(path)
            except PermcheckError as error:
                print(f"{path.name[:60]:60} {error}")
                continue
            finally:
                page.close()
            lost, more = compare(theirs, ours)
            totals = [totals[0] + len(theirs), totals[1] + len(lost), totals[2] + len(ours), totals[3] + len(more)]
            print(f"{path.name[:60]:60} {len(theirs):5} lost {len(lost):4} | {len(ours):5} more {len(more):4}")
            for sign, kind in (("-", lost), ("+", more)):
                for sentence in sorted(kind)[: options.differences]:
                    print(f"    {sign} {sentence[:140]}")
        browser.close()
    print(f"of the browser's {totals[0]} sentences {1 - totals[1] / max(1, totals[0]):.2%} are ours")
    print(f"of our {totals[2]} sentences {1 - totals[3] / max(1, totals[2]):.2%} are the browser's")


if __name__ == "__main__":
    main()
