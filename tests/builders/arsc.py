"""Named resources per locale in, a resources.arsc and the ids of its entries out."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Literal

from tests.builders.axml import string_pool

Value = str | int | bool
Resources = Mapping[str, Mapping[str, Mapping[str, Value]]]
"""Type -> name -> locale (``""`` is the default, else ``"de"``, ``"pt-BR"``) -> value; ``"@0x..."`` is a reference."""
Form = Literal["plain", "sparse", "short", "compact"]


def compile_table(
    package: str, resources: Resources, *, form: Form = "plain", utf8: bool = True
) -> tuple[bytes, dict[str, int]]:
    """Compile a resource table; the ids are those of ``"type/name"``.

    ``form`` is one of the layouts that build tools use: full, ``sparse``, ``short`` offsets, ``compact`` entries.
    """
    strings = sorted({v for kinds in resources.values() for by in kinds.values() for v in by.values() if _is_text(v)})
    types = sorted(resources)
    keys = sorted({name for kinds in resources.values() for name in kinds})
    chunks = [_type_chunks(number, resources[kind], keys, strings, form) for number, kind in enumerate(types, 1)]
    body = string_pool(types, utf8=utf8) + string_pool(keys, utf8=utf8) + b"".join(chunks)
    name = package.encode("utf-16-le").ljust(256, b"\0")
    key_start = 288 + len(string_pool(types, utf8=utf8))
    head = struct.pack("<2HLL", 0x200, 288, 288 + len(body), 0x7F) + name + struct.pack("<5L", 288, 0, key_start, 0, 0)
    pool = string_pool(strings, utf8=utf8)
    whole = pool + head + body
    ids = {
        f"{kind}/{entry}": 0x7F << 24 | number << 16 | index
        for number, kind in enumerate(types, 1)
        for index, entry in enumerate(sorted(resources[kind]))
    }
    return struct.pack("<2HLL", 2, 12, 12 + len(whole), 1) + whole, ids


def _is_text(value: Value) -> bool:
    return isinstance(value, str) and not value.startswith("@0x")


def _type_chunks(
    number: int, entries: Mapping[str, Mapping[str, Value]], keys: list[str], strings: list[str], form: Form
) -> bytes:
    names = sorted(entries)
    spec = struct.pack("<2HL2BHL", 0x202, 16, 16 + 4 * len(names), number, 0, 0, len(names)) + b"\0\0\0\0" * len(names)
    locales = sorted({locale for by in entries.values() for locale in by})
    return spec + b"".join(_type_chunk(number, names, entries, locale, keys, strings, form) for locale in locales)


def _type_chunk(
    number: int,
    names: list[str],
    entries: Mapping[str, Mapping[str, Value]],
    locale: str,
    keys: list[str],
    strings: list[str],
    form: Form,
) -> bytes:
    offsets, body = [], b""
    for name in names:
        value = entries[name].get(locale)
        offsets.append(None if value is None else len(body))
        if value is not None:
            body += _entry(keys.index(name), value, strings, compact=form == "compact")
    table, count, flags = _offsets(offsets, form)
    config = _config(locale)
    header = 20 + len(config)
    start = header + len(table)
    head = struct.pack("<2HL2BHLL", 0x201, header, start + len(body), number, flags, 0, count, start)
    return head + config + table + body


def _offsets(offsets: list[int | None], form: Form) -> tuple[bytes, int, int]:
    if form == "sparse":
        pairs = [(index, offset // 4) for index, offset in enumerate(offsets) if offset is not None]
        return b"".join(struct.pack("<2H", *pair) for pair in pairs), len(pairs), 1
    if form == "short":
        raw = b"".join(struct.pack("<H", 0xFFFF if offset is None else offset // 4) for offset in offsets)
        return raw + b"\0" * (-len(raw) % 4), len(offsets), 2
    return b"".join(struct.pack("<L", 0xFFFFFFFF if offset is None else offset) for offset in offsets), len(offsets), 0


def _entry(key: int, value: Value, strings: list[str], *, compact: bool) -> bytes:
    kind, data = _value(value, strings)
    if compact:
        return struct.pack("<2HL", key, 8 | kind << 8, data)
    return struct.pack("<2HL", 8, 0, key) + struct.pack("<HBBL", 8, 0, kind, data)


def _value(value: Value, strings: list[str]) -> tuple[int, int]:
    if isinstance(value, bool):
        return 0x12, 0xFFFFFFFF if value else 0
    if isinstance(value, int):
        return 0x10, value
    return (1, int(value[1:], 16)) if value.startswith("@0x") else (3, strings.index(value))


def _config(locale: str) -> bytes:
    language, _, region = locale.partition("-")
    return struct.pack("<LL", 64, 0) + language.encode().ljust(2, b"\0") + region.encode().ljust(2, b"\0") + b"\0" * 52
