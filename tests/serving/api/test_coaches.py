import pytest
from sqlalchemy import event

from tests.serving.house import NORTH, assign


def caseload(client, query="", who="cole", coach="cole"):
    return client.get(f"/v1/coaches/{coach}/caseload?{query}", who)


def test_anonymous(client):
    assert client.get("/v1/coaches/cole/caseload").status_code == 401


def test_another_districts_coach_is_not_there(client):
    assert caseload(client, coach="sam").status_code == 404


def test_each_teacher_with_the_first_suggestions(client):
    content = caseload(client, "k=2").json()
    (line,) = content["teachers"]
    assert (line["name"], line["school_id"]) == ("Ada", "School 9")
    alone = client.get("/v1/teachers/ada/suggestions?k=2", "cole").json()
    assert line["suggestions"] == {key: alone[key] for key in line["suggestions"]}
    assert "Their evaluation" in caseload(client).text
    assert content["next"] is None


def test_nobody_is_assigned(client):
    assert caseload(client, who="sam", coach="sam").json()["teachers"] == []


def grow(client, count):
    rows = client.house.rows
    for number in range(count):
        rows.teacher(f"t{number}", NORTH, family_name=f"Name {number % 3}")
        assign(rows, "cole", (f"t{number}", NORTH))


def test_pages_by_name(client):
    grow(client, 7)
    whole = caseload(client, "limit=100").json()["teachers"]
    names = [line["name"] for line in whole]
    assert names == sorted(names)
    found, after = [], ""
    while after is not None:
        page = caseload(client, f"limit=3{after}").json()
        found += page["teachers"]
        after = page["next"] and f"&after={page['next']}"
    assert found == whole
    assert len(found) == 8


def queries_of(client):
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(client.house.engine, "before_cursor_execute", note)
    assert caseload(client, "limit=100").status_code == 200
    event.remove(client.house.engine, "before_cursor_execute", note)
    return len(seen)


def test_as_many_queries_for_many_teachers_as_for_one(client):
    caseload(client)
    few = queries_of(client)
    grow(client, 20)
    assert queries_of(client) == few


@pytest.mark.parametrize("query", ["k=0", "k=51", "limit=0", "limit=101", "after=WyJhIl0"])
def test_what_cannot_be(client, query):
    assert caseload(client, query).status_code == 422
