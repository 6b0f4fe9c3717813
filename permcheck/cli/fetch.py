"""An https address in, the bytes of a policy out: no hop without TLS, none to where nobody meant, none for ever."""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import threading
import time
import zlib
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import SplitResult, unquote, urlsplit

from permcheck.cli.address import Address, follow, parse, resolve
from permcheck.errors import DocumentError, PermcheckError

LIMIT = 32 * 1024 * 1024
"""Bytes of a policy, unpacked or packed."""
DEADLINE = 30.0
"""Seconds for one policy: looking up, connecting, all redirects and the last byte."""
HOPS = 5
CHUNK = 64 * 1024
MOVED = (301, 302, 303, 307, 308)
TEXTS = ("text/", "application/xhtml+xml", "application/xml", "application/pdf", "application/rtf", "application/x-rtf")
WORD = ("application/vnd.openxmlformats-officedocument.wordprocessingml", "application/msword")
BYTES = ("application/octet-stream", "binary/octet-stream", "application/x-download", "application/force-download")
WRAPPINGS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""Content encoding -> window of zlib."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be reached, and how long it may take."""

    allow_private: bool = False
    deadline: float = DEADLINE
    limit: int = LIMIT
    any_type: bool = False
    """Whether what is no document is wanted too: the scripts and pictures of a page."""


def fetch(address: Address, rules: Rules) -> bytes:
    """The policy at an address. Raises `DocumentError`, which names the address as it may be shown."""
    answers: list[bytes | BaseException] = []

    def run() -> None:
        try:
            answers.append(_follow(address, rules, time.monotonic() + rules.deadline))
        except BaseException as error:  # noqa: BLE001  (raised again below, in the thread that asked)
            answers.append(error)

    # looking up a name and the TLS handshake take no deadline of ours; what hangs in them is left behind
    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    worker.join(rules.deadline + 1)
    if not answers:
        _late(address, rules)
    if isinstance(answers[0], BaseException):
        raise answers[0]
    return answers[0]


def _late(address: Address, rules: Rules) -> NoReturn:
    raise DocumentError(f"{address.shown}: cannot be fetched: not done within {rules.deadline:g} seconds")


def _follow(start: Address, rules: Rules, end: float) -> bytes:
    address = start
    for _ in range(HOPS + 1):
        try:
            found = _ask(address, rules, end)
        except PermcheckError:
            raise
        except TimeoutError:
            _late(start, rules)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise DocumentError(f"{start.shown}: cannot be fetched: {_reason(error)}") from error
        if isinstance(found, bytes):
            return found
        address = found
    raise DocumentError(f"{start.shown}: cannot be fetched: more than {HOPS} redirects")


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    if isinstance(error, (http.client.IncompleteRead, ssl.SSLEOFError, ConnectionResetError)):
        return "the connection broke off"
    if isinstance(error, ssl.SSLError):
        return f"no secure connection ({error.reason or 'TLS failed'})"
    if isinstance(error, OSError):
        return (error.strerror or type(error).__name__).lower()
    return "the answer is not HTTP"


def _ask(address: Address, rules: Rules, end: float) -> bytes | Address:
    """The body at an address, or where it redirects to."""
    proxy = _proxy(address)
    numbers = resolve(address, allow_private=rules.allow_private, proxied=proxy is not None)
    connection = http.client.HTTPSConnection(address.host, address.port)
    connection.sock = _secured(_tunnel(address, proxy, end) if proxy else _connect(address, numbers, end), address)
    # what drips in a byte at a time resets the timeout of every read; this ends it
    watch = threading.Timer(max(0.0, end - time.monotonic()), _shut, (connection.sock,))
    watch.daemon = True
    watch.start()
    try:
        connection.request("GET", address.target, headers=_headers(address))
        with connection.getresponse() as answer:
            return _read(answer, address, rules)
    except (OSError, http.client.HTTPException, ValueError, DocumentError):
        if time.monotonic() >= end:
            raise TimeoutError from None
        raise
    finally:
        watch.cancel()
        connection.close()


def _read(answer: http.client.HTTPResponse, address: Address, rules: Rules) -> bytes | Address:
    if answer.status in MOVED and answer.headers.get("Location"):
        return follow(address, answer.headers["Location"])
    if answer.status != 200:
        raise DocumentError(f"{address.shown}: cannot be fetched: HTTP {answer.status}")
    _check_kind(answer, address, rules)
    return _unpacked(_body(answer, address, rules), answer, address, rules)


