"""A service over the two small districts of `house`, with and without a champion."""

import logging
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import structlog

from recommender.clock import today
from recommender.logs import configure_logs
from recommender.settings import Environment, Settings
from recommender.states import shelf
from recommender.states.own_frameworks import shipped_frameworks
from recommender.states.reading import StateFolder, read_state
from recommender.store.engine import make_engine
from serving.app import create_app
from tests.serving.house import Client, House, fill


@pytest.fixture(scope="session", autouse=True)
def _shipped_packs_read_once() -> Iterator[None]:
    """What is shipped never changes: the hundreds of services of these tests need not read it."""

    @cache
    def shipped(folder: Path, checklists: frozenset[str]) -> StateFolder:
        return read_state(folder, shipped_frameworks(), checklists)

    def read(folder: Path, frameworks, checklists, below=()) -> StateFolder:
        if folder.parent == shelf.SHIPPED:
            return shipped(folder, frozenset(checklists))
        return read_state(folder, frameworks, checklists, below)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "read_state", read)
        yield


@pytest.fixture(scope="session")
def districts(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., House]:
    """A function that gives two districts, with a champion or without one; to be copied.

    Their facts are some days old: each day has its own.
    """

    @cache
    def made(day: date, *, champion: bool) -> House:
        if champion:
            house = made(day, champion=False).copy_to(tmp_path_factory.mktemp("trained"))
            house.train()
            return house
        settings = Settings(
            environment=Environment.DEVELOPMENT,
            data_dir=tmp_path_factory.mktemp("untrained"),
            exploration=0.0,  # what a list tries goes by the day
        )
        shutil.copyfile(migrated_sqlite, settings.data_dir / "recommender.db")
        engine = make_engine(settings.resolved_database_url)
        return House(engine, settings, fill(engine))

    return lambda *, champion: made(today(), champion=champion)


@pytest.fixture
def trained(districts: Callable[..., House]) -> House:
    """Two districts and a champion; to be copied."""
    return districts(champion=True)


@pytest.fixture
def house(districts: Callable[..., House], tmp_path: Path) -> Iterator[House]:
    """Two districts, no champion yet."""
    made = districts(champion=False).copy_to(tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture
def empty_client(house: House) -> Client:
    """A service without a champion."""
    return Client(create_app(house.settings, house.engine), house)


@pytest.fixture
def client(trained: House, tmp_path: Path) -> Iterator[Client]:
    """A service with a champion."""
    house = trained.copy_to(tmp_path)
    yield Client(create_app(house.settings, house.engine), house)
    house.engine.dispose()


@pytest.fixture
def logs() -> Iterator[None]:
    """The service's own logging, as `recommender serve` sets it up."""
    root = logging.getLogger()
    handlers, severity = list(root.handlers), root.level
    configure_logs()
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the client's log, not the service's
    yield
    root.handlers, root.level = handlers, severity
    logging.getLogger("httpx").setLevel(logging.NOTSET)
    structlog.reset_defaults()
