"""The declarations for an element and how its parent looks in, how the element itself looks out: seen or not, and why.

What hides a text for good is part of its `Look`; what a control of the page could undo is for the page to tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from permcheck.documents.html.css import Declarations

Colour = tuple[float, float, float]
_NAMED: dict[str, str] = {
    "white": "ffffff", "black": "000000", "red": "ff0000", "green": "008000", "blue": "0000ff", "gray": "808080",
    "grey": "808080", "silver": "c0c0c0", "yellow": "ffff00", "navy": "000080", "maroon": "800000", "orange": "ffa500",
    "purple": "800080", "teal": "008080", "lime": "00ff00", "aqua": "00ffff", "fuchsia": "ff00ff", "olive": "808000",
    "snow": "fffafa", "ivory": "fffff0", "whitesmoke": "f5f5f5", "ghostwhite": "f8f8ff", "floralwhite": "fffaf0",
    "azure": "f0ffff", "mintcream": "f5fffa", "seashell": "fff5ee", "aliceblue": "f0f8ff", "lightgray": "d3d3d3",
    "lightgrey": "d3d3d3", "gainsboro": "dcdcdc", "darkgray": "a9a9a9", "dimgray": "696969",
}  # fmt: skip
_HEX = re.compile(r"#([0-9a-f]{3,8})\Z")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]*)\)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")
_LENGTH = re.compile(r"(-?(?:\d+\.?\d*|\.\d+))(px|pt|em|rem|ex|ch|%|vw|vh|in|cm|mm|pc|)\Z")
_UNITS = {"px": 1.0, "pt": 4 / 3, "rem": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "pc": 16.0, "vw": 12.8, "vh": 7.2}
_SIZES = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0,
    "smaller": 13.0, "larger": 19.0,
}  # fmt: skip
_FAR = -500.0
_SCREEN = 1280.0
_SMALLEST = 2.5
"""Pixels: type below this size is a line to the eye."""
_LEAST_CONTRAST = 1.15
"""Contrast of 1 is none at all; the palest grey on white that designers use is about 1.2."""
_FAINT = 0.05
_CLIP = re.compile(r"rect\(([^()]*)\)")
_INSET = re.compile(r"inset\(\s*(\d+(?:\.\d+)?)%|circle\(\s*0|ellipse\(\s*0|polygon\(\s*(0(?:px)? 0(?:px)?,?\s*){3}")
_SHRUNK = re.compile(r"scale[xy3d]*\(\s*0(?:\.0+)?\s*[,)]|translate[x3d]*\(\s*-(?:[5-9]\d{2}|\d{4,})px")
_FILTER = re.compile(r"opacity\(\s*0*(?:\.0+)?%?\s*\)")
TRANSPARENT: Colour = (-1.0, -1.0, -1.0)
WHITE: Colour = (255.0, 255.0, 255.0)
BLACK: Colour = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Look:
    """How the text of an element looks; ``gone`` is how it is hidden for good, whatever its children say."""

    gone: str = ""
    on_demand: bool = False
    is_visible: bool = True
    size: float = 16.0
    colour: Colour | None = BLACK
    ground: Colour | None = WHITE
    is_out: bool = False
    keeps_lines: bool = False
    is_flipped: bool = False

    @property
    def hidden(self) -> str:
        """How the text is hidden, empty where it is seen."""
        if self.gone:
            return self.gone
        if not self.is_visible:
            return "made invisible"
        if self.size < _SMALLEST:
            return "type too small to see"
        if self.is_out:
            return "moved off the screen"
        return _unreadable(self.colour, self.ground)


@lru_cache(maxsize=4096)
def _unreadable(colour: Colour | None, ground: Colour | None) -> str:
    if colour == TRANSPARENT:
        return "transparent letters"
    if colour is None or ground is None:
        return ""
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return "the colour of its ground" if (light + 0.05) / (dark + 0.05) < _LEAST_CONTRAST else ""


def _luminance(colour: Colour) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_hides(colour: Colour | None, ground: Colour | None) -> str:
    """How letters of a colour are hidden on a ground, empty where they are seen."""
    return _unreadable(colour, ground)


def look_of(parent: Look, declared: Declarations) -> Look:
    """The look of an element with these declarations in a parent that looks so."""
    size = _size(declared, parent.size)
    visibility = declared.get("visibility", "")
    indent = declared.get("text-indent")
    space = declared.get("white-space", "")
    struck = declared.get("text-decoration", "") + declared.get("text-decoration-line", "")
    return replace(
        parent,
        gone=parent.gone or ("struck out" if "line-through" in struck else "") or _out_of_sight(declared, size),
        is_visible=parent.is_visible if visibility in {"", "inherit"} else visibility == "visible",
        size=size,
        colour=_text_colour(declared, parent.colour),
        ground=_ground(declared, parent.ground),
        is_out=parent.is_out if indent is None else (_length(indent, size) or 0.0) < _FAR,
        keeps_lines=space.startswith(("pre", "break-spaces")) if space else parent.keeps_lines,
        is_flipped=_flipped(declared, parent),
    )


def _flipped(declared: Declarations, parent: Look) -> bool:
    override = declared.get("unicode-bidi", "")
    return "override" in override and declared.get("direction") == "rtl" if override else parent.is_flipped


def closed_by(declared: Declarations) -> str:
    """How an element is hidden in a way that panels are while they are closed; empty where it is not."""
    if declared.get("visibility") in {"hidden", "collapse"}:
        return "made invisible"
    if declared.get("display") == "none":
        return "not displayed"
    if declared.get("content-visibility") == "hidden":
        return "content not displayed"
    opacity = declared.get("opacity", "")
    if (opacity and _share(opacity) < _FAINT) or _FILTER.search(declared.get("filter", "")):
        return "fully transparent"
    return "a part without height or width" if _is_flat(declared) else ""


def _share(value: str) -> float:
    match = _NUMBER.match(value)
    if not match:
        return 1.0
    return float(match[0]) / (100 if value.rstrip().endswith("%") else 1)


def _is_flat(declared: Declarations) -> bool:
    cut = " ".join(declared.get(name, "") for name in ("overflow", "overflow-x", "overflow-y"))
    if "hidden" not in cut and "clip" not in cut:
        return False
    sizes = (_length(declared.get(name, ""), 16.0) for name in ("height", "max-height", "width", "max-width"))
    return any(size is not None and size <= 1.0 for size in sizes)


def _out_of_sight(declared: Declarations, size: float) -> str:
    """Ways of hiding that no panel has."""
    if declared.get("position") in {"absolute", "fixed"}:
        sides = (_length(declared.get(name, ""), size) for name in ("left", "top", "right", "bottom"))
        if any(side is not None and side < _FAR for side in sides):
            return "moved off the screen"
        if _is_clipped(declared.get("clip", "")):
            return "clipped to nothing"
    margins = (_length(declared.get(name, ""), size) for name in ("margin-left", "margin-top"))
    if any(margin is not None and margin < _FAR for margin in margins):
        return "moved off the screen"
    inset = _INSET.search(declared.get("clip-path", ""))
    if inset and (not inset[1] or float(inset[1]) >= 50):
        return "clipped to nothing"
    return "shrunk or moved out of sight" if _SHRUNK.search(declared.get("transform", "")) else ""


def _is_clipped(clip: str) -> bool:
    match = _CLIP.match(clip)
    if not match:
        return False
    sides = [_length(side, 16.0) for side in match[1].replace(",", " ").split()]
    if len(sides) != 4 or None in sides:
        return False
    top, right, bottom, left = (side or 0.0 for side in sides)
    return bottom - top <= 1 or right - left <= 1


def _size(declared: Declarations, parent: float) -> float:
    given = declared.get("font-size", "")
    if not given and "font" in declared:
        words = declared["font"].split("/")[0].split()
        given = next((word for word in words if word[0].isdigit() or word[0] == "."), "")
        given = "" if given.isdigit() and given != "0" else given
    if not given:
        return parent
    if given in _SIZES:
        return _SIZES[given]
    found = _length(given, parent, of=parent)
    return parent if found is None else found


def _length(text: str, size: float, of: float = _SCREEN) -> float | None:
    """Pixels; ``of`` is what a percentage is of. None where it is no plain length."""
    match = _LENGTH.match(text.strip())
    if not match:
        return None
    number, unit = float(match[1]), match[2]
    if unit == "%":
        return number * of / 100
    if not unit:
        return number
    return number * (_UNITS.get(unit) or (size if unit == "em" else size / 2))


def _text_colour(declared: Declarations, parent: Colour | None) -> Colour | None:
    given = declared.get("-webkit-text-fill-color") or declared.get("color", "")
    if given in {"", "inherit", "currentcolor", "unset"}:
        return parent
    return colour_of(given)


def _ground(declared: Declarations, parent: Colour | None) -> Colour | None:
    """The colour behind the text; not known behind a picture."""
    if declared.get("background-image", "none") != "none":
        return None
    given = declared.get("background-color") or declared.get("background", "")
    if not given or given in {"none", "inherit", "transparent", "initial", "0 0", "unset"}:
        return parent
    if "url(" in given or "gradient" in given or "var(" in given:
        return None
    words = _FUNCTION.findall(given)
    found = colour_of(given) if words or " " not in given else next(filter(None, map(colour_of, given.split())), None)
    return parent if found == TRANSPARENT else found


def colour_of(text: str) -> Colour | None:
    """A colour by any of its usual spellings, with nothing to see through; None where it is not known."""
    text = text.strip()
    if text == "transparent":
        return TRANSPARENT
    match = _HEX.match(f"#{_NAMED[text]}" if text in _NAMED else text)
    if match:
        return _hex(match[1])
    function = _FUNCTION.match(text)
    return _channels(function) if function else None


def _hex(digits: str) -> Colour | None:
    if len(digits) in {3, 4}:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) not in {6, 8}:
        return None
    if len(digits) == 8 and int(digits[6:], 16) < 13:
        return TRANSPARENT
    red, green, blue = (float(int(digits[at : at + 2], 16)) for at in (0, 2, 4))
    return red, green, blue


def _channels(match: re.Match[str]) -> Colour | None:
    words = match[2].replace(",", " ").replace("/", " ").split()
    if len(words) == 4 and _share(words[3]) < _FAINT:
        return TRANSPARENT
    numbers = [_NUMBER.match(word) for word in words[:3]]
    if len(numbers) < 3 or None in numbers:
        return None
    if match[1] == "hsl":
        from colorsys import hls_to_rgb  # noqa: PLC0415  (few pages write colours so)

        hue, saturation, light = (_share(word) for word in words[:3])
        red, green, blue = (part * 255 for part in hls_to_rgb(hue % 360 / 360, light, saturation))
        return red, green, blue
    red, green, blue = (_share(word) * (255 if word.endswith("%") else 1) for word in words[:3])
    return red, green, blue
