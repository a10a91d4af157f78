import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from recommender.store.tables import FeedbackEvent, IdempotencyKey
from recommender.vocabulary import EventKind
from serving.api.feedback.service import STEP, first_moment
from tests.serving.house import NORTH, SOUTH

HALF = rb'{"events": [{"credential_id": "\ud800", "kind": "saved"}]}'
KEY = {"Idempotency-Key": "5f0c6a6e-7c1b-4a55"}


def give(client, *events, who="ada", **options):
    made = [{"credential_id": id_, "kind": kind} for id_, kind in events]
    return client.request("POST", "/v1/feedback", who, json={"events": made}, **options)


def send(client, body, who="ada", **options):
    return client.request("POST", "/v1/feedback", who, json=body, **options)


def listed(client):
    content = client.get("/v1/teachers/ada/suggestions?k=50", "ada").json()
    return [item["credential_id"] for item in content["items"]]


def kept(client):
    with Session(client.house.engine) as session:
        return session.exec(select(FeedbackEvent).order_by(col(FeedbackEvent.at))).all()


def keys(client):
    with Session(client.house.engine) as session:
        return session.exec(select(IdempotencyKey)).all()


def test_anonymous(client):
    assert give(client, ("c5", "saved"), who=None).status_code == 401
    assert kept(client) == []


@pytest.mark.parametrize("who", ["cole", "staff", "admin"])
def test_nobody_gives_feedback_for_others(client, who):
    assert give(client, ("c5", "saved"), who=who).status_code == 403
    assert kept(client) == []


def test_another_districts_own_is_not_there(client):
    answer = give(client, ("own", "saved"))
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no micro-credential 'own' in your catalog."


def test_events_are_kept_with_the_servers_moment(client):
    before = datetime.now(UTC)
    answer = give(client, ("c5", "saved"), ("c6", "viewed"))
    assert answer.status_code == 201
    first, second = answer.json()["events"]
    assert (first["credential_id"], first["kind"], first["reason"]) == ("c5", "saved", None)
    assert datetime.fromisoformat(first["at"]) < datetime.fromisoformat(second["at"])
    assert datetime.fromisoformat(second["at"]) - before < timedelta(minutes=1)
    assert [row.kind for row in kept(client)] == [EventKind.SAVED, EventKind.VIEWED]


@pytest.mark.parametrize("kind", ["dismissed", "known", "claimed"])
def test_what_speaks_against_one_hides_it_in_the_next_request(client, kind):
    top = listed(client)[0]
    assert give(client, (top, kind)).status_code == 201
    assert top not in listed(client)


@pytest.mark.parametrize("kind", ["shown", "viewed"])
def test_silence_is_not_refusal(client, kind):
    before = listed(client)
    assert give(client, (before[0], kind)).status_code == 201
    assert listed(client) == before


def test_a_dismissal_is_taken_back(client):
    before = listed(client)
    give(client, (before[0], "dismissed"))
    give(client, (before[0], "saved"))
    assert listed(client) == before


def test_what_was_started_is_in_progress_and_no_longer_suggested(client):
    top = listed(client)[0]
    give(client, (top, "dismissed"), (top, "started"))
    answer = client.get("/v1/teachers/ada/suggestions", "ada").json()
    assert top not in {item["credential_id"] for item in answer["items"]}
    (begun,) = answer["in_progress"]
    assert (begun["credential_id"], begun["status"]) == (top, "started")
    give(client, (top, "dismissed"))
    assert not client.get("/v1/teachers/ada/suggestions", "ada").json()["in_progress"]


def test_the_order_in_a_batch_counts(client):
    top = listed(client)[0]
    give(client, (top, "dismissed"), (top, "saved"))
    assert top in listed(client)
    give(client, (top, "saved"), (top, "dismissed"))
    assert top not in listed(client)


def test_a_dismissal_keeps_its_reason(client):
    event = {"credential_id": "c5", "kind": "dismissed", "reason": "not_now"}
    assert send(client, {"events": [event]}).json()["events"][0]["reason"] == "not_now"
    assert [row.reason for row in kept(client)] == ["not_now"]


def test_a_districts_own_goes_before_a_shared_one(client):
    client.house.rows.credential("c2", SOUTH)
    answer = give(client, ("c2", "saved"), who="zoe")
    assert answer.json()["events"][0]["district_id"] == SOUTH


def test_what_only_a_record_named_takes_feedback_too(client):
    client.house.rows.credential("stub", known=False)
    assert give(client, ("stub", "dismissed")).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"events": []},
        {"events": [{"credential_id": "c5"}]},
        {"events": [{"credential_id": "c5", "kind": "liked"}]},
        {"events": [{"credential_id": "", "kind": "saved"}]},
        {"events": [{"credential_id": "a\x00b", "kind": "saved"}]},
        {"events": [{"credential_id": "x" * 201, "kind": "saved"}]},
        {"events": [{"credential_id": "c5", "kind": "saved", "reason": "not_now"}]},
        {"events": [{"credential_id": "c5", "kind": "dismissed", "reason": "bad teacher"}]},
        {"events": [{"credential_id": "c5", "kind": "saved", "at": "2020-01-01T00:00:00Z"}]},
        {"events": [{"credential_id": "c5", "kind": "saved"}], "teacher_id": "bob"},
        {"events": [{"credential_id": "c5", "kind": "saved"}] * 101},
        [],
        "saved",
    ],
)
def test_a_body_that_cannot_be(client, body):
    answer = send(client, body)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:recommender:problem:invalid-input"
    assert kept(client) == []


def test_all_of_a_batch_or_nothing(client):
    assert give(client, ("c5", "saved"), ("nowhere", "saved")).status_code == 404
    assert kept(client) == []


