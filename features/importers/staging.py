"""Staging tables: where rows wait, beside the store, until everything has been read.

They are TEMP tables of the import's own connection: on SQLite they lie in a file of their own, so
that filling them takes no lock on the store; when the connection ends, they are gone.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

from sqlalchemy import Column as SqlColumn
from sqlalchemy import Connection, Enum, Integer, MetaData, String, Table, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from features.importers.contracts import Contract, Target

BATCH: Final = 5_000
"""Rows held in memory before they are written."""

TEMPORARY: Final = ["TEMPORARY"]


def staging_table(contract: Contract, metadata: MetaData) -> Table:
    """Return the table in which a contract's rows wait: where from, the district, the values."""
    return Table(
        f"staged_{contract.name}",
        metadata,
        SqlColumn("seq", Integer, primary_key=True, autoincrement=False),
        SqlColumn("file", Integer, nullable=False),
        SqlColumn("line", Integer, nullable=False),
        SqlColumn("district_id", String, nullable=False),
        *(SqlColumn(column.name, column.type) for column in contract.columns),
        prefixes=TEMPORARY,
    )


def work_table(contract: Contract, target: Target, metadata: MetaData) -> Table:
    """Return the table of staged rows with ids looked up and compared with what is in force."""
    name = f"work_{contract.name}_{target.table.name}"
    return Table(
        f"{name}_again" if name in metadata.tables else name,
        metadata,
        SqlColumn("seq", Integer, primary_key=True, autoincrement=False),
        SqlColumn("file", Integer, nullable=False),
        SqlColumn("place", Integer, nullable=False),
        SqlColumn("old_id", Integer),
        SqlColumn("differs", Integer, nullable=False),
        SqlColumn("ends", Integer, nullable=False),
        *(SqlColumn(name, _plain(target.table.c[name].type)) for name in target.columns),
        prefixes=TEMPORARY,
    )


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type of a column that only passes values on: text for an enumeration."""
    return String() if isinstance(kind, Enum) else kind


@contextmanager
def temporary_tables(connection: Connection, metadata: MetaData) -> Iterator[None]:
    """Take the tables of `metadata` away at the end, whatever happened.

    Where that fails the connection itself is given up, and the tables with it.
    """
    try:
        yield
    finally:
        try:
            if connection.in_transaction():
                connection.rollback()
            with connection.begin():
                metadata.drop_all(connection)
        except DBAPIError:
            connection.invalidate()


class Stage:
    """The staging table of one contract, filled batch by batch."""

    def __init__(self, connection: Connection, contract: Contract, metadata: MetaData) -> None:
        self.contract = contract
        self.table = staging_table(contract, metadata)
        self.present: frozenset[str] = frozenset()
        """Columns that at least one of the files had."""
        self.files: list[int] = []
        self._connection = connection
        self._batch: list[Sequence[Any]] = []
        self._seq = count(1)
        self._write = _writer(connection, self.table)
        with connection.begin():
            self.table.create(connection)

    def add(self, file: int, line: int, values: Sequence[Any]) -> bool:
        """Add a row; return whether a batch was written."""
        self._batch.append((next(self._seq), file, line, *values))
        if len(self._batch) < BATCH:
            return False
        self.flush()
        return True

    def flush(self) -> None:
        """Write what is held in memory."""
        if self._batch:
            with self._connection.begin():
                self._write(self._batch)
            self._batch = []

    def finish(self) -> None:
        """Write the rest, and let PostgreSQL look at the table before it plans the merge."""
        self.flush()
        if self._connection.dialect.name == "postgresql":
            with self._connection.begin():
                self._connection.exec_driver_sql(f"ANALYZE {self.table.name}")


def _writer(connection: Connection, table: Table) -> Callable[[list[Sequence[Any]]], None]:
    if connection.dialect.name == "postgresql":
        return _copier(connection, table)
    dialect = connection.dialect
    statement = str(insert(table).compile(dialect=dialect))
    processors = [
        (index, processor)
        for index, column in enumerate(table.c)
        if (processor := column.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    ]

    def write(batch: list[Sequence[Any]]) -> None:
        connection.exec_driver_sql(statement, [tuple(_processed(row)) for row in batch])

    def _processed(row: Sequence[Any]) -> list[Any]:
        cells = list(row)
        for index, processor in processors:
            cells[index] = processor(cells[index])
        return cells

    return write


def _copier(connection: Connection, table: Table) -> Callable[[list[Sequence[Any]]], None]:
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(column.name) for column in table.c)
    statement = f"COPY {quote(table.name)} ({columns}) FROM STDIN"

    def write(batch: list[Sequence[Any]]) -> None:
        cursor = connection.connection.cursor()
        with cursor.copy(statement) as copy:
            for row in batch:
                copy.write_row(row)

    return write
