import json
from datetime import UTC, datetime

import pytest

from models.commands import suggest as suggest_command
from recommender import settings as settings_module
from serving.api.suggestions.schemas import SuggestionPageOut
from serving.app import create_app
from tests.serving.house import Client


def suggestions(client, who="ada", teacher="ada", query=""):
    return client.get(f"/v1/teachers/{teacher}/suggestions{query}", who)


def test_anonymous(client):
    answer = client.get("/v1/teachers/ada/suggestions")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_another_districts_teacher_is_not_there(client):
    assert suggestions(client, "ada", "zoe").status_code == 404


def test_a_teacher_sees_ten_with_reasons(client):
    answer = suggestions(client)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    content = answer.json()
    assert [item["rank"] for item in content["items"]] == list(range(1, 11))
    assert (content["teacher_id"], content["model_version"]) == ("ada", 1)
    assert all(item["reasons"][0]["text"] for item in content["items"])
    assert "c1" not in {item["credential_id"] for item in content["items"]}


@pytest.mark.parametrize("k", [1, 7, 24])
def test_k_is_the_length(client, k):
    assert len(suggestions(client, query=f"?k={k}").json()["items"]) == k


def test_fewer_where_fewer_are_eligible(client):
    assert len(suggestions(client, query="?k=50").json()["items"]) == 24


@pytest.mark.parametrize("k", ["0", "-1", "51", "1e3", "ten", "", "1.5", "9" * 400])
def test_a_bad_k(client, k):
    answer = suggestions(client, query=f"?k={k}")
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:recommender:problem:invalid-input"
    assert [error["where"] for error in answer.json()["errors"]] == ["query.k"]


def test_a_shorter_list_is_the_beginning_of_a_longer_one(client):
    short, long = (suggestions(client, query=f"?k={k}").json()["items"] for k in (3, 20))
    assert long[:3] == short


def test_an_id_with_a_slash(client):
    assert suggestions(client, "odd", "a%2Fc").json()["teacher_id"] == "a/c"


@pytest.mark.parametrize(
    "teacher",
    ["%00", "a%0ab", "%7f", "x" * 201, "%ff%fe", "..%2F..%2Fetc", "'; DROP TABLE teacher;--", "🙂"],
)
def test_odd_and_over_long_ids(client, teacher):
    assert suggestions(client, "admin", teacher).status_code in {404, 422}
    assert suggestions(client).status_code == 200


def test_a_fact_of_a_moment_ago_counts_in_the_next_request(client):
    top = suggestions(client).json()["items"][0]["credential_id"]
    client.house.rows.record(("ada", "north"), top, datetime.now(UTC))
    assert top not in {item["credential_id"] for item in suggestions(client).json()["items"]}


def test_the_policy_in_force_is_told(client):
    client.house.settings = client.house.settings.model_copy(update={"need_share": 0.9})
    strict = Client(create_app(client.house.settings, client.house.engine), client.house)
    assert suggestions(strict).json()["policy"]["need_share"] == 0.9


def test_a_promotion_changes_the_list(client):
    client.app.state.service.champion._interval = 0
    assert suggestions(client).json()["model_version"] == 1
    version = client.house.train("c2")
    content = suggestions(client).json()
    assert content["model_version"] == version
    assert content["items"][0]["credential_id"] == "c2"


def test_no_champion(empty_client):
    answer = suggestions(empty_client)
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:recommender:problem:no-champion"
    assert "recommender train" in answer.json()["detail"]
    assert answer.headers["Retry-After"]


def test_who_may_not_ask_is_told_so_before_a_missing_champion(empty_client):
    assert suggestions(empty_client, "ada", "bob").status_code == 403


def test_the_store_is_gone_and_comes_back(client, tmp_path):
    assert suggestions(client).status_code == 200
    token = client.house.token("ada")
    headers = {"Authorization": f"Bearer {token}"}
    store, moved = tmp_path / "recommender.db", tmp_path / "moved.db"
    client.house.engine.dispose()
    store.rename(moved)
    store.mkdir()
    answer = client.get("/v1/teachers/ada/suggestions", headers=headers)
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:recommender:problem:store-unavailable"
    assert answer.headers["Retry-After"]
    assert "sqlite" not in answer.text.lower()
    store.rmdir()
    moved.rename(store)
    assert client.get("/v1/teachers/ada/suggestions", headers=headers).status_code == 200


def test_the_command_prints_the_same_list(client, monkeypatch, capsys):
    monkeypatch.setenv("RECOMMENDER_DATA_DIR", str(client.house.settings.data_dir))
    settings_module.settings.cache_clear()
    suggest_command("ada", k=10, district="north", json=True)
    printed = json.loads(capsys.readouterr().out)
    answer = suggestions(client).json()
    assert (answer.pop("next") is None, answer.pop("in_progress")) == (False, [])
    assert printed == answer


def test_the_documented_example_is_a_true_one(client):
    schema = client.get("/openapi.json").json()
    (example,) = schema["components"]["schemas"]["SuggestionPageOut"]["examples"]
    assert SuggestionPageOut.model_validate(example).model_dump(mode="json") == example
    answer = suggestions(client).json()
    assert set(example) == set(answer)
    assert set(example["items"][0]) == set(answer["items"][0])
    assert set(example["items"][0]["reasons"][0]) == set(answer["items"][0]["reasons"][0])
