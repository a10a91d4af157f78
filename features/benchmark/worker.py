"""One measured run in a process of its own, so that its memory is its own: `plain` or `import`."""

import csv
import json
import resource
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from features.benchmark.bundle import DATA_FILES
from features.importers.plain_csv import import_paths
from recommender.errors import ImportRefused
from recommender.store.engine import make_engine

BATCH: Final = 5_000
"""Rows handed to the driver at once, as the importer's own."""


def load_plainly(engine: Engine, folder: Path) -> int:
    """Put every cell of the files into tables of text, unchecked: `csv.reader` and `executemany`.

    Returns
    -------
    The number of rows.
    """
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    rows = 0
    with engine.begin() as connection:
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


def import_whole(engine: Engine, folder: Path) -> int:
    """Import the folder as `recommender import` does; return the number of rows."""
    summary = import_paths(engine, [folder])
    if summary.rejected or summary.stubs:
        raise ImportRefused("The benchmark's own files were not taken whole.")
    return sum(item.rows for item in summary.files)


def main() -> None:
    """Run once, and print rows, seconds and the process's peak memory as JSON."""
    way, folder, url = sys.argv[1:]
    engine = make_engine(url)
    with engine.connect():
        pass
    begun = time.perf_counter()
    run = load_plainly if way == "plain" else import_whole
    rows = run(engine, Path(folder))
    seconds = time.perf_counter() - begun
    engine.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"rows": rows, "seconds": seconds, "peak_mb": peak}) + "\n")


if __name__ == "__main__":
    main()
