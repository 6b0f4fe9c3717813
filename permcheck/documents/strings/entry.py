"""A file of localised texts in, its texts with their places out: no key, comment, description or rule of plurals."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_JSON = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|([{}\[\],:])|[^\s\"{}\[\],:]+", re.DOTALL)
_XML = re.compile(
    r"<!--(?:.*?-->|.*)|<(?P<tag>string|item)\b(?:[^<>]*[^<>/])?>"
    r"(?P<text>[^<]*(?:<(?:!\[CDATA\[(?:(?!<!\[CDATA\[|\]\]>).)*\]\]>|(?!/?(?:string|item)\b))[^<]*)*+)</(?P=tag)>",
    re.DOTALL,
)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_ANDROID = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_STRINGS = re.compile(
    r"/\*(?:.*?\*/|.*)|//[^\n]*|\"(?:[^\"\\]|\\.)*\"\s*=\s*\"(?P<text>(?:[^\"\\]|\\.)*)\"\s*;", re.DOTALL
)
_PO = re.compile(
    r"^(?P<key>msgid|msgstr)(?:\[\d+\])?[ \t]+(?P<text>\"[^\n]*\"(?:[ \t\r]*\n[ \t]*\"[^\n]*\")*)", re.MULTILINE
)
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")
_ESCAPES = {"n": "\n", "t": "\t", "r": "", "@": "@", "?": "?"}
_NOT_PROSE = re.compile(r"(?:https?:|mailto:|/|#|\.)?[^\s\u2e80-\uffff]*[_/\d@#.{}][^\s\u2e80-\uffff]*\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """One text as an app shows it, and the offset at which it starts in the file."""

    text: str
    offset: int


def entries(form: str, source: str) -> Iterator[Entry]:
    """The texts of a file in order; what cannot be a sentence or title (addresses, names of things) is left out."""
    for entry in _READERS[form](source):
        text = entry.text.strip()
        if any(map(str.isalpha, text)) and not _NOT_PROSE.match(text):
            yield entry


def form_of(source: str, path: str) -> str:
    """The format of a file of localised texts, ``""`` for any other file."""
    name, start = path.lower(), source.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        return _json_form(start, name)
    if re.match(r"(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<resources\b", start, re.DOTALL):
        return "android"
    if name.endswith(".strings"):
        return "strings"
    if name.endswith((".po", ".pot")) or re.match(r"(?:#[^\n]*\n|\s)*msgid \"\"\s*\nmsgstr \"", start):
        return "po"
    return ""


def _json_form(source: str, name: str) -> str:
    try:
        table = json.loads(source)
    except (ValueError, RecursionError):
        return "broken" if name.endswith((".json", ".arb", ".xcstrings")) else ""
    if "sourceLanguage" in table and isinstance(table.get("strings"), dict):
        return "catalog"
    return "json"


def _json(source: str) -> Iterator[Entry]:
    """Every value that is a text; keys with an at sign describe the one beside them (ARB)."""
    for path, text, offset in _leaves(source):
        if not any(key.startswith("@") for key in path):
            yield Entry(text, offset)


def _catalog(source: str) -> Iterator[Entry]:
    """Apple's string catalog: values of all languages; a key without any is the text itself."""
    translated: dict[str, bool] = {}
    for path, text, offset in _leaves(source):
        if len(path) > 2 and path[0] == "strings":
            translated.setdefault(path[1], False)
            if path[-1] == "value":
                translated[path[1]] = True
                yield Entry(text, offset)
    for key in json.loads(source.lstrip("\ufeff"))["strings"]:
        if not translated.get(key):
            yield Entry(key, max(0, source.find(json.dumps(key, ensure_ascii=False))))


def _leaves(source: str) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """Texts that are values: the keys above them, the text, and where it starts."""
    nest: list[tuple[str, str]] = []
    is_key = False
    for match in _JSON.finditer(source):
        sign = match[2]
        if match[1] is not None and nest:
            text = json.loads(match[0], strict=False)
            if is_key:
                nest[-1] = (nest[-1][0], text)
            else:
                yield tuple(key for _, key in nest), text, match.start() + 1
        elif sign:
            is_key = _turn(nest, sign)


def _turn(nest: list[tuple[str, str]], sign: str) -> bool:
    """Take a sign of JSON's; tells whether a key comes next."""
    if sign in "{[":
        nest.append((sign, ""))
    elif sign in "}]" and nest:
        nest.pop()
    return bool(nest) and sign in "{," and nest[-1][0] == "{"


def _android(source: str) -> Iterator[Entry]:
    from html import unescape  # noqa: PLC0415  (its table is large, and few policies are read here)

    for match in _XML.finditer(source):
        if match["tag"]:
            raw = _CDATA.sub(lambda found: found[1], match["text"])
            decoded = raw if "<![CDATA[" in match["text"] else unescape(raw) if "&lt;" in raw else raw
            yield Entry(_ANDROID.sub(_escape, decoded).strip('" \n'), match.start("text"))


def _escape(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _ESCAPES.get(match[2], match[2])


def _strings(source: str) -> Iterator[Entry]:
    for match in _STRINGS.finditer(source):
        if match["text"] is not None:
            yield Entry(_ANDROID.sub(_escape, match["text"]), match.start("text"))


def _po(source: str) -> Iterator[Entry]:
    """The translation, or the original where there is none yet; the first entry is the header."""
    key = Entry("", 0)
    for match in _PO.finditer(source):
        text = "".join(_ANDROID.sub(_escape, part) for part in _QUOTED.findall(match["text"]))
        if match["key"] == "msgid":
            key = Entry(text, match.start("text") + 1)
        elif key.text:
            yield Entry(text, match.start("text") + 1) if text else key


_READERS: dict[str, Callable[[str], Iterator[Entry]]] = {
    "json": _json,
    "catalog": _catalog,
    "android": _android,
    "strings": _strings,
    "po": _po,
}
