import json
import re

import pytest

from serving.middleware import SECURITY_HEADERS


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/v1/nothing", "/static/portal.css", "/openapi.json", "/nothing"]
)
def test_every_answer_has_the_security_headers(client, path):
    answer = client.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value


def test_nothing_is_kept_but_our_own_files(client):
    assert client.get("/teachers/ada", "ada", page=True).headers["Cache-Control"] == "no-store"
    answer = client.get("/v1/teachers/ada/suggestions", "ada")
    assert answer.headers["Cache-Control"] == "no-store"
    catalog = client.get("/v1/credentials/c1", "ada")
    assert catalog.headers["Cache-Control"] == "private, no-cache"
    assert "max-age" in client.get("/static/portal.css").headers["Cache-Control"]


def test_no_origin_is_let_in(client):
    answer = client.get("/v1/credentials/c1", "ada", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_each_request_has_its_own_id(client):
    ids = {client.get("/healthz").headers["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3


def test_a_proxys_id_is_kept(client):
    headers = {"X-Request-ID": "from-the-proxy-1"}
    assert client.get("/healthz", headers=headers).headers["X-Request-ID"] == "from-the-proxy-1"


@pytest.mark.parametrize("offered", ["short", "x" * 65, "has space in", "<script>alert(1)"])
def test_an_odd_id_is_not_kept(client, offered):
    answer = client.get("/healthz", headers={"X-Request-ID": offered})
    assert answer.headers["X-Request-ID"] != offered


KEY = {"Idempotency-Key": "eyJ-looks-like-a-token"}
JSON = {"Content-Type": "application/json"}
SAVED = {"events": [{"credential_id": "c5", "kind": "saved"}]}
SAID = {
    "assessments": [{"framework": "F", "code": "1", "level": 3.94, "scale_min": 1, "scale_max": 5}]
}


def test_a_log_holds_no_token_address_name_or_rating(client, logs, capsys):
    token = client.house.token("ada")
    answers = [
        client.get("/v1/teachers/ada/suggestions", "ada"),
        client.get("/v1/teachers/bob/suggestions", "ada"),
        client.get(f"/v1/credentials/c1?token={token}", "ada"),
        client.get("/v1/credentials/c1", headers={"Authorization": f"Bearer {token}x"}),
        client.get("/teachers/ada", "ada", page=True),
        client.get("/v1/teachers/ada/profile", "ada"),
        client.request("POST", "/v1/feedback", "ada", json=SAVED),
        client.request("POST", "/v1/feedback", "ada", content=b"{", headers=JSON | KEY),
        client.request("POST", "/v1/teachers/ada/self-assessments", "ada", json=SAID),
        client.request("POST", "/v1/teachers/ada/self-assessments", "bob", json=SAID),
        client.get("/caseload", "cole", page=True),
        client.get(f"/dev/sign-in?token={token}"),
    ]
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    # What a thread beside the requests says, such as the slate log's, belongs to none of them.
    ids = {line.pop("request_id") for line in lines if "request_id" in line}
    assert ids == {answer.headers["X-Request-ID"] for answer in answers}
    for line in lines:
        line.pop("timestamp")
    logged = str(lines)
    assert "/v1/teachers/{teacher_id:path}/suggestions" in logged
    for secret in (token, token.split(".")[2], "eyJ", "@", "1.0625", "1.06", "3.94"):
        assert secret not in logged
    assert "ada" not in re.findall(r"\w+", logged.lower())  # a bundle's hash may hold the letters
