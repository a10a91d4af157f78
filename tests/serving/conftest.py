"""A service over the two small districts of `house`, with and without a champion."""

import pytest
from sqlalchemy import Engine

from recommender.settings import Environment, Settings
from serving.app import create_app
from tests.serving.house import Client, House, fill


@pytest.fixture
def house(sqlite_engine: Engine, tmp_path) -> House:
    """Two districts, no champion yet."""
    settings = Settings(environment=Environment.DEVELOPMENT, data_dir=tmp_path)
    return House(sqlite_engine, settings, fill(sqlite_engine))


@pytest.fixture
def empty_client(house: House) -> Client:
    """A service without a champion."""
    return Client(create_app(house.settings, house.engine), house)


@pytest.fixture
def client(house: House, empty_client: Client) -> Client:
    """A service with a champion."""
    house.train()
    return empty_client
