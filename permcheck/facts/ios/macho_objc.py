"""One Mach-O slice and the names to look for in, the Objective-C selectors and class prefixes found out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from permcheck.facts.ios.macho_image import Image

LIMITS = {"__objc_methname": 12 << 20, "__cstring": 8 << 20, "__objc_classname": 4 << 20}
"""Bytes that are read of each section; 12 MB are some 400,000 selectors."""
_CHUNK = 1 << 20
MAX_MODULES = 200
_SWIFT_CLASS = re.compile(rb"\x00_Tt[A-Z]{1,8}([0-9]{1,3})([A-Za-z_][A-Za-z0-9_]{1,1000})(?=\x00)")
_CLASS_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]{2,200}")


def is_readable(image: Image, name: str) -> bool:
    """Whether a section's bytes are the code's own: FairPlay scrambles what lies in the encrypted range."""
    if image.crypt is None:
        return True
    start, size = image.crypt
    return not any(offset < start + size and offset + length > start for offset, length in image.sections.get(name, ()))


def selectors(image: Image, wanted: frozenset[str]) -> frozenset[str]:
    """Find those of the wanted selectors whose names stand in the slice; some linkers keep them with all C strings."""
    section = "__objc_methname" if "__objc_methname" in image.sections else "__cstring"
    if not wanted or not is_readable(image, section):
        return frozenset()
    by_bytes = {selector.encode(): selector for selector in wanted}
    found: set[bytes] = set()
    for strings in _strings(image, section):
        found.update(by_bytes.keys() & strings)
    return frozenset(by_bytes[selector] for selector in found)


def hosts(image: Image, wanted: frozenset[str]) -> frozenset[str]:
    """Find those of the wanted host names that stand among the C strings, alone or in an address."""
    if not wanted or not is_readable(image, "__cstring"):
        return frozenset()
    size_limit = LIMITS["__cstring"]
    found = set()
    for at, size in image.sections.get("__cstring", ())[:1]:
        body = image.data[at : at + min(size, size_limit)]
        found |= {host for host in wanted if re.search(rb"[/\0]" + re.escape(host.encode()) + rb"[/\0:?]", body)}
    return frozenset(found)


def defined_names(image: Image) -> list[bytes]:
    """Collect the names of the classes, categories and protocols that the slice itself defines, sorted."""
    if not is_readable(image, "__objc_classname"):
        return []
    return sorted({name for strings in _strings(image, "__objc_classname") for name in strings if len(name) > 2})


def swift_modules(image: Image) -> Counter[str]:
    """Count the slice's own Swift classes by module: the app's, and of every package that is linked into it.

    The runtime still goes by the old mangling, whose names the compiler puts among the C strings:
    https://github.com/swiftlang/swift/blob/main/docs/ABI/OldMangling.rst
    """
    names: set[tuple[bytes, bytes]] = set()
    for section in ("__cstring", "__objc_classname"):
        if is_readable(image, section):
            for offset, size in image.sections.get(section, [])[:1]:
                body = b"\0" + image.data[offset : offset + min(size, LIMITS[section])]
                names.update((match[1], match[2]) for match in _SWIFT_CLASS.finditer(body))
    found = Counter(rest[: int(size)].decode() for size, rest in names if int(size) <= len(rest))
    return Counter(dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:MAX_MODULES]))


def class_prefixes(names: list[bytes], wanted: frozenset[str]) -> Counter[str]:
    """Count the defined classes by the longest wanted prefix of their names."""
    found: Counter[str] = Counter()
    counted: set[int] = set()
    for prefix in sorted(wanted, key=lambda prefix: (-len(prefix), prefix)):
        start = prefix.encode()
        for index in range(bisect_left(names, start), bisect_left(names, start + b"\xff")):
            if index not in counted and _CLASS_NAME.fullmatch(names[index]):
                counted.add(index)
                found[prefix] += 1
    return found


def _strings(image: Image, section: str) -> Iterator[list[bytes]]:
    """Yield the section's NUL-separated strings in bounded lots, so that no number of them can fill the memory."""
    places = image.sections.get(section, [])
    limit = LIMITS[section]
    if len(places) > 1 or any(size > limit for _, size in places):
        image.problems.append(f"has more names in {section} than are read")
    if any(offset + size > len(image.data) for offset, size in places):
        image.problems.append(f"section {section} reaches beyond the end of the file")
    for offset, size in places[:1]:
        body = image.data[offset : offset + min(size, limit)]
        rest = b""
        for at in range(0, len(body), _CHUNK):
            *whole, rest = (rest[-_CHUNK:] + bytes(body[at : at + _CHUNK])).split(b"\0")
            yield whole
        yield [rest]
