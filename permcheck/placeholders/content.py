"""What stands between two delimiters in, what kind of content it is out: name, choice, instruction, example, blank."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from permcheck.placeholders.grammar import Grammar

Kind = Literal["blank", "filler", "note", "instruction", "example", "name", "choice", "number", "list", "text"]

LONGEST_NAME = 9
"""Words that the name of a field may have."""

_BLANK = re.compile(r"[\s\u3000●•○◯■□▪_＿.…·*–—-]*")
_FILLER = re.compile(r"[xX×]{2,20}|\?{1,5}|#{2,8}|某+\w{0,8}|[○〇△]{2,8}", re.IGNORECASE)
_IDENTIFIER = re.compile(
    r"[A-Za-z][A-Za-z0-9]*(?:[_.][A-Za-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
)
_PARTS = re.compile(r"\s*[/|]\s*|,?\s+(?:or|oder|ou|o|或者?)\s+|\s*或者?\s*|\s*または\s*", re.IGNORECASE)
POLARITY = re.compile(
    r"\b([^\W\d]{2,12})\s?[/|]\s?(?:\1 not|\1n['’]t|(?:don|won)['’]t|no \1|nicht|not|\1 nicht|\1 pas|ne \1 pas)\b"
    r"|(会|能|是|有|将|涉及|收集|提供)\s?/\s?[不没]\2"
    r"|(する|します|あり)\s?[/・]\s?(?:しない|しません|なし)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,3}(?:\s?[-–/]\s?\d{1,3}){0,4}")
_LIST_END = re.compile(r"(?:,|;|、)?\s*(?:etc\.?|\.\.\.|…|usw\.?|u\.\s?a\.|等(?:等)?|など)\W*$", re.IGNORECASE)
_UNIT = re.compile(r"[a-zµ]{1,3}\s?/\s?[a-z]{1,3}", re.IGNORECASE)
_NUMBERED = re.compile(r"[ #]{1,2}(?:\d{1,2}|[A-Z])$")
_OF = re.compile(
    r",? (?:e\.g|such as|like|z\. ?B|p\. ?ej|par ex)\b.*| (?:of|for|in|to|that|which|where|who|from|with|on|by"
    r"|and/or|here|hier|aquí|ici|für|der|des|von|im|und|und/oder|or|and|oder)\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"^(?:YOUR|MY|OUR|COMPANY|APP|BUSINESS|INSERT|DEVELOPER|WEBSITE|SITE|PRODUCT|LEGAL|SUPPORT|PRIVACY|OWNER"
    r"|ORG\w*|CONTACT|EFFECTIVE)\b|\b(?:NAME|E?MAIL|ADDRESS|DATE|URL|PHONE|COMPANY|ENTITY|DOMAIN|LINK)$"
)
_WORD_END = r"(?![^\W\u3040-\u30ff\u4e00-\u9fff]|[’'-])"
_ROLE = re.compile(r"[A-Z][A-Z ]{2,20}: \S")
_EDITORIAL = re.compile(r"(?:and|or|but|nor|that|which|who|its?|his|her|their|und|et|y|及|和)\b", re.IGNORECASE)
_SPACES = re.compile(r"[\s_]+")


class Content(NamedTuple):
    """A kind, and whether the content proves by itself that it waits to be replaced."""

    kind: Kind
    sure: bool


def plain(inner: str) -> str:
    """The words between two delimiters, without emphasis, quotation marks and further brackets."""
    return _SPACES.sub(" ", inner).strip(" *\"'“”‘’:：.。\\[]{}<>")


def content_of(inner: str, grammar: Grammar) -> Content:
    """The kind of what stands between two delimiters."""
    if _BLANK.fullmatch(inner):
        return Content("blank", sure=True)
    words = plain(inner)
    if _FILLER.fullmatch(words) or _is_keyboard(words):
        return Content("filler", sure=True)
    if _is_name(words, inner, grammar) and not _spoken(words, grammar):
        choice = "/" in words and not words.isupper() and not _IDENTIFIER.fullmatch(words)
        return Content("choice" if choice else "name", sure=True)
    return _spoken(words, grammar) or _structure(words, inner)


def _spoken(words: str, grammar: Grammar) -> Content | None:
    """What speaks to somebody: a note, a choice to make, an order, a condition, an example."""
    for kind, name, frame in _SPOKEN:
        if grammar.one(name, frame).fullmatch(words):
            return Content(
                kind,
                sure=kind != "example"
                and (name != "order_start" or " " in words or len(words) > 5 or not words.isascii()),
            )
    if _ROLE.match(words):
        return Content("note", sure=True)
    return Content("choice", sure=True) if POLARITY.fullmatch(words) else None


_SPOKEN: tuple[tuple[Kind, str, str], ...] = (
    ("note", "pending", "{}"),
    ("note", "pending_start", r"{}\b.{0,240}"),
    ("choice", "choice", "{}"),
    ("instruction", "order_start", "(?:please )?{}" + _WORD_END + ".{0,240}"),
    ("instruction", "order_end", ".{0,160}{}"),
    ("instruction", "condition", "{}" + _WORD_END + ".{0,240}"),
    ("example", "example", "{}.{0,240}"),
)
"""Kind of content, the class of words that gives it away, and where in the content these stand."""


def _is_name(words: str, inner: str, grammar: Grammar) -> bool:
    count = len(words.split())
    if not words or count > LONGEST_NAME or words[-1:] == "?" or _EDITORIAL.match(words):
        return False
    if grammar.one("slot").fullmatch(words):
        return True
    if grammar.one("owner_start", "{}.{0,80}").fullmatch(words) and not grammar.one("readers_own").search(words):
        return True
    if "_" in inner and words.isupper() and not _OWN.search(words):
        return False
    return _has_field(words, grammar)


def _has_field(words: str, grammar: Grammar) -> bool:
    """The head of the name is a field: its first word in Spanish and French, else the last before "of" and the like."""
    if grammar.one("field_first", r"{}(?:\W.*)?").fullmatch(words):
        return True
    head = _NUMBERED.sub("", _OF.split(words, maxsplit=1)[0])
    return bool(grammar.one("field", r"(?:.*[\W_])?{}(?: ?[(（].*)?").fullmatch(head))


def _structure(words: str, inner: str) -> Content:
    parts = [part for part in _PARTS.split(words) if part]
    if _NUMBER.fullmatch(words):
        return Content("number" if len(parts) < 2 else "choice", sure=False)
    if _LIST_END.search(inner.strip()):
        return Content("list", sure=False)
    if len(parts) > 1 and not _UNIT.fullmatch(words) and all(len(part.split()) <= 9 for part in parts):
        return Content("choice", sure=False)
    if words.isupper() and " " in words and any("A" <= letter <= "Z" for letter in words):
        return Content("name", sure=False)
    return Content("text", sure=False)


_ROWS = ("asdf", "qwer", "zxcv", "sdfg", "fghj", "ghjk", "hjkl", "azert", "yxcv", "qaz", "wsx")


def _is_keyboard(words: str) -> bool:
    low = words.lower()
    return (
        low.isalpha()
        and low.isascii()
        and any(low.startswith(row) for row in _ROWS)
        and not re.search("[aeiou]{2}", low)
    )
