"""'What we know about you': the API's profile, in plain words."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from recommender.store.tables import CredentialRecord, GrowthGoal
from recommender.vocabulary import SetBy
from serving.portal.known import MOST_SHOWN, age_in_words
from tests.serving.house import MARKUP, NORTH, long_ago
from tests.serving.portal.acting import Browser
from tests.serving.portal.page import read

PATH = "/teachers/ada/known"


def shown(page):
    return page.texts("p", class_="row-title")


def test_anonymous_and_others_see_nothing(client):
    assert client.get(PATH, page=True).status_code == 401
    for who in ("bob", "zoe", "sam", "staff"):
        answer = client.get(PATH, who, page=True)
        assert answer.status_code == 403
        assert "1.0625" not in answer.text


def test_every_fact_of_the_profile_is_shown(client):
    client.house.rows.event(("ada", NORTH), "c5", datetime.now(UTC))
    profile = client.get("/v1/teachers/ada/profile", "ada").json()
    page = Browser(client).page(PATH)
    assert shown(page) == [
        *(record["credential"]["title"] for record in profile["records"]),
        "F 1: Planning",
        "F 2: Questioning",
        "Credential 5",
    ]
    text = " ".join(page.all("main")[0].text.split())
    assert "1.0625 on a scale of 1 to 4" in text
    assert "30 days ago" in text
    assert "School 9" in text
    assert "learned here on" in text


def test_a_new_teacher_is_told_what_will_show(client):
    page = Browser(client, "odd").page("/teachers/a%2Fc/known")
    assert shown(page) == []
    assert len(page.texts("p", class_="empty")) == 7
    text = page.all("main")[0].text
    assert "That is not read as a low one." in text
    assert page.all("a", href="/teachers/a%2Fc/self-assessment")


def test_a_coach_reads_of_the_teacher(client):
    page = Browser(client, "cole").page(PATH)
    assert page.texts("h1") == ["What is known of Ada"]
    assert "You" not in page.all("main")[0].text.replace("Your caseload", "").replace(
        "Your work", ""
    )


def test_a_goal_says_who_set_it(client):
    rows = client.house.rows
    with Session(client.house.engine) as session:
        session.add(
            GrowthGoal(
                teacher_id=rows._teacher(("ada", NORTH)),
                goal_key=f"pathway:{MARKUP}",
                pathway=MARKUP,
                set_on=long_ago(3),
                set_by=SetBy.COACH,
            )
        )
        session.commit()
    page = Browser(client).page(PATH)
    assert f"Pathway: {MARKUP}" in shown(page)
    assert "Set by a coach" in page.all("main")[0].text


def test_an_undated_record_says_so(client):
    client.house.rows.record(("ada", NORTH), "c3", source="badges")
    text = " ".join(Browser(client).page(PATH).all("main")[0].text.split())
    assert "day not known, learned here on" in text
    assert "From: badges" in text


def test_own_words_are_taken_back_here_too(client):
    ada = Browser(client)
    ada.page("/teachers/ada")
    ada.send("/teachers/ada/feedback", credential_id="c5", say="known")
    client.house.rows.event(("ada", NORTH), "c6", datetime.now(UTC))
    page = ada.page(PATH)
    assert [b.attributes["value"] for b in page.all("button", name="kind")] == ["known"]
    ada.follow(ada.send("/teachers/ada/undo", credential_id="c5", kind="known"))
    assert "Credential 5" not in shown(ada.page(PATH))


def test_a_long_history_keeps_the_page_small(client):
    rows = client.house.rows
    teacher, credential = rows._teacher(("ada", NORTH)), rows._credential("markup")
    with Session(client.house.engine) as session:
        session.add_all(
            CredentialRecord(
                teacher_id=teacher,
                credential_id=credential,
                status="expired",
                on=datetime(2020, 1, 1, minute=number % 60, hour=number // 60, tzinfo=UTC),
            )
            for number in range(300)
        )
        session.commit()
    page = read(client.get(PATH, "ada", page=True))
    assert f"The latest {MOST_SHOWN} of 301." in page.texts("p", class_="quiet")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, ""),
        (0, "today"),
        (1, "yesterday"),
        (60, "60 days ago"),
        (61, "2 months ago"),
        (700, "23 months ago"),
        (731, "2 years ago"),
    ],
)
def test_an_age_in_words(days, words):
    assert age_in_words(days) == words
