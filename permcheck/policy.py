"""A policy document in, a `Policy` out: what it discloses by category, what it only mentions, its unfilled places."""

from __future__ import annotations

from permcheck import placeholders
from permcheck.knowledge import Knowledge
from permcheck.model import Document, Placeholder, Policy
from permcheck.placeholders import Slot
from permcheck.reading.decide import verdict
from permcheck.reading.policy import categories_in, disclosures, rejections, understand
from permcheck.reading.trace import Record, trace_document
from permcheck.unseen import hidden_disclosures

__all__ = ["declare", "taint_of", "trace", "verdict"]


def declare(document: Document, knowledge: Knowledge) -> Policy:
    """Read a policy: every mention of a category as a disclosure or a rejection, and all slots."""
    slots = placeholders.scan(document.blocks, knowledge)
    understood = understand(document, knowledge, taint_of(slots))
    told = disclosures(understood)
    return Policy(
        document,
        told,
        tuple(_placeholder(slot, document, knowledge) for slot in slots),
        hidden_disclosures(document, told, lambda shown: declare(shown, knowledge).disclosures),
        rejections(understood),
    )


def trace(document: Document, knowledge: Knowledge, line: int | None = None, category: str = "") -> list[Record]:
    """How each mention was read: a plain record each, in reading order; ``line`` and ``category`` narrow it."""
    understood = understand(document, knowledge, taint_of(placeholders.scan(document.blocks, knowledge)))
    return trace_document(understood, knowledge, line, category)


def taint_of(slots: tuple[Slot, ...]) -> dict[int, list[tuple[int, int]]]:
    """Block number -> the stretches of its text that depend on an unfilled slot."""
    taint: dict[int, list[tuple[int, int]]] = {}
    for slot in slots:
        for block, start, end in slot.governed:
            taint.setdefault(block, []).append((start, end))
    return taint


def _placeholder(slot: Slot, document: Document, knowledge: Knowledge) -> Placeholder:
    governs = {name for place in slot.governed for name in categories_in(document, knowledge, *place)}
    return placeholders.to_placeholder(document, slot, sorted(governs), knowledge)
