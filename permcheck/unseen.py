"""A document in, what its hidden text would disclose out: no verdict may rest on it, and none may overlook it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from permcheck.model import Block, Disclosure, Document

Read = Callable[[Document], tuple[Disclosure, ...]]


def hidden_disclosures(document: Document, seen: Iterable[Disclosure], read: Read) -> tuple[Disclosure, ...]:
    """What hidden text tells that the text that is seen does not; ``why`` is how it is hidden."""
    told = {(item.category, item.stance) for item in seen}
    found: dict[tuple[str, str, str], Disclosure] = {}
    for how in dict.fromkeys(_ways(document)):
        blocks = tuple(block for one in document.blocks if (block := _as_if_seen(one, how)))
        for item in read(replace(document, blocks=blocks)):
            if (item.category, item.stance) not in told:
                found.setdefault((how, item.category, item.stance), replace(item, why=how))
    return tuple(found.values())


def _ways(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if block.hidden_by:
            yield block.hidden_by
        yield from (how for _, _, how in block.unseen)


def _as_if_seen(block: Block, how: str) -> Block | None:
    """A block that is hidden so, or in which words are, as it would read if they were not."""
    if block.hidden_by == how:
        return replace(block, region="main", visibility="visible", hidden_by="")
    if not any(way == how for _, _, way in block.unseen):
        return None
    return replace(
        block, text=block.as_written(), origins=block.origins[:1], marks=(), unseen=(), breaks=(), original=""
    )
