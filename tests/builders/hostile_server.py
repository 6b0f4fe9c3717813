"""An https server on loopback in, answers that no honest server gives out; it remembers what it was asked."""

from __future__ import annotations

import datetime as dt
import gzip
import http.server
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import contextmanager

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PAGE = (
    b"<html lang=en><body><h1>Privacy policy</h1><p>Example Ltd runs the app. We use your photos to set a picture "
    b"of you. Write to us at privacy@example.com about anything in this policy.</p>%s</body></html>"
)
CAMERA = PAGE % b"<p>We use your camera to scan codes.</p>"
MICROPHONE = PAGE % b"<p>We use your microphone to hear your voice.</p>"


def certificate(directory, *names):
    """A certificate of its own for these names; the paths of certificate and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "permcheck test")])
    now = dt.datetime.now(dt.UTC)
    known = [x509.DNSName(each) for each in names] + [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(known), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = directory / "server.pem", directory / "server.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by path; what is not named here is a 404."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Authorization"), self.headers.get("Host")))
        self.close_connection = True
        path = self.path.partition("?")[0]
        try:
            getattr(self, "on" + path.replace("/", "_").replace("-", "_"), self.missing)()
        except OSError:  # the client has gone away, as it should
            return

    def send(self, body, kind="text/html; charset=utf-8", status=200, length=None, **headers):
        self.send_response(status)
        for name, value in {"Content-Type": kind, **headers}.items():
            if value:
                self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def leads(self, location):
        self.send(b"", status=302, Location=location)

    def missing(self):
        self.send(b"nope", status=404)

    def on_en_privacy(self):
        self.send(CAMERA)

    def on_de_privacy(self):
        self.send(MICROPHONE)

    def on_here(self):
        self.leads("/en/privacy")

    def on_round(self):
        self.leads("/round")

    def on_to_http(self):
        self.leads(f"http://127.0.0.1:{self.server.plain}/en/privacy")

    def on_to_file(self):
        self.leads("file:///etc/passwd")

    def on_to_ftp(self):
        self.leads("ftp://127.0.0.1/x")

    def on_to_metadata(self):
        self.leads("https://169.254.169.254/latest/meta-data/")

    def on_to_other(self):
        self.leads(f"https://localhost:{self.server.server_port}/en/privacy")

    def on_to_login(self):
        self.leads("https://user:hunter2@127.0.0.1:1/x")

    def on_short(self):
        self.send(CAMERA, length=99_999)

    def on_broken_chunk(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"%x\r\n%s\r\n400\r\n<p>more" % (len(CAMERA), CAMERA))

    def on_chunked(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(CAMERA), CAMERA))

    def on_cut(self):
        """No length, and the connection ends without a word of TLS."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(CAMERA)
        self.wfile.flush()
        socket.socket.shutdown(self.connection, socket.SHUT_RDWR)

    def on_slow(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def on_slow_head(self):
        for _ in range(1000):
            self.wfile.write(b"H")
            self.wfile.flush()
            time.sleep(0.05)

    def on_slow_round(self):
        time.sleep(0.4)
        self.leads("/slow-round")

    def on_gzip(self):
        self.send(gzip.compress(CAMERA), Content_Encoding="gzip")

    def on_bomb(self):
        self.send(gzip.compress(b"x" * 64 * 2**20), Content_Encoding="gzip")

    def on_half_gzip(self):
        self.send(gzip.compress(CAMERA)[:-20], Content_Encoding="gzip")

    def on_brotli(self):
        self.send(b"\x8b\x02\x80", Content_Encoding="br")

    def on_image(self):
        self.send(b"\x89PNG", kind="image/png")

    def on_untyped(self):
        self.send(CAMERA, kind="")

    def on_large(self):
        self.send(b"", length=10**12)

    def on_endless(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b"x" * 2**20)

    def on_negative(self):
        self.send(CAMERA, length=-5)

    def on_evil(self):
        self.leads("https://x/\x1b[31m")

    def on_head(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(500)) + b"\r\n")

    def on_garbage(self):
        self.wfile.write(b"\x00\x01 not http at all\r\n\r\n")


def _serve(context):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.asked = []
    server.handle_error = lambda *_: None
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@contextmanager
def hostile_server(directory):
    """The running server: its ``certificate``, the port of its ``plain`` twin, and what it was ``asked``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    paths = certificate(directory, "localhost", "policy.test")
    context.load_cert_chain(*paths)
    secure, plain = _serve(context), _serve(None)
    secure.plain, secure.certificate, secure.asked_plainly = plain.server_port, paths[0], plain.asked
    try:
        yield secure
    finally:
        for server in (secure, plain):
            server.shutdown()
            server.server_close()
