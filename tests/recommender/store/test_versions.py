"""Whatever changes a row that an answer rests on moves a version, whoever changes it."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel, select

from recommender.store.migrations import upgrade
from recommender.store.tables import (
    Credential,
    CredentialRecord,
    District,
    StoreVersion,
    Teacher,
    TeacherContext,
    TeacherVersion,
)
from recommender.store.versions import OF_A_TEACHER, SHARED, UNVERSIONED, installed
from recommender.vocabulary import RecordStatus


def teacher_versions(engine):
    with Session(engine) as session:
        return {row.teacher_id: row.version for row in session.exec(select(TeacherVersion))}


def parts(engine):
    with Session(engine) as session:
        return {row.part: row.version for row in session.exec(select(StoreVersion))}


@pytest.fixture
def teachers(engine):
    with Session(engine) as session:
        session.add(District(district_id="d"))
        session.add(Credential(source_id="c"))
        session.flush()
        session.add_all(Teacher(district_id="d", source_id=name) for name in "ab")
        session.commit()
    return 1, 2


def test_every_table_is_registered_once():
    named = [*OF_A_TEACHER, *SHARED, *UNVERSIONED]
    assert len(named) == len(set(named))
    assert set(named) >= {table.name for table in SQLModel.metadata.sorted_tables}


def test_every_registered_table_has_triggers_after_an_upgrade(engine):
    with engine.connect() as connection:
        assert installed(connection) == set(OF_A_TEACHER) | set(SHARED)
    upgrade(engine)
    with engine.connect() as connection:
        assert installed(connection) == set(OF_A_TEACHER) | set(SHARED)


def test_a_fact_moves_its_teachers_version_alone(engine, teachers):
    first, second = teachers
    before = parts(engine)
    with Session(engine) as session:
        session.add(CredentialRecord(teacher_id=first, credential_id=1, status=RecordStatus.EARNED))
        session.commit()
    after = teacher_versions(engine)
    assert (after[first], after.get(second)) == (1, None)
    assert parts(engine) == before


def test_a_fact_that_changes_hands_moves_both_and_a_deleted_one_too(engine, teachers):
    first, second = teachers
    with Session(engine) as session:
        session.add(TeacherContext(teacher_id=first, valid_from=date(2026, 1, 1)))
        session.commit()
    moves = (
        ("UPDATE teacher_context SET teacher_id = 2", {first, second}),
        ("DELETE FROM teacher_context", {second}),
    )
    for statement, moved in moves:
        before = teacher_versions(engine)
        with engine.begin() as connection:
            connection.execute(text(statement))
        after = teacher_versions(engine)
        assert {id_ for id_ in after if after[id_] != before.get(id_)} == moved


def test_many_rows_of_one_statement_move_every_teacher(engine, teachers):
    copied = (
        "INSERT INTO teacher_context (teacher_id, valid_from, valid_to, school_id, state,"
        " grade_bands, subjects, license_type)"
        " SELECT id, '2026-01-01', '9999-12-31', '', '', '', '', '' FROM teacher"
    )
    with engine.begin() as connection:
        connection.execute(text(copied))
    assert set(teacher_versions(engine)) == set(teachers)


def test_a_change_that_is_rolled_back_moves_nothing(engine, teachers):
    with Session(engine) as session:
        session.add(TeacherContext(teacher_id=teachers[0]))
        session.flush()
        session.rollback()
    assert teacher_versions(engine) == {}


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("UPDATE credential SET title = 'new'", "catalog"),
        ("UPDATE teacher SET email = 'new'", "people"),
        ("DELETE FROM teacher", "people"),
    ],
)
def test_a_shared_table_moves_its_part(engine, teachers, statement, part):
    before = parts(engine)
    with engine.begin() as connection:
        connection.execute(text(statement))
    after = parts(engine)
    assert {name for name in after if after[name] != before.get(name)} == {part}


def test_emptying_a_table_at_once_is_not_missed(engine, teachers):
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    before = parts(engine)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE growth_goal"))
    assert parts(engine)["people"] == before["people"] + 1
