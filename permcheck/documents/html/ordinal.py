"""The numbers of an ordered list in attributes in, the labels that a reader sees out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from permcheck.documents.html.element import Element
from permcheck.documents.text.label import Label


def item_label(lists: list[Element], attributes: Mapping[str, str]) -> Label:
    """The label of the next item of the innermost list."""
    if not lists or not lists[-1].style:
        return Label("•", "bullet •", 0, 0)
    ordered = lists[-1]
    ordered.number = integer(attributes.get("value", ""), ordered.number + 1)
    return Label(f"{ordinal(ordered.number, ordered.style)}.", f"ol {ordered.style}", ordered.number, 0)


def integer(text: str, default: int) -> int:
    """The number in an attribute, as browsers read it."""
    match = re.match(r"\s*(-?\d{1,6})", text)
    return int(match[1]) if match else default


def ordinal(number: int, style: str) -> str:
    """How an ordered list shows a number: ``1``, ``a``, ``A``, ``i``, ``I``."""
    if style in {"a", "A"} and 1 <= number <= 26:
        return chr(ord(style) + number - 1)
    if style in {"i", "I"} and 1 <= number <= 39:
        roman = "x" * (number // 10) + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[number % 10]
        return roman.upper() if style == "I" else roman
    return str(number)
