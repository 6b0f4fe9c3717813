"""How long reading a policy takes, by format and length: cost per kB must stay level from 10 kB to 10 MB.

Run: ``python benchmarks/documents.py [--largest MB] [FILE ...]``; files are read too, each with its time.
The reference for HTML is the tokenizer of the standard library alone, which builds no blocks.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

# in the place of this directory, whose ``html.py`` would stand before the library's
sys.path[0] = str(Path(__file__).parent.parent)

from html.parser import HTMLParser  # noqa: E402

from permcheck.documents import document_from_bytes, read_document  # noqa: E402
from permcheck.errors import PermcheckError  # noqa: E402
from tests.builders.docx import docx, paragraph, run  # noqa: E402

SENTENCES = (
    "We use the camera of your phone to scan the pairing code that stands on the lamp.",
    "Your location is read only while you add a lamp, because the system asks for it.",
    "We never sell what we know about you, and we share it with nobody but our host.",
    "When you delete the account, everything that we hold on you is gone after ten days.",
)


def words(size: int) -> list[str]:
    """Sections of about ``size`` characters in all, every paragraph with a number of its own."""
    sections, total, number = [], 0, 0
    while total < size:
        number += 1
        text = " ".join([*SENTENCES, f"This was said in part {number} of the policy."])
        sections.append(text)
        total += len(text) + 20
    return sections


def as_text(size: int) -> bytes:
    lines = []
    for number, text in enumerate(words(size), 1):
        lines += [f"{number % 99 + 1}. About lamps", *wrapped(text), ""]
    return "\n".join(lines).encode()


def wrapped(text: str, column: int = 76) -> list[str]:
    """Greedy wrapping (textwrap itself is slower than what is measured)."""
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) >= column:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def as_html(size: int) -> bytes:
    body = "".join(
        f"<h2>Part {n}</h2>\n<p>{text} <a href='#'>More &amp; more</a></p>\n" for n, text in enumerate(words(size))
    )
    return f"<html><body>{body}</body></html>".encode()


def as_markdown(size: int) -> bytes:
    return "".join(
        f"## Part {n}\n\n{text} **More** [here](https://lamp.example)\n\n" for n, text in enumerate(words(size))
    ).encode()


def as_chinese(size: int) -> bytes:
    text = "我们使用您手机的相机扫描设备上的二维码，以便将设备添加到您的账号中，图像不会上传到服务器。"
    return "".join(f"{n % 90 + 1}、关于设备\n{text * 3}\n" for n in range(size // (len(text.encode()) * 3))).encode()


def as_docx(size: int) -> bytes:
    return docx("".join(paragraph(run(text)) for text in words(size)))


def reference(data: bytes) -> None:
    HTMLParser().feed(data.decode())


FORMATS: dict[str, Callable[[int], bytes]] = {
    "text": as_text,
    "text, Chinese": as_chinese,
    "Markdown": as_markdown,
    "HTML": as_html,
    "DOCX": as_docx,
}


def timed(work: Callable[[], object]) -> float:
    """Processor seconds of the best of up to three runs."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
        if best > 1:
            break
    return best


def measure(largest: float) -> None:
    sizes = [size for size in (10_000, 100_000, 1_000_000, 10_000_000) if size <= largest * 1_000_000]
    print(f"{'format':16}" + "".join(f"{size // 1000:>8} kB     " for size in sizes) + "  (ms, and µs per kB of text)")
    for name, make in FORMATS.items():
        cells = []
        for size in sizes:
            data = make(size)
            seconds = timed(lambda data=data, name=name: document_from_bytes(data, f"p.{name}"))
            cells.append(f"{seconds * 1e3:8.1f} {seconds * 1e9 / size:6.0f}")
        print(f"{name:16}" + "".join(cells))
    cells = []
    for size in sizes:
        data = as_html(size)
        seconds = timed(lambda data=data: reference(data))
        cells.append(f"{seconds * 1e3:8.1f} {seconds * 1e9 / size:6.0f}")
    print(f"{'(html.parser)':16}" + "".join(cells))


def measure_files(paths: list[Path]) -> None:
    total = 0.0
    for path in paths:
        start = time.process_time()
        try:
            read_document(path)
        except PermcheckError as error:
            print(error)
        seconds = time.process_time() - start
        total += seconds
        print(f"{path.name:50} {path.stat().st_size / 1000:9.1f} kB {seconds * 1e3:8.1f} ms")
    print(f"{len(paths)} files: {total:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--largest", type=float, default=10, help="MB")
    options = parser.parse_args()
    if options.files:
        measure_files(options.files)
    else:
        measure(options.largest)


if __name__ == "__main__":
    main()
