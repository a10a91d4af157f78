import shutil

from recommender.store.engine import make_engine
from serving.app import create_app
from tests.serving.house import Client
from tests.waiting import until


def parts(answer):
    return {part["name"]: part for part in answer.json()["parts"]}


def test_alive_whatever_happens(house, tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'none' / 'none.db'}")
    client = Client(create_app(house.settings, engine), house)
    assert client.get("/healthz").json() == {"status": "ok"}
    engine.dispose()


def test_ready(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert answer.json()["model_version"] == 1


def test_not_ready_without_a_champion(empty_client):
    answer = empty_client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "not_ready"
    assert parts(answer)["store"]["ready"]
    assert "recommender train" in parts(answer)["champion"]["reason"]


def test_not_ready_without_a_schema(house, tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    answer = Client(create_app(house.settings, engine), house).get("/readyz")
    assert answer.status_code == 503
    assert "recommender db upgrade" in parts(answer)["store"]["reason"]
    engine.dispose()


def test_not_ready_without_a_store(client, tmp_path):
    client.house.engine.dispose()
    (tmp_path / "recommender.db").unlink()
    (tmp_path / "recommender.db").mkdir()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert parts(answer)["store"]["reason"] == "The store cannot be reached."


def test_ready_with_a_word_on_a_refused_newcomer(client):
    house, champion = client.house, client.app.state.service.champion
    assert client.get("/readyz").status_code == 200
    folder = house.save_model("c2")
    version = house.register(folder)
    shutil.rmtree(folder)
    house.promote(version)
    champion._interval = 0

    def told():  # the newcomer is opened beside the requests
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json()["model_version"] == 1
        return parts(answer)["champion"]["reason"]

    assert until(told)
