"""`AppFacts` or `Policy` in, JSON out, and back without loss: what is read once is stored and judged again later.

The text is one JSON object on one line with the fields of the type as `permcheck.model` has them, and ``schema`` beside
them: ``permcheck-facts/1`` or ``permcheck-policy/1``. Lone surrogates (broken names in a bundle) are escaped, so the
text always encodes as UTF-8.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from permcheck.errors import InputError
from permcheck.model import AppFacts, Policy

T = TypeVar("T", AppFacts, Policy)
FACTS, POLICY = "permcheck-facts/1", "permcheck-policy/1"


def dump_facts(facts: AppFacts) -> str:
    """The facts as one line of JSON (schema ``permcheck-facts/1``)."""
    return _dump(FACTS, facts)


def load_facts(text: str, path: str = "facts") -> AppFacts:
    """The facts that `dump_facts` wrote. Raises `InputError` that names ``path`` for anything else."""
    return _load(FACTS, AppFacts, text, path)


def dump_policy(policy: Policy) -> str:
    """The policy with its text as one line of JSON (schema ``permcheck-policy/1``)."""
    return _dump(POLICY, policy)


def load_policy(text: str, path: str = "policy") -> Policy:
    """The policy that `dump_policy` wrote. Raises `InputError` that names ``path`` for anything else."""
    return _load(POLICY, Policy, text, path)


def _dump(schema: str, item: AppFacts | Policy) -> str:
    encode = _encoder(type(item))  # type: ignore[arg-type]  # a class is hashable
    return json.dumps({"schema": schema, **encode(item)}, separators=(",", ":"))


def _load(schema: str, cls: type[T], text: str, path: str) -> T:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error})") from error
    if not isinstance(record, dict) or record.pop("schema", None) != schema:
        raise InputError(f"{path}: not of schema {schema}")
    try:
        found: T = _decoder(cls)(record)  # type: ignore[arg-type]  # a class is hashable
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: damaged ({error})") from error
    return found


@cache
def _encoder(hint: Any) -> Callable[[Any], Any]:
    """How values of one type become what JSON knows; nothing to do for text, numbers and tuples of them."""
    if hasattr(hint, "__dataclass_fields__"):
        return _table_encoder(hint)
    parts = get_args(hint)
    if get_origin(hint) is tuple:
        inner = [_encoder(part) for part in parts if part is not Ellipsis]
        if all(one is _same for one in inner):
            return _same  # JSON knows tuples
        return lambda values: [inner[0](value) for value in values]
    if get_origin(hint) in (Union, types.UnionType):
        inner = [_encoder(part) for part in parts if part is not type(None)]
        return inner[0] if inner[0] is _same else lambda value: None if value is None else inner[0](value)
    return _same


def _table_encoder(cls: Any) -> Callable[[Any], dict[str, Any]]:
    hints = get_type_hints(cls)
    names = [item.name for item in fields(cls)]
    nested = [(name, inner) for name in names if (inner := _encoder(hints[name])) is not _same]
    values = attrgetter(*names)

    def encode(item: Any) -> dict[str, Any]:
        table = dict(zip(names, values(item), strict=True))
        for name, inner in nested:
            table[name] = inner(table[name])
        return table

    return encode


def _same(value: Any) -> Any:
    return value


@cache
def _decoder(hint: Any) -> Callable[[Any], Any]:
    """How JSON becomes a value of one type. What it makes raises `TypeError` for a value of another type."""
    origin, parts = get_origin(hint), get_args(hint)
    if hasattr(hint, "__dataclass_fields__"):
        return _table_decoder(hint)
    if origin is Literal:
        return _choice(parts)
    if origin is tuple:
        return _sequence(parts)
    if origin in (Union, types.UnionType):
        return _optional(next(part for part in parts if part is not type(None)))
    return _plain(hint)


def _plain(hint: type) -> Callable[[Any], Any]:
    def decode(value: Any) -> Any:
        if type(value) is not hint:
            raise TypeError(f"{value!r:.40} where {hint.__name__} belongs")
        return value

    return decode


def _choice(known: tuple[Any, ...]) -> Callable[[Any], Any]:
    def decode(value: Any) -> Any:
        if value not in known:
            raise ValueError(f"{value!r:.40} is none of {', '.join(map(str, known))}")
        return value

    return decode


def _optional(hint: Any) -> Callable[[Any], Any]:
    inner = _decoder(hint)
    return lambda value: None if value is None else inner(value)


def _sequence(parts: tuple[Any, ...]) -> Callable[[Any], Any]:
    """A tuple of any length of one type, or of exactly these types."""
    inner = [_decoder(part) for part in parts if part is not Ellipsis]
    any_length = parts[-1] is Ellipsis

    def decode(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not (any_length or len(value) == len(inner)):
            raise TypeError(f"{value!r:.40} where a list belongs")
        if any_length:
            return tuple(map(inner[0], value))
        return tuple(one(item) for one, item in zip(inner, value, strict=True))

    return decode


def _table_decoder(cls: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(cls)
    known = {item.name: _decoder(hints[item.name]) for item in fields(cls)}

    def decode(value: Any) -> Any:
        if not isinstance(value, dict) or not value.keys() <= known.keys():
            raise TypeError(f"{value!r:.40} where {cls.__name__} belongs")
        return cls(**{name: known[name](item) for name, item in value.items()})

    return decode
