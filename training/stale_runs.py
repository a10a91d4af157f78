"""Runs that were left open: a process that is killed closes nothing.

Each open run has a small file below the artifacts, with the process that writes it. The next
command that finds a file whose process is gone closes the run in MLflow, and those nested in it.
Without such a file MLflow is not even loaded.
"""

import json
import os
import socket
from pathlib import Path
from typing import Any, Final

from recommender.settings import Settings
from training.mlflow_client import experiment_id, open_client, tolerated

FOLDER: Final = "running"
KILLED: Final = "KILLED"
PARENT_TAG: Final = "mlflow.parentRunId"


def note_running(chosen: Settings, run_id: str) -> None:
    """Write down that this process has a run open."""
    path = _file(chosen, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_process(os.getpid())), encoding="utf-8")


def forget_running(chosen: Settings, run_id: str) -> None:
    """Take the note away: the run is closed."""
    _file(chosen, run_id).unlink(missing_ok=True)


def end_stale_runs(chosen: Settings) -> int:
    """Close the runs of processes that are gone; return how many were closed.

    Runs of another machine that shares the folder are left to it.
    """
    stale = [path for path in _notes(chosen) if _is_gone(path)]
    closed = 0
    for path in stale:
        with tolerated("Closing a run that was left open"):
            closed += _close(open_client(chosen), chosen, path.stem)
            path.unlink(missing_ok=True)
    return closed


def _file(chosen: Settings, run_id: str) -> Path:
    return chosen.artifacts_dir / FOLDER / f"{run_id}.json"


def _notes(chosen: Settings) -> list[Path]:
    return sorted((chosen.artifacts_dir / FOLDER).glob("*.json"))


def _is_gone(path: Path) -> bool:
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        host, pid = str(noted["host"]), int(noted["pid"])
    except (OSError, ValueError, TypeError, KeyError):
        # cut off while it was written: its writer is gone
        return True
    return host == socket.gethostname() and noted != _process(pid)


def _process(pid: int) -> dict[str, Any]:
    """Return who a process is; the same number with another start is another process."""
    return {"host": socket.gethostname(), "pid": pid, "started": _started(pid)}


def _started(pid: int) -> str:
    """Return the start of a process in the system's own measure; empty where it is gone."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        # the name in brackets may hold blanks; the start is the twentieth word after it
        return told.rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return _alive_elsewhere(pid)


def _alive_elsewhere(pid: int) -> str:
    """Return whether a process runs, on systems without /proc."""
    if Path("/proc/self/stat").exists():
        return ""
    try:
        os.kill(pid, 0)
    except OSError:
        return ""
    return "running"


def _close(client: Any, chosen: Settings, run_id: str) -> int:  # noqa: ANN401 - MLflow publishes no types
    """Close a run and what is nested in it; return how many were open."""
    inside = client.search_runs(
        [experiment_id(client, chosen)], f"tags.`{PARENT_TAG}` = '{run_id}'", max_results=10_000
    )
    names = [run.info.run_id for run in inside if run.info.status == "RUNNING"]
    if client.get_run(run_id).info.status == "RUNNING":
        names.append(run_id)
    for name in names:
        client.set_terminated(name, status=KILLED)
    return len(names)
