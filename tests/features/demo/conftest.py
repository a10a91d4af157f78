import csv
from datetime import date

import pytest

from features.demo.generate import write_demo
from features.demo.simulation import simulate

TEACHERS = 800
SEED = 5
UNTIL = date(2026, 6, 30)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "district"
    write_demo(path, TEACHERS, SEED, UNTIL)
    return path


@pytest.fixture(scope="session")
def rows(folder):
    """Rows of each file by its name without the suffix."""
    found = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


@pytest.fixture(scope="session")
def world():
    return simulate(TEACHERS, SEED, UNTIL)
