"""The shortest way gives what the documented route gives, and never what was true before."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlmodel import Session, select

from recommender.clock import today
from recommender.store.tables import Credential, DistrictSetting, Identity, Teacher
from recommender.vocabulary import EventKind, Role
from serving.api.suggestions import shortcut
from serving.api.suggestions.shortcut import Shortcut
from serving.auth.caller import find_caller
from serving.live.suggestions import suggest_to
from tests.serving.house import NORTH, House, long_ago

PATH = "/v1/teachers/ada/suggestions"
QUERIES = (
    "",
    "?k=3",
    "?k=2&include_reasons=false",
    "?standard=F:2",
    "?issuer=issuer&max_hours=9",
    "?after=WyIiLCJjMiJd",
    "?k=0",
    "?k=3&k=4",
    "?standard=none",
    "?unknown=1",
)


@pytest.fixture(autouse=True)
def one_token_each(monkeypatch):
    """Everybody sends one token all the time, as a browser does; answers are kept by it."""
    mint, minted = House.token, {}

    def token(house, who, **options):
        if who not in minted:
            minted[who] = mint(house, who, **options)
        return minted[who]

    monkeypatch.setattr(House, "token", token)


@pytest.fixture
def bypassed(monkeypatch):
    """Let every request take the route."""

    def bypass():
        monkeypatch.setattr(shortcut, "_asked", lambda _scope: None)
        return monkeypatch

    return bypass


def answers(client, who, queries=QUERIES):
    found = [client.get(PATH + query, who) for query in queries]
    return [
        (a.status_code, {**a.json(), "request_id": ""}, a.headers["content-type"]) for a in found
    ]


@pytest.mark.parametrize("who", ["ada", "bob", "cole", "zoe", "staff"])
def test_both_ways_give_the_same_answer(client, who, bypassed):
    shortest = answers(client, who)
    again = answers(client, who)
    patch = bypassed()
    assert answers(client, who) == shortest == again
    patch.undo()


def test_an_answer_is_remembered(client, monkeypatch):
    client.get(PATH, "ada")  # the route reads the catalog
    first = client.get(PATH, "ada")
    made = []
    monkeypatch.setattr(Shortcut, "_make", lambda *_args: made.append(1))
    assert client.get(PATH, "ada").content == first.content
    assert not made


def changed(client, change):
    """Return the list before and after a change that another process commits."""
    for _ in range(3):
        before = client.get(PATH, "ada").json()
    with Session(client.house.engine) as session:
        change(session)
        session.commit()
    return before, client.get(PATH, "ada").json()


def test_an_event_of_another_process_counts_in_the_next_answer(client):
    dismissed = client.get(PATH, "ada").json()["items"][0]["credential_id"]
    rows = client.house.rows

    def change(_session):
        rows.event(("ada", NORTH), dismissed, datetime.now(UTC), EventKind.DISMISSED)

    _, after = changed(client, change)
    assert dismissed not in {item["credential_id"] for item in after["items"]}


def test_a_setting_counts_in_the_next_answer(client):
    def change(session):
        session.add(
            DistrictSetting(
                district_id=NORTH, name="need_share", value=0.5, valid_from=today(), set_by="t"
            )
        )

    before, after = changed(client, change)
    assert (before["policy"]["need_share"], after["policy"]["need_share"]) == (0.25, 0.5)


def test_a_changed_catalog_counts_in_the_next_answer(client):
    def change(session):
        session.exec(update(Credential).values(title="New"))

    before, after = changed(client, change)
    assert {item["title"] for item in before["items"]} != {"New"}
    assert {item["title"] for item in after["items"]} == {"New"}


def test_a_teacher_who_is_gone_is_not_answered_from_memory(client):
    def change(session):
        teacher = session.get(Teacher, client.house.rows._teacher(("ada", NORTH)))
        teacher.source_id = "gone"

    for _ in range(3):
        assert client.get(PATH, "ada").status_code == 200
    with Session(client.house.engine) as session:
        change(session)
        session.commit()
    assert client.get(PATH, "ada").status_code == 404


def test_a_new_day_is_a_new_answer(client, monkeypatch):
    for _ in range(3):
        before = client.get(PATH, "ada").json()
    for module in ("serving.api.suggestions.shortcut", "serving.live.catalog"):
        monkeypatch.setattr(f"{module}.today", lambda: long_ago(-1))
    assert client.get(PATH, "ada").json()["as_of"] > before["as_of"]


def test_a_promotion_is_not_hidden_by_what_is_remembered(client):
    champion = client.app.state.service.champion
    champion._interval, champion._aside = 0, None
    assert {client.get(PATH, "ada").json()["model_version"] for _ in range(3)} == {1}
    version = client.house.train("c2")
    assert {client.get(PATH, "ada").json()["model_version"] for _ in range(3)} == {version}


def test_who_asks_at_the_same_time_changes_nobodys_answer(client, monkeypatch):
    everybody = ["ada", "bob", "cole", "zoe", "staff"] * 2
    tokens = {who: client.house.token(who) for who in everybody}
    asked = [shortcut._Asked(tokens[who], "ada", b"k=3") for who in everybody]
    client.get(PATH, "ada")  # the route reads the catalog
    goes = []

    def noted(*given, **options):
        goes.append(len(given[4]))
        return suggest_to(*given, **options)

    monkeypatch.setattr(shortcut, "suggest_to", noted)

    async def at_once(shortest):
        return await asyncio.gather(*map(shortest._answer, asked))

    async def one_by_one(shortest):
        return [await shortest._answer(one) for one in asked]

    told = []
    for way in (at_once, one_by_one):
        shortest = Shortcut(None, client.app.state.service, 0)
        told.append([one and one.body for one in asyncio.run(way(shortest))])
    assert told[0] == told[1]
    assert any(told[0])
    assert max(goes[: len(goes) // 2]) > 1


def test_a_list_that_fails_leaves_the_others_to_the_route(client, monkeypatch):
    def broken(*_given, **_options):
        raise ValueError("a defect")

    client.get(PATH, "ada")
    before = client.get(PATH, "ada").json()
    monkeypatch.setattr(shortcut, "suggest_to", broken)
    client.house.rows.event(("ada", NORTH), "c3", datetime.now(UTC), EventKind.VIEWED)
    assert client.get(PATH, "ada").json()["items"] == before["items"]


def test_a_promotion_asks_nobody_anew_who_they_are(client, monkeypatch):
    champion = client.app.state.service.champion
    champion._interval, champion._aside = 0, None
    client.get(PATH, "ada")
    looked_up = []
    monkeypatch.setattr(
        "serving.api.suggestions.shortcut.find_caller",
        lambda *given: looked_up.append(given) or find_caller(*given),
    )
    version = client.house.train("c2")
    assert {client.get(PATH, "ada").json()["model_version"] for _ in range(3)} == {version}
    assert not looked_up
    with Session(client.house.engine) as session:
        session.exec(select(Identity)).first().role = Role.ADMIN
        session.commit()
    client.get(PATH, "ada")
    assert looked_up


def test_the_log_and_the_metrics_name_the_route(client, logs, capsys):
    for _ in range(3):
        client.get(PATH, "ada")
    assert capsys.readouterr().err.count('"/v1/teachers/{teacher_id:path}/suggestions"') == 3


def test_each_request_counts_once_against_the_limit(client):
    limit = client.app.state.service.limit
    limit._a_second, limit._burst = 1e-9, 5.0
    statuses = [client.get(PATH, "ada").status_code for _ in range(5)]
    assert statuses == [200] * 5
    assert client.get(PATH, "ada").status_code == 429
