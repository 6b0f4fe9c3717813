"""The bytes of a .strings file in, its pairs out: binary or XML property list, or OpenStep text in any encoding.

https://developer.apple.com/library/archive/documentation/Cocoa/Conceptual/LoadingResources/Strings/Strings.html
"""

from __future__ import annotations

import re

from permcheck.errors import BundleError
from permcheck.facts.ios.plist import SIZE_LIMIT, read_plist

_PAIR = re.compile(
    r"""\s*(?:
        /\*.*?\*/ | //[^\n]* |
        (?P<key>"(?:[^"\\]|\\.)*"|[\w.$:/-]+)\s*(?:=\s*(?P<value>"(?:[^"\\]|\\.)*"|[\w.$:/-]+)\s*)?;
    )""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:U([0-9A-Fa-f]{4})|([0-7]{3})|(.))", re.DOTALL)
_NAMED = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def read_strings(data: bytes) -> dict[str, str]:
    """Parse the pairs, leaving out values that are no text. Raises `BundleError` with the reason alone."""
    if len(data) > SIZE_LIMIT:
        raise BundleError(f"strings file of {len(data)} bytes, more than the limit of {SIZE_LIMIT}")
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"bplist", b"<?xml", b"<plist", b"<!DOCTYPE")):
        return {key: value for key, value in read_plist(data).items() if isinstance(value, str)}
    return _parse(_decode(data))


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:64]:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    return data.decode("utf-8-sig", "replace")


def _parse(text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _PAIR.match(text, at)
        if not found:
            rest = len(text) - len(text[at:].lstrip())
            line = text.count("\n", 0, rest) + 1
            raise BundleError(f"strings file that cannot be read from line {line} on")
        at = found.end()
        if found["key"] is not None:
            key = _plain(found["key"])
            pairs[key] = _plain(found["value"]) if found["value"] is not None else key
    return pairs


def _plain(token: str) -> str:
    return _ESCAPE.sub(_unescape, token[1:-1]) if token.startswith('"') else token


def _unescape(found: re.Match[str]) -> str:
    code, octal, letter = found.groups()
    if code or octal:
        return chr(int(code, 16) if code else int(octal, 8))
    return _NAMED.get(letter, letter)
