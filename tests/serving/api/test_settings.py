import pytest

from recommender.clock import today
from serving.app import create_app
from tests.serving.house import Client, long_ago


def put(client, who="admin", **body):
    return client.request("PUT", "/v1/settings", who, json=body)


def named(answer):
    return {setting["name"]: setting for setting in answer.json()["settings"]}


def policy(client, who="ada", teacher="ada"):
    return client.get(f"/v1/teachers/{teacher}/suggestions?k=1", who).json()["policy"]


def test_anonymous(client):
    assert client.get("/v1/settings").status_code == 401


@pytest.mark.parametrize("who", ["ada", "cole", "staff"])
def test_for_admins_only(client, who):
    assert client.get("/v1/settings", who).status_code == 403
    assert put(client, who, name="need_share", value=0.5).status_code == 403
    assert policy(client)["need_share"] == 0.25


def test_the_next_request_obeys(client):
    assert put(client, name="need_share", value=0.75).status_code == 200
    assert policy(client)["need_share"] == 0.75
    assert put(client, name="allow_unknown_quality", value=False).status_code == 200
    assert client.get("/v1/teachers/ada/suggestions", "ada").json()["items"] == []


def test_the_pages_obey_too(client):
    put(client, name="need_share", value=0.75)
    assert "at least 75%" in client.get("/teachers/ada", "ada", page=True).text


def test_another_district_keeps_its_own(client):
    put(client, name="need_share", value=0.75)
    assert policy(client, "zoe", "zoe")["need_share"] == 0.25


def test_who_set_what_and_since_when(client):
    setting = named(put(client, name="need_share", value=0.5))["need_share"]
    assert setting["value"] == 0.5
    assert setting["default"] == 0.25
    assert setting["valid_from"] == today().isoformat()
    assert setting["set_by"] == "admin:north:anyone"


def test_a_later_day_is_awaited(client):
    put(client, name="need_share", value=0.5, valid_from=long_ago(-1).isoformat())
    assert policy(client)["need_share"] == 0.25


def test_null_goes_back_to_the_deployments(client):
    put(client, name="need_share", value=0.5)
    put(client, name="need_share", value=None)
    assert policy(client)["need_share"] == 0.25


def test_where_nothing_is_set_the_environment_holds(client):
    chosen = client.house.settings.model_copy(update={"need_share": 0.9})
    other = Client(create_app(chosen, client.house.engine), client.house)
    assert policy(other)["need_share"] == 0.9


@pytest.mark.parametrize(
    "body",
    [
        {"name": "need_share", "value": 2},
        {"name": "need_share", "value": True},
        {"name": "need_share", "value": "0.5"},
        {"name": "allow_unknown_quality", "value": 1},
        {"name": "colour", "value": 1},
        {"name": "need_share"},
        {"name": "need_share", "value": 0.5, "set_by": "somebody else"},
        {"name": "need_share", "value": 0.5, "valid_from": "soon"},
    ],
)
def test_what_cannot_be(client, body):
    assert put(client, **body).status_code == 422
    assert policy(client)["need_share"] == 0.25
