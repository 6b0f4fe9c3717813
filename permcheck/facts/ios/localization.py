"""A part of an iOS bundle in, its translations of Info.plist out, by locale.

https://developer.apple.com/documentation/xcode/localizing-information-property-list-values
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from permcheck.bundles import Part
from permcheck.errors import BundleError
from permcheck.facts.ios.plist import read_plist
from permcheck.facts.ios.strings_file import read_strings
from permcheck.model import Gap, Location

LOCALE_LIMIT = 300
"""Translations of one part; the system knows fewer languages."""
_FOLDER = re.compile(r"([^/]+)\.lproj/(.+)")
_TABLE = "InfoPlist.strings"
_ALL_TABLES = "InfoPlist.loctable"


@dataclass(frozen=True, slots=True)
class Table:
    """The translations of one locale and the member that holds them; empty where it translates other things only."""

    strings: Mapping[str, str]
    part: Part
    member: str

    def location(self, key: str) -> Location:
        """The place of one translation."""
        return self.part.location(self.member, key)


def read_tables(part: Part, own: list[str]) -> tuple[dict[str, Table], list[Gap]]:
    """Locale (``en``, ``zh-Hans``, ``Base``) -> table, for all that the part is translated to; and gaps."""
    tables: dict[str, Table] = {}
    gaps: list[Gap] = []
    for member in own:
        found = _FOLDER.fullmatch(member)
        locale = found[1].replace("_", "-") if found else ""
        if found and len(tables) >= LOCALE_LIMIT and locale not in tables:
            return tables, [
                *gaps,
                Gap(part.location(member), f"more than {LOCALE_LIMIT} translations; the rest not read"),
            ]
        if found:
            tables.setdefault(locale, Table({}, part, member))
            if found[2] == _TABLE:
                tables[locale] = Table(_guarded(part, member, gaps), part, member)
    if _ALL_TABLES in own:
        tables.update(_all_tables(part, gaps))
    return tables, gaps


def _guarded(part: Part, member: str, gaps: list[Gap]) -> dict[str, str]:
    try:
        return read_strings(part.container.read(f"{part.root}{member}"))
    except BundleError as error:
        gaps.append(_gap(part, member, error))
        return {}


def _all_tables(part: Part, gaps: list[Gap]) -> Iterator[tuple[str, Table]]:
    try:
        whole = read_plist(part.container.read(f"{part.root}{_ALL_TABLES}"))
    except BundleError as error:
        gaps.append(_gap(part, _ALL_TABLES, error))
        return
    for locale, strings in whole.items():
        if isinstance(strings, dict) and locale != "LocProvenance":
            texts = {key: text for key, text in strings.items() if isinstance(key, str) and isinstance(text, str)}
            yield locale.replace("_", "-"), Table(texts, part, _ALL_TABLES)


def _gap(part: Part, member: str, error: BundleError) -> Gap:
    place = part.location(member)
    return Gap(place, str(error).removeprefix(f"{place.path}: "))
