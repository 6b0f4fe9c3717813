"""The text of a short block in, the style of heading that it is (or none) out."""

from __future__ import annotations

import re
from functools import cache

from permcheck.documents.text.label import Label
from permcheck.documents.text.weave import has_wide, width

_NO_HEADING_END = re.compile(r"[.;,。；，、…!！][\"'”’»)\]）】]*\Z")
_COLON_END = re.compile(r"[:：]\Z")
_INNER_STOP = re.compile(r"[.!?][\"”)]?\s+[A-Z]|[。！？；;]")
_INNER_COLON = re.compile(r"[:：]\s*\S")
_ADDRESS = re.compile(r"@|https?:|www\.|\.(?:png|jpe?g|gif|svg)\b|\d[^,，]*[,，].*[,，]")
_COMPANY = re.compile(r"\b(?:Ltd|Inc|LLC|GmbH|AG|Corp|S\.?A|B\.?V|S\.r\.l)\.?\Z|有限公司\Z|株式会社|주식회사")
_DATE = re.compile(r"\b(?:19|20)\d\d\b")
_QUESTION = re.compile(
    r"(?:(?:with|to|from|for|by) )?(?:how|whom|what|who|when|where|why|which|do|does|is|are|can|wie|was|wer|"
    r"wann|wo|warum|welche|comment|quelles?|quels?|"
    r"qui|quand|où|pourquoi|cómo|qué|quién|cuándo|dónde|come|quali|chi|quando|hoe|wat|wie|como|quais|que)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:we|you|i|it|they|may|will|shall|can|must|include[sd]?|following|is|are|have|has|wir|sie|ihr|können|werden|ist|"
    r"sind|folgende\w*|nous|vous|pouvons|pouvez|suivante?s?|sommes|avons|usted|podemos|puede|siguientes?|noi|possiamo|"
    r"seguenti|wij|kunnen|volgende)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"(?:we|you|i|it|they|this|these|that|there|if|please|may|will|wir|sie|diese\w*|wenn|bitte|nous|vous|si|ce|cette|"
    r"usted|nosotros|esta|este|noi|se|wij|als)\b",
    re.IGNORECASE,
)
_HAN_CLAUSE = re.compile(r"我们|您|以下|如下|包括|私たち|当社は|以下の|次の|です|ます|합니다")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_MAX_WIDTH, _MAX_LABELLED_WIDTH, _MAX_WORDS = 80, 130, 12


@cache
def _han() -> re.Pattern[str]:
    return re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def _has_han(text: str) -> bool:
    return has_wide(text) and _han().search(text) is not None


def heading_style(text: str, label: Label | None) -> str:
    """How the text looks as a heading: the style of its label, ``capitals``, ``topic`` (ends in a colon), ``title``.

    ``""`` when it is none: sentences, list headers ("You may:"), addresses, dates, values behind a label.
    """
    if not is_short_phrase(text, label):
        return ""
    return _han_style(text, label) if _has_han(text) else _latin_style(text, label)


def is_short_phrase(text: str, label: Label | None) -> bool:
    """Whether the text is as short as headings are, begins as they do, and is no sentence or address."""
    limit = _MAX_LABELLED_WIDTH if label else _MAX_WIDTH
    if not text or len(text) > limit or width(text) > limit or not any(map(str.isalpha, text)):
        return False
    if not (text[0].isupper() or text[0].isdigit() or _has_han(text[0]) or text[0] in '"“‘(（【《「'):
        return False
    return not any(pattern.search(text) for pattern in (_NO_HEADING_END, _INNER_STOP, _ADDRESS, _COMPANY))


def _han_style(text: str, label: Label | None) -> str:
    if width(text) > 60 or _INNER_COLON.search(text) or _DATE.search(text):
        return ""
    if _COLON_END.search(text):
        return label.style if label and not _HAN_CLAUSE.search(text) else ""
    if label:
        return label.style
    return "title" if width(text) <= 40 and "，" not in text and "、" not in text else ""


def _latin_style(text: str, label: Label | None) -> str:
    words = _WORD.findall(text)
    if label:
        return _labelled_style(text, label, len(words))
    if len(words) > _MAX_WORDS or _INNER_COLON.search(text) or _DATE.search(text):
        return ""
    if _COLON_END.search(text):
        return "" if _CLAUSE.search(text) else "topic"
    if text.isupper() and len(text) > 3:
        return "capitals"
    return "title" if _is_title(text, words) else ""


def _labelled_style(text: str, label: Label, words: int) -> str:
    if words > _MAX_WORDS + 6 or (_INNER_COLON.search(text) and not _COLON_END.search(text)):
        return ""
    return label.style if _is_capitalized(text) or _QUESTION.match(text) or not _CLAUSE.search(text) else ""


def _is_title(text: str, words: list[str]) -> bool:
    if _QUESTION.match(text) or text.endswith("?") or _is_capitalized(text):
        return True
    return len(words) <= (6 if _CLAUSE.search(text) else 8) and not _SENTENCE.match(text)


def _is_capitalized(text: str) -> bool:
    """Every longer word starts in upper case."""
    return all(word[0].isupper() for word in _WORD.findall(text) if len(word) > 3)
