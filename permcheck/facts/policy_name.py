"""The name of a file or resource, or an address, in, whether it says that a privacy policy stands there out."""

from __future__ import annotations

import re

LINK = re.compile(r"https?://[^\s\"'<>\\)\]}]{4,400}")
"""An address in running text."""

_NAME = re.compile(
    r"privacy|privacidad|privacidade|privatsph|privatliv|privacyverkl|datenschutz|data_?protection|confidentialit"
    r"|riservatezza|gizlilik|prywatno|tietosuoja|integritetspol|personvern|adatvedel|konfidenc|конфиденц|yinsi|隐私|隱私"
    r"|プライバシー|개인정보"
)
"""In small letters: a pattern that ignores case is searched for six times slower."""
_NO_POLICY = re.compile(r"privacy_?sandbox|licen[cs]e|privacy_?(?:icon|banner|dialog|button|manifest)")


def is_policy_name(name: str) -> bool:
    """Whether a file or resource is named for a privacy policy, in one of the languages of the stores."""
    small = _small(name)
    return bool(_NAME.search(small)) and not _NO_POLICY.search(small)


def speaks_of_privacy(text: str) -> bool:
    """Whether a word that policies are named by stands anywhere in a text; quick, for texts of any length."""
    return bool(_NAME.search(_small(text)))


def is_policy_link(address: str) -> bool:
    """Whether an address says that a privacy policy stands there."""
    return bool(LINK.fullmatch(address)) and is_policy_name(address)


def _small(text: str) -> str:
    """In small letters; those of Turkish without their own dots, as patterns that ignore case have it."""
    small = text.lower()
    return small if small.isascii() else small.replace("i\u0307", "i").replace("ı", "i")
