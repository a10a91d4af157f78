"""Staging tables: where rows wait, beside the store, until everything has been read.

They are TEMP tables of the import's own connection: on SQLite they lie in a file of their own, so
that filling them takes no lock on the store; when the connection ends, they are gone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import repeat
from typing import Any, Final

from sqlalchemy import Column as SqlColumn
from sqlalchemy import Connection, Dialect, Enum, Integer, MetaData, String, Table, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from features.importers.contracts import Contract, Target
from features.importers.parsing import moment_text
from recommender.store.columns import UtcDateTime

BATCH: Final = 5_000
"""Rows held in memory before they are written, if they are not too long."""
MOST_HELD: Final = 16 * 1024 * 1024
"""Bytes of a file from which rows are held in memory."""

ROOM: Final = 128 * 1024
"""KiB of the store that SQLite may hold in memory during an import."""

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
def room_to_work(connection: Connection) -> Iterator[None]:
    """Let SQLite keep more of the store in memory meanwhile: an index is filled at random."""
    if connection.dialect.name != "sqlite":
        yield
        return
    before = _cache_size(connection, -ROOM)
    try:
        yield
    finally:
        _cache_size(connection, before)


def _cache_size(connection: Connection, size: int) -> int:
    """Set the size of the page cache (below zero: in KiB); return the former one."""
    with connection.begin():
        before = int(connection.exec_driver_sql("PRAGMA main.cache_size").scalar_one())
        connection.exec_driver_sql(f"PRAGMA main.cache_size = {size}")
    return before


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
        self.rows_of: Counter[int] = Counter()
        """Rows staged of each file."""
        self._connection = connection
        self._held: list[Sequence[Any]] = []
        self._rows = 0
        self._write = _writer(connection, self.table)
        with connection.begin():
            self.table.create(connection)

    def add(self, file: int, line: int, values: Sequence[Any]) -> None:
        """Add a row, which is written with the next `flush`."""
        self._held.append((file, line, *values))

    def flush(self) -> None:
        """Write the rows that were added one by one."""
        if self._held:
            files, lines, *columns = zip(*self._held, strict=True)
            self._held = []
            self.rows_of.update(files)
            self._put(files, lines, columns)

    def add_block(self, file: int, lines: Sequence[int], columns: Sequence[Sequence[Any]]) -> None:
        """Write many rows at once, given as columns: the district and those of the contract."""
        self.flush()
        self.rows_of[file] += len(lines)
        self._put(repeat(file, len(lines)), lines, columns)

    def _put(
        self, files: Iterable[int], lines: Sequence[int], columns: Sequence[Sequence[Any]]
    ) -> None:
        start = self._rows + 1
        self._rows += len(lines)
        with self._connection.begin():
            self._write([range(start, self._rows + 1), files, lines, *columns])

    def finish(self) -> None:
        """Write the rest, and let PostgreSQL look at the table before it plans the merge."""
        self.flush()
        if self._connection.dialect.name == "postgresql":
            with self._connection.begin():
                self._connection.exec_driver_sql(f"ANALYZE {self.table.name}")


Columns = Sequence[Iterable[Any]]


def _writer(connection: Connection, table: Table) -> Callable[[Columns], None]:
    if connection.dialect.name == "postgresql":
        return _copier(connection, table)
    dialect = connection.dialect
    statement = str(insert(table).compile(dialect=dialect))
    processors = [_processor(column.type, dialect) for column in table.c]

    def write(columns: Columns) -> None:
        made = [
            cells if processor is None else processor(cells)
            for processor, cells in zip(processors, columns, strict=True)
        ]
        connection.exec_driver_sql(statement, list(zip(*made, strict=True)))

    return write


def _processor(
    kind: TypeEngine[Any], dialect: Dialect
) -> Callable[[Iterable[Any]], Iterable[Any]] | None:
    """Return what makes the driver's values of a column, if anything has to."""
    if isinstance(kind, UtcDateTime):
        return _moments
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    return None if process is None else partial(map, process)


def _moments(moments: Iterable[Any]) -> list[str]:
    """Return moments as SQLAlchemy has them in SQLite; those of a block are so already."""
    return [one if isinstance(one, str) else moment_text(one) for one in moments]


def _copier(connection: Connection, table: Table) -> Callable[[Columns], None]:
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(column.name) for column in table.c)
    statement = f"COPY {quote(table.name)} ({columns}) FROM STDIN"

    def write(columns: Columns) -> None:
        cursor = connection.connection.cursor()
        with cursor.copy(statement) as copy:
            for row in zip(*columns, strict=True):
                copy.write_row(row)

    return write
