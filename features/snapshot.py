"""A snapshot: a folder of Parquet tables and a manifest, as the store was known on a day."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Final
from uuid import uuid4

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine
from sqlmodel import Session

from features.catalog import build_catalog
from features.catalog_rows import read_catalog_rows
from features.jobs.catalog import (
    catalog_job,
    catalog_rows,
    credential_numbering,
    standard_numbering,
)
from features.jobs.context import contexts_job, read_contexts, read_teachers, teachers_job
from features.jobs.evaluations import evaluations_job, read_evaluations
from features.jobs.events import events_job, read_events
from features.jobs.facts import facts_of
from features.jobs.frames import known_by
from features.jobs.goals import goals_job, read_goals
from features.jobs.pathways import pathways_job
from features.jobs.records import read_records, records_job
from features.jobs.schemas import SCHEMA_VERSION, SCHEMAS, validated
from features.jobs.self_assessments import read_self_assessments, self_assessments_job
from features.manifest import (
    MANIFEST,
    REBUILD,
    Manifest,
    code_version,
    content_hash,
    file_hash,
    read_manifest,
)
from features.state import (
    Facts,
    teacher_states,
)
from features.training_data import TrainingData
from recommender.axes import Axes, TeacherKey
from recommender.catalog import Catalog
from recommender.clock import day_end_ms, today
from recommender.district_settings import districts_left_out
from recommender.errors import InvalidInput, NotEnoughData, NotFound
from recommender.teacher_state import (
    TeacherStates,
)

BUILDING: Final = ".building-"
"""Start of the name of a folder that is not whole yet."""

Tables = dict[str, pd.DataFrame]
OnStep = Callable[[int, int], None]

_READERS: Final = {
    "contexts": (read_contexts, "valid_from"),
    "records": (read_records, "on"),
    "ratings": (read_evaluations, "on"),
    "assessments": (read_self_assessments, "on"),
    "goals": (read_goals, "on"),
    "events": (read_events, "on"),
}


@dataclass(frozen=True)
class Snapshot:
    """A loaded snapshot; a teacher, credential or standard is its row in the table of that name."""

    path: Path
    manifest: Manifest
    tables: Tables

    @classmethod
    def load(cls, path: Path) -> "Snapshot":
        """Read a snapshot's folder.

        Raises
        ------
        InvalidInput
            It is not whole: a file is missing or damaged, or it is of another schema version.
        """
        manifest = read_manifest(path)
        return cls(path, manifest, {name: _read(path, name, manifest) for name in SCHEMAS})

    @property
    def as_of(self) -> int:
        """Last moment of the day as of which it was built, in ms."""
        return day_end_ms(self.manifest.as_of)

    @cached_property
    def teachers(self) -> tuple[TeacherKey, ...]:
        """Key of the teacher in each row of the states."""
        table = self.tables["teachers"]
        return tuple(zip(table["district_id"], table["teacher_id"], strict=True))

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog of that day."""
        return build_catalog(catalog_rows(self.tables))

    @property
    def axes(self) -> Axes:
        """Axes of the arrays."""
        return self.catalog.axes

    @cached_property
    def facts(self) -> Facts:
        """Every fact, as arrays on the axes."""
        return facts_of(self.tables, self.axes)

    def states(self, as_of: int | NDArray[np.int64] | None = None) -> TeacherStates:
        """Return every teacher's state, at the snapshot's moment or at earlier ones (ms).

        Raises
        ------
        ValueError
            A moment is later than the snapshot's.
        """
        moments = self.as_of if as_of is None else as_of
        if np.any(np.asarray(moments) > self.as_of):
            raise ValueError("a snapshot does not know of moments after its own")
        return teacher_states(self.facts, len(self.teachers), moments)

    def data(self, as_of: int | None = None) -> TrainingData:
        """Return what evidence is fitted on, at the snapshot's moment or an earlier one (ms)."""
        moment = self.as_of if as_of is None else as_of
        return TrainingData(self.catalog, self.states(moment), moment)


def build_snapshot(
    engine: Engine, as_of: date, folder: Path, on_step: OnStep | None = None
) -> Snapshot:
    """Freeze what the store knew of on a day, and return it.

    The same facts give the same content hash and so the same folder, `<as_of>-<hash>`; one that is
    there already and whole is used again. It is built beside and then renamed.

    Parameters
    ----------
    engine
        The store; read in one transaction.
    as_of
        Facts up to the end of this day (UTC) are in it; those of districts that do not contribute
        to training are not.
    folder
        Where snapshots are kept.
    on_step
        Called with the tables done and their number.

    Raises
    ------
    InvalidInput
        `as_of` is later than today.
    NotEnoughData
        The store knows of no teacher or no micro-credential by then.
    """
    if as_of > today():
        raise InvalidInput(f"A snapshot as of {as_of} cannot be built before that day is here.")
    with _one_state_of(engine).connect() as connection:
        tables = read_tables(connection, as_of, on_step or (lambda _done, _total: None))
    if not len(tables["teachers"]) or not len(tables["credentials"]):
        raise NotEnoughData(
            f"The store knows of no teacher with facts, or of no micro-credential, by {as_of}; "
            "bring a district's files in with `recommender import FOLDER`, or choose a later date."
        )
    return _keep(tables, as_of, folder)


