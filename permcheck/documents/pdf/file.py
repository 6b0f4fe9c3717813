"""A PDF in, drafts of blocks with page numbers out; pages without text are gaps, a PDF without any is refused."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from ctypes import c_double
from dataclasses import replace
from math import hypot
from typing import Any
from zlib import decompressobj
from zlib import error as ZlibError  # noqa: N812  (its own name says nothing)

from permcheck.documents.outline import Draft
from permcheck.documents.pdf.cover import Cover, masked
from permcheck.documents.pdf.layout import WORD, Layout, Placed, Printed
from permcheck.documents.pdf.look import page_look
from permcheck.documents.text.lines import BREAKS, Group, Line, group_lines
from permcheck.documents.text.plain import drafts_of
from permcheck.documents.text.weave import Weaver, Woven
from permcheck.errors import DocumentError
from permcheck.model import Gap, Location, Region, Span

_MAX_PAGES = 2_000
_MAX_CHARACTERS = 30_000_000
_LONE_MARK = re.compile(
    r"(?:[·•●○◦▪▫■□➢✓✔❖‣⁃\uf0b7\uf0a7\uf0d8–o-]|[(（]?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)）]|\d{1,2}(?:\.\d{1,2})+\.?)\Z"
)
_BROKEN = re.compile("([^\\W\\d_]{2,}) ?([-\u2010\u00ad\x02])\\Z")
_HYPHEN = re.compile("\\s?[-\u2010\u00ad\x02]\\Z")
_HALVES = re.compile("\\b[^\\W\\d_]+ ?[-\u2010\u00ad\x02][ \\t]*[\\r\\n]\\s*[^\\W\\d_]+")
_GLYPHS = re.compile("[\ufb00-\ufb06\u2e80-\u2fdf\uf900-\ufaff]+")
"""Ligatures and radicals that fonts show in the place of letters and hanzi."""
_WORD_START = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_DIGITS = re.compile(r"\d+|\b[ivxIVX]+\b")
_UNREADABLE = re.compile("[\ufffd\ue000-\uefff\uf100-\uf8ff\x00-\x08\x0e-\x1f]|\\(cid:\\d+\\)")
_KEEPS_HYPHEN = frozenset({
    "add", "age", "built", "check", "co", "cross", "device", "first", "high", "ip", "log", "long", "low", "multi",
    "non", "off", "on", "opt", "pop", "pre", "real", "self", "short", "sign", "so", "third", "two", "up", "user",
    "well", "wi",
})  # fmt: skip
"""First parts of words that have a hyphen of their own ("third-party", "opt-out")."""
_COMPRESSED = re.compile(rb"/Filter ?\[? ?/FlateDecode ?\]?[^>]{0,200}>>\s{0,4}stream\r?\n")
_CHUNK = 1 << 20
_EDGE = 3
_PRINTED_LINE = re.compile("[^\r\n\ufffe]+")
_BLANK = Line(Woven(""))

Pages = list[str]
Prints = list[dict[int, Printed]]
"""How lines are printed, by page and by number of the line on the page; without what is not known."""
_Part = tuple[str, int, int]
"""Text, line on the page, column."""


def read_pdf(data: bytes, path: str) -> tuple[list[Draft], str, tuple[Gap, ...]]:
    """A PDF as drafts, its title, and a gap for each page without text.

    Raises `DocumentError` when it is damaged, encrypted, scanned, or its text cannot be told.
    """
    pages, title, prints, covers = _extract(data, path)
    _refuse_unreadable(pages, path)
    gaps = _damage(data, path) + tuple(
        Gap(Location(path, span=Span(1, 0, 1, 0, page)), f"page {page} holds no text (an image?)")
        for page, text in enumerate(pages, 1)
        if not text.strip()
    )
    if len(pages) == _MAX_PAGES:
        gaps += (Gap(Location(path), f"only the first {_MAX_PAGES} pages were read"),)
    gaps += tuple(
        Gap(Location(path, span=Span(1, 0, 1, 0, page)), f"page {page} is a picture; the text layer over it was read")
        for page, cover in enumerate(covers, 1)
        if cover.is_scan
    )
    return drafts_of([*_groups(pages, prints), *_hidden_groups(covers)]), title, gaps


def _extract(data: bytes, path: str) -> tuple[Pages, str, Prints, list[Cover]]:
    import pypdfium2  # noqa: PLC0415  (heavy)

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = "is encrypted with a password" if "assword" in str(error) else "is damaged or of an unknown kind"
        raise DocumentError(f"{path}: the PDF {reason}") from error
    try:
        prints: Prints = []
        covers: list[Cover] = []
        pages = _bounded(_pdfium_pages(document, pypdfium2.raw, prints, covers), path)
        return pages, " ".join(document.get_metadata_value("Title").split()), prints, covers
    except pypdfium2.PdfiumError as error:
        raise DocumentError(f"{path}: the PDF is damaged ({_one_line(error)})") from error
    finally:
        document.close()


def _damage(data: bytes, path: str) -> tuple[Gap, ...]:
    """A gap where compressed parts break off: pdfium gives what it can of them and does not say so."""
    if b"/Encrypt" in data:
        return ()
    broken = sum(not _is_sound(data, match.end()) for match in _COMPRESSED.finditer(data))
    if not broken:
        return ()
    return (Gap(Location(path), f"the PDF is damaged in {broken} places: some of its text may be missing"),)


def _is_sound(data: bytes, start: int) -> bool:
    """Whether a stream can be decompressed to its end."""
    decoder, left = decompressobj(), data[start : data.find(b"endstream", start)]
    try:
        while left and not decoder.eof:
            decoder.decompress(left, _CHUNK)
            left = decoder.unconsumed_tail
    except ZlibError:
        return False
    return decoder.eof


def _pdfium_pages(document: Any, raw: Any, prints: Prints, covers: list[Cover]) -> Iterator[str]:
    for number in range(min(len(document), _MAX_PAGES)):
        page = document[number]
        textpage = page.get_textpage()
        text = textpage.get_text_range()
        look = page_look(page.raw, raw, page.get_cropbox())
        if look.hidden:
            text, lines = masked(textpage, text, raw, look.hidden)
            covers.append(Cover(lines))
        else:
            covers.append(Cover((), is_scan=look.is_scan))
        prints.append(_printed(textpage, text, raw) if textpage.count_chars() == len(text) else {})
        # pdfium writes U+FFFE where a line ended in a hyphen, and goes on without the line break
        yield text.replace("\ufffe", "-\n")


def _hidden_groups(covers: Iterable[Cover]) -> Iterator[Group]:
    for page, cover in enumerate(covers, 1):
        for number, text, how in cover.lines:
            weaver = Weaver()
            weaver.hide(text, how, number, 0, page)
            yield Group([Line(weaver.result(), 0, page)])


def _printed(page: Any, text: str, raw: Any) -> dict[int, Printed]:
    """Where the words of each line of a page stand."""
    left, right, bottom, top, x, y = (c_double() for _ in range(6))
    lines: dict[int, Printed] = {}
    number, end = 1, 0
    for line in _PRINTED_LINE.finditer(text):
        number += len(BREAKS.findall(text[end : line.start()].replace("\ufffe", "\n")))
        end = line.end()
        words = []
        found = list(WORD.finditer(text, line.start(), end))
        for word in found:
            raw.FPDFText_GetCharOrigin(page, word.start(), x, y)
            raw.FPDFText_GetCharBox(page, word.end() - 1, left, right, bottom, top)
            words.append((x.value, right.value))
        if words:
            lines[number] = Printed(y.value, _size(page, found[len(found) // 2].start(), raw), tuple(words))
    return lines


def _size(page: Any, index: int, raw: Any) -> float:
    """The size of the type of a character, in points; that of a whole line is that of its middle, bullets aside."""
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(page, index, matrix)
    size: float = raw.FPDFText_GetFontSize(page, index)
    return max(0.1, size * hypot(matrix.c, matrix.d))


def _bounded(texts: Iterable[str], path: str) -> Pages:
    pages, size = [], 0
    for text in texts:
        pages.append(_GLYPHS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text))
        size += len(text)
        if size > _MAX_CHARACTERS:
            raise DocumentError(f"{path}: the PDF holds more text than any policy ({size} characters and more)")
    return pages


def _one_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:120]


def _refuse_unreadable(pages: Pages, path: str) -> None:
    text = "".join(pages)
    letters = sum(map(str.isalpha, text))
    if not letters:
        raise DocumentError(f"{path}: no policy text: the PDF holds no text, only images (a scan?)")
    if len(_UNREADABLE.findall(text)) * 4 > letters:
        raise DocumentError(f"{path}: no policy text: the fonts of the PDF do not say which characters they show")


def _groups(pages: Pages, prints: Prints) -> list[Group]:
    """Blocks of all pages; a paragraph may go on over the page break, running heads and feet stand apart."""
    raw = [[line.strip() for line in BREAKS.split(page)] for page in pages]
    furniture = _furniture(raw)
    lines: list[Line] = []
    apart: list[Group] = []
    told: set[str] = set()
    words = _words(pages)
    edges = [_edges(page, furniture) for page in raw]
    bodies = [
        [Placed(text, at, 0, printed.get(at)) for at, text in enumerate(page[top:bottom], top + 1) if text]
        for page, (top, bottom), printed in zip(raw, edges, prints, strict=True)
    ]
    layout = Layout(bodies)
    for number, (page, body, (top, bottom)) in enumerate(zip(raw, bodies, edges, strict=True), 1):
        for piece in layout.arrange(body, number):
            lines += [piece] if isinstance(piece, Line) else [*_page_lines(piece, number, words), _BLANK]
        if lines and lines[-1] is _BLANK:
            lines.pop()
        for index, text in enumerate(page, 1):
            region: Region = "header" if index <= top else "footer"
            if text and not top < index <= bottom and _key(text) not in told:
                told.add(_key(text))
                apart.append(Group([_line([(text, index, 0)], number, 0)], kind="paragraph", region=region))
    return [*group_lines(lines, spaced=False), *apart]


def _furniture(pages: Sequence[Sequence[str]]) -> set[str]:
    """Lines (their numbers aside) that stand at one place at the top or bottom of most pages.

    On two pages a sentence may come twice by chance, so there it takes a line that does not end as sentences do.
    """
    counts: Counter[tuple[int, str]] = Counter()
    for page in pages:
        filled = [_key(text) for text in page if text]
        counts.update({(place, filled[place]) for place in range(-_EDGE, _EDGE) if -len(filled) <= place < len(filled)})
    least = max(2, len(pages) * 2 // 5)
    return {
        key for (_, key), count in counts.items() if count >= least and (len(pages) > 2 or key[-1] not in ".;:!?。；：")
    }


def _key(text: str) -> str:
    return _DIGITS.sub("#", text).lower()


def _edges(page: Sequence[str], furniture: set[str]) -> tuple[int, int]:
    """Where the text between running head and foot starts and ends, blank lines left out."""
    top, bottom = 0, len(page)
    while top < bottom and (not page[top] or _key(page[top]) in furniture):
        top += 1
    while bottom > top and (not page[bottom - 1] or _key(page[bottom - 1]) in furniture):
        bottom -= 1
    return top, bottom


def _words(pages: Pages) -> frozenset[str]:
    """The words of the text, without the halves that stand at line ends."""
    whole = (_HALVES.sub(" ", page) for page in pages)
    return frozenset(word.lower() for page in whole for word in _WORD.findall(page))


def _page_lines(body: list[Placed], page: int, words: frozenset[str]) -> Iterator[Line]:
    """Lines that belong together: a mark that stands alone joins its item, a word that was broken is whole again."""
    waiting: list[_Part] = []
    for index in range(len(body)):
        line = body[index]
        text, number, column = line.text, line.number, line.column
        if _LONE_MARK.match(text) and index + 1 < len(body):
            waiting.append((f"{text} ", number, column))
            continue
        if line.mark:
            waiting.append((f"{line.mark} ", number, column))
        rest = _rest_of_word(text, body[index + 1].text, words) if index + 1 < len(body) else 0
        if rest:
            after = body[index + 1]
            waiting += [(_HYPHEN.sub("", text), number, column), (after.text[:rest], after.number, after.column)]
            left = after.text[rest:].lstrip()
            body[index + 1] = replace(after, text=left, column=after.column + len(after.text) - len(left))
        else:
            waiting.append((text, number, column))
        yield _line(waiting, page, line.indent)
        waiting = []


def _line(parts: Iterable[_Part], page: int, indent: int) -> Line:
    weaver = Weaver()
    for text, number, column in parts:
        weaver.add(text, number, column, page)
    return Line(weaver.result(), indent, page)


def _rest_of_word(before: str, after: str, words: frozenset[str]) -> int:
    """How many characters of the next line end the word that this line breaks off; 0 for a hyphen that belongs."""
    broken, rest = _BROKEN.search(before), _WORD_START.match(after)
    if not broken or not rest or not rest[0].islower():
        return 0
    if broken[2] != "-":
        return rest.end()
    whole, hyphened = f"{broken[1]}{rest[0]}".lower(), f"{broken[1]}-{rest[0]}".lower()
    if whole in words or hyphened in words:
        return rest.end() if hyphened not in words else 0
    own = broken[1].lower() in _KEEPS_HYPHEN or {broken[1].lower(), rest[0].lower()} <= words
    return 0 if own else rest.end()
