"""The classes that declare the mappings in; what each of their fields is for, and JSON Schema for editors, out."""

from __future__ import annotations

import ast
import inspect
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise
from typing import Any, get_args, get_origin

from permcheck.knowledge.faults import hints_of, is_needed, key_of
from permcheck.knowledge.parameters import CHECKS
from permcheck.knowledge.schema import Category, Language, Rule, Sdk, Tests
from permcheck.knowledge.terms import Term

HOME = "urn:permcheck:mappings:"
"""Names of the schemas, which nobody fetches."""
FILES: Mapping[str, Any] = {"category": Category, "rule": Rule, "sdk": Sdk, "language": Language, "tests": Tests}
"""Name of a schema -> the class of the file that it describes."""
_WORDS = {"str": "text", "int": "whole number", "bool": "true or false"}
_PLAIN = {str: "string", int: "integer", bool: "boolean"}


@cache
def docs_of(cls: Any) -> Mapping[str, str]:
    """Field name -> the text that stands below it in the class."""
    tree = ast.parse(inspect.getsource(sys.modules[cls.__module__]))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == cls.__name__)
    found = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            value = text.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found[field.target.id] = inspect.cleandoc(value.value).replace("\n", " ")
    return found


def json_schema(name: str) -> dict[str, Any]:
    """The schema of one kind of file, draft 7, as editors read it."""
    schema: dict[str, Any] = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": f"{HOME}{name}"}
    schema.update(_table(FILES[name]))
    if name == "rule":
        schema["allOf"] = [_of_check(check) for check in CHECKS]
    return schema


def _of_check(name: str) -> dict[str, Any]:
    parameters = {key: value for key, value in _table(CHECKS[name].schema).items() if key != "required"}
    return {
        "if": {"properties": {"check": {"const": name}}, "required": ["check"]},
        "then": {"properties": {"with": parameters}},
    }


def _table(cls: Any, seen: tuple[Any, ...] = ()) -> dict[str, Any]:
    """A class as an object; a class inside itself (further questions of a check) is left open at the second turn."""
    if cls in seen:
        return {"type": "object"}
    known = [item for item in fields(cls) if not item.metadata.get("inner")]
    docs = docs_of(cls)
    properties = {}
    for item in known:
        schema = _of(hints_of(cls)[item.name], (*seen, cls))
        if item.name in docs:
            schema["description"] = docs[item.name]
        if not is_needed(item) and isinstance(item.default, str | int) and item.default != "":
            schema["default"] = item.default
        properties[key_of(item)] = schema
    table: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    table["description"] = inspect.cleandoc(cls.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    needed = [key_of(item) for item in known if is_needed(item)]
    return {**table, "required": needed} if needed else table


def _of(hint: Any, seen: tuple[Any, ...]) -> dict[str, Any]:
    term = next((item for item in getattr(hint, "__metadata__", ()) if isinstance(item, Term)), None)
    origin = get_origin(hint)
    if term is not None:
        return {"type": "string", **({"pattern": term.pattern} if term.pattern else {})}
    if origin is not None:
        return _generic(origin, get_args(hint), seen)
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    return _table(hint, seen) if is_dataclass(hint) else {}


def _generic(origin: Any, args: tuple[Any, ...], seen: tuple[Any, ...]) -> dict[str, Any]:
    if origin is tuple:
        return {"type": "array", "items": _of(args[0], seen)}
    if origin is typing.Literal:
        return {"enum": list(args)}
    if origin in (typing.Union, types.UnionType):
        return _of(next(option for option in args if option is not type(None)), seen)
    return _mapping(args, seen)


def _mapping(hints: tuple[Any, ...], seen: tuple[Any, ...]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "additionalProperties": _of(hints[1], seen)}
    if get_origin(hints[0]) is typing.Literal:
        schema["propertyNames"] = {"enum": list(get_args(hints[0]))}
    return schema


def rows(cls: Any) -> Iterator[tuple[str, str, str, str]]:
    """Key, type in words, default and purpose of every field: a reference table."""
    docs = docs_of(cls)
    for item in fields(cls):
        if not item.metadata.get("inner"):
            default = "required" if is_needed(item) else _default(item.default)
            yield key_of(item), in_words(hints_of(cls)[item.name]), default, docs.get(item.name, "")


def _default(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) and value else str(value) if isinstance(value, int) else ""


def in_words(hint: Any) -> str:
    """A type as a person says it: ``list of the ids of categories``, ``error, warning or note``."""
    term = next((item for item in getattr(hint, "__metadata__", ()) if isinstance(item, Term)), None)
    if term is not None:
        return term.what
    if get_origin(hint) is not None:
        return _generic_in_words(get_origin(hint), get_args(hint))
    name = str(getattr(hint, "__name__", "any"))
    return f"[{name}](#{name.lower()})" if is_dataclass(hint) else _WORDS.get(name, "any")


def _generic_in_words(origin: Any, args: tuple[Any, ...]) -> str:
    if origin is tuple:
        return f"list of: {in_words(args[0])}"
    if origin is typing.Literal:
        return ", ".join(f"`{choice}`" for choice in args)
    if origin in (typing.Union, types.UnionType):
        return in_words(next(option for option in args if option is not type(None)))
    return f"table: {in_words(args[0])} → {in_words(args[1])}"
