"""Earning together on the API: groups, answers, and what nobody may learn."""

import json

from recommender.vocabulary import Role
from tests.serving.house import NORTH, PEOPLE
from tests.serving.planning import crowd


def ask(client, people, who="cole", **more):
    body = {"credential_id": "c4", "teacher_ids": people} | more
    return client.request("POST", "/v1/earn-together", who, json=body)


def test_groups_name_people_and_a_micro_credential_and_nothing_of_their_needs(client):
    people = crowd(client)
    content = client.get("/v1/coaches/cole/earn-together", "cole").json()
    assert content["proven"]
    assert content["groups"]
    for group in content["groups"]:
        assert set(group) == {"credential_id", "district_id", "title", "teachers"}
        assert 3 <= len(group["teachers"]) <= 8
        for person in group["teachers"]:
            assert set(person) == {"teacher_id", "name"}
    named = [p["teacher_id"] for group in content["groups"] for p in group["teachers"]]
    assert len(named) == len(set(named))
    assert set(named) <= {"ada", *people}


def test_a_small_caseload_makes_no_group(client):
    content = client.get("/v1/coaches/cole/earn-together", "cole").json()
    assert content == {"groups": [], "proven": True, "gap": 0.0}


def test_an_answer_is_for_those_who_agreed(client, monkeypatch):
    people = crowd(client)
    for name in people:
        monkeypatch.setitem(PEOPLE, name, (Role.TEACHER, NORTH, name))
    group = ask(client, people[:3]).json()
    number = group["group_id"]

    def answer(who, said):
        path = f"/v1/earn-together/{number}/answer"
        return client.request("POST", path, who, json={"answer": said}).json()

    def seen_by(who):
        return client.get("/v1/earn-together", who).json()

    assert answer("t0", "agreed")["others"] == []
    before = seen_by("cole"), seen_by("t0")
    declined = answer("t1", "declined")
    assert declined["others"] == []
    assert (seen_by("cole"), seen_by("t0")) == before
    assert answer("t2", "agreed")["others"] == ["T0"]
    assert seen_by("t0")["invitations"][0]["others"] == ["T2"]
    assert "declined" not in json.dumps([seen_by("cole"), seen_by("t0"), seen_by("t2")])
    assert seen_by("t3") == {"groups": [], "invitations": []}
    assert [p["name"] for p in seen_by("cole")["groups"][0]["agreed"]] == ["T0", "T2"]


def test_only_ones_own_teachers_may_be_asked(client):
    people = crowd(client)
    assert ask(client, [*people[:2], "bob"]).status_code == 403
    assert ask(client, [*people[:2], "zoe"]).status_code == 404
    assert ask(client, people[:2]).status_code == 422
    assert ask(client, people[:3], credential_id="ghost").status_code == 404


def test_a_request_sent_twice_asks_once(client):
    people = crowd(client)
    assert ask(client, people[:3]).json() == ask(client, people[:3]).json()
    assert len(client.get("/v1/earn-together", "cole").json()["groups"]) == 1


def test_a_closed_group_is_gone(client):
    group = ask(client, crowd(client)[:3]).json()
    path = f"/v1/earn-together/{group['group_id']}"
    assert client.request("DELETE", path, "sam").status_code == 404
    assert client.request("DELETE", path, "cole").status_code == 204
    assert client.get("/v1/earn-together", "cole").json()["groups"] == []
