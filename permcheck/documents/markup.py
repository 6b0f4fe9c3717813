"""HTML source in, its tags, texts and comments with their offsets out; tolerant as browsers are, in linear time."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_OPENING = re.compile(r"<(?:!--|[!?]|/?[a-zA-Z])")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>")
_LOOSE_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)([^>]*+)>")
_ATTRIBUTE = re.compile(r"([^\s=/>\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_RAW = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes", "textarea", "title"})
_PATIENCE = 16
_MAX_ATTRIBUTES = 4000


class Token(NamedTuple):
    """``kind`` is ``start``, ``end``, ``text`` or ``comment``; ``value`` the tag's name or the text, as in the source."""

    kind: str
    value: str
    offset: int
    attributes: Mapping[str, str] = {}


def tokens(source: str) -> Iterator[Token]:
    """Cut a page into tokens. Text keeps its character references; the content of scripts and styles is left out."""
    position, strict = 0, _PATIENCE
    last_close, last_comment = source.rfind(">"), source.rfind("-->")
    while position < len(source):
        opening = _OPENING.search(source, position)
        start = opening.start() if opening and opening.start() <= last_close else len(source)
        if start > position:
            yield Token("text", source[position:start], position)
        if start == len(source):
            return
        if source.startswith("<!--", start):
            position = source.index("-->", start) + 3 if start < last_comment else source.index(">", start) + 1
            yield Token("comment", source[start + 4 : max(start + 4, position - 3)], start + 4)
            continue
        if source[start + 1] in "!?":
            position = source.index(">", start) + 1
            continue
        match = _TAG.match(source, start) if strict else None
        if not match:
            # an open quotation mark: give up on quotes after a while, or a page of them costs quadratic time
            strict = max(0, strict - 1)
            match = _LOOSE_TAG.match(source, start)
        if not match:
            return
        position = match.end()
        yield from _tag(match)
        name = match[2].lower()
        if not match[1] and name in _RAW:
            closing = re.compile(rf"</{name}[\s/>]", re.IGNORECASE).search(source, position)
            end = closing.start() if closing else len(source)
            if name in {"textarea", "title", "xmp"} and end > position:
                yield Token("text", source[position:end], position)
            position = end


def _tag(match: re.Match[str]) -> Iterator[Token]:
    name = match[2].lower()
    if match[1]:
        yield Token("end", name, match.start())
        return
    raw = match[3][:_MAX_ATTRIBUTES]
    attributes: dict[str, str] = {}
    if "=" in raw or " " in raw.strip():
        for found in _ATTRIBUTE.finditer(raw):
            attributes.setdefault(found[1].lower(), found[2] or found[3] or found[4] or "")
    elif raw.strip(" /"):
        attributes = {raw.strip(" /").lower(): ""}
    yield Token("start", name, match.start(), attributes)


def unescape(text: str) -> str:
    """Decode character references."""
    return html.unescape(text)
