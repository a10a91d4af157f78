"""The self-assessment: a short form whose answers count at once, the API's own way."""

import pytest
from sqlmodel import Session

from recommender.store.tables import SelfAssessment
from serving.portal.frameworks import MOST_IN_A_PART
from tests.serving.house import MARKUP, NORTH, long_ago
from tests.serving.portal.acting import Browser, notices
from tests.serving.portal.page import read

PATH = "/teachers/ada/self-assessment"
PART = f"{PATH}?framework=F&part=F"


@pytest.fixture
def ada(client):
    browser = Browser(client)
    browser.page(PATH)
    return browser


def said(client):
    content = client.get("/v1/teachers/ada/profile", "ada").json()
    return {
        item["standard"]["code"]: (item["level"], item["wants_to_grow"])
        for item in reversed(content["self_assessments"])
    }


def checked(page):
    boxes = [box for box in page.all("input") if "checked" in box.attributes]
    return {box.attributes["name"]: box.attributes["value"] for box in boxes}


def test_only_the_teacher_is_asked(client):
    assert client.get(PATH, page=True).status_code == 401
    for who in ("bob", "cole", "admin", "staff"):
        assert client.get(PATH, who, page=True).status_code == 403


def test_each_standard_is_a_fieldset_with_labels(ada):
    page = ada.page(PATH)
    assert page.texts("legend") == ["Planning F 1", "Questioning F 2"]
    assert len(page.all("input", type="radio")) == 2 * 6
    assert checked(page) == {"level:1": "", "level:2": ""}
    assert page.texts("label").count("I want to grow here") == 2


def test_answers_are_kept_and_shown_again(ada, client):
    answer = ada.send(PART, **{"level:1": "2", "grow:1": "1", "level:2": ""})
    assert answer.headers["Location"] == f"{PART}&kept=1#done"
    page = ada.follow(answer)
    assert notices(page)[0].startswith("Kept.")
    assert said(client) == {"1": (2.0, True)}
    assert checked(page) == {"level:1": "2", "grow:1": "1", "level:2": ""}


def test_the_next_list_counts_them(ada, client):
    ada.send(PART, **{"level:1": "2", "level:2": "5"})
    text = " ".join(ada.page("/teachers/ada").all("main")[0].text.split())
    assert "Self-assessments: 2" in text


def test_an_answer_is_changed_and_taken_away(ada, client):
    ada.send(PART, **{"level:1": "2", "level:2": "4"})
    ada.send(PART, **{"level:1": "3", "level:2": "4"})
    assert said(client) == {"1": (3.0, False), "2": (4.0, False)}
    ada.send(PART, **{"level:1": "", "level:2": "4"})
    assert said(client) == {"1": (None, False), "2": (4.0, False)}


def test_without_a_change_there_is_an_error_summary(ada, client):
    answer = ada.send(PART, **{"level:1": "", "level:2": ""})
    assert answer.status_code == 422
    page = read(answer)
    assert page.texts("title")[0].startswith("Error: ")
    assert page.all("section", role="alert")[0].attributes["id"] == "errors"
    assert said(client) == {}
    assert page.all("input", name="csrf")[0].attributes["value"] == ada.csrf


@pytest.mark.parametrize("level", ["0", "6", "x", "nan", "1e999"])
def test_a_level_off_the_scale_is_refused(ada, client, level):
    assert ada.send(PART, **{"level:1": level}).status_code == 422
    assert said(client) == {}


def test_what_is_on_another_part_is_not_read(ada, client):
    assert ada.send(PART, **{"level:F": "3", "level:ghost": "3"}).status_code == 422
    assert said(client) == {}


@pytest.mark.parametrize("query", ["framework=G", "framework=F&part=G", "framework=%00"])
def test_a_framework_that_is_not_there(ada, query):
    assert ada.open(f"{PATH}?{query}").status_code in {404, 422}


def test_an_answer_on_another_scale_is_not_taken_for_one_on_ours(ada, client):
    rows = client.house.rows
    with Session(client.house.engine) as session:
        session.add(
            SelfAssessment(
                teacher_id=rows._teacher(("ada", NORTH)),
                standard_id=rows.ids["standard", "F", "1"],
                level=3,
                scale_min=0,
                scale_max=4,
                taken_on=long_ago(9),
                wants_to_grow=True,
            )
        )
        session.commit()
    assert checked(ada.page(PATH)) == {"level:1": "", "grow:1": "1", "level:2": ""}


def test_parts_and_frameworks_are_chosen(ada, client):
    rows = client.house.rows
    rows.standard("G", "G")
    rows.standard("G", "a", "G", title=MARKUP)
    rows.standard("G", "b", "G", title="Second")
    for number in range(MOST_IN_A_PART + 1):
        rows.standard("G", f"a{number}", "a")
    rows.standard("G", "b1", "b")
    page = ada.page(f"{PATH}?framework=G")
    assert page.texts("option") == ["F", "G"]
    assert [link.text for link in page.all("a") if "part=" in link.attributes["href"]] == [
        f"{MARKUP} (1 of 2)",
        f"{MARKUP} (2 of 2)",
        "Second",
    ]
    assert page.texts("legend") == [f"a{number}" for number in range(MOST_IN_A_PART)]
    answer = ada.send(f"{PATH}?framework=G&part=a%2F2", **{"level:a30": "1"})
    page = ada.follow(answer)
    assert "Go on with Second" in notices(page)[0]


def test_a_house_without_standards(ada, client, monkeypatch):
    monkeypatch.setattr("serving.portal.self_assessment.framework_names", lambda _session: [])
    assert "There is no framework yet" in ada.page(PATH).texts("h2")
