"""Stretches of a source with character references in, decoded text with its places into a `Weaver` out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from permcheck.documents.html.markup import unescape
from permcheck.documents.text.weave import Weaver

_BREAKS = re.compile(r"\r\n|\n|\r")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_LEFTOVER = "&rt;"
"""No reference of HTML, yet policies that went through a broken converter show it where ">" stood in menu paths."""


def line_starts(source: str) -> list[int]:
    """Offsets at which the lines start."""
    return [0, *(match.end() for match in _BREAKS.finditer(source))]


def place_of(offset: int, starts: list[int]) -> tuple[int, int]:
    """Line (1-based) and column (0-based) of an offset."""
    index = bisect_right(starts, offset) - 1
    return index + 1, offset - starts[index]


def add_source(
    weaver: Weaver, text: str, offset: int, starts: list[int], on_break: Callable[[], Weaver] | None = None
) -> None:
    """Add ``text``, which stands at ``offset``; ``on_break`` takes its line ends and gives the next weaver."""
    index = bisect_right(starts, offset) - 1
    position, end = offset, offset + len(text)
    while position < end:
        stop = starts[index + 1] if index + 1 < len(starts) and starts[index + 1] <= end else end
        _add_line(weaver, text[position - offset : stop - offset], index + 1, position - starts[index])
        if stop != end or text[-1] in "\r\n":
            if on_break:
                weaver = on_break()
            else:
                weaver.space(newline=True)
        position, index = stop, index + 1


def _add_line(weaver: Weaver, text: str, line: int, column: int) -> None:
    if "&" not in text:
        weaver.add(text, line, column)
        return
    done = 0
    for match in _REFERENCE.finditer(text):
        weaver.add(text[done : match.start()], line, column + done)
        _add_reference(weaver, match[0], line, column + match.start())
        done = match.end()
    weaver.add(text[done:], line, column + done)


def _add_reference(weaver: Weaver, reference: str, line: int, column: int) -> None:
    if reference == _LEFTOVER:
        weaver.open_mark("entity:&rt;")
        weaver.put(">", line, column)
        weaver.close_mark()
    else:
        weaver.put(unescape(reference), line, column)
