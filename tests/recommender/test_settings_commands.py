import json
from datetime import timedelta

import pytest
from sqlmodel import Session

from recommender.cli import run
from recommender.clock import today
from recommender.store.tables import District


@pytest.fixture
def district(data_dir, sqlite_engine):
    with Session(sqlite_engine) as session:
        session.add(District(district_id="north"))
        session.commit()


def listed(capsys):
    capsys.readouterr()
    assert run(["settings", "list", "--district", "north", "--json"]) == 0
    return {row["name"]: row for row in json.loads(capsys.readouterr().out)}


def put(*arguments):
    return run(["settings", "set", *arguments, "--district", "north", "--set-by", "ada"])


def test_a_setting_is_set_and_listed(district, capsys):
    assert listed(capsys)["need_share"]["value"] == 0.25
    assert put("need_share", "0.5") == 0
    assert f"need_share of the district 'north' is 0.5 from {today()} on" in capsys.readouterr().err
    row = listed(capsys)["need_share"]
    assert (row["value"], row["default"], row["set_by"]) == (0.5, 0.25, "ada")
    assert row["from"] == today().isoformat()


def test_a_later_day_is_awaited(district, capsys):
    assert put("allow_unknown_quality", "false", "--from", f"{today() + timedelta(days=1)}") == 0
    assert listed(capsys)["allow_unknown_quality"]["value"] is True


def test_a_table_for_people(district, capsys):
    assert put("allow_unknown_quality", "false") == 0
    assert run(["settings", "list", "--district", "north"]) == 0
    out = capsys.readouterr().out
    assert "Settings of the district 'north'" in out
    assert "false" in out


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["need_share", "2"], 2, "need_share must be a number from 0 to 1."),
        (["need_share", "half"], 2, "The value must be JSON"),
        (["nothing", "1"], 2, "nothing"),
    ],
)
def test_what_cannot_be_is_refused(district, capsys, arguments, code, sentence):
    assert put(*arguments) == code
    assert sentence in capsys.readouterr().err


def test_a_district_that_does_not_exist(district, capsys):
    assert run(["settings", "list", "--district", "nowhere"]) == 4
    assert run(["settings", "set", "need_share", "0.5", "--district", "nowhere"]) == 4
    assert capsys.readouterr().err.count("There is no district 'nowhere'.") == 2
