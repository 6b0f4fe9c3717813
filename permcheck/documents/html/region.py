"""The start tag of an element in, the part of the page that it opens (menu, footer, dialog ...) out."""

from __future__ import annotations

import re
from collections import Counter

from permcheck.documents.html.markup import Token
from permcheck.model import Region

_REGIONS: dict[str, Region] = {
    "nav": "nav", "header": "header", "footer": "footer", "dialog": "dialog", "option": "nav", "title": "header",
    "head": "header",
}  # fmt: skip
_ROLES: dict[str, Region] = {
    "navigation": "nav", "menu": "nav", "menubar": "nav", "banner": "header", "contentinfo": "footer",
    "dialog": "dialog", "alertdialog": "dialog", "main": "main",
}  # fmt: skip
_OWN_PARTS = frozenset({"header", "footer"})
_CONTENT = ("article", "main", "section")
_COOKIE_BOX = re.compile(
    r"cookie[-_]?(?:banner|bar|consent|notice|popup|law)|onetrust|cookiebot|consent[-_]banner", re.IGNORECASE
)


def region_of(token: Token, parent: Region, open_tags: Counter[str]) -> Region:
    """The region of an element in a parent of region ``parent``; inside another region than ``main`` it is kept."""
    if parent != "main":
        return parent
    own = _by_attributes(token)
    if own:
        return own
    if token.value in _OWN_PARTS and any(open_tags[tag] for tag in _CONTENT):
        return parent
    if token.value == "dialog" and "open" in token.attributes:
        return parent
    return _REGIONS.get(token.value, parent)


def _by_attributes(token: Token) -> Region | None:
    attributes = token.attributes
    if not attributes:
        return None
    names = f"{attributes.get('id', '')} {attributes.get('class', '')}"
    if len(names) > 1 and token.value not in {"html", "body"} and _COOKIE_BOX.search(names):
        return "dialog"
    return _ROLES.get(attributes.get("role", "").lower())
