"""Evidence in, the same evidence out with the sentence that tells how to switch each thing off."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from permcheck.reading import attributes
from permcheck.reading.evidence import Evidence
from permcheck.reading.passages import Passage

ONLY_CONTROL = "only the way to switch it off is told"
FOLLOWING = 3
"""How many sentences later "you can turn this off" may stand."""
Place = tuple[int, int]


def with_controls(found: list[Evidence], passages: Sequence[Passage]) -> list[Evidence]:
    """Give each disclosure its way out; a sentence that tells nothing but the way out is only vague evidence."""
    told = {item.category for item in found if not item.is_control and item.stance in ("disclosed", "conditional")}
    named = _named(found)
    order = {_place(passage): number for number, passage in enumerate(passages)}
    result = []
    for item in found:
        if item.is_control and item.category not in told:
            stance = "vague" if item.stance == "disclosed" else item.stance
            result.append(replace(item, stance=stance, why=ONLY_CONTROL, control=item.passage))
        elif not item.is_control:
            at = order[_place(item.passage)] + 1
            following = passages[at : at + FOLLOWING]
            result.append(replace(item, control=_control(item, named, following)))
    return result


def _place(passage: Passage) -> Place:
    return passage.block, passage.start


def _named(found: list[Evidence]) -> dict[tuple[str, ...], list[tuple[Place, Passage]]]:
    """Sentences that tell the way out of a category by its name, by category and by category and section."""
    table: dict[tuple[str, ...], list[tuple[Place, Passage]]] = {}
    for item in found:
        if item.is_control:
            for key in ((item.category,), (item.category, *item.passage.section)):
                table.setdefault(key, []).append((_place(item.passage), item.passage))
    return table


def _control(
    item: Evidence,
    named: dict[tuple[str, ...], list[tuple[Place, Passage]]],
    following: Sequence[Passage],
) -> Passage | None:
    if item.stance not in ("disclosed", "conditional", "vague"):
        return None
    section = named.get((item.category, *item.passage.section))
    if section:
        return _nearest(section, item)
    for passage in following:  # "you can turn this off" names nothing
        if passage.section == item.passage.section and not passage.words.mentions and attributes.is_control(passage):
            return passage
    if item.passage.words.has("control"):
        return item.passage
    anywhere = named.get((item.category,))
    return _nearest(anywhere, item) if anywhere else None


def _nearest(controls: list[tuple[Place, Passage]], item: Evidence) -> Passage:
    at = bisect_left(controls, _place(item.passage), key=lambda pair: pair[0])
    around = controls[max(0, at - 1) : at + 1]
    return min(around, key=lambda pair: abs(pair[0][0] - item.passage.block))[1]
