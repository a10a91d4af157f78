import pytest
from sqlmodel import Session, col, select

from recommender.clock import today
from recommender.store.tables import SelfAssessment

ADDRESS = "/v1/teachers/ada/self-assessments"


def said(code="1", level=1.0, **changes):
    base = {"framework": "F", "code": code, "level": level, "scale_min": 1, "scale_max": 5}
    return base | changes


def assess(client, *assessments, who="ada", address=ADDRESS, **options):
    body = {"assessments": list(assessments)}
    return client.request("POST", address, who, json=body, **options)


def kept(client):
    with Session(client.house.engine) as session:
        return session.exec(select(SelfAssessment).order_by(col(SelfAssessment.id))).all()


def test_anonymous(client):
    assert assess(client, said(), who=None).status_code == 401


def test_another_districts_teacher_is_not_there(client):
    address = "/v1/teachers/zoe/self-assessments"
    assert assess(client, said(), address=address).status_code == 404


@pytest.mark.parametrize("who", ["bob", "cole", "staff", "admin"])
def test_nobody_speaks_for_others(client, who):
    assert assess(client, said(), who=who).status_code == 403
    assert kept(client) == []


def test_it_is_kept_as_of_today(client):
    answer = assess(client, said(), said("2", level=None, wants_to_grow=True))
    assert answer.status_code == 201
    assert answer.json() == {
        "taken_on": today().isoformat(),
        "added": 2,
        "changed": 0,
        "unchanged": 0,
    }
    first, second = kept(client)
    assert (first.level, first.scale_min, first.scale_max) == (1.0, 1.0, 5.0)
    assert (second.level, second.wants_to_grow) == (None, True)


def test_a_later_word_supersedes_and_overwrites_nothing(client):
    assess(client, said(level=1))
    assert assess(client, said(level=4)).json()["changed"] == 1
    earlier, later = kept(client)
    assert (earlier.level, earlier.superseded_at is None) == (1.0, False)
    assert (later.level, later.superseded_at is None) == (4.0, True)


def test_the_same_word_again_changes_nothing(client):
    assess(client, said())
    assert assess(client, said()).json()["unchanged"] == 1
    assert len(kept(client)) == 1


def test_it_is_in_the_profile_of_the_next_request(client):
    assess(client, said(level=2))
    (shown,) = client.get("/v1/teachers/ada/profile", "ada").json()["self_assessments"]
    assert (shown["standard"]["code"], shown["level"], shown["age_days"]) == ("1", 2.0, 0)


def test_a_standard_that_is_not_there(client):
    answer = assess(client, said(), said("nine"))
    assert answer.status_code == 404
    assert kept(client) == []


@pytest.mark.parametrize(
    "assessments",
    [
        [],
        [said(), said(level=2)],
        [said(level=0)],
        [said(level=6)],
        [said(scale_min=5, scale_max=5)],
        [said(scale_max=1e300)],
        [said(scale_min="low")],
        [said(taken_on="2020-01-01")],
        [said(str(number)) for number in range(101)],
    ],
)
def test_what_cannot_be(client, assessments):
    assert assess(client, *assessments).status_code == 422
    assert kept(client) == []


def test_not_a_number(client):
    headers = {"Content-Type": "application/json"}
    for word in ("NaN", "Infinity", "1e999"):
        body = (
            '{"assessments": [{"framework": "F", "code": "1", "scale_min": 1, "scale_max": 5,'
            f' "level": {word}}}]}}'
        )
        answer = client.request("POST", ADDRESS, "ada", content=body, headers=headers)
        assert answer.status_code == 422


def test_the_same_key_counts_once(client):
    headers = {"Idempotency-Key": "one-and-the-same"}
    first = assess(client, said(level=1), headers=headers)
    assess(client, said(level=2))
    assert assess(client, said(level=1), headers=headers).content == first.content
    assert [row.level for row in kept(client) if row.superseded_at is None] == [2.0]
