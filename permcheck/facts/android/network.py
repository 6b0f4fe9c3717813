"""A `Manifest` in, facts out on whether the app may send data unencrypted: to anyone, or to hosts that it names.

https://developer.android.com/privacy-and-security/security-config
"""

from __future__ import annotations

from collections.abc import Iterator

from permcheck.errors import BundleError
from permcheck.facts.android.document import CLEARTEXT, NETWORK_SECURITY_CONFIG, Manifest
from permcheck.facts.android.proto import parse_proto
from permcheck.facts.android.xml import MANIFEST_LIMIT, Element, Value, parse_xml
from permcheck.model import Fact, Gap

DOMAINS_LIMIT = 50
"""Named hosts that one app lists as facts."""
_PERMITTED = "cleartextTrafficPermitted"


def cleartext(manifest: Manifest, application: Element) -> Iterator[Fact | Gap]:
    """The switch in the manifest, and the configuration file that overrules it where there is one."""
    switch = manifest.words(application, CLEARTEXT)
    if switch:
        yield manifest.fact("application-attribute", "usesCleartextTraffic", switch, "application")
    if NETWORK_SECURITY_CONFIG in application.attributes:
        yield manifest.fact("application-attribute", "networkSecurityConfig", "present", "application")
        yield from _configuration(manifest, manifest.words(application, NETWORK_SECURITY_CONFIG))


def _configuration(manifest: Manifest, member: str) -> Iterator[Fact | Gap]:
    location = manifest.part.location(member or "res/xml")
    try:
        root = _read(manifest, member)
    except BundleError as error:
        yield Gap(location, f"network security configuration not read: {str(error).rpartition(': ')[2]}")
        return
    for base in root.find("base-config"):
        if _words(base.attributes.get(_PERMITTED)):
            yield Fact("application-attribute", _PERMITTED, _words(base.attributes.get(_PERMITTED)), location)
    hosts = sorted(set(_hosts(root, permitted="false")))
    yield from (Fact("cleartext-domain", host, "", location) for host in hosts[:DOMAINS_LIMIT])


def _read(manifest: Manifest, member: str) -> Element:
    part = manifest.part
    raw = part.container.read(part.root + member, MANIFEST_LIMIT)
    where = part.location(member).path
    return parse_xml(raw, where)[0] if raw[:1] == b"\x03" else parse_proto(raw, where)


def _hosts(element: Element, permitted: str) -> Iterator[str]:
    """The hosts of all configurations that permit cleartext; an inner one inherits what it does not say."""
    for config in element.find("domain-config"):
        own = _words(config.attributes.get(_PERMITTED)) or permitted
        if own == "true":
            yield from (domain.text for domain in config.find("domain") if domain.text)
        yield from _hosts(config, own)


def _words(value: Value | None) -> str:
    if value is None:
        return ""
    return value.text if value.text is not None else "true" if value.data else "false"
