"""Real rows of a store, on SQLite and PostgreSQL, to what data staff read."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import Session

from recommender.clock import today
from recommender.drift import Verdict
from recommender.vocabulary import EventKind
from serving.drift import NOT_KNOWN, NOT_RATED, OTHERS, QUARTERS, Facts, read_drift
from tests.features.store_rows import StoreRows
from tests.serving.house import NORTH, SOUTH

AS_OF = date(2026, 6, 30)
BEFORE, SINCE = date(2026, 3, 1), date(2026, 9, 1)
STANDARD = ("F", "1")


def moment(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


@pytest.fixture
def rows(engine):
    rows = StoreRows(engine)
    rows.standard("F", "F")
    rows.standard(*STANDARD, "F")
    for name in ("c1", "c2", "c3"):
        rows.credential(name, title="Twice" if name != "c3" else "Once")
    return rows


def people(rows, count, district=NORTH):
    names = [(f"{district}{number}", district) for number in range(count)]
    for name, _ in names:
        rows.teacher(name, district)
    return names


def drift(engine, facts, district=NORTH):
    with Session(engine) as session:
        (found,) = [one for one in read_drift(session, district, AS_OF) if one.name == facts]
    return found


def shares(found):
    return {one.cell: (round(one.before, 2), round(one.now, 2)) for one in found.drift.shares}


def test_ratings_fall_into_quarters_of_their_scale(engine, rows):
    for number, teacher in enumerate(people(rows, 80)):
        rows.rate(teacher, STANDARD, 1.5 if number < 40 else 3.9, BEFORE)
        rows.rate(teacher, STANDARD, 1.5 if number < 70 else None, SINCE)
    found = drift(engine, "Evaluation ratings")
    assert found.drift.verdict is Verdict.MOVED_MUCH
    assert shares(found) == {
        QUARTERS[0]: (0.5, 0.88),
        QUARTERS[3]: (0.5, 0.0),
        NOT_RATED: (0.0, 0.12),
    }


def test_only_a_years_facts_of_the_own_district_count(engine, rows):
    for teacher in people(rows, 40):
        rows.rate(teacher, STANDARD, 1.5, AS_OF)
        rows.rate(teacher, STANDARD, 3.9, AS_OF - timedelta(days=366))
        rows.rate(teacher, STANDARD, 2.9, AS_OF + timedelta(days=1))
    for teacher in people(rows, 40, SOUTH):
        rows.rate(teacher, STANDARD, 2.1, AS_OF)
    found = drift(engine, "Evaluation ratings")
    assert shares(found) == {QUARTERS[0]: (1.0, 0.0), QUARTERS[2]: (0.0, 1.0)}


def test_what_was_taken_up_is_named_and_alike_titles_told_apart(engine, rows):
    for number, teacher in enumerate(people(rows, 60)):
        rows.record(teacher, "c1" if number < 30 else "c2", moment(BEFORE))
        rows.record(teacher, "c3", moment(SINCE))
    found = drift(engine, "Micro-credentials taken up")
    assert shares(found) == {
        "Twice (c1)": (0.5, 0.0),
        "Twice (c2)": (0.5, 0.0),
        OTHERS: (0.0, 1.0),
    }


def test_what_a_few_teachers_did_is_not_told(engine, rows):
    for number, teacher in enumerate(people(rows, 60)):
        kind = EventKind.DISMISSED if number < 4 else EventKind.SAVED
        rows.event(teacher, "c1", moment(BEFORE), kind)
        rows.event(teacher, "c1", moment(SINCE), EventKind.STARTED)
    told = shares(drift(engine, "What teachers say of suggestions"))
    assert told == {"Saved": (1.0, 0.0), "Started, by own word": (0.0, 1.0)}


def test_roles_are_those_of_the_rosters_of_two_days(engine, rows):
    for number, teacher in enumerate(people(rows, 60)):
        role = "teacher" if number < 45 else "administrator"
        rows.context(teacher, valid_to=AS_OF, role=role)
        rows.context(teacher, AS_OF + timedelta(days=1), role="teacher" if number < 30 else "")
    for teacher in people(rows, 40, SOUTH):
        rows.context(teacher, role="student_services")
    found = drift(engine, "Roles in the roster")
    assert found.drift.verdict is Verdict.MOVED_MUCH
    assert shares(found) == {
        "administrator": (0.25, 0.0),
        "teacher": (0.75, 0.5),
        NOT_KNOWN: (0.0, 0.5),
    }


def test_a_role_of_a_few_is_not_told(engine, rows):
    for number, teacher in enumerate(people(rows, 60)):
        role = "administrator" if number < 4 else "teacher" if number < 40 else ""
        rows.context(teacher, role=role)
    assert set(shares(drift(engine, "Roles in the roster"))) == {"teacher", NOT_KNOWN}


def test_no_facts_are_too_few(engine, rows):
    with Session(engine) as session:
        found = read_drift(session, NORTH, AS_OF)
    assert {one.verdict for one in found} == {"too few to tell"}
    assert len(found) == len(Facts)


def test_the_page_tells_it(client):
    rows = client.house.rows
    for teacher in people(rows, 40):
        rows.rate(teacher, STANDARD, 1.5, today() - timedelta(days=10))
        rows.rate(teacher, STANDARD, 2.9, today() + timedelta(days=1))
    page = client.get("/exposure", "staff", page=True).text
    assert "Evaluation ratings: moved much" in page
    assert "Self-assessments: too few to tell" in page
    assert QUARTERS[0] in page
