"""A file of localised texts in, drafts of blocks out: each text as the app shows it, parameters as names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from permcheck.documents.html.frame import moved
from permcheck.documents.html.page import html_groups
from permcheck.documents.outline import Draft
from permcheck.documents.strings.entry import Entry, entries
from permcheck.documents.text.lines import Group, Line, group_lines
from permcheck.documents.text.plain import drafts_of
from permcheck.documents.text.source import line_starts, place_of
from permcheck.documents.text.weave import Weaver

_PARAMETER = re.compile(
    r"\{\{?\s*(?:\$t\()?([A-Za-z_][\w.]*|\d+)\s*(?:,\s*(?:number|date|time)[^{}]*)?\)?\s*\}?\}"
    r"|%(?:\d+\$)?(?:\.\d+)?(?:l{0,2}[dufxs@]|[sdf@])|%\{(\w+)\}|%\((\w+)\)[sd]|\$\{?(\w+)\}?(?=\W|$)"
)
_PLURAL = re.compile(r"\{\s*\w+\s*,\s*(?:plural|select|selectordinal)\s*,")
_BRANCH = re.compile(r"\bother\s*\{")
_TAG = re.compile(r"<(?:/?[a-zA-Z][\w-]*)(?:\s[^<>]*)?/?>")
_THING = "it"
"""What stands for a parameter without a name."""


def read_strings(form: str, source: str) -> list[Draft]:
    """The texts of a file as drafts; the reading order is that of the file."""
    starts = line_starts(source)
    return drafts_of(group for entry in entries(form, source) for group in _groups(entry, starts))


def _groups(entry: Entry, starts: list[int]) -> Iterator[Group]:
    place = place_of(entry.offset, starts)
    text = shown(entry.text)
    if _TAG.search(text):
        yield from (moved(group, place) for group in html_groups(text)[0])
        return
    for paragraph in re.split(r"\n\s*\n", text):
        yield from group_lines([_line(line, place) for line in paragraph.split("\n")])


def _line(text: str, place: tuple[int, int]) -> Line:
    weaver = Weaver()
    weaver.add(text, *place)
    return Line(weaver.result())


def shown(text: str) -> str:
    """The text with what is filled in at run time as a name, and of plurals the form for several."""
    return _PARAMETER.sub(_name, _plural(text))


def _name(match: re.Match[str]) -> str:
    name = next((found for found in match.groups() if found), "")
    return _THING if not name or name.isdigit() else name


def _plural(text: str) -> str:
    match = _PLURAL.search(text)
    while match:
        end = _closing(text, match.start())
        inner = text[match.end() : end]
        branch = _BRANCH.search(inner)
        other = inner[branch.end() : _closing(inner, branch.end() - 1)] if branch else ""
        text = text[: match.start()] + other.replace("#", "2") + text[end + 1 :]
        match = _PLURAL.search(text, match.start())
    return text


def _closing(text: str, start: int) -> int:
    """Where the brace ends that opens at ``start``, or the text does."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return len(text)
