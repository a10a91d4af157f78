"""The shipped packs, read once."""

from datetime import date

import pytest

from recommender.states.shelf import Shelf

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def packs():
    shelf = Shelf()
    return {code: shelf.find(code, TODAY) for code in shelf.codes()}
