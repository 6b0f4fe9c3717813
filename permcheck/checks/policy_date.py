"""A policy in, the dates out that it gives for itself: since when it is in force, when it was last changed.

A date counts behind (in Chinese and Japanese also before) one of the words of the rule, or where it stands by itself
in the title, the first blocks or the last ones. The date of a law does not: ``unless`` lists its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from permcheck.checks import search
from permcheck.model import Block, Location, Policy

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier enero",
            "february feb februar février febrero",
            "march mar märz mars marzo",
            "april apr avril abril",
            "may mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet julio",
            "august aug août agosto",
            "september sep sept septembre septiembre",
            "october oct oktober octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember dez décembre diciembre",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_HAN = "〇零一二三四五六七八九十"
DATE = re.compile(
    rf"(?<![\d.])(?P<y1>\d{{4}})\s?[-/.年]\s?(?P<m1>\d{{1,2}})(?:\s?[-/.月]\s?(?P<d1>\d{{1,2}})(?!\d)\s?日?|\s?月)"
    r"|(?<![\d.])(?P<a2>\d{1,2})(?P<sep>[-/.])\s?(?P<b2>\d{1,2})(?P=sep)\s?(?P<y2>\d{4}|\d{2})(?![\d.]*\d)"
    rf"|(?<!\d)(?P<d3>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s*(?:of |de |-)?\s?(?P<m3>{_MONTH})\b\.?,?-?\s?(?:del? )?"
    r"(?P<y3>\d{4})"
    rf"|\b(?P<m4>{_MONTH})\b\.?\s?(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{0,2}}(?P<y4>\d{{4}})(?!\d)"
    rf"|\b(?P<m5>{_MONTH})\b\.?,?\s(?:del? )?(?P<y5>\d{{4}})(?!\d)"
    rf"|(?P<y6>[{_HAN}]{{4}})年(?P<m6>[{_HAN}]{{1,3}})月(?:(?P<d6>[{_HAN}]{{1,3}})日)?"
    r"|(?<![\d/.])(?P<m8>\d{1,2})/(?P<y8>\d{4})(?!\d)"
    r"|(?P<era>令和|平成)(?P<y7>\d{1,2}|元)年(?P<m7>\d{1,2})月(?P<d7>\d{1,2})日",
    re.IGNORECASE,
)
_ERAS = {"令和": 2018, "平成": 1988}
BEFORE, AFTER = 60, 24
"""How far from its word a date may stand, in characters."""
ALONE, BRIEF, BARE = 80, 12, 2
"""How much else a line that is there for its date may hold: at the edge, as a sentence, in a list of changes."""
LONGEST = 4 * ALONE
"""Characters of a block beyond which it is no line that is there for its date."""
FIRST, LAST = 8, 4
"""How many blocks at the start and at the end a date may stand in by itself."""
_YEAR = re.compile(r"\d\d|年")
"""What every date has; most blocks have none, and are not searched."""
_UNTIL = re.compile(r"(?i)\b(?:until|till|through|expires?|bis|jusqu\w+|hasta)\b|至|截止|まで")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of the policy: ``when`` is None for one that no calendar has; ``found`` is it with its word."""

    when: datetime | None
    found: str
    location: Location


def dates(params: Mapping[str, Any], policy: Policy) -> Iterator[Dated]:
    """The dates that the policy gives for itself."""
    blocks = search.readable(policy)
    for at, block in enumerate(blocks):
        if not _YEAR.search(block.text):
            continue
        is_edge = block.kind == "heading" or at < FIRST or at >= len(blocks) - LAST
        for match in DATE.finditer(block.text):
            start = _start(params, policy, block, match)
            if start is None and _is_alone(params, policy, block, ALONE if is_edge else BARE):
                start = match.start()
            if start is not None:
                place = Location(policy.document.path, "", block.span(start, match.end()))
                yield Dated(_when(match), block.text[start : match.end()].strip(), place)
    for match in DATE.finditer(policy.document.title):
        yield Dated(_when(match), match.group(), Location(policy.document.path))


def _start(params: Mapping[str, Any], policy: Policy, block: Block, match: re.Match[str]) -> int | None:
    """Where the words begin that make a date the policy's; None for another date."""
    lead = block.text[max(0, match.start() - BEFORE) : match.start()]
    cut = max((stop.end() for stop in search.STOP.finditer(lead)), default=0)
    lead, tail = lead[cut:], block.text[match.end() : match.end() + AFTER]
    barred = search.pattern(params.get("unless", {}), policy, block)
    if _UNTIL.search(lead) or (barred and barred.search(lead)):
        return None
    before = search.pattern(params["patterns"], policy, block)
    after = search.pattern(params.get("after", {}), policy, block)
    word = before.search(lead) if before else None
    if word:
        return match.start() - len(lead) + word.start()
    return match.start() if after and after.match(tail) else None


def _is_alone(params: Mapping[str, Any], policy: Policy, block: Block, most: int) -> bool:
    """Whether a block is there for its date: nearly nothing else stands in it, and it is not about a law."""
    if block.kind == "row" or len(block.text) > LONGEST:
        return False
    barred = search.pattern(params.get("unless", {}), policy, block)
    rest = re.sub(r"[\W_]+", " ", DATE.sub("", block.text))
    most = min(most, BRIEF) if block.text.rstrip().endswith((".", "。")) else most
    return len(rest) <= most and not (barred and barred.search(block.text))


def _when(match: re.Match[str]) -> datetime | None:
    """A date found as a day, the first where only the month is told; the order of day and month is left open."""
    part = {name[:-1]: text for name, text in match.groupdict().items() if text and name[-1].isdigit()}
    year = _number(part["y"], _ERAS.get(match["era"] or "", 2000 if len(part["y"]) == 2 else 0))
    day = _number(part.get("d", "1"))
    orders = [(_number(part["m"]), day)] if "m" in part else []
    if "a" in part:
        orders = [(int(part["b"]), int(part["a"])), (int(part["a"]), int(part["b"]))]
    for month, day in orders:
        try:
            return datetime(year, month, day, tzinfo=UTC)
        except ValueError:
            continue
    return None


def _number(text: str, offset: int = 0) -> int:
    """A number in figures, the name of a month, or Chinese numerals (``二〇二四``, ``十一``)."""
    if text.isdigit() and text.isascii():
        return int(text) + offset
    if text == "元":
        return 1 + offset
    if text.lower() in MONTHS:
        return MONTHS[text.lower()]
    digits = {sign: number for number, sign in enumerate(_HAN[1:-1])} | {"〇": 0}
    if "十" in text:
        tens, _, ones = text.partition("十")
        return digits.get(tens, 1) * 10 + digits.get(ones, 0)
    return int("".join(str(digits[sign]) for sign in text))