def _one_state_of(engine: Engine) -> Engine:
    """Return the engine so that one transaction sees one state of the store; SQLite's do."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


def read_tables(connection: Connection, as_of: date, on_step: OnStep) -> Tables:
    """Return a snapshot's tables, from the store, as of a day."""
    moment = day_end_ms(as_of)
    raw: Tables = {}
    everybody = read_teachers(connection)
    chosen = _contributing(connection, everybody)
    for done, (name, (read, column)) in enumerate(_READERS.items()):
        on_step(done, len(_READERS) + 1)
        raw[name] = chosen(known_by(read(connection), moment, column))
    on_step(len(_READERS), len(_READERS) + 1)
    tables = catalog_job(read_catalog_rows(connection, as_of))
    tables["teachers"], teachers = teachers_job(everybody, raw.values())
    credentials = credential_numbering(connection, tables["credentials"])
    standards = standard_numbering(connection, tables["standards"])
    tables["contexts"] = contexts_job(raw["contexts"], moment, teachers)
    tables["records"] = records_job(raw["records"], moment, teachers, credentials)
    tables["ratings"] = evaluations_job(raw["ratings"], moment, teachers, standards)
    tables["assessments"] = self_assessments_job(raw["assessments"], moment, teachers, standards)
    tables["goals"] = goals_job(raw["goals"], moment, teachers, standards)
    tables["pathways"] = pathways_job(connection)
    tables["events"] = events_job(raw["events"], moment, teachers, credentials)
    on_step(len(_READERS) + 1, len(_READERS) + 1)
    return tables


def _contributing(
    connection: Connection, teachers: pd.DataFrame
) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return what takes facts out whose district lets nobody learn from its teachers today.

    Of today, whatever day the snapshot is of: who says no now is not learned from any more.
    """
    with Session(connection) as session:
        left_out = districts_left_out(session, today())
    ids = teachers["id"][teachers["district_id"].isin(left_out)]

    def keep(facts: pd.DataFrame) -> pd.DataFrame:
        return facts[~facts["teacher_id"].isin(ids)].reset_index(drop=True) if len(ids) else facts

    return keep


def latest_snapshot(folder: Path) -> Path:
    """Return the folder of the latest snapshot: the latest as-of date, then the last one built.

    Raises
    ------
    NotFound
        There is none.
    """
    found = [
        (manifest.as_of, manifest.created, path)
        for path in folder.glob("*")
        if not path.name.startswith(BUILDING) and (manifest := _readable(path))
    ]
    if not found:
        raise NotFound(f"There is no snapshot in {folder}; build one with `recommender snapshot`.")
    return max(found)[2]


def _readable(path: Path) -> Manifest | None:
    """Return a folder's manifest, unless it is damaged or of another schema version."""
    try:
        return read_manifest(path)
    except InvalidInput:
        return None


def _keep(tables: Tables, as_of: date, folder: Path) -> Snapshot:
    """Write the tables unless a whole snapshot of the same content is there already."""
    hash_ = content_hash(tables, as_of)
    target = folder / f"{as_of}-{hash_[:8]}"
    kept = _whole(target, hash_)
    if kept:
        return kept
    building = folder / f"{BUILDING}{uuid4().hex}"
    building.mkdir(parents=True)
    try:
        manifest = _write(tables, as_of, hash_, building)
        if target.exists():  # damaged, or half written by hand
            target.rename(building / "damaged")
            shutil.rmtree(building / "damaged")
        building.replace(target)
    except OSError:
        kept = _whole(target, hash_)  # another process may have been quicker
        if not kept:
            raise
        return kept
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return Snapshot(target, manifest, tables)


def _whole(path: Path, hash_: str) -> Snapshot | None:
    """Return the snapshot in a folder if it is whole and has this content."""
    try:
        found = Snapshot.load(path)
    except InvalidInput:
        return None
    return found if found.manifest.hash == hash_ else None


def _write(tables: Tables, as_of: date, hash_: str, folder: Path) -> Manifest:
    for name in SCHEMAS:
        table = pa.Table.from_pandas(tables[name], preserve_index=False)
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
    manifest = Manifest(
        schema_version=SCHEMA_VERSION,
        as_of=as_of,
        hash=hash_,
        counts={name: len(tables[name]) for name in SCHEMAS},
        undated_records=int(tables["records"]["undated"].sum()),
        code_version=code_version(),
        created=datetime.now(UTC),
        files={f"{name}.parquet": file_hash(folder / f"{name}.parquet") for name in SCHEMAS},
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return manifest


def _read(folder: Path, name: str, manifest: Manifest) -> pd.DataFrame:
    path = folder / f"{name}.parquet"
    if not path.exists() or file_hash(path) != manifest.files.get(path.name):
        raise InvalidInput(f"The snapshot file {path} is missing or damaged. {REBUILD}")
    frame = pq.read_table(path).to_pandas()
    # Parquet keeps only the words in use of an enumeration; the schema knows all of them.
    enumerations = {
        column: part.dtype.type
        for column, part in SCHEMAS[name].columns.items()
        if isinstance(part.dtype.type, pd.CategoricalDtype)
    }
    return validated(name, frame.astype(enumerations))
