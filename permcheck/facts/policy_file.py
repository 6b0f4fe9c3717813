"""A member of a bundle in, whether a privacy policy stands in it and in which language out, on any platform."""

from __future__ import annotations

import re

from permcheck.bundles import Part
from permcheck.errors import BundleError
from permcheck.facts.policy_name import is_policy_name

POLICY_LIMIT = 8 << 20
"""Bytes of one bundled policy."""
PROSE = 800
"""Characters from which on a string of a table is a text of its own, no label or link."""

_PLAIN = (".html", ".htm", ".xhtml", ".txt", ".md", ".markdown")
_SUFFIXES = (*_PLAIN, ".pdf", ".docx", ".rtf")
_OTHER_NAME = re.compile(
    r"policy|policies|agreement|legal|protocol|xieyi|statement|notice|gdpr|rgpd|dsgvo", re.IGNORECASE
)
_TITLE = re.compile(
    r"privacy\s+(?:policy|notice|statement)|datenschutz(?:erklärung|hinweise|bestimmungen)|隐私(?:权)?(?:政策|协议|声明)"
    r"|隱私(?:權)?政策|politique\s+de\s+confidentialité|política\s+de\s+privacid|informativa\s+sulla\s+privacy"
    r"|プライバシー\s*ポリシー|개인정보\s*처리방침|privacyverklaring|polityka\s+prywatności|конфиденциальности"
    r"|gizlilik\s+politikası",
    re.IGNORECASE,
)
_LANGUAGES = (
    "ar|bg|bn|ca|cs|da|de|el|en|es|et|fa|fi|fr|he|hi|hr|hu|id|it|ja|ko|lt|lv|ms|nb|nl|no|pl|pt|ro|ru|sk|sl|sr|sv|th|tr"
    "|uk|vi|zh"
)
_LANGUAGE = re.compile(rf"(?:res/raw-|[-_./])({_LANGUAGES})(?:[-_]r?([A-Z]{{2}}))?(?:[-/]|\.[a-z]+$)")
# an opening bracket ends the one before it, so that a page of nothing but brackets is read in linear time
_MARKUP = re.compile(r"<(?:style|script)\b[^<]*+</|<[^<>]*+>?")
_FOLDER = re.compile(r"(?:^|/)([^/]+)\.lproj/")


def is_policy(part: Part, member: str) -> bool:
    """By its name; where the name only hints at a legal text, by the title at its top."""
    if not member.lower().endswith(_SUFFIXES):
        return False
    if is_policy_name(member):
        return True
    if not member.lower().endswith(_PLAIN) or not _OTHER_NAME.search(member):
        return False
    try:
        text = part.container.read(part.root + member, POLICY_LIMIT).decode("utf-8", "replace")
    except BundleError:
        return False
    return bool(_TITLE.search(_MARKUP.sub(" ", text[:60_000])[:3000]))


def language(member: str) -> str:
    """The language that a path names, as in ``res/raw-de/privacy.html``, ``assets/privacy_de.html``, ``de.lproj/``."""
    folder = _FOLDER.search(member)
    if folder:
        return "" if folder[1] == "Base" else folder[1].replace("_", "-")
    match = _LANGUAGE.search(member)
    return "-".join(filter(None, match.groups())) if match else ""
