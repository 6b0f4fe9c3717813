"""Text that is built to hurt is read in linear time; and a text loads no reader of another format.

No time is asserted: a pattern that backtracks, or a loop that starts over, would not end on any of these.
"""

import subprocess
import sys

import pytest

from permcheck.documents import document_from_bytes
from permcheck.errors import DocumentError

SIZE = 12_000
TEXT = (
    "<",
    "(",
    '"',
    "1. \n",
    "...",
    "第",
    "\u201c",
    "|",
    "x,\n",
    "aaa: ",
    "1.1.1.1 ",
    "....... 1\n",
    "&rt; ",
    "- a\n",
    "a-\n",
)
HTML = (
    "<", "<!--", "<!--x-->", '<a "', "<a '", "<td>", "<ul>", "<b></i>", "<table><tr><td>", "</p>", "<?", "&", "<pre>\n",
    "<title>", "<script>", "<dl><dd>", "<p style='", "<div></span>", "<td></table>", "<a b c d", "<h1>a", "<sup>1",
)  # fmt: skip
MARKDOWN = (
    "[",
    "](",
    "[a](",
    "![a](",
    "*a ",
    "**a",
    "`",
    "<!--",
    "> ",
    "  - a\n",
    "***",
    ']( "',
    "<table>\n",
    "| a |\n",
    "a\n---\n",
)
RTF = ("{", "}", "\\'ab", "\\u1234?", "\\par ", "\\f1", "{\\*\\a", "\\cell ", "\\")


@pytest.mark.parametrize(
    ("name", "start", "pieces"),
    [
        ("p.txt", "", TEXT),
        ("p.html", "<html><body>", HTML),
        ("p.md", "# a\n\n", MARKDOWN),
        ("p.rtf", "{\\rtf1 ", RTF),
    ],
)
def test_hostile_text_ends(name: str, start: str, pieces: tuple[str, ...]):
    for piece in pieces:
        data = f"{start}{piece * (SIZE // len(piece))}\n<p>And some words that end it.".encode()
        try:
            document = document_from_bytes(data, name)
        except DocumentError as error:
            assert str(error).startswith(name)  # noqa: PT017  (either outcome is right, a hang or another error is not)
        else:
            assert document.blocks


def test_a_text_loads_no_reader_of_another_format():
    code = (
        "import sys; from permcheck.documents import document_from_text as read;"
        "read('We use the camera of your phone to scan the code. ' * 9, 'p.txt');"
        "print(*sorted({'pypdf', 'pypdfium2', 'charset_normalizer', 'html', 'xml', 'zipfile'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == ""


@pytest.mark.parametrize(
    "text",
    [
        ("a" + " " * 4) * 50_000,
        "a\tb\n" * 5_000,
        "a    b\n" + "a\n" * 20_000,
        "".join(f"{'a' * (number % 50)}    {'b' * (number % 37)}     c\n" for number in range(5_000)),
    ],
)
def test_white_space_that_looks_like_columns_ends(text: str):
    assert document_from_bytes(f"{text}\n{text}".encode(), "p.txt").blocks
