"""Natural keys, corrections and moments of the facts, on both databases."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import select

from recommender.store.columns import UNDATED, utc_now
from recommender.store.engine import unit_of_work
from recommender.store.tables import (
    Credential,
    CredentialRecord,
    District,
    EvaluationRating,
    FeedbackEvent,
    GrowthGoal,
    SelfAssessment,
    Standard,
    Teacher,
)
from recommender.vocabulary import EventKind, RecordStatus, SetBy

MORNING = datetime(2025, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def people(engine):
    """One teacher, one micro-credential, one standard; returns their ids."""
    with unit_of_work(engine) as session:
        session.add(District(district_id="d"))
        session.flush()
        rows = (
            Teacher(district_id="d", source_id="t1"),
            Credential(source_id="c1"),
            Standard(framework="InTASC", code="1"),
        )
        session.add_all(rows)
        session.flush()
        return {"teacher": rows[0].id, "credential": rows[1].id, "standard": rows[2].id}


def record(people, **changes):
    columns = {
        "teacher_id": people["teacher"],
        "credential_id": people["credential"],
        "status": RecordStatus.EARNED,
    }
    return CredentialRecord(**(columns | changes))


def rating(people, **changes):
    columns = {
        "teacher_id": people["teacher"],
        "standard_id": people["standard"],
        "level": 2.0,
        "scale_min": 1.0,
        "scale_max": 4.0,
        "rated_on": date(2025, 3, 1),
    }
    return EvaluationRating(**(columns | changes))


def assessment(people, **changes):
    columns = rating(people).model_dump(exclude={"id", "rated_on", "cycle"})
    return SelfAssessment(**(columns | {"taken_on": date(2025, 3, 1)} | changes))


def goal(people, **changes):
    columns = {"teacher_id": people["teacher"], "goal_key": "pathway:Mentor", "pathway": "Mentor"}
    return GrowthGoal(**(columns | changes))


def event(people, **changes):
    columns = {
        "teacher_id": people["teacher"],
        "credential_id": people["credential"],
        "kind": EventKind.SAVED,
        "at": MORNING,
    }
    return FeedbackEvent(**(columns | changes))


FACTS = [record, rating, assessment, goal, event]
each_fact = pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)


def store(engine, *rows):
    with unit_of_work(engine) as session:
        session.add_all(rows)


@each_fact
def test_a_natural_key_is_in_force_once(engine, people, fact):
    store(engine, fact(people))
    with pytest.raises(IntegrityError):
        store(engine, fact(people))


@each_fact
def test_a_superseded_row_stands_beside_the_one_in_force(engine, people, fact):
    store(engine, fact(people, superseded_at=utc_now()), fact(people, superseded_at=utc_now()))
    store(engine, fact(people))
    with unit_of_work(engine) as session:
        table = type(fact(people))
        assert session.exec(select(func.count()).select_from(table)).one() == 3


def test_an_undated_record_is_unique_too(engine, people):
    store(engine, record(people))
    with pytest.raises(IntegrityError):
        store(engine, record(people, source="another file"))


def test_the_same_credential_may_be_earned_again_and_have_other_statuses(engine, people):
    store(
        engine,
        record(people),
        record(people, on=MORNING),
        record(people, on=MORNING + timedelta(days=400)),
        record(people, on=MORNING, status=RecordStatus.ENROLLED),
    )


def test_an_unknown_date_comes_back_as_it_went(engine, people):
    store(engine, record(people))
    with unit_of_work(engine) as session:
        assert session.exec(select(CredentialRecord)).one().on == UNDATED


@hypothesis_settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    moment=st.datetimes(
        min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - as above
        timezones=st.integers(-720, 840).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_a_moment_comes_back_aware_and_the_same(engine, people, moment):
    with unit_of_work(engine) as session:
        row = event(people, at=moment)
        session.add(row)
        session.flush()
        session.expire(row)
        assert row.at == moment
        assert row.at.tzinfo is UTC
        session.rollback()


def test_a_moment_without_a_zone_is_refused(engine, people):
    naive = MORNING.replace(tzinfo=None)
    with pytest.raises(StatementError, match="without a time zone"):
        store(engine, event(people, at=naive))


def test_words_are_kept_as_the_files_say_them(engine, people):
    store(engine, record(people), goal(people, set_by=SetBy.COACH))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT status FROM credential_record")).scalar() == "earned"
        assert connection.execute(text("SELECT set_by FROM growth_goal")).scalar() == "coach"


@each_fact
def test_a_teachers_facts_in_force_are_found_by_an_index(sqlite_engine, fact):
    table = type(fact({"teacher": 1, "credential": 1, "standard": 1})).__tablename__
    query = f"SELECT * FROM {table} WHERE teacher_id = 1 AND superseded_at IS NULL"  # noqa: S608 - our own table's name
    with sqlite_engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").one()
    assert f"USING INDEX uq_{table} (teacher_id=?)" in plan.detail


def test_a_teacher_is_found_by_source_id_where_no_district_is_named(sqlite_engine):
    query = "EXPLAIN QUERY PLAN SELECT * FROM teacher WHERE source_id = 't1'"
    with sqlite_engine.connect() as connection:
        plan = connection.exec_driver_sql(query).one()
    assert "USING INDEX ix_teacher_source_id" in plan.detail
