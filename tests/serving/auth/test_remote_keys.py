import json
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import ECKey

from recommender.errors import KeysUnavailable, NotSignedIn, SettingsRefused
from serving.auth.https import LONGEST, ask
from serving.auth.remote_keys import (
    FRESH_SECONDS,
    PATIENCE_SECONDS,
    STALE_SECONDS,
    RemoteKeys,
)
from serving.auth.tokens import TokenVerifier

ISSUER = "https://id.example"
OLD = ECKey.generate_key("P-256", {"kid": "old"})
NEW = ECKey.generate_key("P-256", {"kid": "new"})


class Provider:
    """A made-up identity provider: its keys, its mood, the time and how often it was asked."""

    def __init__(self, *keys) -> None:
        self.keys = keys
        self.asked = 0
        self.now = 1000.0
        self.down = False

    def fetch(self, _url):
        self.asked += 1
        if self.down:
            raise OSError("no route")
        return json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]}).encode()

    def clock(self):
        return self.now


@pytest.fixture
def provider():
    return Provider(OLD)


@pytest.fixture
def keys(provider):
    return RemoteKeys(ISSUER, "https://id.example/jwks", provider.fetch, provider.clock)


def test_https_only():
    for url in ("http://id.example/jwks", "file:///etc/passwd", "ftp://x", ""):
        with pytest.raises(SettingsRefused, match="https://"):
            RemoteKeys(ISSUER, url)


def test_keys_are_fetched_once_and_kept(provider, keys):
    assert provider.asked == 0
    for _ in range(9):
        assert keys.find("old").kid == "old"
    assert provider.asked == 1


def test_an_unknown_id_asks_again_but_not_at_once(provider, keys):
    keys.find("old")
    for _ in range(9):
        assert keys.find("made up") is None
    assert provider.asked == 1
    provider.now += PATIENCE_SECONDS
    assert keys.find("made up") is None
    assert provider.asked == 2


def test_a_new_key_is_picked_up(provider, keys):
    keys.find("old")
    provider.keys = (OLD, NEW)
    provider.now += PATIENCE_SECONDS
    assert keys.find("new").kid == "new"


def test_a_withdrawn_key_holds_no_longer_than_keys_are_fresh(provider, keys):
    keys.find("old")
    provider.keys = (NEW,)
    provider.now += FRESH_SECONDS + 1
    assert keys.find("old") is None


def test_while_the_provider_is_away_the_last_keys_hold_but_not_for_ever(provider, keys):
    keys.find("old")
    provider.down = True
    provider.now += STALE_SECONDS - 1
    assert keys.find("old").kid == "old"
    provider.now += 2
    with pytest.raises(KeysUnavailable):
        keys.find("old")
    provider.down = False
    provider.now += PATIENCE_SECONDS
    assert keys.find("old").kid == "old"


def test_a_provider_that_was_never_there(provider, keys):
    provider.down = True
    for _ in range(3):
        with pytest.raises(KeysUnavailable):
            keys.find("old")
    assert provider.asked == 1


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"<html>", b'{"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "s"}]}']
)
def test_an_answer_that_is_no_key_set_changes_nothing(provider, keys, content):
    keys.find("old")
    keys._fetch = lambda _url: content
    provider.now += FRESH_SECONDS + 1
    assert keys.find("old").kid == "old"


def test_a_token_is_checked_with_them(keys):
    verifier = TokenVerifier([keys], "here")
    claims = {"iss": ISSUER, "aud": "here", "sub": "ada", "exp": int(time.time()) + 60}
    token = jwt.encode({"alg": "ES256", "kid": "old"}, claims, OLD)
    assert verifier.verify(token).subject == "ada"
    forged = jwt.encode({"alg": "ES256", "kid": "old"}, claims, NEW)
    with pytest.raises(NotSignedIn):
        verifier.verify(forged)


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        status, headers, body = {
            "/jwks": (200, {}, b'{"keys": []}'),
            "/moved": (302, {"Location": "/jwks"}, b""),
            "/gone": (404, {}, b""),
            "/long": (200, {}, b"x" * (LONGEST + 1)),
        }[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture(scope="module")
def address(certificate):
    server = HTTPServer(("127.0.0.1", 0), Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def trusting(certificate):
    return ssl.create_default_context(cafile=certificate)


def test_over_a_real_connection(address, trusting):
    assert ask(f"{address}/jwks", context=trusting) == b'{"keys": []}'


@pytest.mark.parametrize("path", ["/moved", "/gone", "/long"])
def test_no_redirect_no_error_page_nothing_too_long(address, trusting, path):
    with pytest.raises(OSError, match=r"."):
        ask(f"{address}{path}", context=trusting)


def test_a_certificate_that_nobody_vouches_for(address):
    with pytest.raises(OSError, match="certificate verify failed"):
        ask(f"{address}/jwks")


def test_an_address_where_nobody_listens():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OSError, match=r"."):
            ask(f"https://localhost:{taken.getsockname()[1]}/jwks")
