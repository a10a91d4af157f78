"""Measures an import beside the plainest programs: in turn, each in a fresh database."""

import json
import os
import platform
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import URL, make_url

from features.benchmark.bundle import Export, Sizes, write_bundle
from recommender.errors import RecommenderError
from recommender.store.engine import make_engine
from recommender.store.migrations import upgrade

BARE, PLAIN, OURS = "bare", "plain", "import"
"""Into tables of text without a key; into the store's own tables, unchecked; and an import."""
AGAIN, DELTA = "again", "delta"
"""The night after: the whole export with one in a hundred changed, and that one in a hundred."""
WAYS: Final = (BARE, PLAIN, OURS, AGAIN, DELTA)
SHARE: Final = 1 / 3
"""The bar: so many of a plain program's rows a second."""
PEAK_MB: Final = 512.0
"""The bar: memory of the importing process."""

MEANING: Final = {
    BARE: "csv.reader and executemany into tables of text: no key, no check, no version counted",
    PLAIN: "csv.reader and executemany into the store's own tables: keys, indexes, version "
    "triggers, ids from a dictionary; nothing checked, nothing compared",
    OURS: "recommender import: recognised, checked, compared, reported, all or nothing",
    AGAIN: "recommender import into the full store: the whole export, one in a hundred changed",
    DELTA: "recommender import into the full store: only the one in a hundred that changed",
}

Told = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """One measured run."""

    database: str
    way: str
    rows: int
    seconds: float
    cpu_seconds: float
    """Of the program itself; a database server has its own beside."""
    peak_mb: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


@dataclass
class Report:
    """Every run, and what came of them."""

    sizes: Sizes
    machine: str
    load: list[float] = field(default_factory=list)
    """Load average of the machine (one minute) before each round."""
    runs: list[Run] = field(default_factory=list)

    def verdict(self, database: str) -> dict[str, Any]:
        """Return the medians of one database, their share, and whether the bars hold."""
        mine = [run for run in self.runs if run.database == database]
        ways = [way for way in WAYS if any(run.way == way for run in mine)]
        rates = {way: median(run.rate for run in mine if run.way == way) for way in ways}
        busy = {
            way: median(run.cpu_seconds / run.rows for run in mine if run.way == way)
            for way in ways
        }
        peak = max(run.peak_mb for run in mine if run.way not in {BARE, PLAIN})
        shares = {way: rates[OURS] / rates[way] for way in (BARE, PLAIN)}
        return {
            "database": database,
            "rows_per_second": {way: round(rate) for way, rate in rates.items()},
            "microseconds_of_processor_per_row": {
                way: round(cost * 1e6, 2) for way, cost in busy.items()
            },
            "seconds": {
                way: round(median(run.seconds for run in mine if run.way == way), 2) for way in ways
            },
            "share": {way: round(share, 3) for way, share in shares.items()},
            "share_by_processor": {way: round(busy[way] / busy[OURS], 3) for way in shares},
            "plain_share_of_bare": round(rates[PLAIN] / rates[BARE], 3),
            "share_wanted": round(SHARE, 3),
            "peak_mb": round(peak),
            "peak_mb_wanted": PEAK_MB,
            "holds": {way: share >= SHARE for way, share in shares.items()}
            | {"memory": peak < PEAK_MB},
        }

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values for JSON."""
        databases = dict.fromkeys(run.database for run in self.runs)
        return {
            "what": "recommender import beside csv.reader + executemany into the same database",
            "machine": self.machine,
            "load": self.load,
            "meaning": MEANING,
            "sizes": asdict(self.sizes) | {"rows": self.sizes.rows},
            "results": [self.verdict(database) for database in databases],
            "runs": [asdict(run) | {"rows_per_second": round(run.rate)} for run in self.runs],
        }


def measure(sizes: Sizes, rounds: int, server: str | None, tell: Told) -> Report:
    """Run every way in turn, on SQLite and on the PostgreSQL server at `server`, if any.

    Raises
    ------
    RecommenderError
        A run failed; the message holds its last words.
    """
    report = Report(sizes, f"{platform.machine()}, {os.cpu_count()} processors")
    with TemporaryDirectory(prefix="recommender-benchmark-") as name:
        folder = Path(name)
        tell("Writing the files")
        for export in Export:
            write_bundle(folder / export, sizes, export)
        for turn in range(1, rounds + 1):
            report.load.append(round(os.getloadavg()[0], 2))
            # Whoever comes first finds another machine than the last: they change places.
            for way in (BARE, PLAIN, OURS) if turn % 2 else (OURS, PLAIN, BARE):
                tell(f"Round {turn} of {rounds}, {way}")
                for database, place in _databases(folder, server):
                    with place as url:
                        report.runs.append(_run(database, way, folder, url))
                        for later in (AGAIN, DELTA) if way == OURS else ():
                            report.runs.append(_run(database, later, folder, url))
    return report


def _databases(
    folder: Path, server: str | None
) -> Iterator[tuple[str, AbstractContextManager[str]]]:
    yield "sqlite", _sqlite(folder)
    if server is not None:
        yield "postgresql", _postgresql(server)


@contextmanager
def _sqlite(folder: Path) -> Iterator[str]:
    with TemporaryDirectory(dir=folder) as place:
        url = f"sqlite:///{place}/store.db"
        _prepare(url)
        yield url


@contextmanager
def _postgresql(server: str) -> Iterator[str]:
    """Make a database of our own on a server, and take it away at the end."""
    name = f"recommender_benchmark_{secrets.token_hex(4)}"
    url: URL = make_url(server)
    engine = make_engine(server).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        try:
            own = url.set(database=name).render_as_string(hide_password=False)
            _prepare(own)
            yield own
        finally:
            with engine.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        engine.dispose()


def _prepare(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


def _run(database: str, way: str, folder: Path, url: str) -> Run:
    files = folder / (way if way in {AGAIN, DELTA} else Export.FIRST)
    command = [sys.executable, "-m", "features.benchmark.worker", way, str(files), url]
    own = {"RECOMMENDER_DATA_DIR": str(folder / "data")}
    done = subprocess.run(  # noqa: S603 - our own module, with paths of our own
        command, capture_output=True, text=True, check=False, env=os.environ | own
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise RecommenderError(f"The run '{way}' on {database} failed: {last[0][:300]}")
    return Run(database, way, **json.loads(done.stdout))
