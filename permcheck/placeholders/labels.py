"""Blocks in, labels whose value is nowhere out: ``Effective date:`` before a heading, ``电话:``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from permcheck.model import Block
from permcheck.placeholders.rules import Search

SHORT = 80
"""A line longer than this is running text and no value."""

_BLANK = re.compile(r"[_＿]{3}|\.{4}|……|[:：] ?[-–—]{2}|(?:[.…_-] ){3}|N\. ?N\.")
_GAP = re.compile(
    r"(?:^|(?<=[|.;·•*-] )|(?<=[，,；;。]))\W{0,4}(?P<slot>[^\W\d_][^:：|.;!?]{0,60}[:：][ *]*"
    r"(?:[_＿]{3,}|\.{4,}|…{2,}|[-–—]{2,}|(?:[.…_-] ){3,}[.…_-]?|N\. ?N\.))(?=\s*(?:$|[|,;，；。)]|\.(?:\s|$)))"
)
_CHAIN = re.compile(
    r"(?:^\W{0,4}(?:[^\W\d_]{2,8} ?[:：] *){2}|(?:[^\W\d_]{2,12} ?[:：] *){3,6})(?:[,，;/\s-]*$|(?=[,，] ?[,，]))"
)
_COLON = re.compile(r"\s?[:：]\s*(?:[-–—/]{1,3}\s*)?$")
_COLONS, _DASHES = (":", "："), " \u3000-–—/"
_DATE = re.compile(r"\d")
_NUMBERED = re.compile(r"(?:\d{1,2}[.)、]|[IVX]{1,4}[.)] |[A-Z][.)] )\D|[一二三四五六七八九十]+[、.]|第.{1,3}[条章]|#")


@dataclass(frozen=True, slots=True)
class Line:
    """One source line of a block."""

    block: int
    start: int
    text: str
    heading: bool


def blanks(blocks: Sequence[Block], search: Search) -> Iterator[tuple[int, int, int]]:
    """Labels without a value, where the next line is no value either."""
    lines = [line for number, block in enumerate(blocks) for line in _lines(number, block) if line.text.strip()]
    label = search.expression("label")
    for at, line in enumerate(lines):
        for gap in _GAP.finditer(line.text) if _BLANK.search(line.text) else ():
            if not _is_form(lines, at, search):
                yield line.block, line.start + gap.start("slot"), line.start + gap.end()
        chain = _CHAIN.search(line.text) if line.text.count(":") + line.text.count("：") > 1 else None
        if chain and not _is_form(lines, at, search):
            yield line.block, line.start + chain.start(), line.start + len(line.text.rstrip())
        end = _COLON.search(line.text) if line.text.rstrip(_DASHES)[-1:] in _COLONS else None
        if not end:
            continue
        found = label.search(line.text[: end.start()])
        if found and not _is_form(lines, at, search) and _is_blank(lines, at, found.group(), search):
            yield line.block, line.start + found.start(), line.start + len(line.text.rstrip())


def _lines(number: int, block: Block) -> Iterator[Line]:
    if block.region not in ("main", "dialog", "hidden"):
        return
    for start, end in pairwise([0, *block.breaks, len(block.text)]):
        yield Line(number, start, block.text[start:end], block.kind == "heading")


def _is_form(lines: Sequence[Line], at: int, search: Search) -> bool:
    near = "\n".join(line.text[:SHORT] for line in lines[max(0, at - 6) : at + 7])
    return bool(search.expression("form").search(near))


def _is_blank(lines: Sequence[Line], at: int, label: str, search: Search) -> bool:
    run = _run(lines, at)
    after = lines[run.stop : run.stop + len(run) + 2]
    if search.expression("lead").search(label):
        return not after or bool(_NUMBERED.match(after[0].text))
    if search.expression("date").search(label):
        return not any(_DATE.search(line.text[:30]) for line in after[: len(run) + 1] if len(line.text) <= SHORT)
    if search.expression("address").search(label):
        return _lacks_address([*lines[at + 1 : run.stop], *after], after, search)
    if not after:
        return True
    first = after[0]
    if _NUMBERED.match(first.text) and (first.heading or len(first.text) < SHORT) and not label[-1:].isdigit():
        return True
    return len(run) > 1 and lines[at] is not lines[run.stop - 1] and not _is_columns(run, after)


def _lacks_address(near: Sequence[Line], after: Sequence[Line], search: Search) -> bool:
    if after and len(after[0].text) > SHORT and not _NUMBERED.match(after[0].text):
        return False  # a topic and what is said of it, as in a list of house rules
    return not any(search.expression("value").search(line.text) for line in near)


def _run(lines: Sequence[Line], at: int) -> range:
    """The labels without value that stand together around a line."""
    first, last = at, at + 1
    while first and _COLON.search(lines[first - 1].text) and len(lines[first - 1].text) <= SHORT:
        first -= 1
    while last < len(lines) and _COLON.search(lines[last].text) and len(lines[last].text) <= SHORT:
        last += 1
    return range(first, last)


def _is_columns(run: range, after: Sequence[Line]) -> bool:
    """As many short lines as labels follow: a table whose columns were read one by one."""
    values = [line for line in after[: len(run)] if len(line.text) <= SHORT and not _COLON.search(line.text)]
    return len(values) >= len(run)
