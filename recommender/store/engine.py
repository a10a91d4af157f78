"""Engines and sessions, for SQLite (WAL) and PostgreSQL alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, create_engine

from recommender.errors import SettingsRefused
from recommender.settings import settings

BUSY_TIMEOUT_MS: Final = 30_000
CONNECT_TIMEOUT_S: Final = 10


def make_engine(url: str | None = None) -> Engine:
    """Return an engine for `url`, or for the settings' database.

    The folder of an SQLite file is made; the schema is not (see `migrations`).

    An error of the database never repeats the values of a statement.

    Raises
    ------
    SettingsRefused
        The URL is malformed or names a database that is neither SQLite nor PostgreSQL.
    """
    parsed = _parse(url or settings().resolved_database_url)
    if parsed.get_backend_name() == "postgresql":
        # In a zone west of Greenwich the first moment of year 1 would fall before all years.
        options: dict[str, Any] = {
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": "-c TimeZone=UTC -c DateStyle=ISO",
        }
        return create_engine(parsed, pool_pre_ping=True, connect_args=options, hide_parameters=True)
    if parsed.database not in {None, "", ":memory:"}:
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise SettingsRefused(
            "RECOMMENDER_DATABASE_URL must begin with sqlite:/// or postgresql:// and be a "
            "whole database URL."
        )
    if parsed.drivername == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver would begin a transaction only before the first change; we begin it ourselves, so
    # that a session reads one state of the store and tables are made in a transaction.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql(f"BEGIN {options.get('sqlite_begin', 'DEFERRED')}")


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Session]:
    """Yield a session that commits once at the end, or leaves nothing behind on an error.

    On SQLite it takes the one write lock at once: two that read and then write follow each other.
    """
    writer = engine.execution_options(sqlite_begin="IMMEDIATE")
    with Session(writer, expire_on_commit=False) as session:
        yield session
        session.commit()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Yield a session that sees one state of the store throughout and changes nothing."""
    level = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with Session(engine.execution_options(**level), expire_on_commit=False) as session:
        yield session
