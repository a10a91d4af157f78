"""Training that is killed leaves the champion and the store as they were."""

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import text

from recommender.cli import run
from recommender.store.engine import make_engine

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


def _kill_at(line, data_dir, *arguments):
    """Start training as a user does, and kill it with SIGKILL once it says a line."""
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
