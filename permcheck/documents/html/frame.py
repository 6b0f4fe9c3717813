"""Pages and pictures inside a page in, a gap for each page that could not be read out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from permcheck.documents.html.markup import Token, unescape
from permcheck.documents.text.lines import Group, Line
from permcheck.documents.text.source import place_of
from permcheck.documents.text.weave import Woven
from permcheck.model import Gap, Location, Span

PICTURE = "the description of a picture"
"""How the alternative text of a picture is hidden: a screen shows the picture."""
_NO_POLICY = re.compile(
    r"(?:^|\.)(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com|googletagmanager\.com|doubleclick\.net|facebook\.com"
    r"|twitter\.com|x\.com|spotify\.com|disqus\.com|recaptcha\.net|hcaptcha\.com|bing\.com|openstreetmap\.org)$"
)
_NO_POLICY_PATH = re.compile(r"/(?:maps|recaptcha)\b")
_SHORT = 1500
"""Characters: a page that says less itself may hold its policy in the page inside it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The name of a picture, and where it stands."""

    text: str
    offset: int


def unread_frames(frames: Iterable[Token], groups: Iterable[Group], starts: list[int], path: str) -> tuple[Gap, ...]:
    """A gap for each page inside the page that may tell something."""
    found = [frame for frame in frames if _may_tell(frame)]
    if not found:
        return ()
    size = sum(len(line.text) for group in groups if group.region != "comment" for line in group.lines)
    return tuple(_gaps(found, starts, path, is_short=size < _SHORT))


def _gaps(frames: Sequence[Token], starts: list[int], path: str, *, is_short: bool) -> Iterator[Gap]:
    for frame in frames:
        line, column = place_of(frame.offset, starts)
        reason = f"the page inside the page was not read ({unescape(frame.attributes['src'])[:100]})"
        yield Gap(Location(path, "iframe", Span(line, column, line, column + 7)), reason, silences=is_short)


def _may_tell(frame: Token) -> bool:
    address = unescape(frame.attributes.get("src", "")).strip()
    if not address or address.startswith(("about:", "javascript:")):
        return False
    if {frame.attributes.get("width", ""), frame.attributes.get("height", "")} & {"0", "1", "0px", "1px"}:
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return True
    return not _NO_POLICY.search(host) and not (host.endswith("google.com") and _NO_POLICY_PATH.search(parts.path))


def moved(group: Group, place: tuple[int, int]) -> Group:
    """A group whose text all leads to one place: what stands in an attribute has no lines of its own."""
    group.lines = [_moved(line, place) for line in group.lines]
    return group


def _moved(line: Line, place: tuple[int, int]) -> Line:
    woven = line.woven
    return Line(Woven(woven.text, ((0, *place, None),), woven.marks, woven.hidden), line.indent, line.page)
