import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest

from models.commands import suggest as suggest_command
from recommender import settings as settings_module
from recommender.vocabulary import RecordStatus
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
    client.app.state.service.champion._aside = (
        None  # in the request, so that the test need not wait
    )
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
    monkeypatch.setenv("RECOMMENDER_EXPLORATION", "1")
    suggest_command("ada", k=10, district="north", json=True)
    printed = json.loads(capsys.readouterr().out)
    house = client.house
    exploring = house.settings.model_copy(update={"exploration": 1.0})
    answer = suggestions(Client(create_app(exploring, house.engine), house)).json()
    assert (answer.pop("next") is None, answer.pop("in_progress")) == (False, [])
    assert printed == answer
    assert [item["rank"] for item in printed["items"] if item["explores"]] == [5]


def test_the_documented_example_is_a_true_one(client):
    schema = client.get("/openapi.json").json()
    (example,) = schema["components"]["schemas"]["SuggestionPageOut"]["examples"]
    assert SuggestionPageOut.model_validate(example).model_dump(mode="json") == example
    answer = suggestions(client).json()
    assert set(example) == set(answer)
    assert set(example["items"][0]) == set(answer["items"][0])
    assert set(example["items"][0]["reasons"][0]) == set(answer["items"][0]["reasons"][0])


def listed(client, query="", who="ada"):
    items = suggestions(client, who, query=f"?k=50{query}").json()["items"]
    return [item["credential_id"] for item in items]


def test_pages_put_together_are_the_whole_list(client):
    whole = suggestions(client, query="?k=50").json()
    assert whole["next"] is None
    pages, after = [], ""
    while after is not None:
        page = suggestions(client, query=f"?k=7{after}").json()
        pages += page["items"]
        after = page["next"] and f"&after={page['next']}"
    assert pages == whole["items"]


def test_a_page_goes_on_behind_what_has_been_dismissed_since(client):
    first = suggestions(client, query="?k=5").json()
    body = {"events": [{"credential_id": first["items"][-1]["credential_id"], "kind": "known"}]}
    client.request("POST", "/v1/feedback", "ada", json=body)
    second = suggestions(client, query=f"?k=5&after={first['next']}").json()
    assert [item["rank"] for item in second["items"]] == [5, 6, 7, 8, 9]
    seen = {item["credential_id"] for item in first["items"]}
    assert not seen & {item["credential_id"] for item in second["items"]}


@pytest.mark.parametrize("after", ["x", "!", "%00", "W10", "WyJhIl0", "WyIiLCJub3doZXJlIl0", "é"])
def test_a_cursor_that_is_none_of_ours(client, after):
    assert suggestions(client, query=f"?after={after}").status_code == 422


def test_a_focus_on_a_standard(client):
    whole = listed(client)
    focused = listed(client, "&standard=F:2")
    assert focused == [id_ for id_ in whole if id_ in focused]
    assert set(focused) == {f"c{n}" for n in range(2, 25, 2)} | {"markup"}
    assert listed(client, "&standard=F:F") == []


@pytest.mark.parametrize("standard", ["F:9", "F", ":2", "F:", "nowhere:2", "F:%00"])
def test_a_standard_that_is_not_there(client, standard):
    assert suggestions(client, query=f"?standard={standard}").status_code == 422


def test_hours_that_are_not_known_stay_in(client):
    items = suggestions(client, query="?k=50&max_hours=4").json()["items"]
    assert {item["credential_id"] for item in items} == {"c2", "c3", "c4", "markup"}
    assert {item["hours"] for item in items} == {2, 3, 4, None}


def test_a_cost_that_is_not_known_stays_in(client):
    client.house.rows.credential("free", cost_usd=0)
    client.house.rows.credential("dear", cost_usd=90)
    client.house.train()
    client.app.state.service.champion._interval = 0
    client.app.state.service.champion._aside = (
        None  # in the request, so that the test need not wait
    )
    found = listed(client, "&max_cost=50")
    assert "free" in found
    assert "c2" in found
    assert "dear" not in found


def test_an_issuer_whatever_the_case(client):
    assert set(listed(client, "&issuer=iSSUER")) == {f"c{n}" for n in range(2, 25)}
    assert listed(client, "&issuer=nobody") == []


def test_filters_leave_order_scores_and_reasons_alone(client):
    whole = {i["credential_id"]: i for i in suggestions(client, query="?k=50").json()["items"]}
    narrowed = suggestions(client, query="?k=50&standard=F:2&max_hours=9").json()["items"]
    assert len(narrowed) == 5
    for rank, item in enumerate(narrowed, start=1):
        assert item | {"rank": 0} == whole[item["credential_id"]] | {"rank": 0}
        assert item["rank"] == rank


@pytest.mark.parametrize(
    "query", ["max_hours=0", "max_hours=-1", "max_hours=nan", "max_hours=1e999", "max_cost=-1"]
)
def test_limits_that_cannot_be(client, query):
    assert suggestions(client, query=f"?{query}").status_code == 422


def test_reasons_may_be_left_out(client):
    items = suggestions(client, query="?include_reasons=false").json()["items"]
    assert [item["reasons"] for item in items] == [[]] * 10


def test_a_coach_reads_of_the_teacher_and_the_teacher_of_themselves(client):
    own = suggestions(client, "ada").text
    about = suggestions(client, "cole").text
    assert "Your evaluation" in own
    assert "Their evaluation" in about
    assert "Your " not in about
    page = client.get("/teachers/ada", "cole", page=True).text
    assert "Their evaluation" in page
    assert "Your evaluation" not in page


