"""Policies of three formats in, how long permcheck reads them against a reader of the format alone, in one process.

Run: ``python benchmarks/documents_ratio.py [--rounds N] FILE ...`` (HTML, DOCX and PDF files)

The references: BeautifulSoup with html.parser and ``get_text``, python-docx and the text of all paragraphs and cells,
pdfium's text of all pages. Rounds alternate, the best user time of each counts, so that a busy machine matters little.
"""

from __future__ import annotations

import argparse
import io
import resource
import sys
from collections.abc import Callable
from pathlib import Path

# in the place of this directory, whose ``html.py`` would stand before the library's
sys.path[0] = str(Path(__file__).parent.parent)

from permcheck.documents import document_from_bytes  # noqa: E402


def soup(data: bytes) -> str:
    from bs4 import BeautifulSoup  # noqa: PLC0415

    return BeautifulSoup(data, "html.parser").get_text()


def python_docx(data: bytes) -> str:
    from docx import Document  # noqa: PLC0415

    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def pdfium(data: bytes) -> str:
    from pypdfium2 import PdfDocument  # noqa: PLC0415

    document = PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


REFERENCES: dict[str, Callable[[bytes], str]] = {".html": soup, ".htm": soup, ".docx": python_docx, ".pdf": pdfium}


def user_time(work: Callable[[], object]) -> float:
    start = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    work()
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - start


def measure(path: Path, rounds: int) -> tuple[float, float]:
    data, reference = path.read_bytes(), REFERENCES[path.suffix.lower()]
    ours, theirs = [], []
    for _ in range(rounds + 1):
        theirs.append(user_time(lambda: reference(data)))
        ours.append(user_time(lambda: document_from_bytes(data, path.name)))
    # the first round loads the libraries
    return min(ours[1:]), min(theirs[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    totals: dict[str, list[float]] = {}
    for path in options.files:
        ours, theirs = measure(path, options.rounds)
        total = totals.setdefault(path.suffix.lower(), [0.0, 0.0])
        total[0] += ours
        total[1] += theirs
        print(f"{path.name:40} {ours * 1e3:8.1f} ms {theirs * 1e3:8.1f} ms {ours / theirs:6.2f}x")
    for suffix, (ours, theirs) in totals.items():
        print(f"{suffix:40} {ours * 1e3:8.1f} ms {theirs * 1e3:8.1f} ms {ours / theirs:6.2f}x")


if __name__ == "__main__":
    main()
