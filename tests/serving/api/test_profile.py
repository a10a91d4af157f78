from datetime import UTC, datetime, timedelta

from recommender.vocabulary import EventKind, RecordStatus, SetBy
from serving.api.profile.queries import MOST_EVENTS
from tests.serving.house import NORTH, long_ago

ADA = ("ada", NORTH)


def profile(client, who="ada", teacher="ada"):
    return client.get(f"/v1/teachers/{teacher}/profile", who)


def test_anonymous(client):
    assert client.get("/v1/teachers/ada/profile").status_code == 401


def test_another_districts_teacher_is_not_there(client):
    assert profile(client, "ada", "zoe").status_code == 404


def test_ratings_say_when_and_how_fresh(client):
    first, second = profile(client).json()["ratings"]
    assert (first["standard"]["code"], first["level"]) == ("1", 3.9375)
    assert second["standard"] == {"framework": "F", "code": "2", "title": "Questioning"}
    assert (second["on"], second["age_days"]) == (long_ago(30).isoformat(), 30)
    assert second["source"] == "evaluation"
    assert datetime.fromisoformat(second["recorded_at"]).tzinfo is not None


def test_codes_of_one_day_are_in_the_order_of_their_numbers(client):
    rows = client.house.rows
    rows.standard("F", "10", "F", title="Reflection")
    rows.rate(ADA, ("F", "10"), 2.0, long_ago(30))
    of_the_day = [one for one in profile(client).json()["ratings"] if one["age_days"] == 30]
    assert [one["standard"]["code"] for one in of_the_day] == ["1", "2", "10"]


def test_the_roster_of_today(client):
    assert profile(client).json()["roster"]["school_id"] == "School 9"
    assert profile(client, "bob", "bob").json()["roster"] is None


def test_each_kind_of_fact_with_its_source(client):
    rows = client.house.rows
    rows.goal(ADA, ("F", "2"), long_ago(9), set_by=SetBy.COACH)
    rows.goal(ADA, None, long_ago(8))
    rows.goal(ADA, ("F", "1"), long_ago(40), until=long_ago(1))
    rows.record(ADA, "c9", status=RecordStatus.EARNED, source="portal")
    rows.assess(ADA, ("F", "1"), 2.0, long_ago(3), wants_to_grow=True)
    rows.event(ADA, "c2", datetime.now(UTC), EventKind.DISMISSED, reason="not_now")
    content = profile(client).json()
    pathway, goal = content["goals"]
    assert (pathway["standard"], pathway["pathway"], pathway["until"]) == (None, "x", None)
    assert (goal["standard"]["code"], goal["source"]) == ("2", "coach")
    dated, undated = content["records"]
    assert (dated["age_days"], dated["credential"]["title"]) == (90, "Credential 1")
    assert (undated["on"], undated["age_days"], undated["source"]) == (None, None, "portal")
    assert content["self_assessments"][0]["wants_to_grow"] is True
    assert content["events"][0]["reason"] == "not_now"


def test_what_is_superseded_or_lies_ahead_is_left_out(client):
    rows = client.house.rows
    now = datetime.now(UTC)
    rows.rate(ADA, ("F", "1"), 1.0, long_ago(29), superseded_at=now)
    rows.rate(ADA, ("F", "1"), 2.0, long_ago(-2))
    rows.record(ADA, "c3", now + timedelta(days=2))
    content = profile(client).json()
    assert len(content["ratings"]) == 2
    assert len(content["records"]) == 1


def test_the_latest_events_only(client):
    now = datetime.now(UTC)
    body = {"events": [{"credential_id": "c5", "kind": "shown"}] * 100}
    for _ in range(MOST_EVENTS // 100):
        client.request("POST", "/v1/feedback", "ada", json=body)
    client.house.rows.event(ADA, "c2", now - timedelta(days=1), EventKind.SAVED)
    events = profile(client).json()["events"]
    assert len(events) == MOST_EVENTS
    assert {event["kind"] for event in events} == {"shown"}


def test_no_name_and_no_address(client):
    text = profile(client).text
    assert "Ada" not in text
    assert "@" not in text
