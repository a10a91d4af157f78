"""The invented world is whole: facts of every kind, the same each time, on both databases."""

from sqlmodel import Session, col, func, select

from features.live import read_catalog, read_states
from recommender.clock import day_end_ms, today
from recommender.store.tables import (
    Caseload,
    Coach,
    CredentialRecord,
    EvaluationRating,
    FeedbackEvent,
    GrowthGoal,
    SelfAssessment,
    Teacher,
)
from serving.benchmark.people import enrol
from serving.benchmark.world import Size, World, district_of, teacher_name

SIZE = Size(40, 60)


def made(engine):
    world = World(SIZE)
    world.found(engine)
    world.settle(engine, 1, 21)
    world.settle(engine, 21, SIZE.teachers + 1)


def test_there_are_facts_of_every_kind(engine):
    made(engine)
    with Session(engine) as session:
        for table in (
            CredentialRecord,
            EvaluationRating,
            FeedbackEvent,
            GrowthGoal,
            SelfAssessment,
            Caseload,
        ):
            assert session.exec(select(func.count(col(table.id)))).one() > 0
        catalog = read_catalog(session, today())
        assert len(catalog) == SIZE.credentials
        states = read_states(session, [1, 2], catalog.axes, day_end_ms(today()))
        assert states.grade_bands.any(axis=1).all()


def test_teachers_are_where_their_names_say_and_have_coaches_of_their_district(engine):
    made(engine)
    with Session(engine) as session:
        for teacher in session.exec(select(Teacher)):
            assert teacher.source_id == teacher_name(teacher.id)
            assert teacher.district_id == district_of(teacher.id)
        pairs = session.exec(
            select(Teacher.district_id, Coach.district_id)
            .join(Caseload, col(Caseload.teacher_id) == Teacher.id)
            .join(Coach, col(Caseload.coach_id) == Coach.id)
        ).all()
    assert len(pairs) == SIZE.teachers
    assert all(one == other for one, other in pairs)


def test_an_enrolment_takes_the_place_of_the_one_before(engine):
    made(engine)
    with Session(engine) as session:
        before = session.exec(select(func.count(col(CredentialRecord.id)))).one()
    enrol(engine, 3, 7)
    enrol(engine, 3, 8)
    with Session(engine) as session:
        records = session.exec(
            select(CredentialRecord).where(CredentialRecord.source == "benchmark")
        ).all()
        after = session.exec(select(func.count(col(CredentialRecord.id)))).one()
    assert [(record.teacher_id, record.credential_id) for record in records] == [(3, 8)]
    assert after == before + 1
