"""A binary XML document in, the elements that androguard's parser sees in it out: a second witness for odd layouts."""

from __future__ import annotations

from collections.abc import Iterator

from permcheck.errors import BundleError
from permcheck.facts.android.xml import Element, Event, build_tree, local_name, read_attributes


def read_with_androguard(raw: bytes) -> Element | None:
    """The root element as ``androguard.core.axml.AXMLParser`` has it; nothing where it reads none.

    The boundary to androguard: whatever its parser raises (it lets ``struct.error``, ``IndexError`` and others out)
    means that it cannot read the document, and its log stays silent without touching the host's sinks.
    """
    try:
        return build_tree(_events(raw))
    except BundleError:
        return None


def _events(raw: bytes) -> Iterator[Event]:
    from androguard.core import axml  # noqa: PLC0415  (0.2 s and a log of its own)
    from loguru import logger  # noqa: PLC0415

    logger.disable("androguard")
    try:
        parser = axml.AXMLParser(raw)
        event = next(parser)
        while parser.is_valid() and event != axml.END_DOCUMENT:
            if event == axml.START_TAG:
                fields = zip(*[iter(parser.m_attributes)] * 5, strict=True)
                yield local_name(parser.name), read_attributes(fields, parser.m_resourceIDs, parser.sb.__getitem__)
            elif event in (axml.END_TAG, axml.TEXT):
                yield parser.text if event == axml.TEXT else None
            event = next(parser)
    except Exception as error:  # its failures have no common class
        raise BundleError(f"androguard: {type(error).__name__}") from error
