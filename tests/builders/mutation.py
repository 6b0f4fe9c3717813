"""Bytes in, the same bytes with seeded damage out: flips, cuts, words set to extremes, pieces repeated or dropped."""

from __future__ import annotations

import random
from collections.abc import Iterator

_WORDS = (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\1\0\0\0", b"\0\0\1\0")


def mutations(raw: bytes, count: int, seed: int) -> Iterator[bytes]:
    """That many damaged copies, the same ones for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        copy = bytearray(raw)
        for _ in range(chance.choice((1, 1, 2, 4, 16))):
            _damage(copy, chance)
        yield bytes(copy)


def _damage(copy: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(copy) + 1)
    kind = chance.randrange(6)
    if kind == 0 and at < len(copy):
        copy[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        del copy[at:]
    elif kind == 2:
        start = at & ~3
        copy[start : start + 4] = chance.choice(_WORDS)
    elif kind == 3:
        copy[at:at] = copy[at : at + chance.randrange(64)]
    elif kind == 4:
        del copy[at : at + chance.randrange(1, 32)]
    else:
        copy[at : at + 2] = chance.randbytes(2)
