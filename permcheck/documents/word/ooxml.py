"""The bytes of an Office file in, its XML parts out: zip and XML under limits, no DTD, nothing unpacked to disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from permcheck.errors import DocumentError

_MAX_ENTRIES = 5_000
_MAX_READ = 16 * 2**20
"""Bytes of all parts that are read, unpacked; the text of a long policy takes one or two million."""
_MAX_DEPTH = 256
_MAX_ELEMENTS = 400_000
"""Of all parts that are read; a policy of a hundred pages has some fifty thousand."""
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Package:
    """An open Office file; ``path`` is what errors name."""

    path: str
    archive: zipfile.ZipFile
    sizes: list[int] = field(default_factory=list)
    """Bytes of the parts that were read."""
    elements: count[int] = field(default_factory=count)

    def names(self) -> list[str]:
        """All parts, sorted."""
        return sorted(self.archive.namelist())

    def events(self, name: str) -> Iterator[tuple[str, Element]]:
        """Start and end of every element of a part. Raises `DocumentError` when it is damaged or unsafe."""
        data = self.read(name)
        if _has_dtd(data):
            raise DocumentError(f"{self.path}: {name} declares a DTD, which no Word file has")
        depth = 0
        try:
            for event, element in _parse(data):
                depth += 1 if event == "start" else -1
                if event == "start" and next(self.elements) > _MAX_ELEMENTS:
                    raise DocumentError(f"{self.path}: {name}: more than {_MAX_ELEMENTS} elements, no Word file")
                if depth > _MAX_DEPTH:
                    raise DocumentError(f"{self.path}: {name} is nested deeper than any Word file")
                yield event, element
        except ParseError as error:
            raise DocumentError(f"{self.path}: {name} is damaged ({error})") from error

    def root(self, name: str) -> Element | None:
        """The root element of a small part, None when the file has no such part."""
        if name not in self.archive.NameToInfo:
            return None
        root = None
        for _, element in self.events(name):
            root = element
        return root

    def read(self, name: str) -> bytes:
        """The content of a part. Raises `DocumentError` when it is absent, damaged, encrypted or too large."""
        try:
            with self.archive.open(name) as part:
                data = part.read(_MAX_READ + 1)
        except KeyError:
            raise DocumentError(f"{self.path}: {name} is missing") from None
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
            raise DocumentError(f"{self.path}: {name} cannot be read ({_line(error)})") from error
        self.sizes.append(len(data))
        if sum(self.sizes) > _MAX_READ:
            raise DocumentError(f"{self.path}: {name}: the parts of the file hold more than {_MAX_READ // 2**20} MB")
        return data


def open_package(data: bytes, path: str) -> Package:
    """Open an Office file. Raises `DocumentError` when it is no readable zip."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DocumentError(f"{path}: a damaged zip file ({_line(error)})") from error
    if len(archive.namelist()) > _MAX_ENTRIES:
        raise DocumentError(f"{path}: a zip file of more than {_MAX_ENTRIES} entries, no Word file")
    return Package(path, archive)


def _parse(data: bytes) -> Iterator[tuple[str, Element]]:
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    for position in range(0, len(data), _CHUNK):
        parser.feed(data[position : position + _CHUNK])
        yield from cast("Iterator[tuple[str, Element]]", parser.read_events())
    parser.close()
    yield from cast("Iterator[tuple[str, Element]]", parser.read_events())


def _has_dtd(data: bytes) -> bool:
    """Look in every encoding that XML may have without saying so (UTF-8, UTF-16)."""
    return b"<!DOCTYPE" in data or b"<\0!\0D\0O\0" in data or b"\0<\0!\0D\0O" in data or b"<!ENTITY" in data


def _line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


@lru_cache(maxsize=1024)
def local(tag: str) -> str:
    """A tag or attribute without its namespace: transitional and strict files differ in nothing else."""
    return tag.rpartition("}")[2]


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that name."""
    if element is None:
        return None
    for item in element:
        if local(item.tag) == name:
            return item
    return None


def attribute(element: Element | None, name: str) -> str:
    """An attribute by its local name, ``""`` when absent."""
    if element is None:
        return ""
    for key, value in element.attrib.items():
        if local(key) == name:
            return value
    return ""


def is_on(element: Element | None) -> bool:
    """Whether a switch such as ``<w:b/>`` stands and is not turned off."""
    return element is not None and attribute(element, "val") not in {"0", "false", "off", "none"}
