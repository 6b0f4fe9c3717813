"""PDF files from lines of text: one content stream per page, a standard font, or an image in the place of text."""

from __future__ import annotations

from collections.abc import Sequence

_PAGE = (
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>"
)


Placed = tuple[float, float, str]
"""Points from the left and from the foot of the page, and what is printed there."""


def pdf(pages: Sequence[Sequence[str | Placed]], title: str = "", extra: str = "") -> bytes:
    """Pages of lines, one below the other or each with its place; an empty page draws a filled box, as a scan would.

    ``extra`` goes into the trailer.
    """
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for lines in pages:
        content = _content(lines)
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(_PAGE.format(len(objects)))
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< /Title ({_escaped(title)}) >>")
    return _file(objects, f"/Info {len(objects)} 0 R {extra}")


def drawn(content: str) -> bytes:
    """One page with this content stream."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [5 0 R] /Count 1 >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        _PAGE.format(4),
    ]
    return _file(objects, "")


def _content(lines: Sequence[str | Placed]) -> str:
    if not lines:
        return "0.5 g 50 50 400 700 re f"
    shown = "".join(
        f"({_escaped(line)}) Tj T*\n"
        if isinstance(line, str)
        else f"1 0 0 1 {line[0]} {line[1]} Tm ({_escaped(line[2])}) Tj\n"
        for line in lines
    )
    return f"BT /F1 11 Tf 14 TL 50 790 Td\n{shown}ET"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: Sequence[str], trailer: str) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += "".join(f"{offset:010} 00000 n \n" for offset in offsets).encode()
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
