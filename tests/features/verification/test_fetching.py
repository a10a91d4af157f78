"""Fetching, against a real TLS server of our own on this machine."""

import datetime as dt
import http.server
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from features.verification import fetching
from features.verification.fetching import Fetcher, NotFetched, connect_to, is_public
from tests.waiting import PATIENCE_S

HOST = "badges.example.org"
PUBLIC = "93.184.215.14"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Host"]))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "https://elsewhere.example/")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        if self.path == "/long":
            self.wfile.write(b"x" * 5000)
        elif self.path == "/slow":
            for _ in range(50):
                self.wfile.write(b"x")
                time.sleep(0.05)
        else:
            self.wfile.write(b'{"id": "badge"}')

    def log_message(self, *_):
        pass


@pytest.fixture
def server(certificate):
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    made.socket = context.wrap_socket(made.socket, server_side=True)
    made.asked = []
    made.handle_error = lambda *_: None
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def fetcher(server, certificate):
    """A fetcher for whom our server stands at a public address."""

    def connect(address, port, seconds):
        assert (address, port) == (PUBLIC, 443)
        return connect_to("127.0.0.1", server.server_address[1], seconds)

    return Fetcher(
        frozenset({HOST}),
        seconds=PATIENCE_S,
        longest=1000,
        resolve=lambda *_: [PUBLIC],
        connect=connect,
        context=ssl.create_default_context(cafile=str(certificate)),
    )


def test_what_is_allowed_is_fetched_once(fetcher, server):
    for _ in range(2):
        assert fetcher.fetch(f"https://{HOST}/a?b=c#d") == b'{"id": "badge"}'
    assert server.asked == [("/a?b=c", HOST)]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"http://{HOST}/a", "no plain https"),
        ("https://other.example/a", "may be fetched from there"),
        (f"https://{HOST}:8443/a", "may be fetched from there"),
        (f"https://user:secret@{HOST}/a", "no plain https"),
        (f"https://{HOST}/a b", "no address"),
        (f"https://{HOST}/a\r\nX: y", "no address"),
        ("file:///etc/passwd", "no plain https"),
        ("https://[::1", "no address"),
        ("", "no plain https"),
        (f"https://{HOST}/moved", "answered 302"),
        (f"https://{HOST}/long", "more than 1,000 bytes"),
    ],
)
def test_what_is_not_allowed_is_not_fetched(fetcher, url, why):
    for _ in range(2):
        with pytest.raises(NotFetched, match=why):
            fetcher.fetch(url)


def test_one_who_sends_slowly_is_not_waited_for(fetcher):
    fetcher.seconds = 0.3
    with pytest.raises(NotFetched, match=r"more than 0\.3 seconds|could not be reached"):
        fetcher.fetch(f"https://{HOST}/slow")


@pytest.mark.parametrize(
    "addresses",
    [["10.0.0.1"], ["127.0.0.1"], [PUBLIC, "192.168.1.1"], ["::1"], ["fe80::1%eth0"], []],
)
def test_a_name_with_an_address_inside_is_not_asked(fetcher, server, addresses):
    fetcher.resolve = lambda *_: addresses
    with pytest.raises(NotFetched, match="not a public one"):
        fetcher.fetch(f"https://{HOST}/a")
    assert server.asked == []


def test_a_name_that_changes_its_meaning_gains_nothing(fetcher):
    """The name is looked up once, and the connection goes to what was judged."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    fetcher.resolve = lambda *_: next(answers)
    assert fetcher.fetch(f"https://{HOST}/a")


def test_a_certificate_of_another_name_is_refused(fetcher):
    fetcher.hosts = frozenset({"evil.example"})
    with pytest.raises(NotFetched, match="could not be reached"):
        fetcher.fetch("https://evil.example/a")


def test_nothing_is_fetched_unless_a_host_is_named():
    with pytest.raises(NotFetched, match="nothing may be fetched"):
        Fetcher().fetch(f"https://{HOST}/a")


def test_one_import_does_not_ask_without_end(fetcher, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_FETCHES", 1)
    fetcher.fetch(f"https://{HOST}/a")
    with pytest.raises(NotFetched, match="more than 1 addresses"):
        fetcher.fetch(f"https://{HOST}/b")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (PUBLIC, True),
        ("2606:2800:21f:cb07::1", True),
        *[
            (address, False)
            for address in (
                *("10.1.2.3", "172.16.0.1", "192.168.0.1", "127.0.0.1", "169.254.169.254"),
                *("0.0.0.1", "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
                *("::1", "::", "fc00::1", "fe80::1", "ff02::1", "::ffff:10.0.0.1"),
                *("64:ff9b::a00:1", "2002:a00:1::1", "2001:db8::1", "nonsense", ""),
            )
        ],
    ],
)
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public
