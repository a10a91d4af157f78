"""Engines, units of work and reading sessions, on both databases."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from recommender.errors import SettingsRefused
from recommender.settings import settings
from recommender.store.engine import make_engine, reading, unit_of_work
from recommender.store.tables import CredentialRecord, District, Teacher


def count(engine, table):
    with reading(engine) as session:
        return len(session.exec(select(table)).all())


def test_sqlite_writes_ahead_waits_and_checks_foreign_keys(sqlite_engine):
    with sqlite_engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_unit_of_work_commits_once_at_the_end(engine):
    with unit_of_work(engine) as session:
        session.add(District(district_id="d"))
        session.flush()
        assert count(engine, District) == 0
    assert count(engine, District) == 1


def test_an_error_leaves_nothing_of_the_unit_behind(engine):
    def fail_half_way():
        with unit_of_work(engine) as session:
            session.add(District(district_id="d"))
            session.flush()
            session.add(Teacher(district_id="d", source_id="t"))
            session.flush()
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        fail_half_way()
    assert count(engine, District) == 0
    assert count(engine, Teacher) == 0


def test_a_fact_about_nobody_is_refused(engine):
    with pytest.raises(IntegrityError), unit_of_work(engine) as session:
        session.add(CredentialRecord(teacher_id=1, credential_id=1, status="earned"))


def test_a_reading_session_sees_one_state_throughout(engine):
    with reading(engine) as session:
        assert session.exec(select(District)).all() == []
        with unit_of_work(engine) as writer:
            writer.add(District(district_id="d"))
        assert session.exec(select(District)).all() == []
    assert count(engine, District) == 1


def test_writers_that_read_first_follow_each_other_on_sqlite(sqlite_engine):
    with unit_of_work(sqlite_engine) as session:
        session.add(District(district_id="0"))

    def add_the_next():
        with unit_of_work(sqlite_engine) as session:
            taken = len(session.exec(select(District)).all())
            session.add(District(district_id=str(taken)))

    threads = [threading.Thread(target=add_the_next) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(sqlite_engine, District) == 9


def test_autocommit_is_left_to_the_driver(sqlite_engine):
    with sqlite_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM"))


def test_the_settings_database_is_a_file_in_the_data_directory(data_dir, monkeypatch):
    monkeypatch.setenv("RECOMMENDER_DATA_DIR", str(data_dir / "not" / "there" / "yet"))
    settings.cache_clear()
    engine = make_engine()
    assert engine.url.database == str(data_dir / "not" / "there" / "yet" / "recommender.db")
    with engine.connect():
        assert (data_dir / "not" / "there" / "yet" / "recommender.db").exists()
    engine.dispose()


def test_a_plain_postgresql_url_uses_the_driver_that_we_install():
    engine = make_engine("postgresql://somebody:secret@nowhere/db")
    assert engine.url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize("url", ["mysql://u:secret@host/db", "not a url", "oracle+secret://x"])
def test_other_databases_are_refused_without_repeating_the_url(url):
    with pytest.raises(SettingsRefused, match="must begin with sqlite:///") as refusal:
        make_engine(url)
    assert "secret" not in refusal.value.detail
