import pytest


def search(client, query="", who="ada"):
    return client.get(f"/v1/standards?{query}", who)


def codes(answer):
    return [(item["framework"], item["code"]) for item in answer.json()["items"]]


def test_anonymous(client):
    assert client.get("/v1/standards").status_code == 401


def test_every_standard_with_its_parent(client):
    answer = search(client)
    assert codes(answer) == [("F", "1"), ("F", "2"), ("F", "F")]
    assert answer.json()["items"][1] == {
        "framework": "F",
        "code": "2",
        "title": "Questioning",
        "parent": "F",
        "verified": False,
        "source": "",
    }


def test_of_one_framework_and_with_a_word(client):
    client.house.rows.standard("G", "1", title="Planning too")
    assert codes(search(client, "framework=G")) == [("G", "1")]
    assert codes(search(client, "q=pLANNING")) == [("F", "1"), ("G", "1")]
    assert codes(search(client, "q=%25")) == []
    assert codes(search(client, "framework=nowhere")) == []


def test_pages(client):
    first = search(client, "limit=2").json()
    second = search(client, f"limit=2&after={first['next']}").json()
    assert [item["code"] for item in first["items"] + second["items"]] == ["1", "2", "F"]
    assert second["next"] is None


@pytest.mark.parametrize("query", ["limit=0", "after=!", "framework=%00", "q="])
def test_a_search_that_cannot_be(client, query):
    assert search(client, query).status_code == 422
