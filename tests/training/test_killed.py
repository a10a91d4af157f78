"""Training that is killed leaves the champion and the store as they were."""

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import text

from recommender.cli import run
from recommender.settings import Settings
from recommender.store.engine import make_engine
from tests.waiting import until
from training.mlflow_client import EXPERIMENT, open_client

TABLES = ("model_version", "champion", "promotion", "credential_record")
COMMAND = "from recommender.cli import main; main()"


def _store():
    engine = make_engine()
    with engine.connect() as connection:
        rows = {
            table: connection.execute(text(f"SELECT * FROM {table}")).all()  # noqa: S608 - our own names
            for table in TABLES
        }
    engine.dispose()
    return rows


def _kill_at(line, data_dir, *arguments, ready=lambda: True):
    """Start training as a user does; kill it with SIGKILL once it said a line and is `ready`."""
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "train", *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "RECOMMENDER_DATA_DIR": str(data_dir)},
        text=True,
    )
    with process:
        said = []
        for heard in process.stderr:
            said.append(heard)
            if line in heard:
                until(lambda: ready() or process.poll() is not None)
                process.send_signal(signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL, "".join(said)


@pytest.mark.parametrize(
    "line", ["Learning the blend's weights", "Saving the bundle", "Recording the run"]
)
def test_sigkill_changes_nothing_and_the_next_training_works(home, line, capsys):
    data_dir = home("dated")
    assert run(["train"]) == 0
    assert run(["models", "promote"]) == 0
    before = _store()
    _kill_at(line, data_dir, "--seed", "1")
    assert _store() == before
    assert run(["models", "promote", "latest"]) == 0
    assert "nothing was changed" in capsys.readouterr().err
    assert run(["train", "--seed", "1"]) == 0
    assert [row.version for row in _store()["model_version"]] == [1, 2]


def _statuses(data_dir):
    client = open_client(Settings(data_dir=data_dir))
    experiment = client.get_experiment_by_name(EXPERIMENT)
    return [run.info.status for run in client.search_runs([experiment.experiment_id])]


def test_the_next_command_closes_the_runs_that_a_killed_search_left_open(home):
    data_dir = home("dated")

    def searching():  # a run, with one open in it
        return _statuses(data_dir).count("RUNNING") > 1

    _kill_at("Searching for better", data_dir, "--search-minutes", "5", ready=searching)
    assert "RUNNING" in _statuses(data_dir)
    assert run(["train"]) == 0
    assert "RUNNING" not in _statuses(data_dir)
    assert "KILLED" in _statuses(data_dir)
