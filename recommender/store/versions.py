"""Versions of what an answer rests on, moved by the database itself whenever a row changes.

An answer may be remembered for as long as nothing that it was made of has changed. Programs that
change rows are many (imports, the portal, a person with an SQL prompt), so none of them is trusted
to say so: triggers count, in the same transaction as the change.

- `teacher_version` counts the changes of what is known of one teacher;
- `store_version` counts those of what everybody's answers share, by part.

**To register a table** write it in `OF_A_TEACHER`, in `SHARED` or, if no answer that is remembered
rests on it, in `UNVERSIONED`: a test finds a table that is in none. `recommender db upgrade` makes
the triggers of all that is registered anew, so no migration has to.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Integer, text
from sqlmodel import Field, SQLModel

OF_A_TEACHER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "teacher_context": "teacher_id",
        "teacher_choice": "teacher_id",
        "evaluation_rating": "teacher_id",
        "self_assessment": "teacher_id",
        "growth_goal": "teacher_id",
        "credential_record": "teacher_id",
        "feedback_event": "teacher_id",
        "caseload": "teacher_id",
        "coach_act": "teacher_id",
        "growth_plan": "teacher_id",
        "earn_together_invitation": "teacher_id",
    }
)
"""Tables of facts about one teacher, with the column that holds `teacher.id`."""

SHARED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "credential": "catalog",
        "alignment": "catalog",
        "standard": "catalog",
        "crosswalk_link": "catalog",
        "quality_review": "catalog",
        "pathway": "catalog",
        "teacher": "people",
        "coach": "people",
        "identity": "people",
        "district": "people",
        "district_setting": "policy",
        "champion": "model",
        "model_version": "model",
    }
)
"""Tables that everybody's answers rest on, with the part of `store_version` that they move."""

UNVERSIONED: Final = frozenset(
    {
        "teacher_version",  # the versions themselves
        "store_version",
        "earned_badge",  # a list rests on the record that comes of it
        "import_run",  # what an import changed moves versions by itself
        "promotion",  # history of what `champion` says
        "correction",  # a wrong fact counts until it is mended
        "portal_session",  # who is signed in is looked up anew
        "used_nonce",
        "served_slate",  # what answers told
        "idempotency_key",  # answers to requests that write
        "growth_plan_item",  # changes with its plan alone
        "earn_together_group",  # changes with its invitations
    }
)
"""Tables on which no remembered answer rests."""

PARTS: Final = tuple(dict.fromkeys(SHARED.values()))
_PREFIX: Final = "version_of_"
_EVENTS: Final = (("INSERT", "NEW"), ("UPDATE", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))


class TeacherVersion(SQLModel, table=True):
    """How often what is known of a teacher has changed; no row is none.

    Without a foreign key: where a teacher's row is deleted and its number given to somebody else,
    the count must go on.
    """

    __tablename__ = "teacher_version"

    teacher_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    version: int = Field(sa_type=BigInteger)


class StoreVersion(SQLModel, table=True):
    """How often a part that everybody shares has changed; no row is none."""

    __tablename__ = "store_version"

    part: str = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)


def install(connection: Connection) -> None:
    """Make the triggers of every registered table that there is, in place of those there were."""
    present = _tables(connection)
    make = _on_postgresql if connection.dialect.name == "postgresql" else _on_sqlite
    for statement in (*_removals(connection), *make(present)):
        connection.execute(text(statement))


def installed(connection: Connection) -> frozenset[str]:
    """Return the names of the tables that have triggers of ours."""
    return frozenset(table for _, table in _triggers(connection))


def _tables(connection: Connection) -> frozenset[str]:
    if connection.dialect.name == "postgresql":
        found = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    else:
        found = "SELECT name FROM sqlite_master WHERE type = 'table'"
    return frozenset(connection.execute(text(found)).scalars())


def _triggers(connection: Connection) -> list[tuple[str, str]]:
    """Return the name and the table of each trigger of ours."""
    if connection.dialect.name == "postgresql":
        found = (
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
        )
    else:
        found = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    rows = connection.execute(text(found))
    return [(name, table) for name, table in rows if name.startswith(_PREFIX)]


def _removals(connection: Connection) -> Iterator[str]:
    on_table = connection.dialect.name == "postgresql"
    for name, table in _triggers(connection):
        yield f"DROP TRIGGER {name} ON {table}" if on_table else f"DROP TRIGGER {name}"


def _on_sqlite(present: frozenset[str]) -> Iterator[str]:
    """Count row by row: SQLite has no triggers of whole statements."""
    for table, column in OF_A_TEACHER.items():
        for event, row in _EVENTS if table in present else ():
            yield _sqlite_trigger(table, event, row, "teacher_version", "teacher_id", column)
    for table, part in SHARED.items():
        for event, row in _EVENTS if table in present else ():
            if (event, row) != ("UPDATE", "OLD"):
                yield _sqlite_trigger(table, event, "", "store_version", "part", f"'{part}'")


def _sqlite_trigger(table: str, event: str, row: str, counted: str, key: str, value: str) -> str:
    named = f"{row}.{value}" if row else value
    name = f"{_PREFIX}{table}_{event.lower()}_{row.lower() or 'any'}"
    return _SQLITE_TRIGGER.format(
        name=name, event=event, table=table, counted=counted, key=key, value=named
    )


_SQLITE_TRIGGER: Final = """
CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN
  INSERT INTO {counted} ({key}, version) VALUES ({value}, 1)
  ON CONFLICT ({key}) DO UPDATE SET version = version + 1;
END
"""


def _on_postgresql(present: frozenset[str]) -> Iterator[str]:
    """Count once a statement, however many rows it changes; teachers in order, against deadlocks.

    Emptying a table of facts at once names no teacher, so it counts as a change of the people.
    """
    yield _FUNCTION_OF_TEACHERS
    yield _FUNCTION_OF_PART
    for table, column in OF_A_TEACHER.items():
        for event, row in _EVENTS if table in present else ():
            yield (
                f"CREATE TRIGGER {_PREFIX}{table}_{event.lower()}_{row.lower()}"
                f" AFTER {event} ON {table} REFERENCING {row} TABLE AS changed"
                f" FOR EACH STATEMENT EXECUTE FUNCTION count_teachers('{column}')"
            )
    emptied = dict.fromkeys(OF_A_TEACHER, "people")
    for table, part in {**emptied, **SHARED}.items():
        events = "TRUNCATE" if table in emptied else "INSERT OR UPDATE OR DELETE OR TRUNCATE"
        if table in present:
            yield (
                f"CREATE TRIGGER {_PREFIX}{table}_any AFTER {events} ON {table}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION count_part('{part}')"
            )


_FUNCTION_OF_TEACHERS: Final = """
CREATE OR REPLACE FUNCTION count_teachers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format(
    'INSERT INTO teacher_version AS v (teacher_id, version)'
    ' SELECT DISTINCT %I, 1 FROM changed WHERE %I IS NOT NULL ORDER BY 1'
    ' ON CONFLICT (teacher_id) DO UPDATE SET version = v.version + 1',
    TG_ARGV[0], TG_ARGV[0]
  );
  RETURN NULL;
END $$
"""

_FUNCTION_OF_PART: Final = """
CREATE OR REPLACE FUNCTION count_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO store_version AS v (part, version) VALUES (TG_ARGV[0], 1)
  ON CONFLICT (part) DO UPDATE SET version = v.version + 1;
  RETURN NULL;
END $$
"""
