import pytest
from prometheus_client.parser import text_string_to_metric_families

from serving.app import create_app
from tests.serving.house import EMAIL, Client


@pytest.fixture
def measured(client):
    chosen = client.house.settings.model_copy(update={"metrics": True})
    return Client(create_app(chosen, client.house.engine), client.house)


def samples(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(found, name, *labels):
    return found[name, frozenset(labels)]


def test_it_is_not_there_unless_asked_for(client):
    assert client.get("/metrics").status_code == 404


def test_lists_and_the_model(measured):
    measured.get("/v1/teachers/ada/suggestions?k=3", "ada")
    measured.get("/v1/teachers/bob/suggestions?k=3", "bob")
    found = samples(measured)
    assert value(found, "recommender_lists_total", "1-2") == 1
    assert value(found, "recommender_lists_total", "0") == 1
    assert value(found, "recommender_slate_size_sum") == 6
    assert value(found, "recommender_model_version") == 1
    assert value(found, "recommender_champion_refused") == 0


def test_feedback_counts_once(measured):
    body = {"events": [{"credential_id": "c5", "kind": "saved"}]}
    for _ in range(3):
        headers = {"Idempotency-Key": "the-same-key"}
        measured.request("POST", "/v1/feedback", "ada", json=body, headers=headers)
    assert value(samples(measured), "recommender_feedback_total", "saved") == 1


def test_feedback_that_was_refused_is_not_counted(measured):
    body = {"events": [{"credential_id": "nowhere", "kind": "saved"}]}
    assert measured.request("POST", "/v1/feedback", "ada", json=body).status_code == 404
    assert ("recommender_feedback_total", frozenset({"saved"})) not in samples(measured)


def test_requests_by_route_and_never_by_address(measured):
    measured.get("/v1/teachers/ada/suggestions", "ada")
    measured.get("/v1/teachers/ada/suggestions")
    measured.get(f"/nothing/{EMAIL}")
    measured.request("MADEUP", "/healthz")
    route = "/v1/teachers/{teacher_id:path}/suggestions"
    found = samples(measured)
    assert value(found, "recommender_request_seconds_count", "200", "GET", route) == 1
    assert value(found, "recommender_request_seconds_count", "401", "GET", route) == 1
    assert value(found, "recommender_request_seconds_count", "404", "GET", "none") == 1
    text = measured.get("/metrics").text
    for secret in (EMAIL, "ada", "MADEUP"):
        assert secret not in text
