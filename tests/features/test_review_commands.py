import json

import pytest
from sqlmodel import Session, select

from recommender.cli import run
from recommender.store.tables import CredentialRecord, EarnedBadge
from recommender.vocabulary import BadgeStanding
from tests.features.store_rows import StoreRows


@pytest.fixture
def number(data_dir, sqlite_engine):
    rows = StoreRows(sqlite_engine)
    teacher = rows.teacher("T1", email="ana@example.org", given_name="Ana")
    rows.credential("M1", title="Wait Time")
    return rows.add(
        EarnedBadge(
            teacher_id=teacher,
            badge_key="urn:1",
            format="Open Badges 3.0",
            issuer="https://issuer.example/",
            title="Waiting",
            standing=BadgeStanding.TO_REVIEW,
            proposed="M1",
            confidence=0.5,
            matched_by="title",
        )
    )


def records(engine):
    with Session(engine) as session:
        return len(session.exec(select(CredentialRecord)).all())


def test_what_waits_is_listed_without_names(number, capsys):
    assert run(["reviews", "list"]) == 0
    out = capsys.readouterr().out
    assert "Waiting" in out
    assert "ana" not in out.casefold()
    assert run(["reviews", "list", "--json", "--all"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["proposed"] == "M1"


def test_accepted_and_refused(number, capsys, sqlite_engine):
    assert run(["reviews", "accept", str(number), "--by", "Jo"]) == 0
    assert records(sqlite_engine) == 1
    assert run(["reviews", "refuse", str(number)]) == 2
    assert "has been accepted before" in capsys.readouterr().err
    assert run(["reviews", "accept", "999"]) == 4


def test_refused_and_of_another_district(number, sqlite_engine):
    assert run(["reviews", "refuse", str(number), "--district", "other"]) == 4
    assert run(["reviews", "refuse", str(number)]) == 0
    assert records(sqlite_engine) == 0
