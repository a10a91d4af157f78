import json
import os
import subprocess
import sys

import pytest

from training.stale_runs import FOLDER, end_stale_runs, forget_running, note_running
from training.tracking import RunTracker


def _notes(chosen):
    folder = chosen.artifacts_dir / FOLDER
    return {path.stem: path for path in folder.glob("*.json")}


def _of_somebody_gone(path):
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told | {"pid": process.pid}))


@pytest.fixture
def opened(tracked):
    """Return a run with two runs nested in it, one of them closed."""
    tracker = RunTracker(tracked)
    tracker.start("run", {}, {})
    inside = [tracker.nested(f"configuration {place}", {"a": place}, {}) for place in range(2)]
    tracker.close_nested(inside[0], "finished")
    return tracker, inside


def test_a_run_that_is_open_is_noted_and_left_alone(tracked, client, opened):
    tracker, _ = opened
    assert set(_notes(tracked)) == {tracker.run_id}
    assert end_stale_runs(tracked) == 0
    assert client.get_run(tracker.run_id).info.status == "RUNNING"


def test_what_a_killed_process_left_open_is_closed_with_what_is_nested(tracked, client, opened):
    tracker, inside = opened
    _of_somebody_gone(_notes(tracked)[tracker.run_id])
    assert end_stale_runs(tracked) == 2
    statuses = [client.get_run(run).info.status for run in (tracker.run_id, *inside)]
    assert statuses == ["KILLED", "FINISHED", "KILLED"]
    assert _notes(tracked) == {}
    assert end_stale_runs(tracked) == 0


def test_another_process_of_the_same_number_is_another_process(tracked, client, opened):
    tracker, _ = opened
    path = _notes(tracked)[tracker.run_id]
    path.write_text(json.dumps(json.loads(path.read_text()) | {"started": "long ago"}))
    assert end_stale_runs(tracked) == 2
    assert client.get_run(tracker.run_id).info.status == "KILLED"


def test_a_run_of_another_machine_is_left_to_it(tracked, client, opened):
    tracker, _ = opened
    path = _notes(tracked)[tracker.run_id]
    path.write_text(json.dumps(json.loads(path.read_text()) | {"host": "elsewhere", "pid": 1}))
    assert end_stale_runs(tracked) == 0
    assert client.get_run(tracker.run_id).info.status == "RUNNING"


def test_a_note_that_was_cut_off_is_of_somebody_gone(tracked, client, opened):
    tracker, _ = opened
    _notes(tracked)[tracker.run_id].write_text('{"pid": ')
    assert end_stale_runs(tracked) == 2
    assert client.get_run(tracker.run_id).info.status == "KILLED"


@pytest.mark.parametrize("end", ["finish", "fail"])
def test_a_closed_run_leaves_no_note(tracked, tmp_path, end):
    tracker = RunTracker(tracked)
    tracker.start("run", {}, {})
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    if end == "finish":
        tracker.finish({}, {}, bundle)
    else:
        tracker.fail()
    assert _notes(tracked) == {}


def test_a_note_names_the_process(tracked):
    note_running(tracked, "abc")
    told = json.loads(_notes(tracked)["abc"].read_text())
    assert told["pid"] == os.getpid()
    forget_running(tracked, "abc")
    forget_running(tracked, "abc")
    assert _notes(tracked) == {}
