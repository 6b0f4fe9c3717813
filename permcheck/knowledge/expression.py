"""A regular expression of the mappings in, why it is refused out: broken, or of a cost that can explode."""

from __future__ import annotations

import re

_QUANTIFIER = re.compile(r"[*+?]|\{\d*,?\d*\}")
_UNBOUNDED = re.compile(r"[*+]|\{\d*,\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]")


def fault_of(expression: str) -> str:
    """What is wrong with it; nothing where it compiles and no unbounded group holds a quantifier."""
    try:
        re.compile(expression)
    except (re.error, OverflowError, RecursionError) as error:
        return f"{expression!r}: {error}"
    if nests(_CLASS.sub("x", re.sub(r"\\.", "x", expression))):
        return f"{expression!r}: a quantifier inside an unbounded group is refused; give it an upper bound"
    return ""


def nests(plain: str) -> bool:
    """Whether an unbounded group holds a quantifier; ``plain`` has neither escapes nor classes."""
    holds: list[bool] = [False]
    for at, character in enumerate(plain):
        if character == "(":
            holds.append(False)
        elif character == ")" and len(holds) > 1:
            inner = holds.pop()
            if inner and _UNBOUNDED.match(plain, at + 1):
                return True
            holds[-1] |= inner
        elif _QUANTIFIER.match(plain, at) and plain[at - 1 : at] != "(":
            holds[-1] = True
    return False
