"""A few requests over a real connection, to a real server."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest
import uvicorn

from serving.commands import listen
from tests.waiting import PATIENCE_S, until


@pytest.fixture
def address(client):
    """The address of a running server."""
    config = uvicorn.Config(client.app, access_log=False, server_header=False, log_config=None)
    server = uvicorn.Server(config)
    with listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while thread.is_alive() and not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def bearer(client, who):
    return {"Authorization": f"Bearer {client.house.token(who)}"}


def get(url, headers):
    return httpx.get(url, headers=headers, timeout=PATIENCE_S)


def post(url, headers, **body):
    return httpx.post(url, headers=headers, timeout=PATIENCE_S, **body)


def test_a_list(client, address):
    answer = get(f"{address}/v1/teachers/ada/suggestions?k=3", bearer(client, "ada"))
    assert answer.status_code == 200
    assert len(answer.json()["items"]) == 3
    assert "server" not in answer.headers


def test_an_id_with_a_slash(client, address):
    answer = get(f"{address}/v1/teachers/a%2Fc/suggestions", bearer(client, "odd"))
    assert answer.json()["teacher_id"] == "a/c"


def test_a_person_signs_in_looks_and_signs_out(client, address):
    with httpx.Client(base_url=address, follow_redirects=True, timeout=PATIENCE_S) as browser:
        browser.headers["Accept"] = "text/html"
        page = browser.get(f"/dev/sign-in?token={client.house.token('ada')}")
        assert page.url.path == "/teachers/ada"
        assert "Your next micro-credentials" in page.text
        assert browser.get("/static/portal.css").headers["content-type"].startswith("text/css")
        assert "Sign in first" in browser.post("/sign-out").text
        assert browser.get("/teachers/ada").status_code == 401


def test_a_promotion_under_load_fails_no_request(client, address):
    client.app.state.service.champion._interval = 0
    headers = bearer(client, "ada")
    first = client.get("/readyz").json()["model_version"]

    def ask(_):
        answer = get(f"{address}/v1/teachers/ada/suggestions", headers)
        return answer.status_code, answer.json()["model_version"]

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, number) for number in range(20)]
        second = client.house.train("c2")
        asked += [pool.submit(ask, number) for number in range(20)]
        seen = {done.result() for done in asked}

    def followed():  # the new one is loaded beside the requests
        seen.add(ask(0))
        return (200, second) in seen

    assert until(followed)
    assert seen <= {(200, first), (200, second)}


def listed(address, headers):
    answer = get(f"{address}/v1/teachers/ada/suggestions?k=50", headers)
    return [item["credential_id"] for item in answer.json()["items"]]


@pytest.mark.parametrize("kind", ["dismissed", "known", "claimed"])
def test_what_was_said_counts_in_the_very_next_request(client, address, kind):
    headers = bearer(client, "ada")
    for _ in range(5):
        top = listed(address, headers)[0]
        body = {"events": [{"credential_id": top, "kind": kind}]}
        assert post(f"{address}/v1/feedback", headers, json=body).status_code == 201
        assert top not in listed(address, headers)


def test_requests_of_one_key_at_once_count_once(client, address):
    headers = bearer(client, "ada") | {"Idempotency-Key": "all-at-once"}
    body = {"events": [{"credential_id": "c5", "kind": "saved"}]}

    def send(_):
        return post(f"{address}/v1/feedback", headers, json=body)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(24)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    events = get(f"{address}/v1/teachers/ada/profile", headers).json()["events"]
    assert len(events) == 1


def test_a_long_body_over_a_real_connection(client, address):
    headers = bearer(client, "ada") | {"Content-Type": "application/json"}
    content = b"x" * 1_000_000
    answer = post(f"{address}/v1/feedback", headers, content=content)
    assert answer.status_code == 413


def test_a_slow_client_holds_up_nobody(client, address):
    """One sends half a body and one reads nothing of its answer: the others are served."""
    host, _, port = address.removeprefix("http://").partition(":")
    token = bearer(client, "ada")["Authorization"]
    half = (
        f"POST /v1/feedback HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    )
    deaf = f"GET /v1/credentials HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n"
    with ExitStack() as stack:
        for text in [half] * 50 + [deaf] * 5:
            slow = stack.enter_context(socket.create_connection((host, int(port))))
            slow.sendall(text.encode())
        for _ in range(5):
            answer = get(f"{address}/v1/teachers/ada/suggestions", bearer(client, "ada"))
            assert answer.status_code == 200
