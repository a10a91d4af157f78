import pytest
from sqlmodel import Session

from recommender.store.tables import District, QualityReview
from serving.api.credentials.schemas import CredentialOut
from tests.serving.house import MARKUP, NORTH, SOUTH, long_ago


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


@pytest.mark.parametrize("credential", ["%20%00", "%00", "x" * 201])
def test_ids_that_cannot_be(client, credential):
    assert client.get(f"/v1/credentials/{credential}", "ada").status_code == 422


def test_the_documented_example_is_a_true_one():
    example = CredentialOut.model_json_schema()["examples"][0]
    assert CredentialOut.model_validate(example).model_dump(mode="json") == example


def search(client, query="", who="ada"):
    return client.get(f"/v1/credentials?limit=200&{query}", who)


def ids(answer):
    return [item["credential_id"] for item in answer.json()["items"]]


def test_the_catalog_needs_a_token(client):
    assert client.get("/v1/credentials").status_code == 401


def test_the_catalog_of_ones_own_district(client):
    assert len(ids(search(client))) == 25
    assert "own" not in ids(search(client))
    assert "own" in ids(search(client, who="zoe"))


def test_each_line_is_what_the_single_request_shows(client):
    for item in search(client, "q=dential 2").json()["items"]:
        assert client.get(f"/v1/credentials/{item['credential_id']}", "ada").json() == item


def test_all_words_must_stand_in_it(client):
    assert ids(search(client, "q=dential 23")) == ["c23"]
    assert ids(search(client, "q=CREDENTIAL issuer 7")) == ["c17", "c7"]
    assert ids(search(client, "q=bold")) == ["markup"]
    assert ids(search(client, "q=%25")) == []
    assert ids(search(client, "q=_")) == []


def test_filters(client):
    assert ids(search(client, "issuer=issuer&max_hours=2")) == ["c1", "c2"]
    assert ids(search(client, "standard=F:2&max_hours=4")) == ["c2", "c4", "markup"]
    assert ids(search(client, "standard=F:9")) == []
    client.house.rows.credential("free", cost_usd=0, stack="Talk", kind="course")
    client.house.rows.credential("dear", cost_usd=80, stack="Talk")
    assert ids(search(client, "stack=Talk")) == ["dear", "free"]
    assert ids(search(client, "stack=Talk&max_cost=10")) == ["free"]
    assert ids(search(client, "kind=course")) == ["free"]


def test_what_was_retired_is_listed_if_asked_for(client):
    client.house.rows.credential("gone", retired_on=long_ago(0))
    assert "gone" not in ids(search(client))
    assert "gone" in ids(search(client, "retired=true"))


def test_pages_put_together_are_the_catalog(client):
    client.house.rows.credential("c2", SOUTH)
    found, after = [], ""
    while after is not None:
        page = client.get(f"/v1/credentials?limit=6{after}", "zoe").json()
        found += [(item["credential_id"], item["district_id"]) for item in page["items"]]
        after = page["next"] and f"&after={page['next']}"
    whole = search(client, who="zoe").json()["items"]
    assert found == [(item["credential_id"], item["district_id"]) for item in whole]
    assert len(set(found)) == 27


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "after=x", "standard=F", "max_hours=0", "q=", "q=%00"]
)
def test_a_search_that_cannot_be(client, query):
    assert client.get(f"/v1/credentials?{query}", "ada").status_code == 422


def test_what_the_caller_has_already_is_not_sent_again(client):
    for address in ("/v1/credentials", "/v1/credentials/c2", "/v1/standards", "/v1/model"):
        first = client.get(address, "ada")
        tag = first.headers["ETag"]
        for offered in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = client.get(address, "ada", headers={"If-None-Match": offered})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["ETag"] == tag
        assert client.get(address, "ada", headers={"If-None-Match": '"x"'}).content == first.content


def test_a_change_has_another_tag(client):
    before = client.get("/v1/credentials/c2", "ada").headers["ETag"]
    client.house.rows.align("c2", "F", "1")
    answer = client.get("/v1/credentials/c2", "ada", headers={"If-None-Match": before})
    assert answer.status_code == 200


def test_reviews_of_quality_are_told_component_by_component(client):
    rows = client.house.rows
    rows.context(("ada", NORTH), long_ago(1))
    with Session(client.house.engine) as session:
        session.get(District, NORTH).state = "NC"
        session.commit()
    review = {"credential_id": rows._credential("c1"), "reviewer": "Kim", "met": "not_met"}
    rows.add(QualityReview(**review, component="rubric_public", reviewed_on=long_ago(9)))
    rows.add(QualityReview(**review, component="research", reviewed_on=long_ago(9)))
    told = client.get("/v1/credentials/c1", "ada").json()
    assert told["quality"] == "not_met"
    by_key = {one["component"]: one for one in told["quality_review"]["components"]}
    assert told["quality_review"]["provisional"] is True
    assert by_key["research"]["reviewer"] == "Kim"
    assert by_key["evidence"] == {**by_key["evidence"], "met": "unknown", "reviewed_on": None}
    other = client.get("/v1/credentials/c2", "ada").json()
    assert other["quality_review"] is None
