"""What goes away while the service runs, and comes back: its database, one of its workers."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from recommender.store.engine import make_engine
from serving.commands import listen
from tests.serving.test_production import ask, look, open_service, say
from tests.waiting import PATIENCE_S, until

LIST = "/v1/teachers/ada/suggestions"
SAID = {"events": [{"credential_id": "c5", "kind": "saved"}]}


# Connections that a server closed while they lay idle are told of when they are collected.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def on_postgres(postgres_cluster, tmp_path):
    """A service on PostgreSQL, and the server, which the test may let go."""
    engine = make_engine(postgres_cluster.new_database())
    service = open_service(engine, tmp_path)
    yield service, postgres_cluster
    service.app.state.service.slates.close()  # its thread would go on asking
    postgres_cluster.drop(engine)


@pytest.fixture
def gone(on_postgres):
    service, cluster = on_postgres
    before = [ask(service, LIST, "ada@idp") for _ in range(3)][-1]
    cluster.pause()
    try:
        yield service, before
    finally:
        cluster.resume()


def test_without_its_server_it_says_when_to_come_again(gone):
    service, before = gone
    assert before.status_code == 200
    for answer in (
        *(ask(service, LIST, "ada@idp") for _ in range(3)),
        ask(service, "/v1/credentials", "cole@idp"),
        say(service, "/v1/feedback", "ada@idp", SAID),
    ):
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:recommender:problem:store-unavailable"
        assert int(answer.headers["Retry-After"]) > 0
        assert "postgres" not in answer.text.lower()
    page = look(service, "/teachers/ada", "ada@idp")
    assert (page.status_code, page.headers["content-type"][:9]) == (503, "text/html")
    assert service.get("/healthz").status_code == 200
    assert service.get("/readyz").status_code == 503


@pytest.mark.parametrize("asked_meanwhile", [True, False])
def test_once_the_server_is_back_the_very_next_request_is_answered(on_postgres, asked_meanwhile):
    service, cluster = on_postgres
    before = [ask(service, LIST, "ada@idp") for _ in range(3)][-1]
    cluster.pause()
    try:
        if asked_meanwhile:
            assert ask(service, LIST, "ada@idp").status_code == 503
    finally:
        cluster.resume()
    assert ask(service, LIST, "ada@idp").json() == before.json()
    assert look(service, "/teachers/ada", "ada@idp").status_code == 200
    assert say(service, "/v1/feedback", "ada@idp", SAID).status_code == 201
    assert service.get("/readyz").status_code == 200


def children(pid):
    """Return the processes that one started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def workers(pid):
    """Return the workers of a service: its children that hold no more than their own work."""
    return [
        child
        for child in children(pid)
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


@pytest.fixture
def crew(client, tmp_path):
    """Two workers, their supervisor, and their address."""
    log = tmp_path / "serve.log"
    command = "from recommender.cli import run; import sys; sys.exit(run(sys.argv[1:]))"
    options = ["serve", "--workers", "2", "--port", str(free_port())]
    environment = os.environ | {
        "RECOMMENDER_DATA_DIR": str(client.house.settings.data_dir),
        "RECOMMENDER_ENVIRONMENT": "development",
    }
    with log.open("wb") as output:
        started = subprocess.Popen(
            [sys.executable, "-c", command, *options],
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,
        )
    try:
        yield started.pid, f"http://127.0.0.1:{options[-1]}"
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(PATIENCE_S)


def free_port():
    with listen("127.0.0.1", 0) as listener:
        return listener.getsockname()[1]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for workers in /proc")
def test_when_a_worker_is_killed_the_others_serve_and_another_takes_its_place(client, crew):
    supervisor, address = crew
    headers = {"Authorization": f"Bearer {client.house.token('ada')}"}

    def listed():
        return httpx.get(address + LIST, headers=headers, timeout=PATIENCE_S).status_code

    def both():
        crowd = workers(supervisor)
        return crowd if len(crowd) == 2 else None

    until(lambda: listed() == 200, httpx.TransportError)
    first, second = until(both, FileNotFoundError)
    os.kill(first, signal.SIGKILL)
    assert {listed() for _ in range(30)} == {200}

    def renewed():
        crowd = both()
        return crowd if crowd and first not in crowd else None

    assert second in until(renewed, FileNotFoundError)
    assert {listed() for _ in range(10)} == {200}
