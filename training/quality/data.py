"""The data of a benchmark: any folder of the plain contracts, read as all data are."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from features.importers.plain_csv import ImportOptions, import_paths
from features.importers.report import ImportSummary
from features.manifest import MANIFEST
from features.snapshot import Snapshot, build_snapshot
from recommender.clock import today
from recommender.errors import NotEnoughData, NotFound
from recommender.store.engine import make_engine
from recommender.store.migrations import upgrade
from recommender.vocabulary import DEFAULT_DISTRICT
from training.judging import ShowProgress

HELD_OUT: Final = "heldout_records.csv"


@dataclass(frozen=True)
class BenchmarkData:
    """What is benchmarked on."""

    folder: Path
    snapshot: Snapshot
    district: str
    """District of rows that name none."""
    notes: tuple[str, ...]

    @property
    def heldout(self) -> Path:
        """Where the held-out records of the protocol `given` are."""
        return self.folder / HELD_OUT


def open_data(folder: Path, progress: ShowProgress, as_of: date | None = None) -> BenchmarkData:
    """Import a folder into a store of its own that is thrown away, and freeze it.

    A folder that is a snapshot already is read as it is.

    Parameters
    ----------
    as_of
        Last day of which anything is let in; today where left out.

    Raises
    ------
    NotFound
        There is no such folder.
    NotEnoughData
        There is no teacher or no micro-credential in it.
    """
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}.")
    if (folder / MANIFEST).is_file():
        return BenchmarkData(folder, Snapshot.load(folder), DEFAULT_DISTRICT, ())
    with TemporaryDirectory(prefix="recommender-benchmark-") as scratch:
        return _imported(folder, Path(scratch), progress, as_of or today())


def _imported(folder: Path, scratch: Path, progress: ShowProgress, as_of: date) -> BenchmarkData:
    engine = make_engine(f"sqlite:///{scratch / 'benchmark.db'}")
    try:
        upgrade(engine)
        with progress(f"Reading {folder.name}") as bar:
            options = ImportOptions(report=scratch / "rejected.csv")
            summary = import_paths(engine, [folder], options, bar.update)
        with progress("Freezing") as bar:
            try:
                snapshot = build_snapshot(engine, as_of, scratch / "snapshots", bar.update)
            except NotEnoughData:
                raise NotEnoughData(
                    f"There is no teacher with facts, or no micro-credential, in {folder}."
                ) from None
    finally:
        engine.dispose()
    return BenchmarkData(folder, snapshot, summary.district or DEFAULT_DISTRICT, _notes(summary))


def _notes(summary: ImportSummary) -> tuple[str, ...]:
    if not summary.rejected:
        return ()
    return (f"{summary.rejected} rows of the files were rejected and are not in the benchmark.",)
