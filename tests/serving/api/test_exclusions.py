"""Why one is not there: each rule of eligibility, told through the API in words."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlmodel import Session

from recommender.clock import today
from recommender.eligibility import Exclusion
from recommender.store.tables import Credential
from recommender.vocabulary import EventKind, QualityStatus, RecordStatus
from recommender.voice import Voice
from serving.app import create_app
from tests.serving.house import NORTH, Client, long_ago

ADA = ("ada", NORTH)
EXCLUDED = "/v1/teachers/ada/suggestions/excluded"

COLUMNS = {
    "c6": {"retired_on": today()},
    "c7": {"valid_from": long_ago(-30)},
    "c8": {"known": False},
    "c9": {"kind": "course"},
    "c10": {"qa_status": QualityStatus.NOT_MET},
    "c12": {"grade_bands": "9-12"},
    "c13": {"subjects": "music"},
    "c14": {"prerequisites": "c15"},
}
"""What the catalog says of some; all but c11 are reviewed."""

LATE = {
    "late": {},
    "later": {"valid_from": long_ago(-30)},
    "too late": {"retired_on": long_ago(1)},
}
"""What came after the model was trained."""

RULES = {
    "c1": Exclusion.EARNED,
    "c2": Exclusion.IN_PROGRESS,
    "c3": Exclusion.CLAIMED,
    "c4": Exclusion.KNOWN,
    "c5": Exclusion.DISMISSED,
    "c6": Exclusion.RETIRED,
    "c7": Exclusion.NOT_YET_VALID,
    "c8": Exclusion.STUB,
    "c9": Exclusion.OTHER_KIND,
    "c10": Exclusion.QUALITY_NOT_MET,
    "c11": Exclusion.QUALITY_UNKNOWN,
    "c12": Exclusion.GRADE_BAND,
    "c13": Exclusion.SUBJECT,
    "c14": Exclusion.PREREQUISITE_MISSING,
    "c15": Exclusion.ELIGIBLE,
    "c16": Exclusion.VETOED,
    "late": Exclusion.NEW_TO_MODEL,
    "later": Exclusion.NOT_YET_VALID,
    "too late": Exclusion.RETIRED,
}


@pytest.fixture(scope="module")
def strict(districts, tmp_path_factory):
    """A service of which ada's list lacks something by each of the rules."""
    house = districts(champion=False).copy_to(tmp_path_factory.mktemp("exclusions"))
    with Session(house.engine) as session:
        reviewed = update(Credential).where(Credential.source_id != "c11")
        session.exec(reviewed.values(qa_status=QualityStatus.MET))
        for credential, columns in COLUMNS.items():
            session.exec(
                update(Credential).where(Credential.source_id == credential).values(**columns)
            )
        session.commit()
    rows = house.rows
    rows.context(ADA, valid_from=long_ago(9), grade_bands="K-5", subjects="mathematics")
    rows.record(ADA, "c2", datetime.now(UTC), RecordStatus.ENROLLED)
    rows.record(("bob", NORTH), "c8", datetime.now(UTC))  # so that the model knows of it
    said = {"c3": EventKind.CLAIMED, "c4": EventKind.KNOWN, "c5": EventKind.DISMISSED}
    for credential, kind in said.items():
        rows.event(ADA, credential, datetime.now(UTC), kind)
    house.train()
    for late, columns in LATE.items():
        rows.credential(late, title=late, qa_status=QualityStatus.MET, **columns)
    client = Client(create_app(house.settings, house.engine), house)
    for name, value in (("micro_credentials_only", True), ("allow_unknown_quality", False)):
        body = {"name": name, "value": value}
        assert client.request("PUT", "/v1/settings", "admin", json=body).status_code == 200
    act = {"credential_id": "c16", "kind": "veto", "note": "Not this year."}
    told = client.request("PUT", "/v1/teachers/ada/coach-acts", "cole", json=act)
    assert told.status_code == 200
    yield client
    house.engine.dispose()


def ruled(client, credential, who="ada", more=""):
    answer = client.get(f"{EXCLUDED}?credential={credential}{more}", who)
    assert answer.status_code == 200
    return answer.json()["credential"]


@pytest.mark.parametrize(("credential", "rule"), RULES.items())
def test_a_rule_and_its_words(strict, credential, rule):
    to_teacher = ruled(strict, credential)
    assert (to_teacher["code"], to_teacher["text"]) == (rule.value, rule.text())
    to_coach = ruled(strict, credential, "cole")
    assert (to_coach["code"], to_coach["text"]) == (rule.value, rule.text(Voice.ABOUT_TEACHER))
    listed = strict.get("/v1/teachers/ada/suggestions?k=50", "ada").json()["items"]
    shown = credential in {item["credential_id"] for item in listed}
    assert shown == (rule is Exclusion.ELIGIBLE)


def test_what_is_asked_for_first_is_named(strict):
    (first,) = ruled(strict, "c14")["missing"]
    assert first["credential_id"] == "c15"


def test_not_for_renewal_where_the_teacher_asks_for_renewal_alone(strict):
    told = ruled(strict, "c15", more="&renewal=true")
    assert (told["code"], told["text"]) == ("not_for_renewal", Exclusion.NOT_FOR_RENEWAL.text())
    answer = strict.get("/v1/teachers/ada/suggestions?renewal=true", "ada").json()
    assert answer["items"] == []


def test_another_districts_is_not_even_named(strict):
    assert strict.get(f"{EXCLUDED}?credential=own", "ada").status_code == 404
    counted = {line["code"] for line in strict.get(EXCLUDED, "ada").json()["counts"]}
    assert Exclusion.OTHER_DISTRICT.value not in counted


def test_all_rules_are_counted_and_no_rule_is_left_out(strict):
    counted = {
        line["code"]
        for more in ("", "?renewal=true")
        for line in strict.get(EXCLUDED + more, "ada").json()["counts"]
    }
    untold = {Exclusion.ELIGIBLE, Exclusion.OTHER_DISTRICT}
    assert counted == {rule.value for rule in set(Exclusion) - untold}
    assert set(Exclusion) == {*RULES.values(), Exclusion.NOT_FOR_RENEWAL, *untold}