def _secured(plain: socket.socket, address: Address) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context.wrap_socket(plain, server_hostname=address.host, suppress_ragged_eofs=False)


def _proxy(address: Address) -> SplitResult | None:
    """The proxy that the user's environment names for https, if any."""
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415

    named = getproxies().get("https", "")
    if not named or proxy_bypass(address.host):
        return None
    return urlsplit(named if "://" in named else f"http://{named}")


def _tunnel(address: Address, proxy: SplitResult, end: float) -> socket.socket:
    tunnel = http.client.HTTPConnection(proxy.hostname or "", proxy.port or 8080, timeout=_left(end))
    headers = {}
    if proxy.username:
        login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        headers["Proxy-Authorization"] = "Basic " + base64.b64encode(login.encode()).decode("ascii")
    tunnel.set_tunnel(address.host, address.port, headers)
    tunnel.connect()
    return tunnel.sock


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _connect(address: Address, numbers: tuple[str, ...], end: float) -> socket.socket:
    problem: OSError = TimeoutError()
    for number in numbers:
        left = _left(end)
        try:
            return socket.create_connection((number, address.port), timeout=left)
        except OSError as error:
            problem = error
    raise problem


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _headers(address: Address) -> dict[str, str]:
    headers = {
        "User-Agent": "permcheck",
        "Accept": "text/html, application/pdf, text/plain, */*;q=0.5",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    if address.login:
        headers["Authorization"] = "Basic " + base64.b64encode(address.login.encode()).decode("ascii")
    return headers


def _check_kind(answer: http.client.HTTPResponse, address: Address, rules: Rules) -> None:
    """Refuse what is no policy by its content type; what has none is told by its content."""
    kind = answer.headers.get_content_type() if answer.headers.get("Content-Type") else ""
    if kind and not rules.any_type and not kind.startswith((*TEXTS, *WORD, *BYTES)):
        raise DocumentError(f"{address.shown}: cannot be fetched: {kind}, not a policy")


def _body(answer: http.client.HTTPResponse, address: Address, rules: Rules) -> bytes:
    """All bytes that the answer announces. Raises `DocumentError` for fewer, or too many."""
    said = answer.headers.get("Content-Length")
    if said is not None and not (said.isascii() and said.isdigit()):
        raise DocumentError(f"{address.shown}: cannot be fetched: its length is not a number")
    if said is not None and int(said) > rules.limit:
        _large(address, rules)
    parts: list[bytes] = []
    size = 0
    try:
        while part := answer.read(CHUNK):
            parts.append(part)
            size += len(part)
            if size > rules.limit:
                _large(address, rules)
        broken = answer.length not in (None, 0)
    except (ssl.SSLEOFError, ConnectionResetError, http.client.IncompleteRead):
        broken = True
    if broken:
        raise DocumentError(f"{address.shown}: the connection broke off before its end")
    return b"".join(parts)


def _large(address: Address, rules: Rules) -> NoReturn:
    raise DocumentError(f"{address.shown}: larger than {rules.limit >> 20} MB")


def _unpacked(data: bytes, answer: http.client.HTTPResponse, address: Address, rules: Rules) -> bytes:
    """The body without its content encoding, which no server should use that was asked for none."""
    for name in reversed([word.strip().lower() for word in answer.headers.get("Content-Encoding", "").split(",")]):
        if name in ("", "identity"):
            continue
        if name not in WRAPPINGS:
            raise DocumentError(f"{address.shown}: cannot be fetched: packed as {name}, which was not asked for")
        data = _inflated(data, WRAPPINGS[name], address, rules)
    return data


def _inflated(data: bytes, window: int, address: Address, rules: Rules) -> bytes:
    unpacker = zlib.decompressobj(window)
    try:
        whole = unpacker.decompress(data, rules.limit + 1)
    except zlib.error as error:
        raise DocumentError(f"{address.shown}: cannot be fetched: damaged compression") from error
    if len(whole) > rules.limit:
        _large(address, rules)
    if not unpacker.eof:
        raise DocumentError(f"{address.shown}: the connection broke off inside compressed data")
    return whole


__all__ = ["Rules", "fetch", "parse"]
