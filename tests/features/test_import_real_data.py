"""Real people's records, where they are at hand (they are never copied into the repository)."""

from pathlib import Path

import pytest
from sqlalchemy import text

from features.importers.plain_csv import import_paths

DATA = Path(__file__).parents[3] / "shared" / "data"


def real(name):
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"real data set '{name}' is not at {folder}")
    return folder


def test_courses_twice(sqlite_engine, data_dir):
    """346,769 undated records: the second import finds every one of them unchanged."""
    courses = real("courses")
    first, again = (import_paths(sqlite_engine, [courses]) for _ in range(2))
    assert {item.file: item.added for item in first.files} == {
        "credentials.csv": 2297,
        "records.csv": 346_769,
    }
    assert first.files[1].stubs == {"teachers": 5895}
    assert list(first.left_alone) == ["heldout_records.csv"]
    assert all(item.unchanged == item.rows for item in again.files)
    assert (again.stubs, again.rejected) == (0, 0)
    with sqlite_engine.connect() as connection:
        count = text("SELECT count(*), count(superseded_at) FROM credential_record")
        assert tuple(connection.execute(count).one()) == (346_769, 0)


def test_badges(engine, data_dir):
    badges = real("badges")
    (first,) = import_paths(engine, [badges]).files
    assert first.added == 27_873
    assert first.stubs == {"teachers": 12_316, "credentials": 79}
    (again,) = import_paths(engine, [badges]).files
    assert again.unchanged == 27_873
