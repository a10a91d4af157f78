"""Pins, vetoes and goals on the API, and what the teacher's list makes of them."""

import pytest

from tests.serving.house import NORTH, assign, long_ago


def act(client, credential_id, kind, note="", who="cole"):
    body = {"credential_id": credential_id, "kind": kind, "note": note}
    return client.request("PUT", "/v1/teachers/ada/coach-acts", who, json=body)


def suggestions(client, query="k=5"):
    return client.get(f"/v1/teachers/ada/suggestions?{query}", "ada").json()


def ids(content):
    return [item["credential_id"] for item in content["items"]]


def test_a_pin_stands_first_and_says_who_and_why(client):
    before = ids(suggestions(client))
    assert act(client, "c3", "pin", "See Tuesday").status_code == 200
    content = suggestions(client)
    assert ids(content) == ["c3", *before[:4]]
    told = content["items"][0]["coach"]
    assert (told["kind"], told["by"], told["note"]) == ("pin", "Cole", "See Tuesday")
    assert content["items"][1]["coach"] is None


def test_the_reasons_of_a_pinned_one_stay_the_arithmetic(client):
    whole = {item["credential_id"]: item for item in suggestions(client, "k=50")["items"]}
    act(client, "c3", "pin")
    pinned = suggestions(client)["items"][0]
    for name in ("score", "reasons", "basis"):
        assert pinned[name] == whole["c3"][name]


def test_a_goal_stands_behind_the_pins(client):
    act(client, "c3", "goal")
    act(client, "c5", "pin")
    content = suggestions(client)
    assert ids(content)[:2] == ["c5", "c3"]
    assert [item["coach"] and item["coach"]["kind"] for item in content["items"]][:3] == [
        *("pin", "goal", None)
    ]


def test_a_veto_takes_out_with_its_code_and_says_who_and_why(client):
    first = ids(suggestions(client))[0]
    assert act(client, first, "veto", "We agreed on discussion").status_code == 200
    content = suggestions(client)
    assert first not in ids(content)
    (told,) = content["vetoed"]
    assert (told["credential_id"], told["by"]) == (first, "Cole")
    assert told["note"] == "We agreed on discussion"
    ruled = client.get(f"/v1/teachers/ada/suggestions/excluded?credential={first}", "ada").json()
    assert ruled["credential"]["code"] == "vetoed"


def test_what_the_teacher_says_goes_before_a_pin(client):
    act(client, "c3", "pin")
    event = {"events": [{"credential_id": "c3", "kind": "dismissed"}]}
    client.request("POST", "/v1/feedback", "ada", json=event)
    assert "c3" not in ids(suggestions(client, "k=50"))


def test_taking_back_leaves_the_list_as_it_was(client):
    before = suggestions(client)
    act(client, "c3", "goal")
    path = "/v1/teachers/ada/coach-acts/c3"
    assert client.request("DELETE", path, "cole").status_code == 204
    assert suggestions(client) == before
    assert client.get("/v1/teachers/ada/coach-acts", "ada").json() == {"acts": []}
    assert client.request("DELETE", path, "cole").status_code == 404


def test_pages_of_the_list_go_on_behind_a_pin(client):
    act(client, "c3", "pin")
    whole = ids(suggestions(client, "k=12"))
    page = suggestions(client, "k=1")
    found = ids(page)
    while page["next"] and len(found) < 12:
        page = suggestions(client, f"k=4&after={page['next']}")
        found += ids(page)
    assert found[:12] == whole


@pytest.mark.parametrize(
    "body",
    [
        {"credential_id": "c3", "kind": "veto"},
        {"credential_id": "c3", "kind": "veto", "note": "  "},
        {"credential_id": "c3", "kind": "pin", "until": "2030-01-01"},
        {"credential_id": "c3", "kind": "praise"},
    ],
)
def test_what_makes_no_sense_is_refused(client, body):
    answer = client.request("PUT", "/v1/teachers/ada/coach-acts", "cole", json=body)
    assert answer.status_code == 422


def test_a_coach_acts_only_while_assigned(client):
    body = {"credential_id": "c3", "kind": "pin"}
    path = "/v1/teachers/bob/coach-acts"
    assert client.request("PUT", path, "cole", json=body).status_code == 403
    assign(client.house.rows, "cole", ("bob", NORTH), valid_from=long_ago(0))
    assert client.request("PUT", path, "cole", json=body).status_code == 200
