"""The numbering and styles of a Word file in, the labels of its paragraphs and the rank of its headings out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from permcheck.documents.text.label import Label
from permcheck.documents.word.look import look_of
from permcheck.documents.word.ooxml import attribute, child, is_on, local

_HAN_DIGITS = "〇一二三四五六七八九"
_MAX_BASED_ON = 12
_HEADING = re.compile(r"heading\s*([1-9])\Z|title\Z", re.IGNORECASE)
_TOC = re.compile(r"toc\s*(?:\d|heading)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says of structure: heading rank (0 none), own numbering, table of contents, bold."""

    rank: int = 0
    numbering: str = ""
    depth: int = 0
    is_contents: bool = False
    is_bold: bool = False
    look: Mapping[str, str] = field(default_factory=dict)
    """What it sets that may hide text."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: number format, pattern of the label (``%1.``) and first number."""

    form: str
    pattern: str
    start: int


@dataclass(slots=True)
class Numbering:
    """Lists by their id, and how far each was counted."""

    levels: Mapping[str, Mapping[int, Level]]
    lists: Mapping[str, str]
    """numId -> abstractNumId: lists of one abstract list are counted on."""
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, list_id: str, depth: int) -> Label | None:
        """Count one paragraph and give its label; None for a list that is switched off or not defined."""
        abstract = self.lists.get(list_id)
        level = self.levels.get(abstract, {}).get(depth) if abstract else None
        if abstract is None or level is None or level.form == "none":
            return None
        counts = self.counts.setdefault(abstract, {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [known for known in counts if known > depth]:
            del counts[deeper]
        if level.form == "bullet":
            return Label("•", "bullet •", 0, 0)
        return Label(self._mark(abstract, level, counts), f"list {abstract} {depth}", counts[depth], 0)

    def _mark(self, abstract: str, level: Level, counts: Mapping[int, int]) -> str:
        def number(match: re.Match[str]) -> str:
            depth = int(match[1]) - 1
            known = self.levels[abstract].get(depth, level)
            return written(counts.get(depth, known.start), known.form)

        return re.sub(r"%([1-9])", number, level.pattern)


def written(number: int, form: str) -> str:
    """A number in Word's named format; decimal where we do not know it."""
    if form in {"lowerLetter", "upperLetter"} and number > 0:
        letter = chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in {"lowerRoman", "upperRoman"} and 0 < number < 40:
        roman = "x" * (number // 10) + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[number % 10]
        return roman.upper() if form == "upperRoman" else roman
    if form.startswith(("chinese", "japaneseCounting", "ideograph", "taiwanese")) and 0 < number < 100:
        return _han(number)
    return str(number)


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_HAN_DIGITS[tens]}十"
    return head + (_HAN_DIGITS[ones] if ones else "")


def read_numbering(root: Element | None) -> Numbering:
    """``word/numbering.xml`` (None when absent)."""
    levels: dict[str, dict[int, Level]] = {}
    lists: dict[str, str] = {}
    for element in root if root is not None else ():
        kind = local(element.tag)
        if kind == "abstractNum":
            levels[attribute(element, "abstractNumId")] = _levels(element)
        elif kind == "num":
            reference = child(element, "abstractNumId")
            lists[attribute(element, "numId")] = attribute(reference, "val")
    return Numbering(levels, lists)


def _levels(abstract: Element) -> dict[int, Level]:
    found = {}
    for level in abstract:
        if local(level.tag) == "lvl":
            found[_integer(attribute(level, "ilvl"))] = Level(
                attribute(child(level, "numFmt"), "val") or "decimal",
                attribute(child(level, "lvlText"), "val"),
                _integer(attribute(child(level, "start"), "val"), 1),
            )
    return found


def read_styles(root: Element | None) -> dict[str, Style]:
    """``word/styles.xml`` (None when absent): style id -> `Style`, what a style is based on taken in."""
    raw = {
        attribute(element, "styleId"): element
        for element in (root if root is not None else ())
        if local(element.tag) == "style"
    }
    return {name: _style(name, raw) for name in raw}


def _style(name: str, raw: Mapping[str, Element]) -> Style:
    rank, numbering, depth, is_contents, is_bold = 0, "", 0, False, False
    look: dict[str, str] = {}
    for _ in range(_MAX_BASED_ON):
        element = raw.get(name)
        if element is None:
            break
        title = attribute(child(element, "name"), "val")
        match = _HEADING.match(title)
        paragraph = child(element, "pPr")
        outline = attribute(child(paragraph, "outlineLvl"), "val")
        rank = rank or (int(match[1] or 1) if match else _rank_of_outline(outline))
        is_contents = is_contents or bool(_TOC.match(title))
        own = child(paragraph, "numPr")
        numbering = numbering or attribute(child(own, "numId"), "val")
        depth = depth or _integer(attribute(child(own, "ilvl"), "val"))
        is_bold = is_bold or is_on(child(child(element, "rPr"), "b"))
        look = {**look_of(child(element, "rPr")), **look}
        name = attribute(child(element, "basedOn"), "val")
    return Style(rank, numbering, depth, is_contents, is_bold, look)


def _rank_of_outline(value: str) -> int:
    return int(value) + 1 if value.isdigit() and int(value) < 6 else 0


def _integer(text: str, default: int = 0) -> int:
    return int(text) if text.isdigit() and len(text) < 7 else default
