"""An Android bundle in, the privacy policies that it carries and the addresses of others out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from permcheck.bundles import Bundle, Part
from permcheck.errors import BundleError
from permcheck.facts.android_document import read_resources
from permcheck.facts.android_resources import Entry, Table
from permcheck.facts.policy_name import LINK, is_policy_name
from permcheck.model import Fact, Gap, Location

POLICY_LIMIT = 8 << 20
"""Bytes of one bundled policy."""
PROSE = 800
"""Characters from which on a string of the resource table is a text of its own, no label or link."""

_SUFFIXES = (".html", ".htm", ".xhtml", ".txt", ".md", ".markdown", ".pdf", ".docx", ".rtf")
_PLAIN = (".html", ".htm", ".xhtml", ".txt", ".md", ".markdown")
_FOLDERS = ("assets/", "res/", "root/")
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
_TABLES = ("resources.arsc", "resources.pb")


def recognizes(bundle: Bundle) -> bool:
    """Whether the bundle can hold assets and resources."""
    return bundle.platform == "android"


def extract(bundle: Bundle, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:  # noqa: ARG001  (every extractor has one signature)
    """List the policies in the bundle and the links to policies in its string resources.

    A ``bundled-policy`` has the member, or ``string/name``, as key and the language as value where it shows; a
    ``policy-link`` the address as key and the resource as value. The location's anchor names a string of the table,
    with its language behind a space.
    """
    for part in bundle.parts:
        yield from _files(part)
        try:
            table = read_resources(part)
        except BundleError:
            continue  # the manifest's reader has told it
        if table:
            yield from _raw(part, table)
            yield from _strings(part, table)


def read_policy(bundle: Bundle, fact: Fact) -> bytes:
    """The content of a ``bundled-policy`` fact of the same bundle. Raises `BundleError`."""
    for part in bundle.parts:
        if part.location(fact.key).path == fact.location.path:
            return part.container.read(part.root + fact.key, POLICY_LIMIT)
        table = read_resources(part) if fact.location.anchor else None
        for entry in table.named("string", is_policy_name) if table else ():
            if _string_place(part, entry) == fact.location:
                return (entry.value.text or "").encode()
    raise BundleError(f"{fact.location.path}: no such policy in the bundle")


def _files(part: Part) -> Iterator[Fact]:
    for name in part.container.names():
        member = name.removeprefix(part.root)
        if name.startswith(part.root) and member.startswith(_FOLDERS) and _is_policy(part, member):
            yield _bundled(part, member)


def _is_policy(part: Part, member: str) -> bool:
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
    return bool(_TITLE.search(re.sub(r"<(?:style|script)\b.*?</|<[^>]*>", " ", text[:60_000])[:3000]))


def _raw(part: Part, table: Table) -> Iterator[Fact]:
    """Files whose path was shortened, known by the name of their resource."""
    names = part.container.names()
    for entry in table.named("raw", is_policy_name):
        member = entry.value.text or ""
        if part.root + member in names and not _is_policy(part, member):
            yield _bundled(part, member, entry.locale)


def _strings(part: Part, table: Table) -> Iterator[Fact]:
    for entry in table.named("string", is_policy_name):
        text, key, place = entry.value.text or "", f"string/{entry.name}", _string_place(part, entry)
        if len(text) >= PROSE:
            yield Fact("bundled-policy", key, entry.locale, place)
        else:
            yield from (Fact("policy-link", link.rstrip(".,;:"), key, place) for link in LINK.findall(text))


def _string_place(part: Part, entry: Entry) -> Location:
    names = part.container.names()
    table = next((name for name in _TABLES if part.root + name in names), _TABLES[0])
    return part.location(table, f"string/{entry.name} {entry.locale}".rstrip())


def _bundled(part: Part, member: str, locale: str = "") -> Fact:
    return Fact("bundled-policy", member, locale or _language(member), part.location(member))


def _language(member: str) -> str:
    """The language that a path names, as in ``res/raw-de/privacy.html`` or ``assets/privacy_de.html``."""
    match = _LANGUAGE.search(member)
    return "-".join(filter(None, match.groups())) if match else ""
