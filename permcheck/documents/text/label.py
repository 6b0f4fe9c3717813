"""The start of a line in, the mark of a list item or numbered heading out (bullet, ``1)``, ``(a)``, ``一、``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BULLET = re.compile(r"([·•●○◦▪▫■□◆◇►▶➢➤✓✔❖※‣⁃∙\uf0b7\uf0a7\uf0d8])\s*(?=\S)|([-*+–—])\s+(?=\S)|(o)(?:\t|\s{2,})(?=\S)")
_DOTTED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,4})[.)]?(?=\s|[^\W\d_])\s*")
_NUMBER = re.compile(r"([(\uff08]?)(\d{1,3})([.)、．）:：]|\.\))(?!\d)\s*(?=\S)")
_COMMA_NUMBER = re.compile(r"(\d{1,2})[,，]\s*(?=[A-Z]|[^\x00-\u2fff])")
_LETTER = re.compile(r"(\(?)([a-zA-Z])\)\s*(?=\S)|([a-zA-Z])\.(?=\s+[A-Z]|[A-Z][a-z])\s*")
_ROMAN = re.compile(r"(\(?)([ivx]{1,5}|[IVX]{2,5})([).])\s*(?=\S)")
_CIRCLED = re.compile(r"([①-⑳⑴-⒇])\s*(?=\S)")
_HAN = re.compile(r"([(\uff08]?)([一二三四五六七八九十]{1,3})([、.．)）])\s*(?=\S)")
_ARTICLE = re.compile(r"(第\s*[一二三四五六七八九十百\d]{1,4}\s*[条章节條節部])[、.：:\s]*(?=\S)")
_AFTER_LETTERS = re.compile(r"[a-zA-Z]{1,5}[.)]|o[\t ]")
_HAN_DIGITS = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Label:
    """``mark`` as written, ``style`` shared by the marks of one list, ``number`` its place (0 for bullets)."""

    mark: str
    style: str
    number: int
    length: int
    """Characters to skip, white space after the mark included."""


def find_labels(text: str) -> list[Label]:
    """Every reading of the label that ``text`` (without indentation) opens with: ``i)`` is a letter and a number."""
    if text[:1].isascii() and text[:1].isalpha() and not _AFTER_LETTERS.match(text):
        return []
    found = (read(text) for read in (_bullet, _dotted, _number, _article, _han, _letter, _roman, _circled))
    return [label for label in found if label]


def _bullet(text: str) -> Label | None:
    match = _BULLET.match(text)
    if not match:
        return None
    mark = match[1] or match[2] or match[3]
    return Label(mark, f"bullet {mark}", 0, match.end())


def _dotted(text: str) -> Label | None:
    match = _DOTTED.match(text)
    if not match:
        return None
    parts = match[1].split(".")
    return Label(match[0].rstrip(), f"dotted {len(parts)}", int(parts[-1]), match.end())


def _number(text: str) -> Label | None:
    match = _NUMBER.match(text)
    if match:
        opening = "(" if match[1] else ""
        closing = ")" if match[3] in ")）" else match[3]
        return Label(match[0].rstrip(), f"number {opening}{closing}", int(match[2]), match.end())
    match = _COMMA_NUMBER.match(text)
    return Label(match[0].rstrip(), "number .", int(match[1]), match.end()) if match else None


def _letter(text: str) -> Label | None:
    match = _LETTER.match(text)
    if not match:
        return None
    letter = match[2] or match[3]
    style = f"letter {match[1] or ''}{')' if match[2] else '.'} {'upper' if letter.isupper() else 'lower'}"
    return Label(match[0].rstrip(), style, ord(letter.lower()) - 96, match.end())


def _roman(text: str) -> Label | None:
    match = _ROMAN.match(text)
    if not match:
        return None
    values = [{"i": 1, "v": 5, "x": 10}[sign] for sign in match[2].lower()]
    number = sum(-now if now < after else now for now, after in zip(values, [*values[1:], 0], strict=True))
    return Label(match[0].rstrip(), f"roman {match[1]}{match[3]}", number, match.end())


def _circled(text: str) -> Label | None:
    match = _CIRCLED.match(text)
    if not match:
        return None
    base = 0x2460 if match[1] <= "⑳" else 0x2474
    return Label(match[1], "circled", ord(match[1]) - base + 1, match.end())


def _han(text: str) -> Label | None:
    match = _HAN.match(text)
    if not match:
        return None
    return Label(match[0].rstrip(), f"han {'(' if match[1] else ''}{match[3]}", _han_number(match[2]), match.end())


def _article(text: str) -> Label | None:
    match = _ARTICLE.match(text)
    if not match:
        return None
    digits = re.sub(r"\D", "", match[1])
    number = int(digits) if digits else _han_number(re.sub("[^一二三四五六七八九十]", "", match[1]))
    return Label(match[1], f"article {match[1][-1]}", number, match.end())


def _han_number(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    value = _HAN_DIGITS.find(ones[-1:]) + 1 if ones else 0
    return value + (10 * (_HAN_DIGITS.find(tens[-1:]) + 1 if tens else 1) if ten else 0)
