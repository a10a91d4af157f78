"""A service over the two small districts of `house`, with and without a champion."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from recommender.logs import configure_logs
from recommender.settings import Environment, Settings
from recommender.store.engine import make_engine
from serving.app import create_app
from tests.serving.house import Client, House, fill


@pytest.fixture(scope="session")
def untrained(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Two districts, no champion; to be copied."""
    settings = Settings(
        environment=Environment.DEVELOPMENT,
        data_dir=tmp_path_factory.mktemp("untrained"),
        exploration=0.0,  # what a list tries goes by the day
    )
    shutil.copyfile(migrated_sqlite, settings.data_dir / "recommender.db")
    engine = make_engine(settings.resolved_database_url)
    return House(engine, settings, fill(engine))


@pytest.fixture(scope="session")
def trained(untrained: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Two districts and a champion; to be copied."""
    house = untrained.copy_to(tmp_path_factory.mktemp("trained"))
    house.train()
    return house


@pytest.fixture
def house(untrained: House, tmp_path: Path) -> Iterator[House]:
    """Two districts, no champion yet."""
    made = untrained.copy_to(tmp_path)
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