def test_what_is_under_way_stands_apart(client):
    now = datetime.now(UTC)
    client.house.rows.record(("ada", "north"), "c5", now, RecordStatus.ENROLLED)
    content = suggestions(client, query="?k=50").json()
    (begun,) = content["in_progress"]
    assert (begun["credential_id"], begun["status"]) == ("c5", "enrolled")
    assert begun["on"] == now.date().isoformat()
    assert "c5" not in {item["credential_id"] for item in content["items"]}


def excluded(client, query="", who="ada"):
    return client.get(f"/v1/teachers/ada/suggestions/excluded{query}", who)


def test_excluded_are_counted_by_rule(client):
    content = excluded(client).json()
    assert content["credential"] is None
    assert content["counts"] == [
        {"code": "earned", "text": "You have already earned it.", "count": 1}
    ]


@pytest.mark.parametrize(
    ("credential", "code"), [("c1", "earned"), ("c2", "eligible"), ("new", "new_to_model")]
)
def test_why_one_is_not_there(client, credential, code):
    client.house.rows.credential("new", title="New")
    told = excluded(client, f"?credential={credential}").json()["credential"]
    assert (told["credential_id"], told["code"]) == (credential, code)
    assert told["text"].endswith(".")


def test_a_coach_is_told_about_the_teacher(client):
    told = excluded(client, "?credential=c1", "cole").json()["credential"]
    assert told["text"] == "They have already earned it."


def test_what_to_earn_first(client):
    client.house.rows.credential("later", prerequisites="c1|c2")
    client.house.train()
    client.app.state.service.champion._interval = 0
    client.app.state.service.champion._aside = (
        None  # in the request, so that the test need not wait
    )
    told = excluded(client, "?credential=later").json()["credential"]
    assert told["code"] == "prerequisite_missing"
    assert [one["credential_id"] for one in told["missing"]] == ["c2"]


def test_one_of_another_district_is_not_there(client):
    assert excluded(client, "?credential=own").status_code == 404
    assert "own" not in excluded(client).text


@pytest.mark.parametrize("credential", ["", "%00", "x" * 201])
def test_ids_that_cannot_be(client, credential):
    assert excluded(client, f"?credential={credential}").status_code == 422


def batch(client, who, **body):
    return client.request("POST", "/v1/suggestions:batch", who, json=body)


def test_a_batch_is_what_single_requests_give(client):
    made = batch(client, "admin", teacher_ids=["bob", "ada", "bob"], k=4, include_reasons=True)
    lists = made.json()["lists"]
    assert [one["teacher_id"] for one in lists] == ["bob", "ada"]
    for one in lists:
        alone = suggestions(client, "admin", one["teacher_id"], "?k=4").json()
        assert {key: alone[key] for key in one} == one


def test_an_unknown_teacher_and_one_of_another_district_sound_the_same(client):
    refused = batch(client, "admin", teacher_ids=["zoe", "ghost"]).json()["refused"]
    texts = {r["detail"].replace(r["teacher_id"], "X") for r in refused}
    assert len(texts) == 1
    assert {r["type"] for r in refused} == {"urn:recommender:problem:not-found"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"teacher_ids": []},
        {"teacher_ids": ["x"] * 101},
        {"teacher_ids": ["a\x00"]},
        {"teacher_ids": ["ada"], "k": 0},
        {"teacher_ids": ["ada"], "district": "south"},
    ],
)
def test_a_batch_that_cannot_be(client, body):
    assert batch(client, "admin", **body).status_code == 422


def test_only_what_may_count_toward_renewal(client):
    """Nothing is known of the licence in this house, so nothing is known to count."""
    answer = suggestions(client, query="?renewal=true").json()
    assert answer["items"] == []
    address = "/v1/teachers/ada/suggestions/excluded"
    plain = client.get(address, "ada").json()["counts"]
    assert "not_for_renewal" not in {line["code"] for line in plain}
    asked = client.get(f"{address}?renewal=true&credential=c24", "ada").json()
    assert "not_for_renewal" in {line["code"] for line in asked["counts"]}
    assert asked["credential"]["code"] == "not_for_renewal"


def test_only_of_one_format(client):
    assert suggestions(client, query="?format=online").json()["items"] == []


def test_what_no_model_knows_yet_is_counted_among_the_excluded(client):
    address = "/v1/teachers/ada/suggestions/excluded"
    assert "new_to_model" not in {c["code"] for c in client.get(address, "ada").json()["counts"]}
    client.house.rows.credential("brand-new", title="Brand new")
    counts = client.get(address, "ada").json()["counts"]
    assert {"code": "new_to_model", "count": 1}.items() <= counts[-1].items()


def test_many_at_once_wait_for_a_turn_and_never_for_each_other(client):
    """More of them than there are threads; each keeps its connection from step to step."""
    headers = {"Authorization": f"Bearer {client.house.token('ada')}"}
    bodies = [{"teacher_ids": ["ada"]}, {"teacher_ids": 5}] * 60

    async def all_at_once():
        transport = httpx.ASGITransport(client.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as asking:
            sent = [
                asking.post("/v1/suggestions:batch", json=body, headers=headers) for body in bodies
            ]
            return await asyncio.gather(*sent)

    answers = asyncio.run(all_at_once())
    assert [answer.status_code for answer in answers] == [200, 422] * 60
