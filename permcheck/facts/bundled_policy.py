"""An Android bundle in, the privacy policies that it carries and the addresses of others out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from permcheck.bundles import Bundle, Part
from permcheck.errors import BundleError
from permcheck.facts.android.document import read_resources
from permcheck.facts.android.resources import Entry, Table
from permcheck.facts.policy_file import POLICY_LIMIT, PROSE, is_policy, language
from permcheck.facts.policy_name import LINK, is_policy_name
from permcheck.model import Fact, Gap, Location

_FOLDERS = ("assets/", "res/", "root/")
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
    """The content of a ``bundled-policy`` fact of the same bundle, of whatever platform. Raises `BundleError`."""
    if bundle.platform == "ios":
        from permcheck.facts.ios import policy as ios_policy  # noqa: PLC0415  (listing an Android app's needs no plists)

        return ios_policy.read_policy(bundle, fact)
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
        if name.startswith(part.root) and member.startswith(_FOLDERS) and is_policy(part, member):
            yield _bundled(part, member)


def _raw(part: Part, table: Table) -> Iterator[Fact]:
    """Files whose path was shortened, known by the name of their resource."""
    names = part.container.names()
    for entry in table.named("raw", is_policy_name):
        member = entry.value.text or ""
        if part.root + member in names and not is_policy(part, member):
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
    return Fact("bundled-policy", member, locale or language(member), part.location(member))
