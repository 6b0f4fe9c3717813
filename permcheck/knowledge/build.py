"""Raw TOML tables in, frozen schema objects out; an unknown key, a missing key or a wrong type is an error."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

from permcheck.errors import MappingError

T = TypeVar("T")


def build(cls: type[T], raw: object, where: str) -> T:
    """Build ``cls`` from a TOML table. ``where`` is the file (and key) that errors name. Raises `MappingError`."""
    if not isinstance(raw, dict):
        raise MappingError(f"{where}: expected a table, found {type(raw).__name__}")
    hints, known = _shape(cls)  # type: ignore[arg-type]
    unknown = sorted(set(raw) - set(known))
    if unknown:
        raise MappingError(f"{where}: unknown key {unknown[0]!r}")
    values: dict[str, Any] = {}
    for key, item in known.items():
        if key in raw:
            values[item.name] = _convert(hints[item.name], raw[key], f"{where}: {key}")
        elif item.default is MISSING and item.default_factory is MISSING:
            raise MappingError(f"{where}: missing key {key!r}")
    return cls(**values)


@cache
def _shape(cls: Any) -> tuple[dict[str, Any], dict[str, Field[Any]]]:
    return typing.get_type_hints(cls), {item.metadata.get("key", item.name): item for item in fields(cls)}


def _convert(hint: Any, raw: object, where: str) -> Any:
    origin = get_origin(hint)
    if origin is tuple:
        return _sequence(get_args(hint)[0], raw, where)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(get_args(hint)[1], raw, where)
    if origin is typing.Literal:
        return _choice(get_args(hint), raw, where)
    if origin in (typing.Union, types.UnionType):
        return _convert(str, raw, where)
    return _single(hint, raw, where)


def _single(hint: Any, raw: object, where: str) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        return build(hint, raw, where)
    if hint is not Any and (not isinstance(raw, hint) or (hint is int and isinstance(raw, bool))):
        raise MappingError(f"{where}: expected {hint.__name__}, found {type(raw).__name__}")
    return raw


def _sequence(item: Any, raw: object, where: str) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise MappingError(f"{where}: expected a list, found {type(raw).__name__}")
    return tuple(_convert(item, value, f"{where}[{index}]") for index, value in enumerate(raw))


def _mapping(item: Any, raw: object, where: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise MappingError(f"{where}: expected a table, found {type(raw).__name__}")
    return {key: _convert(item, value, f"{where}.{key}") for key, value in raw.items()}


def _choice(choices: tuple[Any, ...], raw: object, where: str) -> object:
    if raw not in choices:
        raise MappingError(f"{where}: {raw!r} is none of {', '.join(map(str, choices))}")
    return raw
