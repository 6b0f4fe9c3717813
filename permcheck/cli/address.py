"""The address of a policy in; its parts, how it may be shown, and the network addresses that may be reached out."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from permcheck.errors import DocumentError, UsageError

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 behind IPv6 (RFC 6052)."""
PLAIN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Address:
    """An https address: where to connect, what to ask for, and how reports show it, without secrets."""

    host: str
    port: int
    target: str
    shown: str
    login: str = ""
    """``user:password``, sent to this host alone and shown nowhere."""


def parse(text: str) -> Address:
    """An address as a person wrote it. Raises `UsageError`; only https is fetched."""
    bare = shown(text)
    try:
        parts = urlsplit(text)
        port = parts.port or 443
        host = _ascii(parts.hostname or "")
    except (ValueError, UnicodeError) as error:
        raise UsageError(f"{bare}: not an address") from error
    if parts.scheme != "https":
        raise UsageError(f"{bare}: only https addresses are fetched")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    target = f"{path}?{query}" if query else path
    if not host or not PLAIN.fullmatch(target):
        raise UsageError(f"{bare}: not an address")
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}" if parts.username else ""
    return Address(host, port, target, bare, login)


def follow(address: Address, location: str) -> Address:
    """Where a redirect leads. Raises `DocumentError`; a login goes no further than its own host, and none is taken."""
    base = f"https://{_bracketed(address.host)}:{address.port}{address.target}"
    try:
        found = parse(urljoin(base, location))
    except (UsageError, ValueError) as error:
        raise DocumentError(f"{address.shown}: leads to {shown(location)}, which is no https address") from error
    same = (found.host, found.port) == (address.host, address.port)
    return Address(found.host, found.port, found.target, found.shown, address.login if same else "")


def shown(text: str) -> str:
    """The address without a login, a fragment, and what the parameters of its query hold."""
    try:
        parts = urlsplit(text)
        host = parts.netloc.rpartition("@")[2]
        named = (piece.partition("=") for piece in parts.query.split("&"))
        query = "&".join(f"{name}=…" if equals else "…" for name, equals, _ in named) if parts.query else ""
        return urlunsplit((parts.scheme, host, parts.path, query, ""))
    except ValueError:
        return text.partition("://")[0] + "://…"


def resolve(address: Address, *, allow_private: bool, proxied: bool = False) -> tuple[str, ...]:
    """The network addresses of a host, each of which may be reached. Raises `DocumentError` if one may not.

    What is checked here is what is connected to: the name is not looked up again, but by a proxy, which may also know
    names that are not known here.
    """
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        if proxied:
            return ()
        raise DocumentError(f"{address.shown}: {address.host} is not known") from error
    numbers = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    for number in numbers:
        refused = why_not(number, allow_private=allow_private)
        if refused:
            raise DocumentError(f"{address.shown}: {address.host} is {refused}")
    return numbers


def why_not(number: str, *, allow_private: bool) -> str:
    """Why an address is not reached; empty if it may be."""
    try:
        ip: IP = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return "no network address"
    for inner in (ip, *_embedded(ip)):
        if inner.is_link_local or inner.is_multicast or inner.is_unspecified:
            return "a link-local, multicast or unspecified address, which is never fetched from"
        if not inner.is_global and not allow_private:
            return "a private address; --allow-private lets permcheck fetch from it"
    return ""


def _embedded(ip: IP) -> tuple[IP, ...]:
    """The IPv4 addresses that an IPv6 address stands for."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ()
    inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in NAT64:
        inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return tuple(one for one in inner if one is not None)


def _ascii(host: str) -> str:
    """A host name as it goes over the wire."""
    name = host.rstrip(".")
    if name.isascii():
        return name if re.fullmatch(r"[A-Za-z0-9._:-]*", name) else ""
    return name.encode("idna").decode("ascii")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
