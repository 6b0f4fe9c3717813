"""The first bytes of a file in, the binary format of a policy out; what can never be a policy is refused by name."""

from __future__ import annotations

import re
from itertools import islice

from permcheck.errors import DocumentError

_REFUSED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Word 97-2003 or encrypted Office file; save it as .docx, PDF or HTML"),
    (b"\x89PNG", "an image, not a policy"),
    (b"\xff\xd8\xff", "an image, not a policy"),
    (b"GIF8", "an image, not a policy"),
    (b"\x1f\x8b", "a gzip archive, not a policy"),
    (b"7z\xbc\xaf", "a 7z archive, not a policy"),
    (b"Rar!", "a RAR archive, not a policy"),
    (b"bplist00", "a binary property list, not a policy"),
    (b"dex\n", "Android code, not a policy"),
    (b"\x7fELF", "a native library or program, not a policy"),
    (b"version https://git-lfs.github.com/spec/", "a Git LFS pointer; run `git lfs pull` to get the file itself"),
    (b"PAR1", "a data file, not a policy"),
)
_PAGE = re.compile(
    r"\s*(?>(?:<\?xml[^>]*>|<!--.{0,2000}?-->)\s*)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_MARKUP = re.compile(r"<(?:p|div|br|li|ul|h[1-6]|table|span|strong|section|article)\b[^<>]{0,500}>", re.IGNORECASE)
_SAMPLE = 20_000
_PAGE_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml")
_MARKS = re.compile(
    r"^ {0,3}#{1,6}[ \t]+\S|^\|?\s*:?-{3,}:?\s*\|[-:| ]*$|\]\(https?://|^ {0,3}(?:\*\*|__)\S", re.MULTILINE
)
_HINTS = ("\n#", "](http", "**", "__", "--|", "|--")
_MARKDOWN_SAMPLE = 100_000
_MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")
_HEAD = 1024
_UTF8_MARK = b"\xef\xbb\xbf"


def sniff(data: bytes, display: str) -> str:
    """``pdf``, ``docx``, ``rtf``, or ``""`` for text. Raises `DocumentError` for what is something else."""
    bare = data.removeprefix(_UTF8_MARK)
    for magic, what in _REFUSED:
        if bare.startswith(magic):
            raise DocumentError(f"{display}: {what}")
    # readers accept a header that junk stands before, within the first 1024 bytes (PDF 1.7, implementation note 13)
    if b"%PDF-" in bare[:_HEAD] and bare.lstrip()[:1] != b"<":
        return "pdf"
    if bare.lstrip()[:6] == b"{\\rtf1":
        return "rtf"
    if bare.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data, display)
    return ""


def _zip_kind(data: bytes, display: str) -> str:
    import io  # noqa: PLC0415  (few policies are zip files)
    import zipfile  # noqa: PLC0415

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DocumentError(f"{display}: a damaged zip file, not a policy") from error
    if any(name.startswith("word/") and name.endswith(".xml") for name in names):
        return "docx"
    if "AndroidManifest.xml" in names or "BundleConfig.pb" in names or any(n.startswith("Payload/") for n in names):
        raise DocumentError(f"{display}: an app bundle, not a policy; give it as APP and the policy with --policy")
    raise DocumentError(f"{display}: a zip file that is no Word document; give the policy inside it")


def is_page(text: str, path: str) -> bool:
    """A whole page by its start; a piece of one by its suffix, or by its tags unless they stand in Markdown."""
    if _PAGE.match(text):
        return True
    markup = len(_MARKUP.findall(text[:_SAMPLE]))
    if path.lower().endswith(_PAGE_SUFFIXES):
        return markup > 0
    return markup >= 6 and not is_markdown(text, path)


def is_markdown(text: str, path: str) -> bool:
    """By suffix, or by three or more of the signs that plain text does not have."""
    if path.lower().endswith(_MARKDOWN_SUFFIXES):
        return True
    sample = text[:_MARKDOWN_SAMPLE]
    if not sample.startswith("#") and not any(hint in sample for hint in _HINTS):
        return False
    return sum(1 for _ in islice(_MARKS.finditer(sample), 3)) == 3
