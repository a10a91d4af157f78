from sqlmodel import Session

from recommender.clock import today
from recommender.store.tables import ModelVersion
from serving.app import create_app
from tests.serving.house import Client
from tests.waiting import until


def test_anonymous(client):
    assert client.get("/v1/model").status_code == 401


def test_the_champion_its_snapshot_and_how_it_was_judged(client):
    content = client.get("/v1/model", "ada").json()
    assert content["version"] == 1
    assert content["as_of"] == today().isoformat()
    assert content["evidence"] == ["growth_area", "popular"]
    assert content["credentials"] == 26
    assert content["metrics"]["figures"]["blend"]["ndcg_at_10"] == 0.25
    assert content["problem"] == ""


def test_without_a_champion(empty_client):
    answer = empty_client.get("/v1/model", "ada")
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:recommender:problem:no-champion"


def test_a_promotion_has_another_tag(client):
    before = client.get("/v1/model", "ada").headers["ETag"]
    client.house.train("c2")
    client.app.state.service.champion._interval = 0

    def changed():  # the new one is loaded beside the requests
        answer = client.get("/v1/model", "ada", headers={"If-None-Match": before})
        return answer if answer.status_code == 200 else None

    assert until(changed).json()["version"] == 2


CARD = {
    "intended_use": ["To suggest."],
    "not_for": ["Not for judging teachers."],
    "data": {
        "as_of": "2026-06-30",
        "snapshot_hash": "abc",
        "districts": 2,
        "counts": {"teachers": 5},
        "undated_records": 0,
    },
    "segments": ["0", "1-2"],
    "weights": {"popular": [0.5, 1.0]},
    "metrics": {"blend": {"all": {"learners": 40, "ndcg_at_10": 0.25}}},
    "limits": ["It learned what teachers took up."],
    "notes": [],
}


def test_the_card_is_told_and_can_be_read(client):
    assert client.get("/v1/model", "ada").json()["card"] is None
    assert client.get("/v1/model/card", "ada").status_code == 404
    engine = client.house.engine
    with Session(engine) as session:
        version = session.get(ModelVersion, 1)
        version.metrics = version.metrics | {"card": CARD}
        session.add(version)
        session.commit()
    again = Client(create_app(client.house.settings, engine), client.house)
    content = again.get("/v1/model", "ada").json()
    assert content["card"] == CARD
    assert "card" not in content["metrics"]
    answer = again.get("/v1/model/card", "ada")
    assert answer.headers["content-type"].startswith("text/markdown")
    assert "| all | 40 | 0.2500 |" in answer.text
