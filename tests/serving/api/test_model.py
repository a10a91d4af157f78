from recommender.clock import today


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
    answer = client.get("/v1/model", "ada", headers={"If-None-Match": before})
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
