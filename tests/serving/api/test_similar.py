import numpy as np
import pytest
from sqlmodel import Session

from features.live import read_catalog
from models.blend import Blend
from models.bundle import save_bundle
from models.signals import SignalWeights
from models.similar_content import SimilarContent
from recommender.clock import today
from tests.serving.house import SOUTH, long_ago

DIRECTIONS = {"c1": (1, 0), "c2": (0.8, 0.6), "c3": (0, 1), "c4": (-1, 0), "own": (0.9, 0.1)}


@pytest.fixture
def with_texts(client):
    """A model that knows the texts of a few."""
    house = client.house
    house.rows.credential("gone", retired_on=long_ago(0))
    with Session(house.engine) as session:
        axes = read_catalog(session, today()).axes
    directions = DIRECTIONS | {"gone": (1, 0)}
    vectors = np.array([directions.get(key[1], (0, 0)) for key in axes.credentials], np.float32)
    content = SimilarContent(vectors, 1.0, SignalWeights())
    blend = Blend((content.name,), np.ones((4, 1), dtype=np.float32))
    folder = save_bundle(house.settings.artifacts_dir, axes, (content,), blend, {})
    house.promote(house.register(folder))
    client.app.state.service.champion._interval = 0
    return client


def similar(client, credential="c1", who="ada", query=""):
    return client.get(f"/v1/credentials/{credential}/similar{query}", who)


def test_anonymous(client):
    assert client.get("/v1/credentials/c1/similar").status_code == 401


def test_another_districts_own_is_not_there(with_texts):
    assert similar(with_texts, "own").status_code == 404
    assert [i["credential_id"] for i in similar(with_texts).json()["items"]] == ["c2"]


def test_the_closest_first_with_ones_own_districts(with_texts):
    items = similar(with_texts, who="zoe").json()["items"]
    assert [(i["credential_id"], i["district_id"]) for i in items] == [("own", SOUTH), ("c2", "")]
    assert [i["closeness"] for i in items] == [0.9, 0.8]


def test_what_says_nothing_is_close_to_nothing(with_texts):
    assert similar(with_texts, "c9").json()["items"] == []


def test_at_most_so_many(with_texts):
    assert len(similar(with_texts, who="zoe", query="?k=1").json()["items"]) == 1
    assert similar(with_texts, query="?k=0").status_code == 422


def test_a_model_without_texts_or_older_than_it(client):
    assert similar(client).json() == {"credential_id": "c1", "items": []}
    client.house.rows.credential("new")
    assert similar(client, "new").json()["items"] == []


def test_the_suggestions_of_such_a_model_are_told_in_both_voices(with_texts):
    for who, word in (("ada", "your"), ("cole", "their")):
        items = with_texts.get("/v1/teachers/ada/suggestions", who).json()["items"]
        text = items[0]["reasons"][0]["text"]
        assert word in text.lower()
