import pytest

from serving.api.credentials.schemas import CredentialOut
from tests.serving.house import MARKUP, SOUTH, long_ago


def test_anonymous(client):
    assert client.get("/v1/credentials/c1").status_code == 401


def test_another_districts_own_is_not_there(client):
    answer = client.get("/v1/credentials/own", "ada")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no micro-credential 'own' in your catalog."


def test_a_shared_one(client):
    content = client.get("/v1/credentials/c2", "ada").json()
    assert content["credential_id"] == "c2"
    assert content["district_id"] == ""
    assert content["hours"] == 2
    assert content["alignments"] == [
        {"framework": "F", "code": "2", "title": "Questioning", "strength": 0.54}
    ]


def test_what_is_unknown_is_null(client):
    content = client.get("/v1/credentials/c2", "ada").json()
    assert content["cost_usd"] is None
    assert content["needs_students"] is None
    assert content["retired_on"] is None
    assert content["quality"] == "unknown"


def test_lists_are_lists(client):
    client.house.rows.credential("many", grade_bands="K-2|3-5", prerequisites="c1|c2")
    content = client.get("/v1/credentials/many", "ada").json()
    assert content["grade_bands"] == ["K-2", "3-5"]
    assert content["prerequisites"] == ["c1", "c2"]
    assert content["serves"] == []


def test_a_districts_own_goes_before_a_shared_one(client):
    client.house.rows.credential("c2", SOUTH, title="South's second")
    assert client.get("/v1/credentials/c2", "zoe").json()["title"] == "South's second"
    assert client.get("/v1/credentials/c2", "ada").json()["title"] == "Credential 2"


def test_what_only_a_record_named_is_not_there(client):
    client.house.rows.credential("stub", known=False)
    assert client.get("/v1/credentials/stub", "ada").status_code == 404


def test_an_alignment_that_ended_is_left_out(client):
    client.house.rows.align("c2", "F", "1", valid_from=long_ago(9), valid_to=long_ago(1))
    assert len(client.get("/v1/credentials/c2", "ada").json()["alignments"]) == 1


def test_text_is_given_as_it_is(client):
    assert client.get("/v1/credentials/markup", "ada").json()["title"] == MARKUP


@pytest.mark.parametrize("credential", ["", "%00", "x" * 201])
def test_ids_that_cannot_be(client, credential):
    assert client.get(f"/v1/credentials/{credential}", "ada").status_code == 422


def test_the_documented_example_is_a_true_one():
    example = CredentialOut.model_json_schema()["examples"][0]
    assert CredentialOut.model_validate(example).model_dump(mode="json") == example
