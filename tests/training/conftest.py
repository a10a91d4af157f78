"""A small district in memory, from dated facts, as a snapshot gives it."""

import shutil
from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest

from features.importers.plain_csv import ImportOptions, import_paths
from features.snapshot import build_snapshot
from features.state import FactRows, Facts, teacher_states
from features.training_data import TrainingData
from recommender.axes import Axes
from recommender.catalog import Catalog, CredentialCard
from recommender.settings import settings
from recommender.store.engine import make_engine
from recommender.teacher_state import RATING, RECORD, UNDATED_MS, Ragged
from recommender.vocabulary import RecordStatus
from training.mlflow_client import mlflow_part, open_client

DAY = 86_400_000


def catalog_of(size, standards=2):
    axes = Axes(
        tuple(("", f"c{i:03d}") for i in range(size)),
        tuple(("F", str(i)) for i in range(standards)),
    )
    nobody = np.zeros((size, 0), dtype=bool)
    return Catalog(
        axes=axes,
        cards=tuple(CredentialCard(title=f"Credential {i}") for i in range(size)),
        standard_titles=tuple(f"Standard {i}" for i in range(standards)),
        known=np.ones(size, dtype=bool),
        valid_from=np.full(size, UNDATED_MS),
        retired_on=np.full(size, np.iinfo(np.int64).max),
        quality=np.zeros(size, dtype=np.int8),
        grade_bands=nobody,
        subjects=nobody,
        prerequisites=Ragged(np.zeros(size + 1, dtype=np.int64), np.zeros(0, dtype=np.int32)),
        reach=np.zeros((size, standards), dtype=np.float32),
    )


@dataclass(frozen=True)
class District:
    facts: Facts
    catalog: Catalog
    teachers: tuple
    as_of: int

    def states(self, as_of=None):
        return teacher_states(
            self.facts, len(self.teachers), self.as_of if as_of is None else as_of
        )

    def data(self):
        return TrainingData(self.catalog, self.states(), self.as_of)


@pytest.fixture
def district():
    """Make one from (teacher, credential, moment[, status]) and (teacher, standard, moment)."""

    def make(records, ratings=(), *, size=None, teachers=None, as_of=1000 * DAY):
        rows = [(c, status, on) for _, c, on, status in map(_with_status, records)]
        owner = np.array([r[0] for r in records], dtype=np.int64)
        rated = np.array([(s, 0.5, 0.0, 1.0, on) for _, s, on in ratings], dtype=RATING)
        count = teachers or int(owner.max(initial=0)) + 1
        facts = Facts(
            **{
                **vars(Facts.empty()),
                "records": FactRows(owner, np.array(rows, dtype=RECORD)),
                "ratings": FactRows(np.array([r[0] for r in ratings], dtype=np.int64), rated),
            }
        )
        catalog = catalog_of(size or 1 + max(r[1] for r in records))
        return District(facts, catalog, tuple(("default", f"t{i}") for i in range(count)), as_of)

    return make


def _with_status(row):
    return row if len(row) == 4 else (*row, RecordStatus.EARNED.code)


@pytest.fixture(scope="session")
def empty_mlflow(tmp_path_factory):
    """A database as MLflow makes it on first use (which takes seconds), to copy."""
    path = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    mlflow_part("mlflow.tracking").MlflowClient(
        tracking_uri=f"sqlite:///{path}"
    ).search_experiments()
    return path


@pytest.fixture
def tracked(data_dir, empty_mlflow, sqlite_engine):
    """Settings with an empty store and an empty MLflow database; the client looks into it."""
    shutil.copyfile(empty_mlflow, data_dir / "mlflow.db")
    return settings()


@pytest.fixture
def client(tracked):
    return open_client(tracked)


CREDENTIALS = 25


def _write_files(folder, *, dated=True, teachers=80, most=12):
    """A district with standards, alignments, ratings and two years of records."""
    random = np.random.default_rng(11)
    folder.mkdir()
    days = np.datetime64("2024-09-01") + np.arange(600)
    tables = {
        "credentials": ["credential_id,title,issuer"]
        + [f"c{i},Credential {i},Issuer" for i in range(CREDENTIALS)],
        "standards": ["framework,code,title,parent", "D,D,D,"]
        + [f"D,{i},Standard {i},D" for i in range(5)],
        "alignments": ["credential_id,framework,standard_code,strength"]
        + [f"c{i},D,{i % 5},1.0" for i in range(CREDENTIALS)],
        "evaluations": [
            "teacher_id,framework,standard_code,level,scale_min,scale_max,rated_on,cycle"
        ],
        "records": ["teacher_id,credential_id,status,on,source"],
    }
    for teacher in range(teachers):
        need = int(random.integers(5))
        tables["evaluations"] += [
            f"t{teacher},D,{i},{1 if i == need else 3},1,4,2024-09-15,2024" for i in range(5)
        ]
        wanted = np.where(np.arange(CREDENTIALS) % 5 == need, 5.0, 1.0)
        chosen = random.choice(
            CREDENTIALS, int(random.integers(1, most)), replace=False, p=wanted / wanted.sum()
        )
        for credential in chosen:
            on = f"{random.choice(days)}T12:00:00Z" if dated else ""
            tables["records"].append(f"t{teacher},c{credential},earned,{on},lms")
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _prepare(home, migrated, mlflow, **shape):
    """Make a data directory with a store, a snapshot as of 2026-06-30, and an MLflow database."""
    _write_files(home / "files", **shape)
    shutil.copyfile(migrated, home / "recommender.db")
    shutil.copyfile(mlflow, home / "mlflow.db")
    engine = make_engine(f"sqlite:///{home / 'recommender.db'}")
    import_paths(engine, [home / "files"], ImportOptions(report=home / "report.csv"))
    build_snapshot(engine, date(2026, 6, 30), home / "snapshots")
    engine.dispose()
    return home


@pytest.fixture(scope="session")
def prepared(tmp_path_factory, migrated_sqlite, empty_mlflow):
    """Data directories made once, to copy: of many teachers and few, with dates and without."""
    shapes = {
        "dated": {},
        "undated": {"dated": False},
        "tiny": {"teachers": 3},
        "single": {"dated": False, "teachers": 3, "most": 2},
    }
    return {
        name: _prepare(tmp_path_factory.mktemp(name), migrated_sqlite, empty_mlflow, **shape)
        for name, shape in shapes.items()
    }


@pytest.fixture
def home(prepared, data_dir):
    """Make this test's data directory a copy of a prepared one."""

    def make(name):
        shutil.copytree(prepared[name], data_dir, dirs_exist_ok=True)
        return data_dir

    return make
