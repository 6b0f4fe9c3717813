"""The objects of a PDF page in, which of its texts no reader sees out: how each is hidden, by text object.

Names and numbers are those of pdfium's ``fpdf_edit.h`` and of ISO 32000-2, 9.3.6 (text rendering mode).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ctypes import addressof, byref, c_float, c_int, c_uint
from dataclasses import dataclass, field
from math import hypot
from typing import Any

from permcheck.documents.html.look import WHITE, Colour, contrast_hides

_TEXT, _PATH, _IMAGE, _SHADING, _FORM = 1, 2, 3, 4, 5
_INVISIBLE, _CLIP = 3, 7
_STROKED = frozenset({1, 5})
_SMALLEST = 2.0
"""Points."""
_FAINT = 13
_SCAN = 0.6
"""The share of a page that the picture of a scan fills."""
_MAX_OBJECTS = 50_000
_MAX_DEPTH = 4
_LEAST_HEIGHT = 3.0
"""Points: what is lower is a rule and no ground."""

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class _Ground:
    """Something that is painted: where, in which colour (None: many or unknown), and as which object of the page."""

    box: Box
    colour: Colour | None
    number: int
    is_image: bool


@dataclass(slots=True)
class PageLook:
    """How the texts of a page look: ``hidden`` tells how, by the address of the text object."""

    hidden: dict[int, str] = field(default_factory=dict)
    is_scan: bool = False
    """All that is seen is a picture, and the text is what somebody read in it."""


@dataclass(slots=True)
class _Text:
    handle: Any
    number: int
    how: str
    colour: Colour | None
    box: Box | None


def page_look(page: Any, raw: Any, paper: Box) -> PageLook:
    """Look at every object of a page, of which ``paper`` is shown."""
    texts: list[_Text] = []
    grounds: list[_Ground] = []
    probe = _Probe(raw, paper)
    for number, (handle, kind, depth) in enumerate(_objects(page, raw)):
        if kind == _TEXT:
            texts.append(probe.text(handle, number, depth))
        elif depth == 0 and kind in {_PATH, _IMAGE, _SHADING}:
            grounds += _ground(handle, kind, number, probe)
    for text in texts:
        text.how = text.how or (_by_ground(text, grounds) if grounds else contrast_hides(text.colour, WHITE))
    is_covered = any(ground.is_image and _area(ground.box) >= _area(paper) * _SCAN for ground in grounds)
    if is_covered and texts and all(text.how for text in texts):
        return PageLook(is_scan=True)
    return PageLook({address(text.handle): text.how for text in texts if text.how})


def address(handle: Any) -> int:
    """What tells one object from another."""
    return addressof(handle.contents) if handle else 0


def _objects(page: Any, raw: Any) -> Iterator[tuple[Any, int, int]]:
    """Every object with its kind and depth, those inside forms too."""
    stack = [(raw.FPDFPage_GetObject(page, number), 0) for number in range(raw.FPDFPage_CountObjects(page) - 1, -1, -1)]
    seen = 0
    while stack and seen < _MAX_OBJECTS:
        handle, depth = stack.pop()
        kind = raw.FPDFPageObj_GetType(handle)
        seen += 1
        yield handle, kind, depth
        if kind == _FORM and depth < _MAX_DEPTH:
            count = raw.FPDFFormObj_CountObjects(handle)
            stack += [(raw.FPDFFormObj_GetObject(handle, number), depth + 1) for number in range(count - 1, -1, -1)]


class _Probe:
    """Asks pdfium about objects; the places for its answers are made once, as there are thousands of questions."""

    def __init__(self, raw: Any, paper: Box) -> None:
        self.raw, self.paper = raw, paper
        self.sides = [c_float() for _ in range(4)]
        self.parts = [c_uint() for _ in range(4)]
        self.at_sides, self.at_parts = [byref(one) for one in self.sides], [byref(one) for one in self.parts]
        self.size, self.matrix = c_float(), raw.FS_MATRIX()
        self.colours: dict[tuple[int, int, int], Colour] = {}

    def text(self, handle: Any, number: int, depth: int) -> _Text:
        """How a text looks by itself."""
        mode = self.raw.FPDFTextObj_GetTextRenderMode(handle)
        box = self.box(handle) if depth == 0 else None
        if mode in {_INVISIBLE, _CLIP}:
            return _Text(handle, number, "drawn invisibly", None, box)
        paper = self.paper
        if box and (box[2] < paper[0] or box[0] > paper[2] or box[3] < paper[1] or box[1] > paper[3]):
            return _Text(handle, number, "off the page", None, box)
        # what is tall is not set in small type
        if (not box or box[3] - box[1] < _SMALLEST) and self.height(handle) < _SMALLEST:
            return _Text(handle, number, "type too small to see", None, box)
        colour, alpha = self.colour(handle)
        if alpha < _FAINT:
            return _Text(handle, number, "transparent letters", None, box)
        return _Text(handle, number, "", None if mode in _STROKED else colour, box)

    def height(self, handle: Any) -> float:
        """The size of the type, in points."""
        self.raw.FPDFTextObj_GetFontSize(handle, byref(self.size))
        self.raw.FPDFPageObj_GetMatrix(handle, byref(self.matrix))
        return self.size.value * hypot(self.matrix.c, self.matrix.d)

    def colour(self, handle: Any) -> tuple[Colour | None, int]:
        """The colour and how much of it covers what lies below (255: all)."""
        if not self.raw.FPDFPageObj_GetFillColor(handle, *self.at_parts):
            return None, 255
        red, green, blue, alpha = (part.value for part in self.parts)
        key = (red, green, blue)
        if key not in self.colours:
            self.colours[key] = (float(red), float(green), float(blue))
        return self.colours[key], alpha

    def box(self, handle: Any) -> Box | None:
        """Left, bottom, right and top."""
        if not self.raw.FPDFPageObj_GetBounds(handle, *self.at_sides):
            return None
        left, bottom, right, top = self.sides
        return left.value, bottom.value, right.value, top.value


def _ground(handle: Any, kind: int, number: int, probe: _Probe) -> Iterator[_Ground]:
    box = probe.box(handle)
    if not box or box[3] - box[1] < _LEAST_HEIGHT:
        return
    if kind != _PATH:
        yield _Ground(box, None, number, kind == _IMAGE)
        return
    fill, stroke = c_int(), c_int()
    if probe.raw.FPDFPath_GetDrawMode(handle, byref(fill), byref(stroke)) and fill.value:
        colour, alpha = probe.colour(handle)
        if alpha >= _FAINT:
            yield _Ground(box, colour if alpha > 255 - _FAINT else None, number, is_image=False)


def _by_ground(text: _Text, grounds: list[_Ground]) -> str:
    """How what lies under or over a text hides it, empty where it does not."""
    if not text.box:
        return ""
    around = [ground for ground in grounds if _holds(ground.box, text.box)]
    over = [ground for ground in around if ground.number > text.number]
    if any(ground.colour is not None or ground.is_image for ground in over):
        return "covered"
    under = [ground for ground in around if ground.number < text.number]
    return contrast_hides(text.colour, under[-1].colour if under else WHITE)


def _holds(outer: Box, inner: Box) -> bool:
    middle_x, middle_y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= middle_x <= outer[2] and outer[1] <= middle_y <= outer[3]


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def hidden_letters(textpage: Any, raw: Any, count: int, hidden: Mapping[int, str]) -> dict[int, str]:
    """How each of the first letters of a page is hidden; those that are seen are left out."""
    found: dict[int, str] = {}
    for at in range(count):
        how = hidden.get(address(raw.FPDFText_GetTextObject(textpage, at)))
        if how:
            found[at] = how
    return found
