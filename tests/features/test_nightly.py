"""The crontab line of the manual, run to the letter: lock, exit codes, log, report."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MANUAL = Path(__file__).parents[2] / "docs" / "formats.md"
SCHEDULE = "15 2 * * *"
STILL_RUNNING, REFUSED = 75, 3


@pytest.fixture(scope="module")
def command():
    """The command of the one crontab line that the manual has."""
    (line,) = [text for text in MANUAL.read_text().splitlines() if text.startswith(SCHEDULE)]
    return line.removeprefix(SCHEDULE).strip()


@pytest.fixture
def night(command, tmp_path, migrated_sqlite):
    """Run the line in a data directory of its own, as cron does: by sh, with few variables."""
    if shutil.which("flock") is None:
        pytest.skip("flock (util-linux) is not on this machine")
    shutil.copyfile(migrated_sqlite, tmp_path / "recommender.db")
    (tmp_path / "nightly").mkdir()

    def run():
        path = f"{Path(sys.executable).parent}{os.pathsep}/usr/bin{os.pathsep}/bin"
        variables = {"PATH": path, "HOME": "/", "RECOMMENDER_DATA_DIR": str(tmp_path)}
        done = subprocess.run(
            ["/bin/sh", "-c", command], env=variables, cwd="/", capture_output=True, check=False
        )
        assert (done.stdout, done.stderr) == (b"", b"")  # everything goes to the log
        return done.returncode

    return run


def delta(folder, *users):
    """Write a OneRoster delta into the folder that is imported."""
    (folder / "manifest.csv").write_text(
        "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n"
        "file.orgs,bulk\nfile.users,delta\n"
    )
    (folder / "orgs.csv").write_text(
        "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
        "d,active,2026-01-01T00:00:00.000Z,District,district,,\n"
        "s,active,2026-01-01T00:00:00.000Z,School,school,,d\n"
    )
    header = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,givenName,familyName"
    lines = [f"{user},2026-01-01T00:00:00.000Z,true,s,teacher,Ana,Reyes" for user in users]
    (folder / "users.csv").write_text("\n".join([header, *lines]) + "\n")


def told(data):
    return json.loads((data / "import.json").read_text())["files"][0]


def test_a_delta_a_night(night, tmp_path):
    delta(tmp_path / "nightly", "T1,active", "T2,active")
    assert night() == 0
    assert told(tmp_path)["added"] == 2
    delta(tmp_path / "nightly", "T1,tobedeleted", "T3,active")
    assert night() == 0
    assert (told(tmp_path)["added"], told(tmp_path)["changed"]) == (1, 1)
    assert night() == 0  # the same delta once more
    assert (told(tmp_path)["added"], told(tmp_path)["changed"]) == (0, 0)
    log = (tmp_path / "import.log").read_text()
    assert log.count("Recognised as OneRoster 1.1 (delta)") == 3


def test_a_night_does_not_begin_while_the_last_one_runs(night, tmp_path):
    delta(tmp_path / "nightly", "T1,active")
    with (tmp_path / "import.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert night() == STILL_RUNNING
        assert not (tmp_path / "import.json").exists()
    assert night() == 0


def test_a_refused_night_says_so_and_changes_nothing(night, tmp_path):
    delta(tmp_path / "nightly", "T1,active")
    assert night() == 0
    before = (tmp_path / "import.json").read_text()
    (tmp_path / "nightly" / "users.csv").write_bytes(b"sourcedId,status,dateLastModified,\xff")
    assert night() in {REFUSED, 2}
    assert "Error: " in (tmp_path / "import.log").read_text()
    assert (tmp_path / "import.json").read_text() == before
