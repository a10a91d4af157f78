"""Growth plans on the API."""

import json
from datetime import timedelta

import pytest

from recommender.cli import run
from recommender.clock import today
from tests.serving.house import NORTH, assign
from tests.serving.planning import PLAN, accepted, changed, made


def propose(client, **changes):
    return client.request("POST", "/v1/teachers/ada/plans/proposal", "cole", json=PLAN | changes)


def ids(plan):
    return [item["credential_id"] for item in plan["items"]]


def problem(answer):
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_a_proposal_covers_the_need_within_the_limits_and_keeps_nothing(client):
    answer = propose(client)
    assert answer.status_code == 200
    plan = answer.json()
    assert plan["outcome"]["proven"]
    assert plan["outcome"]["covered"] == pytest.approx(1.0)
    assert plan["outcome"]["hours"] <= plan["outcome"]["hours_limit"]
    assert "c1" not in ids(plan)  # earned
    assert client.get("/v1/teachers/ada/plans", "ada").json() == {"plans": []}


def test_what_is_asked_comes_back_as_it_can_be_sent_again(client):
    plan = propose(client).json()
    again = client.request(
        "POST", "/v1/teachers/ada/plans/proposal", "cole", json=plan["asked"]
    ).json()
    assert again == plan


def test_limits_that_cannot_be_met_are_told_in_words(client):
    locked = [{"district_id": "", "credential_id": "c24"}]
    answer = propose(client, locked=locked, hours_a_month=1.0)
    assert problem(answer) == (409, "no-plan")
    assert "plan 24 hours in place of 4" in answer.json()["detail"]


@pytest.mark.parametrize(
    "changes",
    [
        {"standards": []},
        {"until": "2026-08-31"},
        {"standards": [{"framework": "F", "code": "nowhere"}]},
        {"hours_a_month": 0},
        {"credits": {"total": 8}},
        {"budget_usd": -1},
        {"more": 1},
    ],
)
def test_wishes_that_make_no_sense_are_refused(client, changes):
    assert problem(propose(client, **changes)) == (422, "invalid-input")


def test_a_plan_is_kept_and_seen_by_both(client):
    answer = made(client)
    plan = answer.json()
    assert answer.headers["ETag"] == f'"{plan["plan_id"]}.1"'
    for who in ("ada", "cole", "admin"):
        assert client.get(f"/v1/plans/{plan['plan_id']}", who).json() == plan
        assert client.get("/v1/teachers/ada/plans", who).json() == {"plans": [plan]}
    assert plan["made_by"] == "Cole"


