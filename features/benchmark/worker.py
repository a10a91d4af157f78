"""One measured run in a process of its own, so that its memory is its own."""

import csv
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, Table, insert

from features.benchmark.bundle import DATA_FILES, DISTRICT
from features.importers.columns import table_of
from features.importers.plain_csv import import_paths, no_collection
from features.importers.staging import room_to_work
from recommender.errors import ImportRefused
from recommender.store.engine import make_engine
from recommender.store.tables import Credential, District, Teacher

BATCH: Final = 5_000
"""Rows handed to the driver at once, as the importer's own."""
NOW: Final = "2026-01-01 00:00:00.000000"

Made = dict[str, object]


@contextmanager
def _as_in_an_import(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a transaction, with an import's settings of database and process."""
    with (
        engine.connect() as connection,
        room_to_work(connection),
        no_collection(),
        connection.begin(),
    ):
        yield connection


def load_plainly(engine: Engine, folder: Path) -> int:
    """Put every cell of the files into tables of text, unchecked: `csv.reader` and `executemany`.

    Returns
    -------
    The number of rows.
    """
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    rows = 0
    with _as_in_an_import(engine) as connection:
        for name in DATA_FILES:
            with (folder / name).open(encoding="utf-8", newline="") as file:
                reader = csv.reader(file)
                columns = [f"c{number}" for number in range(len(next(reader)))]
                table = f"plain_{name.removesuffix('.csv')}"
                connection.exec_driver_sql(
                    f"CREATE TABLE {table} ({', '.join(f'{column} TEXT' for column in columns)})"
                )
                marks = ", ".join([mark] * len(columns))
                statement = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608 - our own names
                while batch := [tuple(cells) for cells in islice(reader, BATCH)]:
                    connection.exec_driver_sql(statement, batch)
                    rows += len(batch)
    return rows


def load_into_store(engine: Engine, folder: Path) -> int:
    """Put the rows into the store's own tables, unchecked, with ids given out by counting.

    The same keys, indexes and triggers are kept as for an import; nothing else is.

    Returns
    -------
    The number of rows.
    """
    rows = 0
    with _as_in_an_import(engine) as connection:
        connection.execute(insert(table_of(District)), {"district_id": DISTRICT, "state": ""})
        teachers, credentials = (
            _load(connection, folder / name, table, made)
            for name, table, made in (
                ("users.csv", table_of(Teacher), _teacher),
                ("credentials.csv", table_of(Credential), _credential),
            )
        )
        rows += len(teachers) + len(credentials)

        def record(cells: list[str], _number: int) -> tuple[object, ...]:
            teacher, credential, status, on, source = cells
            return teachers[teacher], credentials[credential], status, on, source, NOW

        names = ("teacher_id", "credential_id", "status", "on", "source", "recorded_at")
        rows += _insert(connection, folder / "records.csv", "credential_record", names, record)
    return rows


def _load(
    connection: Connection, path: Path, table: Table, made: Callable[[list[str], int], Made]
) -> dict[str, int]:
    """Fill a table and return the number given to each id, which is the first cell."""
    numbers: dict[str, int] = {}

    def row(cells: list[str], number: int) -> tuple[object, ...]:
        numbers[cells[0]] = number
        return tuple(made(cells, number).values())

    _insert(connection, path, table.name, tuple(made([""] * 20, 0)), row)
    return numbers


def _insert(
    connection: Connection,
    path: Path,
    table: str,
    names: tuple[str, ...],
    row: Callable[[list[str], int], tuple[object, ...]],
) -> int:
    sqlite = connection.dialect.name == "sqlite"
    marks = ", ".join(["?" if sqlite else "%s"] * len(names))
    quoted = ", ".join(f'"{name}"' for name in names)
    statement = f"INSERT INTO {table} ({quoted}) VALUES ({marks})"  # noqa: S608 - our own names
    number = 0
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        while batch := list(islice(reader, BATCH)):
            made = [row(cells, number + at) for at, cells in enumerate(batch, 1)]
            connection.exec_driver_sql(statement, made)
            number += len(batch)
    return number


def _teacher(cells: list[str], number: int) -> Made:
    return {
        "id": number,
        "district_id": DISTRICT,
        "source_id": cells[0],
        "known": True,
        "email": cells[12],
        "given_name": cells[8],
        "family_name": cells[9],
    }


def _credential(cells: list[str], number: int) -> Made:
    blank = Credential(source_id=cells[0]).model_dump(mode="json", exclude={"id"})
    told = {"title": cells[1], "issuer": cells[2], "description": cells[3], "url": cells[6]}
    return {"id": number, **blank, **told, "hours": float(cells[4] or 0)}


def import_whole(engine: Engine, folder: Path) -> int:
    """Import the folder as `recommender import` does; return the number of rows."""
    summary = import_paths(engine, [folder])
    if summary.rejected or summary.stubs:
        raise ImportRefused("The benchmark's own files were not taken whole.")
    return sum(item.rows for item in summary.files)


WAYS: Final = {
    "bare": load_plainly,
    "plain": load_into_store,
    "import": import_whole,
    "again": import_whole,
    "delta": import_whole,
}


def main() -> None:
    """Run once; print rows, seconds, seconds of a processor and peak memory as JSON."""
    way, folder, url = sys.argv[1:]
    engine = make_engine(url)
    with engine.connect():
        pass
    begun, busy = time.perf_counter(), time.process_time()
    rows = WAYS[way](engine, Path(folder))
    seconds, cpu = time.perf_counter() - begun, time.process_time() - busy
    engine.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"rows": rows, "seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
