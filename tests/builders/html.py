"""Pages from a small tree: pretty with indentation, or minified as build tools do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal


@dataclass(frozen=True)
class Part:
    """A block of a policy: a heading with its rank, a paragraph, a list of items or a table of rows."""

    kind: Literal["heading", "paragraph", "list", "table"]
    texts: tuple[str, ...]
    rank: int = 2


def page(parts: Sequence[Part], *, minified: bool = False) -> str:
    """The policy as HTML; minified: no white space between tags, optional end tags left out, one line."""
    body = "".join(_part(part, minified=minified) for part in parts)
    if minified:
        return f"<!doctype html><title>Policy</title><body>{body}"
    return f"<!DOCTYPE html>\n<html>\n<head>\n  <title>Policy</title>\n</head>\n<body>\n{body}</body>\n</html>\n"


def _part(part: Part, *, minified: bool) -> str:
    if part.kind == "heading":
        return _element(f"h{part.rank}", part.texts[0], minified=minified)
    if part.kind == "paragraph":
        return _element("p", part.texts[0], minified=minified, optional=True)
    if part.kind == "list":
        items = "".join(_element("li", text, minified=minified, optional=True) for text in part.texts)
        return f"<ul>{items}</ul>" if minified else f"<ul>\n{items}</ul>\n"
    rows = "".join(_row(text, minified=minified) for text in part.texts)
    return f"<table>{rows}</table>" if minified else f"<table>\n{rows}</table>\n"


def _row(text: str, *, minified: bool) -> str:
    cells = "".join(_element("td", cell, minified=minified, optional=True) for cell in text.split(" | "))
    return f"<tr>{cells}" if minified else f"<tr>\n{cells}</tr>\n"


def _element(tag: str, text: str, *, minified: bool, optional: bool = False) -> str:
    if minified:
        return f"<{tag}>{escape(text, quote=False)}" + ("" if optional else f"</{tag}>")
    words = escape(text).split(" ")
    broken = "".join(word + ("\n      " if number % 9 == 8 else " ") for number, word in enumerate(words)).rstrip()
    return f"  <{tag}>\n    {broken}\n  </{tag}>\n"
