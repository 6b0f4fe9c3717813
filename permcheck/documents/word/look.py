"""The properties of a run of a Word file in, how it is hidden from the reader (or not) out.

A look is what one level of formatting sets; levels are laid one over the other: style, run style, the run itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from permcheck.documents.html.look import BLACK, WHITE, colour_of, contrast_hides
from permcheck.documents.word.ooxml import attribute, child, is_on, local

_SWITCHES = {"vanish": "hidden text", "webHidden": "hidden on the web", "strike": "struck out", "dstrike": "struck out"}
UNKNOWN = "unknown"
"""A ground of which nothing is known, as behind a text box."""
_VALUES = {"color": "val", "sz": "val", "w": "val", "highlight": "val", "shd": "fill"}
_SMALLEST = 4
"""Half points: type of two points is a line to the eye."""
_SMALL_WIDTH = 10
"""Percent to which letters may be squeezed."""
_HIGHLIGHTS = {"darkBlue": "000080", "darkGreen": "008000", "darkRed": "800000", "darkGray": "808080"}


def look_of(properties: Element | None) -> dict[str, str]:
    """What `<w:rPr>` says about whether the text is seen."""
    found: dict[str, str] = {}
    for item in properties if properties is not None else ():
        name = local(item.tag)
        if name in _SWITCHES:
            found[name] = "on" if is_on(item) else ""
        elif name in _VALUES and (value := attribute(item, _VALUES[name])):
            found[name] = value
    return found


def ground_of(properties: Element | None) -> str:
    """The colour that a paragraph or cell sets behind its text, ``""`` for none."""
    shade = child(properties, "shd")
    fill = attribute(shade, "fill").lower()
    return UNKNOWN if attribute(shade, "themeFill") else "" if fill == "auto" else fill


def hidden_by(look: Mapping[str, str], ground: str = "") -> str:
    """How text that looks so, on a ground, is hidden; empty where it is seen."""
    if not look:
        return ""
    switched = next((how for name, how in _SWITCHES.items() if look.get(name)), "")
    if switched:
        return switched
    if _number(look.get("sz", "")) < _SMALLEST or _number(look.get("w", "")) < _SMALL_WIDTH:
        return "type too small to see"
    if look.get("color", "auto") == "auto":
        return ""
    return contrast_hides(colour_of(f"#{look['color'].lower()}") or BLACK, _ground(look, ground))


def _ground(look: Mapping[str, str], around: str) -> tuple[float, float, float] | None:
    highlight = look.get("highlight", "none")
    if highlight != "none":
        return colour_of(f"#{_HIGHLIGHTS[highlight]}" if highlight in _HIGHLIGHTS else highlight.lower())
    shade = look.get("shd", "auto").lower()
    shade = around if shade == "auto" else shade
    return colour_of(f"#{shade}") if shade else WHITE


def _number(text: str) -> float:
    try:
        return float(text.rstrip("%"))
    except ValueError:
        return 100.0