def test_a_hundred_at_once(client):
    events = [("c5", "viewed")] * 100
    assert give(client, *events).status_code == 201
    moments = [row.at for row in kept(client)]
    assert len(set(moments)) == 100


def test_the_same_key_and_body_count_once(client):
    first = give(client, ("c5", "saved"), headers=KEY)
    second = give(client, ("c5", "saved"), headers=KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert len(kept(client)) == 1


def test_without_a_key_each_request_counts(client):
    give(client, ("c5", "saved"))
    give(client, ("c5", "saved"))
    assert len(kept(client)) == 2


def test_the_same_key_with_another_body_is_refused(client):
    give(client, ("c5", "saved"), headers=KEY)
    answer = give(client, ("c6", "saved"), headers=KEY)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:recommender:problem:already-used"
    assert len(kept(client)) == 1


def test_the_same_key_at_another_address_is_refused(client):
    give(client, ("c5", "saved"), headers=KEY)
    said = {"assessments": [{"framework": "F", "code": "1", "scale_min": 1, "scale_max": 5}]}
    address = "/v1/teachers/ada/self-assessments"
    assert client.request("POST", address, "ada", json=said, headers=KEY).status_code == 409


def test_keys_of_others_have_nothing_to_do_with_it(client):
    assert give(client, ("c5", "saved"), headers=KEY).status_code == 201
    assert give(client, ("c6", "saved"), who="bob", headers=KEY).status_code == 201


def test_a_request_that_failed_leaves_its_key_free(client):
    assert give(client, ("nowhere", "saved"), headers=KEY).status_code == 404
    assert give(client, ("c5", "saved"), headers=KEY).status_code == 201


def expire(client):
    with Session(client.house.engine) as session:
        for row in session.exec(select(IdempotencyKey)):
            row.expires_at = datetime.now(UTC) - timedelta(seconds=1)
        session.commit()


def test_an_expired_key_is_forgotten(client):
    give(client, ("c5", "saved"), headers=KEY)
    expire(client)
    assert give(client, ("c6", "saved"), headers=KEY).status_code == 201
    assert len(kept(client)) == 2
    assert len(keys(client)) == 1


def test_others_expired_keys_are_swept(client):
    give(client, ("c5", "saved"), headers=KEY)
    expire(client)
    give(client, ("c5", "saved"), who="bob", headers={"Idempotency-Key": "another-key"})
    assert [row.key for row in keys(client)] == ["another-key"]


def test_a_key_tells_nothing_of_the_person(client):
    give(client, ("c5", "saved"), headers=KEY)
    (row,) = keys(client)
    told = f"{row.caller} {row.request_hash} {row.answer}"
    assert "ada" not in re.findall(r"\w+", told.lower())  # a hash may hold the letters


@pytest.mark.parametrize("key", ["short", "x" * 201, "with space in", "umlaut-ä-key"])
def test_a_key_that_cannot_be(client, key):
    headers = {"Idempotency-Key": key.encode()}
    assert give(client, ("c5", "saved"), headers=headers).status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": ""},
    ],
)
def test_a_body_that_is_not_declared_as_json(client, headers):
    answer = client.request("POST", "/v1/feedback", "ada", content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert answer.json()["type"] == "urn:recommender:problem:not-json"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b'{"events": NaN}', HALF]
)
def test_a_body_that_is_no_json(client, content):
    headers = {"Content-Type": "application/json"}
    answer = client.request("POST", "/v1/feedback", "ada", content=content, headers=headers)
    assert answer.status_code in {400, 422}


def test_an_event_follows_the_latest_whatever_the_clock_says():
    ahead = datetime.now(UTC) + timedelta(minutes=5)
    assert first_moment(ahead, 1) == ahead + STEP
    assert first_moment(None, 3) <= datetime.now(UTC) - 2 * STEP


def test_an_imported_event_of_the_future_does_not_push_others_there(client):
    later = datetime.now(UTC) + timedelta(days=9)
    client.house.rows.event(("ada", NORTH), "c7", later)
    top = listed(client)[0]
    give(client, (top, "dismissed"))
    assert top not in listed(client)


@pytest.mark.parametrize("kind", ["saved", "started", "dismissed", "known", "claimed"])
def test_whatever_was_said_is_taken_back_by_one_more_event(client, kind):
    before = client.get("/v1/teachers/ada/suggestions", "ada").json()
    top = before["items"][0]["credential_id"]
    give(client, (top, kind), (top, kind))
    body = {"events": [{"credential_id": top, "kind": "undone", "undoes": kind}]}
    answer = client.request("POST", "/v1/feedback", "ada", json=body)
    assert answer.status_code == 201
    assert answer.json()["events"][0]["undoes"] == kind
    assert client.get("/v1/teachers/ada/suggestions", "ada").json() == before


def test_said_and_taken_back_in_one_batch(client):
    before = listed(client)
    events = [
        {"credential_id": before[0], "kind": "dismissed"},
        {"credential_id": before[0], "kind": "undone", "undoes": "dismissed"},
        {"credential_id": before[1], "kind": "dismissed"},
    ]
    client.request("POST", "/v1/feedback", "ada", json={"events": events})
    assert listed(client)[0] == before[0]
    assert before[1] not in listed(client)


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "undone"},
        {"kind": "undone", "undoes": "shown"},
        {"kind": "saved", "undoes": "saved"},
        {"kind": "undone", "undoes": "undone"},
    ],
)
def test_an_undoing_must_say_of_what(client, event):
    body = {"events": [{"credential_id": "c2", **event}]}
    assert client.request("POST", "/v1/feedback", "ada", json=body).status_code == 422
