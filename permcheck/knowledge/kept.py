"""Mappings and a name in, what was made of them under that name out: made once in a process, whoever asks.

What is kept hangs on the digest of the mappings, never on the object that holds them, so that copies of the same
mappings (unpickled, loaded again) share one lexicon and one table.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
MAPPINGS = 8
"""Different mappings whose tables stay at hand; a process seldom sees a second one."""

_KEPT: OrderedDict[str, dict[str, object]] = OrderedDict()


def kept(digest: str, name: str, make: Callable[[], T]) -> T:
    """What ``make`` returned when it was first asked for under this name for the mappings of this digest.

    Two threads that ask at once may both make it; they get the same one.
    """
    tables = _KEPT.get(digest, {})
    if name in tables:
        return tables[name]  # type: ignore[return-value]  # of the type that was put there
    made = make()
    while len(_KEPT) >= MAPPINGS and digest not in _KEPT:
        _KEPT.popitem(last=False)
    return _KEPT.setdefault(digest, {}).setdefault(name, made)  # type: ignore[return-value]
