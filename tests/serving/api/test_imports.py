import re

import pytest
from sqlmodel import Session, select

from recommender.store.tables import Credential, CredentialRecord, EarnedBadge, ImportRun
from recommender.vocabulary import BadgeStanding
from tests.serving.house import NORTH, SOUTH, SUMMARY
from tests.serving.portal.acting import send

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
        assert "It may be" in page.text
        assert "Nothing in the catalog looks like it." in page.text
        assert 'href="/imports" aria-current="page"' in page.text
        one = client.get("/imports/2", "staff", page=True)
        assert "is not one of enrolled, earned" in one.text
        assert "line 7" in one.text
        for text in (page.text, one.text):
            assert "@north" not in text
            # Whole words: a random token of the page may hold any few letters.
            assert not {"ada", "bob"} & set(re.findall(r"\w+", text.lower()))

    def test_an_import_of_an_earlier_version(self, client):
        page = client.get("/imports/1", "staff", page=True)
        assert "told in the report on the importing machine" in page.text

    def test_nothing_yet(self, client):
        assert "None yet." in client.get("/imports", "admin of south", page=True).text


class TestReviewForms:
    def decide(self, client, number, who="staff", **form):
        return send(client, f"/reviews/{number}", who, page="/imports", **form)

    def test_one_is_counted_as_what_it_seems_to_be(self, client, waiting):
        before = len(earned(client))
        done = self.decide(client, waiting[0], decision="accepted", credential_id="c5")
        assert (done.status_code, done.headers["location"]) == (303, "/imports#reviews")
        assert earned(client)[before:] == ["Open Badges 3.0, reviewed: urn:ada:c5"]
        assert f"/reviews/{waiting[0]}" not in client.get("/imports", "staff", page=True).text

    def test_one_is_counted_as_what_staff_say(self, client, waiting):
        done = self.decide(client, waiting[1], decision="accepted", credential_id=" c9 ")
        assert done.status_code == 303
        with Session(client.house.engine) as session:
            badge = session.get(EarnedBadge, waiting[1])
            assert badge.decided_by
            credential = session.get(Credential, badge.credential_id)
        assert credential.source_id == "c9"

    def test_one_is_left_uncounted(self, client, waiting):
        before = earned(client)
        assert self.decide(client, waiting[0], decision="refused").status_code == 303
        assert earned(client) == before

    @pytest.mark.parametrize(
        ("at", "form", "status"),
        [
            (0, {"decision": "perhaps"}, 422),
            (0, {"decision": "accepted", "credential_id": "ghost"}, 404),
            (1, {"decision": "accepted"}, 422),
            (2, {"decision": "accepted"}, 404),
            (3, {"decision": "accepted"}, 422),
        ],
    )
    def test_what_cannot_be_counted(self, client, waiting, at, form, status):
        before = earned(client)
        assert self.decide(client, waiting[at], **form).status_code == status
        assert earned(client) == before

    def test_a_form_from_elsewhere_is_refused(self, client, waiting):
        before = earned(client)
        sent = self.decide(client, waiting[0], decision="accepted", csrf="made up")
        assert (sent.status_code, earned(client)) == (403, before)
