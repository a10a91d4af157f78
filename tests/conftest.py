"""Fixtures of every room: a clean environment, databases of both kinds, a data directory."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import hypothesis
import psycopg
import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from recommender.settings import settings
from recommender.store.engine import make_engine
from recommender.store.migrations import upgrade

# Two test runs share a machine better, and implicit does not warn, with one thread each.
for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

# A slow machine fails no property. Under CI the library's own profile (the same cases at each run)
# is the parent.
hypothesis.settings.register_profile(
    "house",
    parent=hypothesis.settings(),
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("house")

REQUIRE_POSTGRES = "RECOMMENDER_REQUIRE_POSTGRES"
SUPERUSER = "recommender"
DAY_S, SHORTLY_S = 86_400, 60


@pytest.fixture(autouse=True)
def _on_one_day() -> None:
    """No test begins shortly before the day ends: what it finds of today is of today."""
    left = DAY_S - time.time() % DAY_S
    if left < SHORTLY_S:
        time.sleep(left)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees the settings of the person who runs it."""
    for name in [*os.environ]:
        if name.startswith("RECOMMENDER_") and name != REQUIRE_POSTGRES:
            monkeypatch.delenv(name)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything the program writes goes to this empty folder."""
    monkeypatch.setenv("RECOMMENDER_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    return tmp_path


class PostgresCluster:
    """A throwaway cluster on a Unix socket, run as an unprivileged user."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self.user = self._unprivileged_user()
        self.numbers = count(1)

    def _unprivileged_user(self) -> str | None:
        if os.getuid() != 0:
            return None
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = "postgres" if "postgres" in names else "nobody"
        shutil.chown(self.home, user)
        return user

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the cluster's programs; its output appears when it fails."""
        log = self.home.with_suffix(".log")
        with log.open("ab") as output:
            done = subprocess.run(
                [self.programs / program, *arguments],
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                user=self.user,
                cwd=self.home,
                check=False,
            )
        assert done.returncode == 0, log.read_text()

    def start(self) -> None:
        """Make the cluster, start it, and migrate the template of every test's database."""
        data = str(self.home / "data")
        self.run("initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync")
        self.resume()
        self.execute("CREATE DATABASE migrated")
        engine = make_engine(self.url("migrated"))
        upgrade(engine)
        engine.dispose()

    def resume(self) -> None:
        """Let the server run."""
        data, log = str(self.home / "data"), str(self.home / "log")
        options = (
            f"-k {self.home} -c listen_addresses='' -c fsync=off -c synchronous_commit=off"
            " -c full_page_writes=off -c timezone=America/New_York"
        )
        self.run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")

    def pause(self) -> None:
        """Let the server be gone, connections and all; what it stores stays."""
        self.run("pg_ctl", "-D", str(self.home / "data"), "-w", "-m", "fast", "stop")

    def stop(self) -> None:
        """Stop the cluster and forget it."""
        self.run("pg_ctl", "-D", str(self.home / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.home)
        self.home.with_suffix(".log").unlink()

    def url(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={self.home}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def new_database(self, template: str = "migrated") -> str:
        """Return the URL of a new database."""
        name = f"test_{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, engine: Engine) -> None:
        engine.dispose()
        self.execute(f"DROP DATABASE {engine.url.database} WITH (FORCE)")


def postgres_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl."""
    on_path = shutil.which("initdb")
    places = [Path(on_path).resolve().parent] if on_path else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "pg_ctl").exists()), None)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    programs = postgres_programs()
    if programs is None:
        reason = "PostgreSQL's programs (initdb, pg_ctl) are not on this machine"
        if os.environ.get(REQUIRE_POSTGRES) == "1":
            pytest.fail(f"{reason}, and {REQUIRE_POSTGRES}=1 asks for them")
        pytest.skip(reason)
    cluster = PostgresCluster(programs)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_engine(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Engine]:
    """A migrated, empty SQLite store; it is the settings' store too where `data_dir` is used."""
    path = tmp_path / "recommender.db"
    shutil.copyfile(migrated_sqlite, path)
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A migrated, empty store: each test that asks for it runs on both databases."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_engine")
        return
    cluster = request.getfixturevalue("postgres_cluster")
    postgres = make_engine(cluster.new_database())
    yield postgres
    cluster.drop(postgres)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of each kind without any table."""
    if request.param == "sqlite":
        sqlite = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
        yield sqlite
        sqlite.dispose()
        return
    cluster = request.getfixturevalue("postgres_cluster")
    postgres = make_engine(cluster.new_database(template="template0"))
    yield postgres
    cluster.drop(postgres)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as opened:
        yield opened
