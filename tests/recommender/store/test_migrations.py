"""The schema's versions, on both databases."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel

from recommender.errors import StoreUnavailable
from recommender.store.migrations import (
    _config,
    check_schema,
    current_version,
    newest_version,
    upgrade,
)


def set_version(engine: Engine, version: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})


def test_an_upgraded_database_is_what_the_tables_say(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_constraints_and_indexes_have_the_names_of_the_metadata(engine):
    inspector = inspect(engine)
    for table in SQLModel.metadata.sorted_tables:
        found = {index["name"] for index in inspector.get_indexes(table.name)}
        found |= {key["name"] for key in inspector.get_unique_constraints(table.name)}
        found |= {key["name"] for key in inspector.get_foreign_keys(table.name)}
        found.add(inspector.get_pk_constraint(table.name)["name"])
        found |= {check["name"] for check in inspector.get_check_constraints(table.name)}
        expected = {c.name for c in table.constraints} | {i.name for i in table.indexes}
        assert found == expected


def test_an_empty_database_goes_to_the_newest_version_and_stays_there(empty_engine):
    assert current_version(empty_engine) is None
    assert upgrade(empty_engine) == (None, newest_version())
    assert upgrade(empty_engine) == (newest_version(), newest_version())
    check_schema(empty_engine)


def test_an_upgrade_that_fails_leaves_nothing_behind(empty_engine):
    with empty_engine.begin() as connection:
        connection.execute(text("CREATE TABLE teacher_context (id INTEGER)"))
    with pytest.raises(Exception, match="teacher_context"):
        upgrade(empty_engine)
    assert inspect(empty_engine).get_table_names() == ["teacher_context"]


def test_a_database_without_tables_is_refused_with_what_to_do(empty_engine):
    with pytest.raises(StoreUnavailable, match="no tables yet; run `recommender db upgrade`"):
        check_schema(empty_engine)


def test_an_older_database_is_refused_with_what_to_do(sqlite_engine, monkeypatch):
    monkeypatch.setattr("recommender.store.migrations.newest_version", lambda: "9998")
    with pytest.raises(StoreUnavailable, match="this program needs 9998; run `recommender db"):
        check_schema(sqlite_engine)


def test_a_newer_database_is_refused_and_left_alone(engine):
    set_version(engine, "9999")
    for refuse in (check_schema, upgrade):
        with pytest.raises(StoreUnavailable, match="version 9999, which this program does not"):
            refuse(engine)
    assert current_version(engine) == "9999"


def test_a_database_of_an_older_version_keeps_its_rows(empty_engine):
    with empty_engine.begin() as connection:
        command.upgrade(_config(connection), "0001")
        connection.execute(text("INSERT INTO district (district_id, state) VALUES ('d', 'NC')"))
    assert upgrade(empty_engine) == ("0001", newest_version())
    with empty_engine.connect() as connection:
        assert connection.execute(text("SELECT state FROM district")).scalar_one() == "NC"
