import pytest
from sqlmodel import Session, select

from recommender.store.tables import CredentialRecord, EarnedBadge, ImportRun
from recommender.vocabulary import BadgeStanding
from tests.serving.house import NORTH, SOUTH, SUMMARY

ROW = {
    "file": "records.csv",
    "line": 7,
    "unit": "line",
    "column": "status",
    "rule": "is not one of enrolled, earned",
}


@pytest.fixture
def waiting(client):
    """Two badges of north and one of south, which wait; return their numbers."""
    rows = client.house.rows

    def badge(teacher, district, proposed, **more):
        made = EarnedBadge(
            teacher_id=rows.ids["teacher", teacher, district],
            badge_key=f"urn:{teacher}:{proposed}",
            format="Open Badges 3.0",
            issuer="https://issuer.example/",
            title="Planning",
            standing=BadgeStanding.TO_REVIEW,
            why="It is verified, and may be one of the catalog, by title.",
            proposed=proposed,
            confidence=0.7,
            matched_by="title",
        )
        for name, value in more.items():
            setattr(made, name, value)
        return rows.add(made)

    return [
        badge("ada", NORTH, "c5"),
        badge("bob", NORTH, ""),
        badge("zoe", SOUTH, "c6"),
        badge("ada", NORTH, "c7", standing=BadgeStanding.UNVERIFIED),
    ]


def decide(client, number, who="staff", **body):
    return client.request("PUT", f"/v1/reviews/{number}", who, json=body)


def earned(client):
    with Session(client.house.engine) as session:
        return [record.source for record in session.exec(select(CredentialRecord))]


def test_anonymous(client):
    for address in ("/v1/imports", "/v1/imports/1", "/v1/reviews"):
        assert client.get(address).status_code == 401
    assert decide(client, 1, None, decision="refused").status_code == 401


@pytest.mark.parametrize("who", ["ada", "cole"])
def test_for_data_staff_and_admins_alone(client, who):
    for address in ("/v1/imports", "/v1/imports/1", "/v1/reviews"):
        assert client.get(address, who).status_code == 403
    assert decide(client, 1, who, decision="refused").status_code == 403


def test_another_districts_imports_are_not_found(client):
    assert client.get("/v1/imports", "admin of south").json() == {"imports": []}
    assert client.get("/v1/imports/1", "admin of south").status_code == 404
    client.house.rows.add(ImportRun(district_id="", summary=SUMMARY))
    (shared,) = client.get("/v1/imports", "admin of south").json()["imports"]
    assert shared["rows"] == 1503


def test_the_latest_imports_come_first(client):
    client.house.rows.add(ImportRun(district_id=NORTH, summary={"files": []}))
    listed = client.get("/v1/imports", "staff").json()["imports"]
    assert [item["rows"] for item in listed] == [0, 1503]
    assert len(client.get("/v1/imports?limit=1", "staff").json()["imports"]) == 1


def test_an_import_with_its_rejected_rows(client):
    summary = SUMMARY | {"rejections": [ROW], "left_alone": {"a.csv": "no contract"}}
    client.house.rows.add(ImportRun(district_id=NORTH, summary=summary))
    told = client.get("/v1/imports/2", "staff").json()
    assert told["rejected_rows"] == [ROW]
    assert told["left_alone"] == {"a.csv": "no contract"}
    assert [file["file"] for file in told["by_file"]] == ["teachers.csv", "records.csv"]
    assert told["rejected"] == 7


def test_reviews_name_nobody(client, waiting):
    answer = client.get("/v1/reviews", "staff")
    assert [review["id"] for review in answer.json()["reviews"]] == waiting[:2]
    for name in ("ada", "Ada", "bob", "urn:"):
        assert name not in answer.text


def test_a_badge_that_is_accepted_counts_once(client, waiting):
    before = len(earned(client))
    done = decide(client, waiting[0], decision="accepted")
    assert (done.status_code, done.json()["decision"]) == (200, "accepted")
    assert earned(client)[before:] == ["Open Badges 3.0, reviewed: urn:ada:c5"]
    again = decide(client, waiting[0], decision="accepted")
    assert (again.status_code, len(earned(client))) == (422, before + 1)
    assert "has been accepted before" in again.json()["detail"]


def test_a_badge_that_looks_like_nothing_has_to_be_named(client, waiting):
    assert decide(client, waiting[1], decision="accepted").status_code == 422
    unknown = decide(client, waiting[1], decision="accepted", credential_id="ghost")
    assert unknown.status_code == 404
    own_of_south = decide(client, waiting[1], decision="accepted", credential_id="own")
    assert own_of_south.status_code == 404
    done = decide(client, waiting[1], decision="accepted", credential_id="c9")
    assert done.status_code == 200


def test_a_badge_that_is_refused_counts_never(client, waiting):
    before = earned(client)
    assert decide(client, waiting[0], decision="refused").json()["decision"] == "refused"
    assert earned(client) == before
    assert waiting[0] not in [
        review["id"] for review in client.get("/v1/reviews", "staff").json()["reviews"]
    ]


def test_neither_anothers_badge_nor_one_that_is_not_verified(client, waiting):
    assert decide(client, waiting[2], decision="accepted").status_code == 404
    assert decide(client, waiting[3], decision="accepted").status_code == 422


class TestPages:
    def test_imports_and_badges(self, client, waiting):
        client.house.rows.add(ImportRun(district_id=NORTH, summary=SUMMARY | {"rejections": [ROW]}))
        page = client.get("/imports", "staff", page=True)
        assert "1,503" in page.text
        assert "recommender reviews accept" in page.text
        one = client.get("/imports/2", "staff", page=True)
        assert "is not one of enrolled, earned" in one.text
        assert "line 7" in one.text
        for name in ("Ada", "ada", "Bob", "@north"):
            assert name not in page.text
            assert name not in one.text

    def test_an_import_of_an_earlier_version(self, client):
        page = client.get("/imports/1", "staff", page=True)
        assert "told in the report on the importing machine" in page.text

    def test_nothing_yet(self, client):
        assert "None yet." in client.get("/imports", "admin of south", page=True).text
