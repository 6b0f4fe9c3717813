"""A raw TOML table and the class that declares it in, everything that does not fit out, each with its path of keys."""

from __future__ import annotations

import types
import typing
from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin

from permcheck.knowledge.positions import Path
from permcheck.knowledge.terms import DID_YOU_MEAN, Names, Term, near, none_of

WORDS = {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table", float: "a number"}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong: where, and what is allowed there."""

    path: Path
    message: str

    @property
    def place(self) -> str:
        """``signal[0].kind: ``, or nothing for the file as a whole."""
        said = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return f"{said.removeprefix('.')}: " if said else ""


def key_of(item: Field[Any]) -> str:
    """The key in the TOML for a field of a class."""
    return str(item.metadata.get("key", item.name))


def is_needed(item: Field[Any]) -> bool:
    """Whether a field has no default."""
    return item.default is MISSING and item.default_factory is MISSING


@cache
def hints_of(cls: Any) -> Mapping[str, Any]:
    """Field name -> its type, terms included."""
    return typing.get_type_hints(cls, include_extras=True)


def faults(hint: Any, raw: object, names: Names, path: Path = (), *, partial: bool = False) -> Iterator[Fault]:
    """Everything in ``raw`` that a type refuses; a ``partial`` table extends another one and may leave out keys."""
    term = next((item for item in getattr(hint, "__metadata__", ()) if isinstance(item, Term)), None)
    origin = get_origin(hint)
    if term is not None:
        yield from _term(term, raw, names, path)
    elif origin is tuple:
        yield from _list(get_args(hint)[0], raw, names, path)
    elif origin is typing.Literal:
        yield from _choice(get_args(hint), raw, path)
    elif origin in (typing.Union, types.UnionType):
        yield from _union(get_args(hint), raw, names, path)
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield from _mapping(get_args(hint), raw, names, path)
    elif is_dataclass(hint):
        yield from _table(hint, raw, names, path, partial=partial)
    else:
        yield from _plain(hint, raw, path)


def _term(term: Term, raw: object, names: Names, path: Path) -> Iterator[Fault]:
    wrong = list(_plain(str, raw, path))
    yield from wrong
    if not wrong and (said := term.check(str(raw), names)):
        yield Fault(path, said)


def _plain(hint: Any, raw: object, path: Path) -> Iterator[Fault]:
    if hint is not Any and (not isinstance(raw, hint) or (hint is int and isinstance(raw, bool))):
        yield Fault(path, f"expected {WORDS.get(hint, hint.__name__)}, found {_shown(raw)}")


def _shown(raw: object) -> str:
    if isinstance(raw, bool):
        return str(raw).lower()
    kind = WORDS.get(type(raw), type(raw).__name__)
    return kind if isinstance(raw, list | dict) else f"{kind} ({raw!r})"


def _choice(choices: tuple[Any, ...], raw: object, path: Path) -> Iterator[Fault]:
    if not isinstance(raw, str) or raw not in choices:
        yield Fault(path, none_of(raw, tuple(map(str, choices))))


def _union(options: tuple[Any, ...], raw: object, names: Names, path: Path) -> Iterator[Fault]:
    real = [option for option in options if option is not type(None)]
    found = [list(faults(option, raw, names, path)) for option in real]
    if all(found):
        yield from found[0]


def _list(item: Any, raw: object, names: Names, path: Path) -> Iterator[Fault]:
    if not isinstance(raw, list):
        yield from _plain(list, raw, path)
        return
    for index, value in enumerate(raw):
        yield from faults(item, value, names, (*path, index))


def _mapping(hints: tuple[Any, ...], raw: object, names: Names, path: Path) -> Iterator[Fault]:
    if not isinstance(raw, dict):
        yield from _plain(dict, raw, path)
        return
    for key, value in raw.items():
        wrong = [Fault((*path, key), fault.message) for fault in faults(hints[0], key, names)]
        yield from wrong or faults(hints[1], value, names, (*path, key))


def _all(known: Collection[str]) -> str:
    return f"; there are {', '.join(known)}"


def _table(cls: Any, raw: object, names: Names, path: Path, *, partial: bool) -> Iterator[Fault]:
    if not isinstance(raw, dict):
        yield from _plain(dict, raw, path)
        return
    known = {key_of(item): item for item in fields(cls) if not item.metadata.get("inner")}
    meant = set()
    for key in sorted(raw.keys() - known.keys()):
        hint = near(key, known)
        meant.add(hint)
        yield Fault((*path, key), f"unknown key {key!r}{hint or _all(known)}")
    for key, item in known.items():
        if key in raw:
            yield from faults(hints_of(cls)[item.name], raw[key], names, (*path, key))
        elif (
            not partial
            and DID_YOU_MEAN.format(key) not in meant
            and item.default is MISSING
            and item.default_factory is MISSING
        ):
            yield Fault(path, f"missing key {key!r}")
