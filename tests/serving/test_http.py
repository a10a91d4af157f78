"""A few requests over a real connection, to a real server."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import uvicorn

from serving.commands import listen


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


def test_a_list(client, address):
    answer = httpx.get(f"{address}/v1/teachers/ada/suggestions?k=3", headers=bearer(client, "ada"))
    assert answer.status_code == 200
    assert len(answer.json()["items"]) == 3
    assert "server" not in answer.headers


def test_an_id_with_a_slash(client, address):
    answer = httpx.get(f"{address}/v1/teachers/a%2Fc/suggestions", headers=bearer(client, "odd"))
    assert answer.json()["teacher_id"] == "a/c"


def test_a_person_signs_in_looks_and_signs_out(client, address):
    with httpx.Client(base_url=address, follow_redirects=True) as browser:
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
        answer = httpx.get(f"{address}/v1/teachers/ada/suggestions", headers=headers)
        return answer.status_code, answer.json()["model_version"]

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, number) for number in range(20)]
        second = client.house.train("c2")
        asked += [pool.submit(ask, number) for number in range(20)]
        seen = {done.result() for done in asked}
    assert {(200, second)} <= seen <= {(200, first), (200, second)}
