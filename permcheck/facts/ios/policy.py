"""An iOS bundle in, the privacy policies that it carries and the addresses of others out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from permcheck.bundles import Bundle, Part, nesting
from permcheck.errors import BundleError
from permcheck.facts.ios.plist import read_plist, strings_of
from permcheck.facts.ios.strings_file import read_strings
from permcheck.facts.policy_file import POLICY_LIMIT, PROSE, is_policy, language
from permcheck.facts.policy_name import LINK, is_policy_link, is_policy_name, speaks_of_privacy
from permcheck.model import Fact, Gap

LINK_LIMIT = 5000
"""Links to policies in one bundle; 40 translations that name ten each are 400."""
FLUTTER = "App"
"""The framework that holds the assets of a Flutter app, which are the app's own."""


def recognizes(bundle: Bundle) -> bool:
    """Whether the bundle can hold resources and tables of strings."""
    return bundle.platform == "ios"


def extract(bundle: Bundle, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:  # noqa: ARG001  (every extractor has one signature)
    """List the policies in the bundle and the links to policies in its string tables and its Info.plist.

    A ``bundled-policy`` has the member, or ``string/key``, as key and the language as value where it shows; a
    ``policy-link`` the address as key and where it is named as value. The location's anchor is the key of the string.
    """
    links = 0
    for found in _all(bundle):
        links += isinstance(found, Fact) and found.kind == "policy-link"
        if links > LINK_LIMIT:
            yield Gap(bundle.parts[0].location(), f"names more than {LINK_LIMIT} links to policies; the rest not read")
            return
        yield found


def _all(bundle: Bundle) -> Iterator[Fact | Gap]:
    owned = nesting.own_members(bundle)
    for part in bundle.parts:
        for member in owned[part.root]:
            if member.endswith(".strings"):
                yield from _strings(part, member)
            elif is_policy(part, member):
                yield Fact("bundled-policy", member, language(member), part.location(member), _origin(part))
        if "Info.plist" in owned[part.root] and part.role in nesting.PROGRAMS:
            yield from _info(part)


def read_policy(bundle: Bundle, fact: Fact) -> bytes:
    """The content of a ``bundled-policy`` fact of the same bundle. Raises `BundleError`."""
    for part in bundle.parts:
        for member in nesting.own_members(bundle)[part.root]:
            if part.location(member).path == fact.location.path:
                data = part.container.read(part.root + member, POLICY_LIMIT)
                return read_strings(data)[fact.location.anchor].encode() if fact.location.anchor else data
    raise BundleError(f"{fact.location.path}: no such policy in the bundle")


def _origin(part: Part) -> str:
    """The framework that a file lies in: its policy may be that of an SDK's vendor, not the app's."""
    name = part.root.rstrip("/").rpartition("/")[2].removesuffix(".framework")
    return name if part.role == "framework" and name != FLUTTER else ""


def _strings(part: Part, member: str) -> Iterator[Fact | Gap]:
    place = part.location(member)
    try:
        data = part.container.read(part.root + member)
        # most of an app's many tables name no policy, and need no parsing; two-byte text loses its zeros here
        spoken = speaks_of_privacy(data.replace(b"\0", b"").decode("utf-8", "replace"))
        pairs = read_strings(data) if spoken else {}
    except BundleError as error:
        yield Gap(place, str(error).removeprefix(f"{place.path}: "))
        return
    for key, text in sorted(pairs.items()):
        named = is_policy_name(key)
        if named and len(text) >= PROSE:
            yield Fact("bundled-policy", f"string/{key}", language(member), part.location(member, key), _origin(part))
        else:
            yield from _links(part, member, key, text)


def _info(part: Part) -> Iterator[Fact]:
    try:
        info = read_plist(part.container.read(f"{part.root}Info.plist"))
    except BundleError:
        return  # the reader of Info.plist has told it
    for key in sorted(info):
        for text in strings_of(info[key]):
            yield from _links(part, "Info.plist", key, text)


def _links(part: Part, member: str, key: str, text: str) -> Iterator[Fact]:
    for found in LINK.findall(text):
        link = found.rstrip(".,;:")
        if is_policy_name(key) or is_policy_link(link):
            yield Fact("policy-link", link, key, part.location(member, key), _origin(part))
