"""The load tool times and checks every answer of a server on loopback."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest

from serving.benchmark.load import get, run

BODY = b"x" * 70_000


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        status = 500 if self.path == "/broken" else 200
        self.send_response(status)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_address
    server.shutdown()
    server.server_close()
    thread.join()


def asked(path):
    return ((get("127.0.0.1", path, "token"), number) for number in count())


def loaded(address, requests, **options):
    """Run for as long as it takes to see some answers."""
    for seconds in (0.2, 2.0, 20.0):
        load = run(address, requests, seconds=seconds, **options)
        if len(load.millis) > 2:
            return load
    raise AssertionError("the server answered nothing")


def test_every_answer_is_timed_and_checked(address):
    seen = []

    def check(about, body):
        seen.append(about)
        return body == BODY and about % 2 == 0

    load = loaded(address, asked("/"), connections=2, check=check)
    assert load.failed == 0
    assert load.checked == len(load.millis)
    assert load.wrong == sum(number % 2 for number in seen[-load.checked :])
    assert 0 < load.percentile(50) <= load.percentile(99)


def test_a_failed_answer_counts_as_failed(address):
    load = loaded(address, asked("/broken"), connections=1)
    assert load.failed == len(load.millis)


def test_a_request_holds_the_token():
    assert get("h", "/p", "t") == b"GET /p HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer t\r\n\r\n"
