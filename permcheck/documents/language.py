"""Text in, the code of its language out (script first, then stop words); blocks too short to tell inherit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cache

from permcheck.model import Block, Document, Gap, Location

NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "th": "Thai",
    "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
    "zh": "Chinese", "zh-hant": "Traditional Chinese",
}  # fmt: skip
"""English names of the languages that can be told apart."""

_STOP_WORDS = {
    "en": "the and of to your you we our is are that this with for or not may which by will have from any",
    "de": "der die das und wir sie ihre ihrer nicht mit von zu für ist werden oder eine den dem des auf unsere bei",
    "fr": "le la les des et nous vous votre vos que qui pour une dans est sont avec sur ne pas par ou aux ces du",
    "es": "el la los las y de que en nosotros su sus para una con por no usted se del al o nuestra datos es",
    "it": "il lo gli che di e per una con non sono noi nostro nostra della dei delle questo come può tuoi suoi dati",
    "nl": "de het een en van wij u uw niet met voor op zijn dat die kunnen wordt onze deze ook door aan",
    "pt": "o os as e que de do da dos das em você seus suas para uma com não por nós nosso ou ao são dados",
    "sv": "och att det som en är av för på med inte vi dina din du kan eller till har vår den om",
    "da": "og at det som en er af for på med ikke vi dine din du kan eller til har vores den om",
    "no": "og å det som en er av for på med ikke vi dine din du kan eller til har våre den om",
    "fi": "ja on ei että se me sinun tai joka ovat voi kuin myös tietoja jos olla käyttää ne kun",
    "pl": "i w na się z do że nie jest są oraz dla przez od które lub państwa danych my ich",
    "cs": "a se na že je v jsou nebo které pro s do z ne jak vaše údaje může byla které",
    "hu": "a az és hogy nem vagy egy is meg az ön adatok által azt ez lehet amely mi",
    "ro": "și de la în cu pentru care nu este sunt sau dumneavoastră datele din pe prin noi ale",
    "tr": "ve bir bu için ile veya olarak kişisel de da olan size biz sizin gibi daha değil",
    "id": "dan yang di untuk dengan ini anda kami tidak dari atau pada akan data dapat adalah",
    "vi": "và của bạn chúng tôi các cho không được này trong với có là để thông tin khi",
}
_INDEX: dict[str, list[str]] = {}
for _code, _words in _STOP_WORDS.items():
    for _word in set(_words.split()):
        _INDEX.setdefault(_word, []).append(_code)

_TRADITIONAL = frozenset("個們為這與資訊隱權應會對關時間說處從裝請務護戶號開設備網聯業據條將動機種類")
_SIMPLIFIED = frozenset("个们为这与资讯隐权应会对关时间说处从装请务护户号开设备网联业据条将动机种类")
"""The same words in both scripts of Chinese; signs that they share are in both and cancel out."""
_LETTER = re.compile(r"[^\W\d_]")
_UKRAINIAN = re.compile("[іїєґ]")
_BULGARIAN = re.compile(r"\b(?:и|на|за|ние|вашите|се|са|от|лични)\b")
_RUSSIAN = re.compile("[ыэё]")
_PERSIAN = re.compile("[پچژگ]")
_TOKEN = re.compile(r"\w+(?:[-'\u2019]\w+)*")
_START = re.compile("(?:\\A|[.:!?;\u2022\u2013-]\\s+)[\"'(\u00ab\u201c\u201e]*([^\\W\\d_a-z]\\w*)(?![-\\w])")
_SAMPLE = 400
_ENOUGH = 200
"""Characters; a text that is shorter and tells no language is of none."""
_SCRIPT_SHARE = 0.2
_SHORT, _SHORT_ENTRY = 50, 100
"""Characters of a paragraph, and of a list item or row of a table."""
_SENTENCE = 3
"""Words; fewer of them in Latin letters may stand in any language, as names do."""


@cache
def _scripts() -> tuple[tuple[str, re.Pattern[str]], ...]:
    # compiled on demand: most policies need none of them
    return (
        ("ja", re.compile("[\u3041-\u3096\u30a1-\u30fa]")),
        ("zh", re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")),
        ("ko", re.compile("[\uac00-\ud7a3]")),
        ("ru", re.compile("[\u0400-\u04ff]")),
        ("ar", re.compile("[\u0600-\u06ff]")),
        ("th", re.compile("[\u0e00-\u0e7f]")),
        ("he", re.compile("[\u0590-\u05ff]")),
        ("el", re.compile("[\u0370-\u03ff]")),
        ("hi", re.compile("[\u0900-\u097f]")),
    )


def detect(text: str) -> str:
    """The language of a text, ``""`` when it has too little of any."""
    sample = text[:_SAMPLE]
    return (_by_script(sample) if _is_other_script(sample) else "") or _by_words(sample)


def _is_other_script(text: str) -> bool:
    """Whether anything but Latin letters stands in the text; curly quotes and dashes (U+20xx) are none."""
    return not text.isascii() and any(sign >= "\u0370" and not "\u2000" <= sign <= "\u2bff" for sign in set(text))


def _by_script(text: str) -> str:
    letters = len(_LETTER.findall(text))
    counts = {code: len(pattern.findall(text)) for code, pattern in _scripts()}
    code = max(counts, key=lambda item: counts[item])
    # a hanzi says as much as a word of four letters
    weight = 4 if code in {"ja", "zh", "ko", "th"} else 1
    if not counts[code] or counts[code] * weight < (letters - counts[code]) * _SCRIPT_SHARE * weight + 1:
        return ""
    if code in {"ja", "zh"}:
        return "ja" if counts["ja"] * 10 >= counts["zh"] else _chinese(text)
    return _cyrillic(text) if code == "ru" else "fa" if code == "ar" and _PERSIAN.search(text) else code


def _chinese(text: str) -> str:
    traditional = sum(1 for sign in text if sign in _TRADITIONAL)
    simplified = sum(1 for sign in text if sign in _SIMPLIFIED)
    return "zh-hant" if traditional >= 2 and traditional > simplified * 2 else "zh"


def _cyrillic(text: str) -> str:
    if _UKRAINIAN.search(text):
        return "uk"
    return "bg" if not _RUSSIAN.search(text) and len(_BULGARIAN.findall(text)) >= 3 else "ru"


def _by_words(text: str) -> str:
    """The language whose small words stand in a text, two different ones at least; constants and names do not vote."""
    shown = text.lower() if text.isupper() else text
    words = _TOKEN.findall(shown)
    found = Counter(filter(_INDEX.__contains__, words))
    # in upper case a word is a name, unless a sentence begins with it
    found.update(small for word in _START.findall(shown) if (small := word.lower()) in _INDEX)
    scores: Counter[str] = Counter()
    different: Counter[str] = Counter()
    for small, count in found.items():
        for code in _INDEX[small]:
            scores[code] += count
            different[code] += 1
    ranked = sorted(((scores[code], code) for code in scores if different[code] > 1), reverse=True)[:2]
    if not ranked:
        return ""
    (first, best), second = ranked[0], ranked[1][0] if len(ranked) > 1 else 0
    return best if first * 12 >= len(words) and first * 4 >= second * 5 else ""


def assign(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], str]:
    """Give every block its language; returns the blocks and the language of most of the text (``""`` unknown)."""
    found = [detect(block.text) for block in blocks]
    main = _main(blocks, found)
    sure = _sure(blocks, found, main)
    codes = _inherit(blocks, _by_alphabet(blocks, sure, main), main)
    return tuple(replace(block, language=code) for block, code in zip(blocks, codes, strict=True)), main


def _by_alphabet(blocks: Sequence[Block], found: Sequence[str], main: str) -> list[str]:
    """A Latin block never inherits a language of another script: it is of the nearest Latin one before it."""
    if main in _STOP_WORDS:
        return list(found)
    latin = next((code for code in found if code in _STOP_WORDS), "")
    codes: list[str] = []
    for block, code in zip(blocks, found, strict=True):
        latin = code if code in _STOP_WORDS else latin
        plain = latin and not code and block.text.isascii() and len(block.text.split()) >= _SENTENCE
        codes.append(latin if plain else code)
    return codes


def _sure(blocks: Sequence[Block], found: Sequence[str], main: str) -> list[str]:
    """The languages found, without those of short lines that no longer line of the same language leads to."""
    sure: list[str] = []
    last = main
    for block, code in zip(blocks, found, strict=True):
        kept = "" if code != last and _is_chance(block, code, main) else code
        last = kept or last
        sure.append(kept)
    return sure


def _is_chance(block: Block, code: str, main: str) -> bool:
    """Two stop words of another language in a short line are no change of language; another script is.

    Japanese without kana, as in headings, looks like Chinese.
    """
    if code == main or len(block.text) >= (_SHORT_ENTRY if block.kind in {"item", "row"} else _SHORT):
        return False
    # two signs that only Traditional Chinese has are no chance, the lack of them in a short line is
    return code in _STOP_WORDS or (code, main) == ("zh", "zh-hant") or (main == "ja" and code[:2] == "zh")


def _main(blocks: Sequence[Block], found: Iterable[str]) -> str:
    sizes: Counter[str] = Counter()
    for block, code in zip(blocks, found, strict=True):
        if code:
            sizes[code] += len(block.text) * (3 if code in {"zh", "zh-hant", "ja", "ko"} else 1)
    if sizes:
        return min(sizes, key=lambda code: (-sizes[code], code))
    text = " ".join(block.text for block in blocks[:200])
    # a few words without any stop word are far more often English than anything else
    return detect(text) or ("en" if len(text) < _ENOUGH and text.isascii() and any(map(str.isalpha, text)) else "")


def _inherit(blocks: Sequence[Block], found: Sequence[str], main: str) -> list[str]:
    """A heading takes the language of what follows, any other short block that of what stands before."""
    after, following = main, []
    for code in reversed(found):
        after = code or after
        following.append(after)
    following.reverse()
    codes: list[str] = []
    before = ""
    for block, code, next_code in zip(blocks, found, following, strict=True):
        before = code or (next_code if block.kind == "heading" or not before else before)
        codes.append(before if code or next_code == before or not main else _between(before, next_code, main))
    return codes


def _between(before: str, after: str, main: str) -> str:
    """Between two languages a block that tells nothing is of the main one if either is."""
    return main if main in {before, after} else before


def unread_languages(document: Document, known: Collection[str]) -> tuple[Gap, ...]:
    """A gap for each language of the document that is not in ``known``, naming it and its first place."""
    first: dict[str, Block] = {}
    counts: Counter[str] = Counter()
    told = sum(len(block.text) for block in document.blocks) >= _ENOUGH
    for block in document.blocks:
        if block.region != "comment" and block.language not in known and (block.language or told):
            first.setdefault(block.language, block)
            counts[block.language] += 1
    return tuple(
        Gap(
            Location(document.path, span=first[code].span(0, len(first[code].text))),
            f"{counts[code]} block{'s' if counts[code] > 1 else ''} in "
            f"{NAMES.get(code, 'an unknown language')}, which permcheck does not read",
            fatal=code == document.language,
            silences=code == document.language,
        )
        for code in sorted(first)
    )
