import asyncio

import pytest

from recommender.errors import TooManyRequests
from serving import limits
from serving.app import create_app
from serving.limits import RateLimit
from tests.serving.house import Client

JSON = {"Content-Type": "application/json"}


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def taken(limit, caller, count):
    """How many of so many requests are let through."""
    through = 0
    for _ in range(count):
        try:
            limit.take(caller)
        except TooManyRequests:
            continue
        through += 1
    return through


def test_a_burst_and_then_the_steady_rate(clock):
    limit = RateLimit(60, 5, clock)
    assert taken(limit, "ada", 9) == 5
    clock.now += 3
    assert taken(limit, "ada", 9) == 3
    clock.now += 999
    assert taken(limit, "ada", 9) == 5


def test_each_caller_has_a_bucket(clock):
    limit = RateLimit(60, 2, clock)
    assert taken(limit, "ada", 9) == taken(limit, "bob", 9) == 2


def test_it_says_when_to_come_back(clock):
    limit = RateLimit(6, 1, clock)
    limit.take("ada")
    with pytest.raises(TooManyRequests) as refused:
        limit.take("ada")
    assert refused.value.seconds == 10
    clock.now += 10
    limit.take("ada")


def test_zero_sets_no_limit(clock):
    assert taken(RateLimit(0, 1, clock), "ada", 50) == 50


def test_memory_is_bounded_and_a_busy_caller_is_not_forgotten(clock, monkeypatch):
    monkeypatch.setattr(limits, "MOST_CALLERS", 10)
    limit = RateLimit(60, 2, clock)
    for number in range(50):
        limit.take(f"caller {number}")
        clock.now += 0.001
    assert len(limit._buckets) <= 11
    assert taken(limit, "caller 49", 9) == 1


def limited(client, **settings):
    chosen = client.house.settings.model_copy(update=settings)
    return Client(create_app(chosen, client.house.engine), client.house)


def test_a_caller_who_asks_too_often(client):
    busy = limited(client, requests_per_minute=1, request_burst=2)
    answers = [busy.get("/v1/standards", "ada") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["type"] == "urn:recommender:problem:too-many-requests"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert busy.get("/v1/standards", "bob").status_code == 200
    assert busy.get("/healthz").status_code == 200


def test_pages_and_writes_count_too(client):
    busy = limited(client, requests_per_minute=1, request_burst=1)
    assert busy.get("/teachers/ada", "ada", page=True).status_code == 200
    body = {"events": [{"credential_id": "c5", "kind": "saved"}]}
    assert busy.request("POST", "/v1/feedback", "ada", json=body).status_code == 429


def test_a_body_that_is_too_long(client):
    small = limited(client, longest_body=1024)
    answer = small.request("POST", "/v1/feedback", "ada", content=b"x" * 1025, headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:recommender:problem:too-large"
    assert answer.headers["X-Request-ID"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_body_that_does_not_say_how_long_it_is(client):
    small = limited(client, longest_body=1024)

    async def endless():
        for _ in range(100):
            yield b"x" * 100

    answer = small.request("POST", "/v1/feedback", "ada", content=endless(), headers=JSON)
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["9" * 30, "1e9", "-1", "x"])
def test_a_length_that_cannot_be(client, length):
    headers = JSON | {"Content-Length": length}
    answer = client.request("POST", "/v1/feedback", "ada", content=b"{}", headers=headers)
    assert answer.status_code in {413, 422}


def test_whoever_leaves_in_the_middle_is_not_answered(client):
    sent = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/feedback",
        "raw_path": b"/v1/feedback",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    messages = iter(
        [
            {"type": "http.request", "body": b'{"events": [', "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive():
        return next(messages)

    async def send(message):
        sent.append(message)

    asyncio.run(client.app(scope, receive, send))
    assert sent == []


def test_no_origin_is_let_in_unless_named(client):
    asked = {"Origin": "https://portal.example", "Access-Control-Request-Method": "GET"}
    assert client.request("OPTIONS", "/v1/standards", headers=asked).status_code == 405
    opened = limited(client, cors_origins=("https://portal.example",))
    answer = opened.request("OPTIONS", "/v1/standards", headers=asked)
    assert answer.headers["access-control-allow-origin"] == "https://portal.example"
    assert "access-control-allow-credentials" not in answer.headers
    other = opened.get("/v1/standards", "ada", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers
