"""Reading versions and a teacher's facts on a connection that never writes."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from features.person_rows import Told
from serving.live.versions import VersionReader, part_of, versions_of
from tests.features.store_rows import StoreRows


@pytest.fixture
def rows(engine):
    made = StoreRows(engine)
    made.teacher("ada", "north")
    made.credential("c1")
    return made


@pytest.fixture
def reader(rows):
    made = VersionReader(rows.engine)
    yield made
    made.close()


def test_the_tick_moves_with_a_commit_of_another_connection_alone(rows, reader):
    before = reader.tick()
    if rows.engine.dialect.name == "postgresql":
        assert before is None
        return
    assert reader.tick() == before
    rows.record(("ada", "north"), "c1")
    assert reader.tick() != before


def test_versions_tell_whose_facts_changed(rows, reader):
    rows.teacher("bob", "north")
    ada, bob = (rows._teacher((name, "north")) for name in ("ada", "bob"))
    before = reader.versions(ada), reader.versions(bob)
    rows.record(("ada", "north"), "c1")
    after = reader.versions(ada), reader.versions(bob)
    assert after[0].own == before[0].own + 1
    assert after[1] == before[1]


def test_a_change_of_the_catalog_is_everybodys(rows, reader):
    ada = rows._teacher(("ada", "north"))
    before = reader.versions(ada)
    rows.credential("c2")
    after = reader.versions(ada)
    assert after.shared > before.shared
    assert after.own == before.own


def test_rows_hold_the_versions_that_they_were_read_with(rows, reader):
    rows.record(("ada", "north"), "c1")
    ada = rows._teacher(("ada", "north"))
    found = reader.rows(ada)
    assert versions_of(found) == reader.versions(ada)
    assert part_of(found, "catalog") > 0
    assert part_of(found, "no such part") == 0
    assert [row.ref for row in found[Told.RECORD]] == [1]


def test_a_broken_connection_is_told_and_then_replaced(rows, reader):
    ada = rows._teacher(("ada", "north"))
    before = reader.versions(ada)
    reader._connection.close()
    with pytest.raises(SQLAlchemyError):
        reader.versions(ada)
    assert reader.versions(ada) == before


def test_a_change_that_was_not_committed_is_not_seen(rows, reader):
    ada = rows._teacher(("ada", "north"))
    before = reader.versions(ada)
    with rows.engine.connect() as connection:
        connection.execute(text("UPDATE teacher SET email = 'new'"))
        assert reader.versions(ada) == before
        connection.rollback()
    assert reader.versions(ada) == before
