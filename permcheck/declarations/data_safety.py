"""Google Play's Data safety export (CSV) in, what it declares per category out.

The format is the one that Play Console exports and imports: five columns, one row per possible answer.
Source: https://support.google.com/googleplay/android-developer/answer/10787469
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from permcheck.errors import DeclarationError
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Category
from permcheck.model import Disclosure, Location, Span

HEADER = (
    "Question ID (machine readable)",
    "Response ID (machine readable)",
    "Response value",
    "Answer requirement",
    "Human-friendly question label",
)
TYPES = "PSL_DATA_TYPES_"
USAGE = "PSL_DATA_USAGE_RESPONSES:"


@dataclass(slots=True)
class Declared:
    """What the form says of one data type; ``line`` is where it is selected, 0 where it is not."""

    line: int = 0
    shared: bool = False
    optional: bool = False
    purposes: list[str] = field(default_factory=list)


def declare(data: bytes, path: str, knowledge: Knowledge) -> Iterator[Disclosure]:
    """One disclosure per category that the form has data types for: disclosed where one is selected, else denied.

    Raises `DeclarationError`.
    """
    declared = read(data, path)
    for category in knowledge.categories.values():
        if category.play:
            yield _disclosure(category, declared, path)


def texts(data: bytes, path: str) -> Iterator[tuple[str, Location]]:
    """The answers that are no tick: addresses and words, each with its place. Raises `DeclarationError`."""
    for line, row in enumerate(_rows(data, path)[1:], 2):
        question, _, value = (cell.strip() for cell in (*row, "", "", "")[:3])
        if value and value.lower() not in ("true", "false"):
            yield value, Location(path, question, Span(line, 0, line, 0))


def read(data: bytes, path: str) -> Mapping[str, Declared]:
    """Data type (without ``PSL_``) -> what the form says of it. Raises `DeclarationError`."""
    declared: dict[str, Declared] = {}
    for line, row in enumerate(_rows(data, path)[1:], 2):
        question, response, value = (cell.strip() for cell in (*row, "", "", "")[:3])
        if value.lower() == "true":
            _take(declared, question, response, line)
    return declared


def _rows(data: bytes, path: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DeclarationError(f"{path}: not a Data safety CSV: {error}") from error
    if not rows or tuple(cell.strip() for cell in rows[0][:2]) != HEADER[:2]:
        raise DeclarationError(f"{path}: not a Data safety CSV: the header is not Play Console's")
    return rows


def _take(declared: dict[str, Declared], question: str, response: str, line: int) -> None:
    if question.startswith(TYPES):
        declared.setdefault(response.removeprefix("PSL_"), Declared()).line = line
    if not question.startswith(USAGE):
        return
    name, _, aspect = question.removeprefix(USAGE).partition(":")
    answer = declared.setdefault(name.removeprefix("PSL_"), Declared())
    if aspect.endswith("PURPOSE"):
        answer.purposes.append(response.removeprefix("PSL_").replace("_", " ").lower())
    answer.shared |= response == "PSL_DATA_USAGE_ONLY_SHARED"
    answer.optional |= response.endswith("OPTIONAL")


def _disclosure(category: Category, declared: Mapping[str, Declared], path: str) -> Disclosure:
    chosen = {name: declared[name] for name in category.play if name in declared and declared[name].line}
    if not chosen:
        names = ", ".join(category.play)
        return Disclosure("data-safety", category.id, "denied", f"{names}: not selected", Location(path))
    name, answer = next(iter(chosen.items()))
    return Disclosure(
        source="data-safety",
        category=category.id,
        stance="disclosed",
        quote=f"{', '.join(chosen)}: selected",
        location=Location(path, f"PSL_{name}", Span(answer.line, 0, answer.line, 0)),
        purpose=", ".join(dict.fromkeys(purpose for item in chosen.values() for purpose in item.purposes)),
        control="optional" if answer.optional else "",
        action="share" if any(item.shared for item in chosen.values()) else "collect",
    )
