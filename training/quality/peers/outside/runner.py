"""Asks a peer in an environment of its own, by files in a folder and a process.

The folder holds `train.npz`, `histories.npz`, `learner_features.npz` and `credential_features.npz`
where the task has such, and `task.json` (`{"peer", "config", "seed", "threads"}`); `worker.py`
writes `scores.npy` and `usage.json` into it. The folder lives as long as the process.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, save_npz

from recommender.errors import RecommenderError
from training.quality.measuring import Usage
from training.quality.peers.outside import environments
from training.quality.peers.peer import Answer, Config, Peer, Task

WORKER: Final = environments.HERE / "worker.py"
TIME_LIMIT_S: Final = 1800.0
"""For one configuration: to start, fit and score."""

THREAD_VARIABLES: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LK_NUM_THREADS")


class NotRun(RecommenderError):
    """A peer gave no answer; the message says why, for the report's list of what was not run."""

    type = "peer-not-run"
    title = "A peer was not run"


@dataclass(frozen=True)
class OutsidePeer(Peer):
    """A model of a library in an environment of its own."""

    name: str
    library: str
    grid: tuple[Config, ...]
    folds_in: bool = True
    time_limit_s: float = TIME_LIMIT_S

    def why_not(self) -> str:
        """Return why it cannot run here, as a sentence; empty where it can."""
        return environments.why_not(self.library)

    def answer(self, task: Task, config: Config) -> Answer:
        """Fit, and score every history.

        Raises
        ------
        NotRun
            It is not set up, it failed, it took too long, or its answer is unusable.
        """
        reason = self.why_not()
        if reason:
            raise NotRun(f"{self.name} was not run: {reason}")
        with TemporaryDirectory(prefix="peer-") as name:
            folder = Path(name)
            _write(folder, self, task, config)
            _run(folder, self, task.threads)
            return _read(folder, self, task.histories.shape)


def _write(folder: Path, peer: OutsidePeer, task: Task, config: Config) -> None:
    matrices = {
        "train": task.train,
        "histories": task.histories,
        "learner_features": task.learner_features,
        "credential_features": task.credential_features,
    }
    for stem, matrix in matrices.items():
        if matrix is not None:
            # a new format of sparse arrays would be unreadable to older libraries
            save_npz(folder / f"{stem}.npz", csr_matrix(matrix, dtype=np.float32))
    told = {
        "peer": peer.name,
        "config": dict(config),
        "seed": task.seed,
        "threads": task.threads,
    }
    (folder / "task.json").write_text(json.dumps(told), encoding="utf-8")


def _run(folder: Path, peer: OutsidePeer, threads: int) -> None:
    files = map(str, (WORKER, environments.adapter(peer.library), folder))
    try:
        done = subprocess.run(  # noqa: S603 - our own list of words, no shell
            [str(environments.python(peer.library)), "-I", *files],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            timeout=peer.time_limit_s,
            env=environments.environment(dict.fromkeys(THREAD_VARIABLES, str(threads))),
        )
    except subprocess.TimeoutExpired:
        raise NotRun(
            f"{peer.name} was not run: it took longer than {peer.time_limit_s:g} seconds."
        ) from None
    except OSError as error:
        raise NotRun(f"{peer.name} was not run: {error.strerror}.") from None
    if done.returncode:
        raise NotRun(f"{peer.name} was not run: {environments.last_words(done)}")


def _read(folder: Path, peer: OutsidePeer, shape: tuple[int, int]) -> Answer:
    try:
        scores: NDArray[np.float32] = np.load(folder / "scores.npy", allow_pickle=False)
        usage = json.loads((folder / "usage.json").read_text(encoding="utf-8"))
        cost = Usage(*(float(usage[name]) for name in ("fit_seconds", "peak_mb", "wall_seconds")))
    except (OSError, ValueError, KeyError) as error:
        raise NotRun(
            f"{peer.name} was not run: its answer cannot be read ({type(error).__name__})."
        ) from None
    if scores.shape != shape or scores.dtype != np.float32 or not np.isfinite(scores).all():
        raise NotRun(f"{peer.name} was not run: its answer is not a score for every pair.")
    return Answer(scores, cost)
