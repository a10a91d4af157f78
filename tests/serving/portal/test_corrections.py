import json

import numpy as np
import pytest
from sqlmodel import Session, select

from features.live import read_catalog, read_states
from features.snapshot import build_snapshot
from recommender.clock import day_end_ms, today
from recommender.store.tables import Correction
from serving.portal.corrections import MOST_OPEN, ROSTER
from tests.serving.house import NORTH
from tests.serving.portal.acting import send

KNOWN = "/teachers/ada/known"


def corrections(client):
    with Session(client.house.engine) as session:
        return session.exec(select(Correction)).all()


def call(client, about=ROSTER, **form):
    return send(client, "/teachers/ada/wrong", "ada", page=KNOWN, about=about, **form)


def rating_name(client):
    page = client.get("/teachers/ada/wrong?kind=ratings&number=0", "ada", page=True).text
    return page.partition('name="about" value="')[2].partition('"')[0]


def test_a_word_reaches_data_staff_and_the_answer_the_teacher(client):
    assert call(client, note="I moved to another school").status_code == 303
    staff = client.get("/corrections", "staff", page=True).text
    assert ROSTER in staff
    assert "I moved to another school" in staff
    assert "have not answered yet" in client.get(KNOWN, "ada", page=True).text
    (one,) = corrections(client)
    answered = send(
        client,
        f"/corrections/{one.id}",
        "staff",
        page="/corrections",
        state="mended",
        answer="Right, thank you",
    )
    assert answered.status_code == 303
    assert "Right, thank you" in client.get(KNOWN, "ada", page=True).text


def test_no_level_reaches_data_staff(client):
    call(client, rating_name(client))
    staff = client.get("/corrections", "staff", page=True).text
    assert "Evaluation rating: F" in staff
    assert "1.06" not in staff
    assert "3.9" not in staff


def test_only_facts_of_ones_own_can_be_called_wrong(client):
    assert call(client, "Record: somebody else's").status_code == 422
    gone = client.get("/teachers/ada/wrong?kind=ratings&number=99", "ada", page=True)
    assert gone.status_code == 404
    assert client.get("/teachers/ada/wrong?kind=x", "ada", page=True).status_code == 404
    assert not corrections(client)


def test_said_twice_it_stands_once(client):
    call(client)
    call(client)
    assert len(corrections(client)) == 1


def test_a_word_is_bounded_and_shown_as_it_was_written(client):
    assert call(client, note="x" * 1001).status_code == 422
    call(client, note="<b>bold</b>\x00")
    assert "&lt;b&gt;bold&lt;/b&gt;" in client.get("/corrections", "staff", page=True).text


def test_nobody_fills_the_desk_of_the_data_staff(client):
    teacher = client.house.rows._teacher(("ada", NORTH))
    with Session(client.house.engine) as session:
        session.add_all(Correction(teacher_id=teacher, about=str(n)) for n in range(MOST_OPEN))
        session.commit()
    assert call(client).status_code == 422


def test_another_districts_staff_see_and_answer_nothing(client):
    call(client)
    (one,) = corrections(client)
    assert ROSTER not in client.get("/corrections", "admin of south", page=True).text
    refused = send(
        client,
        f"/corrections/{one.id}",
        "admin of south",
        page="/settings",
        state="stands",
    )
    assert refused.status_code == 404


@pytest.mark.parametrize("form", [{}, {"state": "open"}, {"state": "mended", "answer": "x" * 1001}])
def test_an_answer_that_says_nothing_is_refused(client, form):
    call(client)
    (one,) = corrections(client)
    page = {"page": "/corrections"}
    assert send(client, f"/corrections/{one.id}", "staff", **page, **form).status_code == 422


def evaluations(client, value):
    path = "/teachers/ada/evaluations"
    return send(client, path, "ada", page=KNOWN, evaluations=value)


def state_of(client):
    engine = client.house.engine
    with Session(engine) as session:
        axes = read_catalog(session, today()).axes
        id_ = client.house.rows._teacher(("ada", NORTH))
        return read_states(session, [id_], axes, day_end_ms(today()))


def items(client):
    return client.get("/v1/teachers/ada/suggestions?k=20", "ada").json()["items"]


def test_evaluations_left_out_count_for_nothing_and_come_back(client):
    before = items(client)
    assert any(reason["evidence"] == "growth_area" for item in before for reason in item["reasons"])
    assert evaluations(client, "out").status_code == 303
    assert not len(state_of(client).ratings.rows)
    without = items(client)
    assert without != before
    assert not any(
        reason["evidence"] == "growth_area" for item in without for reason in item["reasons"]
    )
    page = client.get(KNOWN, "ada", page=True).text
    assert "Evaluations are left out of your suggestions" in page
    evaluations(client, "in")
    assert items(client) == before


def test_a_snapshot_has_nothing_of_what_was_left_out(client, tmp_path):
    def levels():
        snapshot = build_snapshot(client.house.engine, today(), tmp_path)
        return snapshot.states().ratings.rows["level"]

    assert len(levels())
    evaluations(client, "out")
    assert not len(levels())
    assert np.isfinite(levels()).all()


def test_a_choice_that_is_none_is_refused(client):
    assert evaluations(client, "maybe").status_code == 422


def test_the_download_begins_with_what_was_earned(client):
    answer = client.get("/teachers/ada/download", "ada", page=True)
    assert "attachment" in answer.headers["content-disposition"]
    content = json.loads(answer.text)
    assert next(iter(content)) == "earned"
    assert [one["title"] for one in content["earned"]] == ["Credential 1"]
    assert content["ratings"][0]["level"] is not None
    assert content["email"] == "ada@north.example"
