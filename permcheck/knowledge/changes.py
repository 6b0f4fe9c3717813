"""The tables before and after a company's mappings were laid over them in, what that changed in words out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from permcheck.model import CONFIDENCES, SEVERITIES

Sections = Mapping[str, Mapping[str, Mapping[str, Any]]]
KINDS = {"categories": "categories", "sdks": "SDKs", "languages": "languages"}


def changes(before: Sections, after: Sections) -> str:
    """``12 rules lowered, 1 rule added, 3 categories changed``: what weakens the check comes first."""
    counted = Counter(_rules(before["rules"], after["rules"]))
    said = [_number(counted[how], how) for how in ("lowered", "changed", "raised", "reworded", "added") if counted[how]]
    for section, plural in KINDS.items():
        number = sum(after[section].get(name) != table for name, table in before[section].items())
        added = len(after[section]) - len(before[section])
        said += [f"{number} {plural} changed"] * bool(number) + [f"{added} {plural} added"] * bool(added)
    return ", ".join(said) or "nothing changed"


def _number(count: int, how: str) -> str:
    return f"{count} rule{'' if count == 1 else 's'} {how}"


def _rules(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, rule in after.items():
        old = before.get(name)
        if old is None:
            yield "added"
        elif old != rule:
            yield _how(old, rule)


def _how(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """A later place in the list of severities or confidences counts for less."""
    steps = (
        _place(new.get("severity"), SEVERITIES) - _place(old.get("severity"), SEVERITIES),
        _place(new.get("confidence", "high"), CONFIDENCES) - _place(old.get("confidence", "high"), CONFIDENCES),
    )
    if max(steps) > 0:
        return "lowered"
    if any(old.get(key) != new.get(key) for key in ("check", "with")):
        return "changed"
    return "raised" if min(steps) < 0 else "reworded"


def _place(value: object, order: tuple[str, ...]) -> int:
    return order.index(value) if isinstance(value, str) and value in order else len(order)
