"""One Mach-O slice and the names to look for in, the Objective-C selectors and class prefixes found out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from permcheck.facts.macho_image import Image

MAX_ALIKE = 4
_CHUNK = 1 << 20
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


def class_prefixes(image: Image, wanted: frozenset[str]) -> Counter[str]:
    """How many class, category and protocol names that the slice itself defines begin with each wanted prefix."""
    found: Counter[str] = Counter()
    if not wanted or not is_readable(image, "__objc_classname"):
        return found
    pattern = re.compile(b"|".join(re.escape(prefix.encode()) for prefix in sorted(wanted, key=lambda p: (-len(p), p))))
    for strings in _strings(image, "__objc_classname"):
        for name in strings:
            match = pattern.match(name)
            if match and _CLASS_NAME.fullmatch(name):
                found[match.group().decode()] += 1
    return found


def _strings(image: Image, section: str) -> Iterator[list[bytes]]:
    """Yield the section's NUL-separated strings in bounded lots, so that no number of them can fill the memory."""
    places = image.sections.get(section, [])
    if len(places) > MAX_ALIKE:
        image.problems.append(f"has {len(places)} sections called {section}; {MAX_ALIKE} of them were read")
    for offset, size in places[:MAX_ALIKE]:
        body = image.data[offset : offset + size]
        rest = b""
        for at in range(0, len(body), _CHUNK):
            # no name is as long as a chunk, so a remainder that grows is no name and may lose its head
            *whole, rest = (rest[-_CHUNK:] + bytes(body[at : at + _CHUNK])).split(b"\0")
            yield whole
        yield [rest]
