"""Blocks in, what template engines were to replace out: ``{{x}}``, ``${x}``, ``%x%``, ``{0}``, ``$X``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from permcheck.model import Block
from permcheck.placeholders.content import content_of
from permcheck.placeholders.grammar import Found, Grammar

_SIGNS = re.compile(r"[{%$#@]|__|<\?|\*\|| :[a-z]+_")
_ENGINE = re.compile(
    r"(?P<braces>\{\{\{?[^{}\n]{1,160}\}?\}\})"
    r"|(?P<tag>\{%[^{}%]{1,160}%\}|\{#[^{}#]{1,160}#\}|<%[^<>%]{1,160}%>|<\?(?:php|=)[^<>?]{1,160}\?>)"
    r"|(?P<sigil>[$#@%!]\{[^{}\n]{1,80}\}|\{[$!*][^{}\n]{1,80}\}|\$\([A-Za-z][\w:. -]{1,60}\))"
    r"|(?P<mirror>%%[A-Za-z][\w .-]{0,40}%%|##[A-Za-z][\w .-]{0,40}##|@@[A-Za-z][\w .-]{0,40}@@"
    r"|\$\$[A-Za-z][\w .-]{0,40}\$\$"
    r"|\*\|[A-Z][\w:]{1,40}\|\*|\[%\s?[\w. ]{1,40}\s?%\]"
    r"|(?<![\w_])__[A-Z][A-Z0-9]{1,30}(?:_[A-Z0-9]{1,20}){0,5}__(?![\w_]))"
    r"|(?P<single>(?<![A-Za-z0-9_%$#@/\\&])([%#@$])(?=[^\W\d]{2})[\w.-]{2,40}\b(?: [A-Za-z]+){0,2}"
    r"(?<![ .-])\6(?![A-Za-z0-9_%/\\]))"
    r"|(?P<resource>(?<![\w@])@(?:string|plurals|\+?id)/\w{2,60}|(?<![\w@./-])@Model\.\w[\w.]{0,40})"
    r"|(?P<dollar>(?<![\w$])\$[A-Za-z]\w{2,40}(?![\w$/]))"
    r"|(?P<printf>(?<![\w%])%(?:\d\$)?(?:ld|[sd@])(?![\w%]))"
    r"|(?P<colon>(?<![\w:/.])\:[a-z]{2,20}(?:_[a-z]{2,20}){1,3}\b(?!:))"
    r"|(?P<brace>(?<![A-Za-z0-9_{$#%/=\\\])@}*+?.-])\{[^{}\n]{1,80}\}(?![{}A-Za-z0-9_*+?]))"
)
_NAME = re.compile(r"\$?[^\W\d]\w*(?:[.\-][^\W\d]\w*){0,4}|\d{1,2}")
_CALL = re.compile(r"(?:new )?[\w.$]{1,60}\(.*\).*|[\w.]+\s?\?\s?.*:.*|[\w.]+\s?(?:\|\||\|)\s?.+|[\w.]+\[.{1,40}\]")
_SPACE = re.compile(r"[\"'`]\s*[\"'`]|['\"`][^'\"`]{1,60}['\"`]")
_ENVIRONMENT = re.compile(
    r"(?:LOCAL)?APPDATA|PROGRAM(?:DATA|FILES)|TE?MP|USERPROFILE|HOMEPATH|HOMEDRIVE|WINDIR|SYSTEM(?:ROOT|DRIVE)"
    r"|PUBLIC|HOME|PATH|USER|SHELL|PWD"
    r"|applicationId|env\..*|rootProject.*|project\..*|i",
)
_ADDRESS = re.compile(r"(?:https?:|www\.)\S*$|/$|[?&]\w+=$")
_TALK = re.compile(
    r"\b(?:merge (?:tag|field)s?|handlebars|mustache|template engine|gradle|manifestPlaceholders|shell|bash"
    r"|endpoint|API)\b",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"[A-Z]{1,5}")
_KEY = re.compile(r"[a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9_]+){1,5}|[a-z]+(?:_[a-z0-9]+){2,6}")
_PARAMETER = re.compile(
    r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\s?[:=]\s?(?:\"[^\"]{0,80}\"|'[^']{0,80}'|true|false|null|yes|no|\d{1,6})",
    re.IGNORECASE,
)
_SHOUT = re.compile(
    r"(?<![\w\[{<(«%$#@])(?:YOUR|INSERT|ENTER|ADD|MY|IHRE?|VOTRE|TU|SU)[ _](?:[A-ZÀ-Ý]{2,20}[ _]){0,4}"
    r"(?:NAME|E-?MAIL(?:[ _]ADDRESS)?|ADDRESS|COMPANY|APP|DATE|URL|WEBSITE|PHONE|NUMBER|COUNTRY|CITY|HERE|FIRMA"
    r"|ADRESSE|SOCIÉTÉ|EMPRESA|NOMBRE)(?![\w\]}>)»%$#@])"
)


def slots(blocks: Sequence[Block], grammar: Grammar) -> Iterator[Found]:
    """Variables that no engine replaced; in the source of a site generator they are code that will still run."""
    source = _is_source(blocks)
    for number, block in enumerate(blocks):
        if _SIGNS.search(block.text):
            for match in _ENGINE.finditer(block.text):
                kind = _kind(match, block, grammar)
                if kind:
                    route = "unrendered-code" if source and match.lastgroup in ("braces", "tag") else kind
                    yield Found(number, match.start(), match.end(), route, _SHAPES[str(match.lastgroup)])
        yield from _lines(number, block)


_SHAPES = {
    "braces": "variable in doubled braces", "tag": "tag of a template engine", "sigil": "variable behind a sigil",
    "mirror": "variable between mirrored marks", "single": "variable between single marks",
    "resource": "reference to a resource", "dollar": "variable behind a dollar sign", "printf": "format directive",
    "colon": "variable behind a colon", "brace": "variable in braces",
}  # fmt: skip


def _is_source(blocks: Sequence[Block]) -> bool:
    """Whether front matter or tags stand there, which only the source of a page has."""
    front = bool(blocks) and blocks[0].region == "header" and blocks[0].kind == "preformatted"
    return front or any("{%" in block.text or "{{<" in block.text for block in blocks)


def _kind(match: re.Match[str], block: Block, grammar: Grammar) -> str:
    """The rule that tells a match, empty for what only looks like a variable."""
    shape, text = str(match.lastgroup), match.group()
    name = text.strip("{}%$#@_*|[]()<>?:! -")
    before = block.text[max(0, match.start() - 60) : match.start()]
    if _ENVIRONMENT.fullmatch(name) or _TALK.search(block.text, max(0, match.start() - 200), match.end() + 200):
        return ""
    if shape in _JUDGES:
        return _JUDGES[shape](name, text, before, grammar)
    if shape == "tag":
        return "unrendered-code"
    return "template-variable"


def _braces(name: str, text: str, before: str, grammar: Grammar) -> str:
    del text, before
    return "unrendered-code" if grammar.one("runtime", r"{}\b.*").match(name) else "template-variable"


def _brace(name: str, text: str, before: str, grammar: Grammar) -> str:
    inner = text[1:-1].strip()
    if _ADDRESS.search(before) or inner.startswith(("return", "display", "color", ":", "#", ".")):
        return ""
    if _SPACE.fullmatch(inner):
        return "unrendered-code"
    if inner.isdigit() or _CALL.fullmatch(inner):
        return "template-variable"
    if _NAME.fullmatch(inner):
        known = (
            content_of(inner, grammar).kind in ("name", "instruction")
            or "_" in inner
            or not inner.islower()
            or "." in inner
        )
        return "template-variable" if known and not grammar.one("runtime", r"{}\b.*").match(name) else "unrendered-code"
    content = content_of(inner, grammar)
    return "template-variable" if content.sure and content.kind in ("name", "instruction", "filler", "note") else ""


def _single(name: str, text: str, before: str, grammar: Grammar) -> str:
    del before
    content = content_of(name, grammar)
    if text[0] == "$" and not (content.kind == "name" or "_" in name):
        return ""
    shaped = content.kind == "name" or "_" in name or name.isupper()
    return "template-variable" if shaped or (text[0] == "%" and " " not in name and len(name) > 3) else ""


def _dollar(name: str, text: str, before: str, grammar: Grammar) -> str:
    del text, before
    content = content_of(name, grammar)
    known = (content.kind == "name" and content.sure) or "_" in name or (not name.islower() and not name.isupper())
    return "template-variable" if known and not _CURRENCY.fullmatch(name) and not name[-1].isdigit() else ""


def _printf(name: str, text: str, before: str, grammar: Grammar) -> str:
    del name, grammar
    return "" if before.rstrip()[-1:].isdigit() or (text == "%d" and before[-1:] == "(") else "unrendered-code"


_JUDGES = {"braces": _braces, "brace": _brace, "single": _single, "dollar": _dollar, "printf": _printf}


def _lines(number: int, block: Block) -> Iterator[Found]:
    """What needs no mark: parameters of a generator, the bare key of a translation, ``YOUR COMPANY NAME``."""
    text = block.text
    for match in _SHOUT.finditer(text) if not (text.isascii() and text.isupper()) else ():
        beside = text[max(0, match.start() - 12) : match.start()] + text[match.end() : match.end() + 12]
        if not any(map(str.isupper, beside)) or not any(word.isupper() and len(word) > 1 for word in beside.split()):
            yield Found(number, match.start(), match.end(), "bracket-slot", "name in capitals")
    if "_" in text:
        for match in _PARAMETER.finditer(text):
            if match.group().split(":")[0].split("=")[0].strip().isupper():
                yield Found(number, match.start(), match.end(), "template-variable", "parameter of a generator")
    if len(text) < 80 and _KEY.fullmatch(text) and ("_" in text or not text.islower()):
        yield Found(number, 0, len(text), "unrendered-code", "key of a translation")