def test_the_same_request_under_one_key_makes_one_plan(client):
    headers = {"Idempotency-Key": "plan-once-only"}
    answers = [
        client.request("POST", "/v1/teachers/ada/plans", "cole", json=PLAN, headers=headers)
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert len(client.get("/v1/teachers/ada/plans", "ada").json()["plans"]) == 1


def test_planning_again_keeps_what_is_locked_and_leaves_out_what_is_left_out(client):
    plan = made(client).json()
    gone = {"district_id": "", "credential_id": ids(plan)[0]}
    stays = {"district_id": "", "credential_id": "c2"}
    new = changed(client, plan, locked=[stays], left_out=[gone]).json()
    assert "c2" in ids(new)
    assert gone["credential_id"] not in ids(new)
    assert new["version"] == 2
    assert [item["locked"] for item in new["items"] if item["credential_id"] == "c2"] == [True]


def test_a_change_that_has_not_seen_the_last_one_is_refused(client):
    plan = made(client).json()
    assert changed(client, plan).status_code == 200
    assert problem(changed(client, plan)) == (412, "has-changed")
    assert problem(accepted(client, plan, "ada")) == (412, "has-changed")


@pytest.mark.parametrize("tag", [None, "nonsense", '"1"'])
def test_a_change_must_say_what_it_has_seen(client, tag):
    plan = made(client).json()
    headers = {"If-Match": tag} if tag else {}
    answer = client.request("DELETE", f"/v1/plans/{plan['plan_id']}", "cole", headers=headers)
    assert problem(answer) == (428, "not-conditional")


def test_both_accept_and_a_change_asks_both_anew(client):
    plan = made(client).json()
    first = accepted(client, plan, "ada").json()
    assert first["accepted_by_teacher_at"]
    assert not first["accepted_by_coach_at"]
    second = accepted(client, first, "cole").json()
    assert second["accepted_by_coach_at"]
    assert accepted(client, second, "cole").json() == second
    new = changed(client, second).json()
    assert not new["accepted_by_teacher_at"]
    assert not new["accepted_by_coach_at"]


def test_a_deleted_plan_is_gone_for_all(client):
    plan = made(client).json()
    path = f"/v1/plans/{plan['plan_id']}"
    tag = {"If-Match": f'"{plan["plan_id"]}.{plan["version"]}"'}
    assert client.request("DELETE", path, "cole", headers=tag).status_code == 204
    assert client.get(path, "ada").status_code == 404
    assert client.get("/v1/teachers/ada/plans", "ada").json() == {"plans": []}


def test_the_calendar_has_an_event_for_each_item(client):
    plan = made(client).json()
    answer = client.get(f"/v1/plans/{plan['plan_id']}/calendar", "ada")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"].endswith('.ics"')
    assert answer.text.count("BEGIN:VEVENT") == len(plan["items"])


def test_a_vetoed_one_is_in_no_plan(client):
    first = ids(propose(client).json())[0]
    act = {"credential_id": first, "kind": "veto", "note": "Not this one"}
    client.request("PUT", "/v1/teachers/ada/coach-acts", "cole", json=act)
    assert first not in ids(propose(client).json())


def test_the_command_line_gives_the_same(client, monkeypatch, capsys):
    monkeypatch.setattr("models.plans.commands.settings", lambda: client.house.settings)
    monkeypatch.setattr("models.plans.commands.make_engine", lambda: client.house.engine)
    words = ["plan", "ada", "--district", NORTH, "--standard", "F:2", "--hours-a-month", "20"]
    words += ["--starts-on", "2026-09-01", "--until", "2026-12-31"]
    assert run([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == propose(client).json()
    assert run(words) == 0
    assert "What it covers" in capsys.readouterr().out
    assert run([*words, "--save"]) == 0
    (kept,) = client.get("/v1/teachers/ada/plans", "ada").json()["plans"]
    assert kept["made_by"] == ""
    assert run([*words, "--lock", "c24", "--hours-a-month", "1"]) == 8
    assert "No plan meets all limits" in " ".join(capsys.readouterr().err.split())
    assert run(["plan", "ada", "--district", NORTH, "--until", "2099-12-31"]) == 2


NORTH_CAROLINA = {"subject": 3.0, "literacy": 3.0, "general": 2.0}


class TestNorthCarolina:
    """The 3 + 3 + 2 of a teacher of elementary grades: limits like any other."""

    @pytest.fixture
    def nia(self, client):
        rows = client.house.rows
        rows.standard("NCEES", "NCEES")
        rows.standard("NCEES", "4", "NCEES", title="Facilitate learning")
        for number in range(4):
            rows.credential(f"s{number}", title=f"Subject {number}", hours=10, subjects="math")
            rows.align(f"s{number}", "NCEES", "4", 0.5)
            rows.credential(f"l{number}", title=f"Literacy {number}", hours=10, subjects="Literacy")
            rows.credential(f"g{number}", title=f"General {number}", hours=10, subjects="art")
        rows.teacher("nia", NORTH, given_name="Nia")
        rows.context(
            ("nia", NORTH),
            state="NC",
            grade_bands="3-5",
            role="teacher",
            license_type="Continuing",
            license_expires_on=today() + timedelta(days=365),
        )
        assign(rows, "cole", ("nia", NORTH))
        client.house.train()

    def propose(self, client, **changes):
        body = PLAN | {"standards": [], "credits": NORTH_CAROLINA, "hours_a_month": 40.0}
        body |= {"starts_on": today().isoformat()}
        body |= {"until": (today() + timedelta(days=120)).isoformat()}
        return client.request(
            "POST", "/v1/teachers/nia/plans/proposal", "cole", json=body | changes
        )

    def test_every_category_is_reached_and_nothing_counts_twice(self, client, nia):
        plan = self.propose(client).json()
        kinds = [item["credential_id"][0] for item in plan["items"]]
        assert kinds.count("s") >= 3
        assert kinds.count("l") >= 3
        hours = sum(item["hours"] for item in plan["items"])
        assert plan["outcome"]["units"] == pytest.approx(hours / 10)
        assert plan["outcome"]["units"] >= 8
        assert plan["outcome"]["unit"] == "CEUs"

    def test_what_stands_in_the_way_is_told(self, client, nia):
        answer = self.propose(client, hours_a_month=15.0)
        assert problem(answer) == (409, "no-plan")
        assert "plan 80 hours in place of 60" in answer.json()["detail"]
        answer = self.propose(client, credits={"literacy": 5.0})
        assert "ask for 4 CEUs of 'Literacy', not 5" in answer.json()["detail"]

    def test_a_category_that_the_rules_lack(self, client, nia):
        answer = self.propose(client, credits={"dancing": 1.0})
        assert problem(answer) == (422, "invalid-input")
        assert "no category 'dancing'" in answer.json()["detail"]
