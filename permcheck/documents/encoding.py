"""Bytes of a text file in, its characters and the name of the encoding out."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""What browsers read for a label: files often use the larger set under the older name."""
_COMMON_HANZI = frozenset("的一是不了在有我们和个为您用的或与及将会信息以可使等中第三方其对")
_WESTERN = frozenset("àâäáãåæçèéêëíîïñóôöõøœùúûüßì ò«»“”‘’„–—…•·§°©®™€£¿¡ªº\xa0")
_ACCENTS = 0.1
_SAMPLE = 200_000
_BAD_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without byte order mark; ``lost`` counts the places that the encoding could not read."""

    text: str
    encoding: str
    lost: int = 0


def decode(data: bytes) -> Decoded | None:
    """Decode by byte order mark, strict UTF-8, the file's own declaration, then by content; None for binary data."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _lenient(data[len(mark) :], name)
    wide = _wide_without_mark(data)
    if wide:
        found = _lenient(data, wide)
        return None if _is_binary(found.text[:_SAMPLE].encode("utf-8", "replace")) else found
    if b"\0" in data or _is_binary(data):
        return None
    return _declared_7bit(data) or _strict(data, "utf-8") or _declared(data) or _mostly_utf8(data) or _guess(data)


def _lenient(data: bytes, name: str) -> Decoded:
    text = data.decode(name, "replace")
    return Decoded(text, name, text.count("\ufffd"))


def _strict(data: bytes, name: str) -> Decoded | None:
    try:
        return Decoded(data.decode(name), name)
    except (UnicodeDecodeError, LookupError):
        return None


def _wide_without_mark(data: bytes) -> str:
    sample = data[:2000]
    if len(sample) < 4 or sample.count(0) * 4 < len(sample):
        return ""
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    if odd * 3 > len(sample) // 2 and even * 20 < odd:
        return "utf-16-le"
    return "utf-16-be" if even * 3 > len(sample) // 2 and odd * 20 < even else ""


def _is_binary(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    controls = sum(sample.count(code) for code in range(32) if code not in (9, 10, 12, 13, 27))
    return controls * 50 > len(sample)


def _declaration(data: bytes) -> str:
    match = _DECLARED.search(data[:4096])
    if not match:
        return ""
    try:
        info = codecs.lookup((match[1] or match[2]).decode("ascii"))
    except (LookupError, UnicodeDecodeError):
        return ""
    # utf-16 in a declaration that could be read as ASCII is wrong by that very fact (HTML standard, prescan)
    return "" if info.name.startswith(("utf-16", "utf-32")) else _SUPERSETS.get(info.name, info.name)


def _declared_7bit(data: bytes) -> Decoded | None:
    """ISO-2022-JP and HZ are pure ASCII on the surface, so that strict UTF-8 would take them."""
    if b"\x1b$" in data:
        return _strict(data, "iso2022_jp")
    return _strict(data, "hz") if b"~{" in data and _declaration(data) == "hz" else None


def _declared(data: bytes) -> Decoded | None:
    name = _declaration(data)
    if not name or name == "utf-8":
        return None
    found = _strict(data, name)
    if found:
        return found
    loose = _lenient(data, name)
    return loose if loose.lost <= len(loose.text) * _BAD_SHARE else None


def _mostly_utf8(data: bytes) -> Decoded | None:
    """UTF-8 that was cut or damaged in places, as crawled pages are."""
    text = data.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    good = len(data) - len(text)  # every valid multi-byte character is longer in bytes
    return Decoded(text, "utf-8", lost) if lost <= max(2, len(text) * _BAD_SHARE) and good > lost * 4 else None


def _guess(data: bytes) -> Decoded:
    chinese = _strict(data, "gb18030") or _lenient(data, "gb18030")
    if chinese.lost <= len(chinese.text) * _BAD_SHARE and _is_chinese(chinese.text[:_SAMPLE]):
        return chinese
    western = _strict(data, "cp1252")
    if western and _is_western(western.text[:_SAMPLE]):
        return western
    from charset_normalizer import from_bytes  # noqa: PLC0415  (heavy, and few files need it)

    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        return _lenient(data, "cp1252")
    return _strict(data, best.encoding) or _lenient(data, best.encoding)


def _is_western(text: str) -> bool:
    """Whether a Latin text has the accents of Western Europe, and few of them: other alphabets are nothing but such."""
    accented = [sign for sign in text if sign > "\x7f"]
    western = sum(1 for sign in accented if sign.lower() in _WESTERN)
    letters = sum(1 for sign in text if sign.isalpha())
    return len(accented) <= letters * _ACCENTS and western >= len(accented) * (1 - _BAD_SHARE)


def _is_chinese(text: str) -> bool:
    hanzi = [sign for sign in text if "\u4e00" <= sign <= "\u9fff"]
    common = sum(1 for sign in hanzi if sign in _COMMON_HANZI)
    kana = sum(1 for sign in text if "\u3041" <= sign <= "\u30ff")
    return common >= 2 and common * 12 >= len(hanzi) and kana * 2 < len(hanzi)
