"""A policy as its blocks in, the same policy in every format that permcheck reads out."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from permcheck.model import Block
from tests.builders.docx import docx, paragraph, run, table

Blocks = Sequence[Block]


def marked(block: Block) -> str:
    """The text of a block with the mark that it has in a list or numbering."""
    return f"{block.label} {block.text}" if block.label else block.text


def as_text(blocks: Blocks) -> bytes:
    """One line a block, parted by blank lines; list items and rows stand together."""
    lines = []
    for kind, group in groupby(blocks, lambda block: block.kind):
        joint = "\n" if kind in {"item", "row"} else "\n\n"
        lines.append(joint.join(marked(block) for block in group))
    return ("\n\n".join(lines) + "\n").encode()


def as_html(blocks: Blocks) -> bytes:
    """Indented, every text broken after some words, as people and editors write it."""
    return _page("\n".join(_elements(blocks, lambda text: _broken(escape(text, quote=False)))), "\n")


def as_minified_html(blocks: Blocks) -> bytes:
    """Everything on one line."""
    return _page("".join(_elements(blocks, lambda text: escape(text, quote=False))), "")


def _page(body: str, end: str) -> bytes:
    return f"<!DOCTYPE html>{end}<html><head><meta charset=utf-8></head><body>{end}{body}{end}</body></html>".encode()


def _broken(text: str) -> str:
    words = text.split(" ")
    return "".join(word + ("\n    " if number % 7 == 6 else " ") for number, word in enumerate(words)).rstrip()


def _elements(blocks: Blocks, shown: Callable[[str], str]) -> Iterator[str]:
    for kind, group in groupby(blocks, lambda block: block.kind):
        if kind == "row":
            yield f"<table>{''.join(_row(block, shown) for block in group)}</table>"
            continue
        for block in group:
            tag = f"h{min(6, block.level + 1)}" if kind == "heading" else "p"
            yield f"<{tag}>{shown(marked(block))}</{tag}>"


def _row(block: Block, shown: Callable[[str], str]) -> str:
    return "<tr>" + "".join(f"<td>{shown(cell.strip())}</td>" for cell in block.text.split("|")) + "</tr>"


def as_markdown(blocks: Blocks) -> bytes:
    """Headings with hashes, rows with bars; what Markdown would take for its own signs is escaped."""
    lines = []
    for kind, group in groupby(blocks, lambda block: block.kind):
        texts = [_escaped(marked(block)) for block in group] if kind != "heading" else []
        if kind == "heading":
            lines += [f"{'#' * min(6, block.level + 1)} {_escaped(marked(block))}" for block in group]
        elif kind == "row":
            lines.append("\n".join(f"| {text} |" for text in texts))
        else:
            lines += texts
    return ("\n\n".join(lines) + "\n").encode()


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "*_[]<>`~&" else sign for sign in text)


def as_docx(blocks: Blocks) -> bytes:
    """Word's heading styles and tables."""
    body = ""
    for kind, group in groupby(blocks, lambda block: block.kind):
        found = list(group)
        if kind == "row":
            body += table([[cell.strip() for cell in block.text.split("|")] for block in found])
        else:
            style = "berschrift1" if kind == "heading" else ""
            body += "".join(paragraph(run(marked(block)), style) for block in found)
    return docx(body)


def as_rtf(blocks: Blocks) -> bytes:
    """Outline levels for headings, rows of cells for tables."""
    parts = []
    for block in blocks:
        if block.kind == "row":
            cells = [cell.strip() for cell in block.text.split("|")]
            ends = "".join(f"\\cellx{2000 * (at + 1)}" for at in range(len(cells)))
            parts.append(f"\\trowd{ends}" + "".join(f"\\intbl {_rtf(cell)}\\cell" for cell in cells) + "\\row\n")
        else:
            rank = "\\outlinelevel0\\b" if block.kind == "heading" else ""
            parts.append(f"{{\\pard{rank} {_rtf(marked(block))}\\par}}\n")
    return ("{\\rtf1\\ansi\\uc1\n" + "".join(parts) + "}").encode("ascii")


def _rtf(text: str) -> str:
    units = text.encode("utf-16-le")
    codes = [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)]
    return "".join(
        f"\\{chr(code)}" if chr(code) in "\\{}" else chr(code) if code < 128 else f"\\u{code - (code > 32767) * 65536}?"
        for code in codes
    )


def browser() -> str:
    """The browser that prints PDF, ``""`` where none is installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), "")


def as_pdf(blocks: Blocks) -> bytes:
    """The page as a browser prints it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "p.html").write_bytes(as_html(blocks))
        subprocess.run(
            [browser(), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
             f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={folder / 'p.pdf'}", f"{folder / 'p.html'}"],
            check=True, capture_output=True, timeout=120, env={**os.environ, "HOME": name},
        )  # fmt: skip
        return (folder / "p.pdf").read_bytes()


FORMATS: dict[str, Callable[[Blocks], bytes]] = {
    "p.txt": as_text,
    "p.html": as_html,
    "min.html": as_minified_html,
    "p.md": as_markdown,
    "p.docx": as_docx,
    "p.rtf": as_rtf,
    "p.pdf": as_pdf,
}
"""File name -> what writes it."""
