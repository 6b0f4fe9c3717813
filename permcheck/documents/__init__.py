"""A policy file in, a `Document` of de-wrapped blocks out; the format is gone after this point.

Marks over a block's text (`Block.marks`) are ``link:<target>``, ``entity:&rt;`` (shown as ``>``), ``content-control``,
``merge-field:<name>``, ``highlight``, ``insertion``, ``hidden`` (Word's own) and ``comment:<text>``.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from permcheck.documents.code import blanked, front_matter, is_code_file
from permcheck.documents.encoding import Decoded, decode
from permcheck.documents.folding import fold
from permcheck.documents.language import assign, unread_languages
from permcheck.documents.outline import Draft, outline
from permcheck.documents.prose import judge, promote
from permcheck.documents.sniff import is_markdown, is_page, sniff
from permcheck.documents.strings.entry import form_of
from permcheck.documents.text.plain import read_text
from permcheck.errors import DocumentError, reason_of
from permcheck.model import Document, Gap, Location

__all__ = ["SUFFIXES", "document_from_bytes", "document_from_text", "read_document", "unread_languages"]

SUFFIXES = (".txt", ".text", ".html", ".htm", ".xhtml", ".shtml", ".md", ".markdown", ".pdf", ".docx", ".rtf")
"""What a directory is searched for."""
_MAX_BYTES = 64 * 2**20


def read_document(path: Path, display: str = "") -> Document:
    """Read a policy; ``-`` is standard input; ``display`` is the path that reports show.

    Raises `DocumentError`, one line with the reason.
    """
    shown = display or ("<stdin>" if str(path) == "-" else str(path))
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{shown}: {reason_of(error)}") from error
    return document_from_bytes(data, shown)


def document_from_bytes(data: bytes, display: str) -> Document:
    """Read a policy that is in memory; its format is told by content first, by the suffix of ``display`` second."""
    if len(data) > _MAX_BYTES:
        raise DocumentError(
            f"{display}: larger than any policy ({len(data) // 2**20} MB; the limit is {_MAX_BYTES // 2**20})"
        )
    digest = hashlib.sha256(data).hexdigest()
    form = sniff(data, display)
    if form:
        read = _reader(form)
        drafts, title, gaps = read(data, display)
        return finish(drafts, display, digest, form, title=title, gaps=gaps)
    decoded = decode(data)
    if decoded is None:
        raise DocumentError(f"{display}: a binary file, not a policy")
    return _from_text(decoded, display, digest)


def _reader(form: str) -> Callable[[bytes, str], tuple[list[Draft], str, tuple[Gap, ...]]]:
    """The reader of a binary format, imported only now: PDF and Word cost more to load than a text costs to read."""
    if form == "pdf":
        from permcheck.documents.pdf.file import read_pdf  # noqa: PLC0415

        return read_pdf
    if form == "docx":
        from permcheck.documents.word.docx import read_docx  # noqa: PLC0415

        return read_docx
    from permcheck.documents.word.rtf import read_rtf  # noqa: PLC0415

    return read_rtf


def document_from_text(text: str, display: str) -> Document:
    """Read a text that is in memory."""
    return _from_text(Decoded(text, "utf-8"), display, hashlib.sha256(text.encode()).hexdigest())


def _from_text(decoded: Decoded, display: str, digest: str) -> Document:
    text = decoded.text
    gaps: tuple[Gap, ...] = ()
    if decoded.lost:
        reason = f"{decoded.lost} characters could not be decoded as {decoded.encoding}"
        gaps = (Gap(Location(display), reason),)
    drafts, title, form, unread = _drafts(text, display)
    return finish(drafts, display, digest, form, title=title, gaps=gaps + unread)


def _drafts(text: str, display: str) -> tuple[list[Draft], str, str, tuple[Gap, ...]]:
    """The drafts of a text, its title, its format and gaps. Raises `DocumentError` for what is no prose at all."""
    strings = form_of(text, display)
    if strings == "broken":
        raise DocumentError(f"{display}: damaged JSON, not a policy")
    if strings:
        from permcheck.documents.strings.file import read_strings  # noqa: PLC0415  (as below: load what is read)

        return read_strings(strings, text), "", "strings", ()
    if is_code_file(text, display):
        raise DocumentError(f"{display}: source code, not a policy; give its text, or the page that it makes")
    bare = blanked(text, front_matter(text))
    if is_page(bare, display):
        from permcheck.documents.html.page import read_html  # noqa: PLC0415

        drafts, title, unread = read_html(bare, display)
        return drafts, title, "html", unread
    if is_markdown(bare, display):
        from permcheck.documents.markdown.file import read_markdown  # noqa: PLC0415

        return *read_markdown(text), "markdown", ()
    return read_text(bare), "", "text", ()


def finish(
    drafts: Sequence[Draft], display: str, digest: str, form: str, *, title: str = "", gaps: tuple[Gap, ...] = ()
) -> Document:
    """Turn drafts into a document. Raises `DocumentError` when they hold no policy text."""
    blocks = outline(fold(drafts))
    if form == "html":
        blocks = promote(blocks)
    gaps += judge(display, blocks, is_page=form == "html")
    assigned, language = assign(blocks)
    if not title:
        title = next((block.text for block in assigned if block.kind == "heading"), "")
    return Document(display, title, language, digest, assigned, gaps, form)
