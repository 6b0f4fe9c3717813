"""Blocks in, unfilled template slots out, each with the text that hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from permcheck.knowledge import Knowledge
from permcheck.model import Block


@dataclass(frozen=True, slots=True)
class Slot:
    """One unfilled place: ``text[start:end]`` of block number ``block``.

    ``governed`` lists ``(block, start, end)`` of the text that cannot be evidence while the slot is unfilled, the
    slot itself included.
    """

    block: int
    start: int
    end: int
    rule: str
    kind: str
    governed: tuple[tuple[int, int, int], ...] = ()


def scan(blocks: Sequence[Block], knowledge: Knowledge) -> tuple[Slot, ...]:
    """All slots in reading order."""
    return ()
