import json

import pytest

from recommender.cli import COMMANDS, build_app, run
from tests.features.store_rows import small_district


@pytest.fixture
def call(data_dir, capsys):
    def call(*arguments):
        code = run(["snapshot", *arguments], build_app(COMMANDS))
        return code, *capsys.readouterr()

    return call


def test_an_empty_store_is_one_sentence_and_a_failure(call, sqlite_engine):
    code, out, err = call()
    assert code == 8
    assert out == ""
    assert "recommender import" in err


def test_the_summary_says_what_was_frozen(call, sqlite_engine, data_dir):
    small_district(sqlite_engine)
    code, out, err = call("--as-of", "2026-05-31")
    assert code == 0
    assert "teachers" in out
    assert "1 records have no date" in err
    assert str(next((data_dir / "snapshots").iterdir())) in err


def test_json_is_the_manifest_and_the_folder(call, sqlite_engine):
    small_district(sqlite_engine)
    code, out, _err = call("--as-of", "2026-05-31", "--json")
    summary = json.loads(out)
    assert code == 0
    assert summary["folder"].endswith(summary["hash"][:8])
    assert summary["counts"]["teachers"] == 3


@pytest.mark.parametrize("day", ["31.05.2026", "2999-01-01"])
def test_a_day_that_is_none_or_to_come_is_refused(call, sqlite_engine, day):
    code, _out, err = call("--as-of", day)
    assert code == 2
    assert "Traceback" not in err
