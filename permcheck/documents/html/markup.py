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
_RAW_KINDS = {"textarea": "text", "title": "text", "xmp": "text", "style": "style"}
_PATIENCE = 16
_MAX_ATTRIBUTES = 4000


class Token(NamedTuple):
    """``kind`` is ``start``, ``end``, ``text``, ``comment`` or ``style``; ``value`` the tag's name or the text."""

    kind: str
    value: str
    offset: int
    attributes: Mapping[str, str] = {}


def tokens(source: str) -> Iterator[Token]:
    """Cut a page into tokens. Text keeps its character references; the content of scripts is left out."""
    position, patience = 0, _PATIENCE
    last_close, last_comment = source.rfind(">"), source.rfind("-->")
    while opening := _OPENING.search(source, position, last_close + 1):
        start = opening.start()
        if start > position:
            yield Token("text", source[position:start], position)
        if source[start + 1] in "!?":
            position = _comment_end(source, start, last_comment)
            yield from _comment(source, start, position)
            continue
        match = (_TAG.match(source, start) if patience else None) or _LOOSE_TAG.match(source, start)
        if not match:
            break
        # an open quotation mark: give up on quotes after a while, or a page of them costs quadratic time
        patience -= match.re is _LOOSE_TAG and patience > 0
        yield from _tag(match)
        position = match.end()
        raw = match[2].lower()
        if not match[1] and raw in _RAW:
            end = _raw_end(source, position, raw)
            if raw in _RAW_KINDS:
                yield Token(_RAW_KINDS[raw], source[position:end], position)
            position = end
    if position < len(source):
        yield Token("text", source[position:], position)


def _comment(source: str, start: int, end: int) -> Iterator[Token]:
    """A comment; declarations and instructions (`<!doctype>`, `<?php ?>`) give nothing."""
    if source.startswith("<!--", start):
        yield Token("comment", source[start + 4 : max(start + 4, end - 3)], start + 4)


def _comment_end(source: str, start: int, last_comment: int) -> int:
    """Where a comment or declaration ends; one that is never closed ends at the next bracket."""
    if source.startswith("<!--", start) and start < last_comment:
        return source.index("-->", start + 2) + 3
    return source.index(">", start) + 1


def _raw_end(source: str, position: int, name: str) -> int:
    closing = re.compile(rf"</{name}[\s/>]", re.IGNORECASE).search(source, position)
    return closing.start() if closing else len(source)


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
