"""Policies from addresses, against a server on loopback that lies, stalls, bursts and leads astray."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import suppress

import pytest

from permcheck.cli import address, fetch
from permcheck.errors import DocumentError, UsageError
from tests.builders.hostile_server import CAMERA, hostile_server


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with hostile_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def server(running, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    running.asked.clear()
    running.asked_plainly.clear()
    running.base = f"https://127.0.0.1:{running.server_port}"
    return running


def get(server, path, *, allow_private=True, deadline=5.0, limit=2**20, host=""):
    base = f"https://{host}:{server.server_port}" if host else server.base
    return fetch.fetch(address.parse(base + path), fetch.Rules(allow_private, deadline, limit))


@pytest.mark.parametrize("path", ["/en/privacy", "/here", "/chunked", "/gzip", "/untyped", "/to-other"])
def test_an_honest_answer_is_read_whole(server, path):
    assert get(server, path) == CAMERA


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/missing", "cannot be fetched: HTTP 404"),
        ("/round", "cannot be fetched: more than 5 redirects"),
        ("/to-http", "leads to http://127.0.0.1:{plain}/en/privacy, which is no https address"),
        ("/to-file", "leads to file:///etc/passwd, which is no https address"),
        ("/to-ftp", "leads to ftp://127.0.0.1/x, which is no https address"),
        ("/short", "the connection broke off before its end"),
        ("/broken-chunk", "the connection broke off before its end"),
        ("/cut", "the connection broke off before its end"),
        ("/half-gzip", "the connection broke off inside compressed data"),
        ("/bomb", "larger than 1 MB"),
        ("/large", "larger than 1 MB"),
        ("/endless", "larger than 1 MB"),
        ("/brotli", "cannot be fetched: packed as br, which was not asked for"),
        ("/image", "cannot be fetched: image/png, not a policy"),
        ("/negative", "cannot be fetched: its length is not a number"),
        ("/head", "cannot be fetched: the answer is not HTTP"),
        ("/garbage", "cannot be fetched: the answer is not HTTP"),
    ],
)
def test_a_dishonest_answer_is_told_in_one_line(server, path, reason):
    with pytest.raises(DocumentError) as error:
        get(server, path)
    wanted = reason.format(plain=server.plain)
    assert str(error.value) == f"{server.base}{path}: {wanted}"
    assert server.asked_plainly == []


@pytest.mark.parametrize("path", ["/slow", "/slow-head", "/slow-round"])
def test_one_deadline_holds_for_everything(server, path):
    start = time.monotonic()
    with pytest.raises(DocumentError, match=r": cannot be fetched: not done within 1 seconds$"):
        get(server, path, deadline=1.0)
    assert time.monotonic() - start < 10


def test_a_name_that_takes_for_ever_to_look_up_is_given_up(server, monkeypatch):
    ended = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: ended.wait(20))
    with pytest.raises(DocumentError, match="not done within"):
        get(server, "/en/privacy", deadline=0.2)
    ended.set()


def test_a_private_address_is_refused_before_anything_is_asked(server):
    for host in ("127.0.0.1", "localhost"):
        with pytest.raises(
            DocumentError, match=r" is a private address; --allow-private lets permcheck fetch from it$"
        ):
            get(server, "/en/privacy", allow_private=False, host=host)
    assert server.asked == []


def test_a_redirect_to_the_metadata_service_is_refused_even_where_private_addresses_are_allowed(server):
    with pytest.raises(DocumentError, match=r"169\.254\.169\.254 is a link-local"):
        get(server, "/to-metadata")


@pytest.mark.parametrize("answers", [["93.184.216.34", "127.0.0.1"], ["127.0.0.1"], ["::1"], ["::ffff:10.0.0.1"]])
def test_a_public_name_for_a_private_address_is_refused(server, monkeypatch, answers):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 443)) for number in answers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("connected"))
    with pytest.raises(DocumentError, match="is a private address"):
        get(server, "/en/privacy", allow_private=False, host="policy.test")


def test_the_address_that_was_checked_is_the_one_that_is_reached(server, monkeypatch):
    """A name that changes its answer between the check and the connection gains nothing."""
    real, asked = socket.getaddrinfo, []

    def look_up(host, *rest, **more):
        if host == "policy.test":
            asked.append(host)
            host = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert get(server, "/en/privacy", host="policy.test") == CAMERA
    assert asked == ["policy.test"]
    assert server.asked[0][2] == f"policy.test:{server.server_port}"


@pytest.mark.parametrize(
    ("number", "private", "never"),
    [
        ("93.184.216.34", False, False),
        ("2606:2800:220:1::1", False, False),
        ("127.0.0.1", True, False),
        ("10.1.2.3", True, False),
        ("172.31.0.1", True, False),
        ("192.168.0.1", True, False),
        ("100.64.0.1", True, False),
        ("::1", True, False),
        ("fd00::1", True, False),
        ("::ffff:192.168.0.1", True, False),
        ("64:ff9b::a00:1", True, False),
        ("2002:7f00:1::", True, False),
        ("192.0.2.1", True, False),
        ("240.0.0.1", True, False),
        ("169.254.169.254", True, True),
        ("fe80::1%eth0", True, True),
        ("64:ff9b::a9fe:a9fe", True, True),
        ("::ffff:169.254.169.254", True, True),
        ("0.0.0.0", True, True),
        ("224.0.0.1", True, True),
        ("ff02::1", True, True),
        ("nonsense", True, True),
    ],
)
def test_which_addresses_are_reached(number, private, never):
    assert bool(address.why_not(number, allow_private=False)) is private
    assert bool(address.why_not(number, allow_private=True)) is never


def test_a_certificate_that_nobody_vouches_for_is_refused(server, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(DocumentError, match=r"its certificate is not valid \(self-signed certificate\)"):
        get(server, "/en/privacy")
    assert server.asked == []


def test_a_login_goes_to_its_host_alone_and_is_shown_nowhere(server):
    base = server.base
    server.base = base.replace("https://", "https://user:hunter2@")
    assert get(server, "/en/privacy") == CAMERA
    assert server.asked.pop()[1] == "Basic dXNlcjpodW50ZXIy"
    assert get(server, "/to-other") == CAMERA
    assert [login for _, login, _ in server.asked] == ["Basic dXNlcjpodW50ZXIy", None]
    for path in ("/missing", "/to-http", "/short", "/to-login"):
        with pytest.raises(DocumentError) as error:
            get(server, path)
        assert "hunter2" not in str(error.value)
        assert str(error.value).startswith(f"{base}{path}: ")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:pw@x.test/p?token=s3cret&lang=de#part", "https://x.test/p?token=…&lang=…"),
        ("https://x.test/p?s3cret", "https://x.test/p?…"),
        ("https://tok3n@x.test", "https://x.test"),
        ("https://[::1", "https://…"),
    ],
)
def test_an_address_is_shown_without_secrets(text, shown):
    assert address.shown(text) == shown


@pytest.mark.parametrize(
    "text", ["http://x.test/", "ftp://x.test/", "https:///p", "https://x.test:99999/", "https://x y/", "https://[::1"]
)
def test_what_is_no_https_address_is_wrong_use(text):
    with pytest.raises(UsageError):
        address.parse(text)


def test_an_address_of_other_letters_is_spelt_as_the_wire_wants_it():
    found = address.parse("https://bücher.test/größe?q=ä b")
    assert (found.host, found.target) == ("xn--bcher-kva.test", "/gr%C3%B6%C3%9Fe?q=%C3%A4%20b")


@pytest.fixture
def check(permcheck, server, android, monkeypatch):
    monkeypatch.setenv("PERMCHECK_ALLOW_PRIVATE", "1")

    def run(*paths, options=()):
        policies = [word for path in paths for word in ("-p", server.base + path)]
        return permcheck("check", android, *policies, "--allow-network", "-f", "json", "--fail-on", "never", *options)

    return run


def test_several_addresses_are_several_documents_each_under_its_address(check, server):
    done = check("/en/privacy", "/de/privacy", "/en/privacy?v=1", "/en/privacy?v=2")
    report = json.loads(done.out)
    base = server.base
    assert [document["path"] for document in report["documents"]] == [
        f"{base}/en/privacy",
        f"{base}/de/privacy",
        f"{base}/en/privacy?v=…",
        f"{base}/en/privacy?v=… (2)",
    ]
    quotes = [{said["quote"] for said in document["disclosures"]} for document in report["documents"]]
    assert "We use your camera to scan codes." in quotes[0]
    assert "We use your microphone to hear your voice." in quotes[1]


def test_what_cannot_be_fetched_is_a_lost_input_and_the_rest_is_reported(check, server):
    done = check("/en/privacy", "/short")
    assert done.code == 3
    assert done.err == f"permcheck: {server.base}/short: the connection broke off before its end\n"
    report = json.loads(done.out)
    assert [document["path"] for document in report["documents"]] == [f"{server.base}/en/privacy"]
    assert [(gap["location"]["path"], gap["fatal"]) for gap in report["gaps"] if gap["fatal"]] == [
        (f"{server.base}/short", True)
    ]


def test_nothing_is_asked_without_leave(permcheck, server, android):
    done = permcheck("check", android, "-p", f"{server.base}/en/privacy?token=s3cret")
    assert done.code == 2
    assert "--allow-network" in done.err
    assert "s3cret" not in done.err
    done = permcheck("check", android, "-p", f"{server.base}/en/privacy", "--allow-network", "-q")
    assert done.code == 3
    assert "--allow-private" in done.err
    assert server.asked == []


def test_the_user_s_proxy_is_gone_through(server, monkeypatch):
    """The proxy is asked to connect, with its own login, and sees nothing of the rest."""
    heard = []

    def relay(source, target):
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        source.close()
        target.close()

    def serve():
        client, _ = proxy.accept()
        heard.append(client.recv(65536).decode())
        upstream = socket.create_connection(("127.0.0.1", server.server_port))
        client.sendall(b"HTTP/1.1 200 connected\r\n\r\n")
        threading.Thread(target=relay, args=(upstream, client), daemon=True).start()
        relay(client, upstream)

    with socket.create_server(("127.0.0.1", 0)) as proxy:
        threading.Thread(target=serve, daemon=True).start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:pw@127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.setenv("NO_PROXY", "")
        assert get(server, "/en/privacy", host="policy.test") == CAMERA
    assert heard[0].startswith(f"CONNECT policy.test:{server.server_port} ")
    assert "Proxy-Authorization: Basic bWU6cHc=" in heard[0].replace("proxy-authorization", "Proxy-Authorization")


def test_a_private_number_is_refused_through_a_proxy_too(server, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(DocumentError, match="is a private address"):
        get(server, "/en/privacy", allow_private=False)
