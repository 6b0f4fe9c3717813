"""Text in, rows for a terminal of one width out: painted, wrapped, clipped at words, linked where that works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from permcheck.reports.plain import clip, line, pad, width, wrap

CODES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "dim": "2", "bold": "1"}
TONES = {
    "contradicted": "red",
    "silent": "red",
    "placeholder-only": "red",
    "vague": "yellow",
    "not-checked": "yellow",
    "disclosed": "green",
}
SEVERITY_TONES = {"error": "red", "warning": "yellow", "note": "cyan"}
SIGNS = {"error": "✗", "warning": "!", "note": "·"}


@dataclass(frozen=True, slots=True)
class Page:
    """How to write: colour or none, everything or the gist, so many columns, links to files or none."""

    color: bool
    verbose: bool
    width: int
    links: bool = False

    def paint(self, text: str, *tones: str) -> str:
        """The text in these tones, or as it is."""
        codes = ";".join(CODES[tone] for tone in tones if tone)
        return f"\x1b[{codes}m{text}\x1b[0m" if self.color and codes and text else text

    def paragraph(self, text: str, indent: int, first: str = "") -> Iterator[str]:
        """The text wrapped below an indent; ``first`` stands in the indent of the first line."""
        for number, piece in enumerate(wrap(line(text), max(20, self.width - indent))):
            yield (pad(first, indent) if number == 0 else " " * indent) + piece

    def link(self, text: str, path: str) -> str:
        """The text as a hyperlink to a file (OSC 8), or as it is."""
        if not self.links or not path or "!/" in path:
            return text
        address = f"file://{quote(str(Path.cwd() / path))}"
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"


def clip_words(text: str, columns: int) -> str:
    """The text cut between words to a number of columns, with an ellipsis where something is left out."""
    text = line(text)
    if width(text) <= columns:
        return text
    whole = clip(text, columns - 1)[:-1]
    kept = whole if text[len(whole)] == " " else whole.rpartition(" ")[0]
    return f"{kept.rstrip(' ,;:')} …" if kept else clip(text, columns)
