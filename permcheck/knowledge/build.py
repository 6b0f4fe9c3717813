"""Raw TOML tables in, frozen schema objects out; an unknown key, a missing key or a wrong type is an error."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

from permcheck.errors import MappingError

T = TypeVar("T")
Convert = Callable[[Any], Any]


class MismatchError(Exception):
    """A value that does not fit its place; every level on the way out puts its own key before the message."""


def build(cls: type[T], raw: object, where: str) -> T:
    """Build ``cls`` from a TOML table. ``where`` is the file that errors name. Raises `MappingError`."""
    try:
        built: T = _converter(cls)(raw)  # type: ignore[arg-type]
    except MismatchError as error:
        raise MappingError(f"{where}: {error}") from None
    return built


@cache
def _converter(hint: Any) -> Convert:
    """The function for one type hint, made once: mappings hold thousands of values of few types."""
    origin = get_origin(hint)
    if origin is tuple:
        return _sequence(_converter(get_args(hint)[0]))
    if origin is typing.Literal:
        return _choice(get_args(hint))
    if origin in (typing.Union, types.UnionType):
        return _converter(str)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(*map(_converter, get_args(hint)))
    if is_dataclass(hint):
        return _table(hint)
    return _plain(hint)


def _plain(hint: Any) -> Convert:
    def convert(raw: Any) -> Any:
        if hint is not Any and (not isinstance(raw, hint) or (hint is int and isinstance(raw, bool))):
            raise MismatchError(f"expected {hint.__name__}, found {type(raw).__name__}")
        return raw

    return convert


def _choice(choices: tuple[Any, ...]) -> Convert:
    def convert(raw: Any) -> Any:
        if raw not in choices:
            raise MismatchError(f"{raw!r} is none of {', '.join(map(str, choices))}")
        return raw

    return convert


def _sequence(item: Convert) -> Convert:
    def convert(raw: Any) -> tuple[Any, ...]:
        if not isinstance(raw, list):
            raise MismatchError(f"expected a list, found {type(raw).__name__}")
        built = []
        try:
            for value in raw:
                built.append(item(value))  # noqa: PERF401  (its length names the place of an error)
        except MismatchError as error:
            raise MismatchError(f"[{len(built)}]: {error}") from None
        return tuple(built)

    return convert


def _mapping(key_of: Convert, item: Convert) -> Convert:
    def convert(raw: Any) -> dict[str, Any]:
        if not isinstance(raw, dict):
            raise MismatchError(f"expected a table, found {type(raw).__name__}")
        return {_keyed(key_of, key, key): _keyed(item, key, value) for key, value in raw.items()}

    return convert


def _table(cls: Any) -> Convert:
    hints = typing.get_type_hints(cls)
    known = {item.metadata.get("key", item.name): (item.name, _converter(hints[item.name])) for item in fields(cls)}
    needed = [
        item.metadata.get("key", item.name)
        for item in fields(cls)
        if item.default is MISSING and item.default_factory is MISSING
    ]

    def convert(raw: Any) -> Any:
        if not isinstance(raw, dict):
            raise MismatchError(f"expected a table, found {type(raw).__name__}")
        unknown = sorted(raw.keys() - known.keys())
        if unknown:
            raise MismatchError(f"unknown key {unknown[0]!r}")
        for key in needed:
            if key not in raw:
                raise MismatchError(f"missing key {key!r}")
        return cls(**{known[key][0]: _keyed(known[key][1], key, value) for key, value in raw.items()})

    return convert


def _keyed(convert: Convert, key: str, raw: Any) -> Any:
    try:
        return convert(raw)
    except MismatchError as error:
        joint = "" if str(error).startswith("[") else ": "
        raise MismatchError(f"{key}{joint}{error}") from None
