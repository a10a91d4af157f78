"""`recommender drift` on a house's store."""

import json
from datetime import timedelta

import pytest

from recommender.cli import run
from recommender.clock import today
from recommender.errors import NoChampion, NotFound
from recommender.settings import settings
from serving.drift import QUARTERS, Facts


@pytest.fixture
def drift(monkeypatch, capsys):
    """Run the command on a house's store; return the exit code and what it printed."""

    def command(client, *arguments):
        monkeypatch.setenv("RECOMMENDER_DATA_DIR", str(client.house.settings.data_dir))
        settings.cache_clear()
        code = run(["drift", *arguments])
        return code, capsys.readouterr().out

    return command


def test_it_tells_what_the_api_tells(client, drift):
    code, out = drift(client, "--district", "north", "--json")
    assert code == 0
    assert json.loads(out) == client.get("/v1/drift", "staff").json()


def test_a_table_for_people(client, drift):
    for number in range(40):
        teacher = (f"n{number}", "north")
        client.house.rows.teacher(*teacher)
        client.house.rows.rate(teacher, ("F", "1"), 1.5, today() - timedelta(days=10))
        client.house.rows.rate(teacher, ("F", "1"), 2.9, today() + timedelta(days=1))
    code, out = drift(client, "--district", "north")
    assert code == 0
    (line,) = [line for line in out.splitlines() if "Evaluation ratings" in line]
    assert "moved much" in line
    (cell,) = [line for line in out.splitlines() if QUARTERS[2] in line]
    assert "0.0%" in cell
    assert "100.0%" in cell
    assert out.count("too few to tell") == len(Facts) - 1


def test_a_district_that_does_not_exist(client, drift):
    assert drift(client, "--district", "nowhere")[0] == NotFound.exit_code


def test_without_a_model(empty_client, drift):
    assert drift(empty_client, "--district", "north")[0] == NoChampion.exit_code
