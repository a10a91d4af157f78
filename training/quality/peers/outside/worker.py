"""The script that a peer's own Python runs: `python -I worker.py ADAPTER FOLDER`.

It imports nothing of ours: the environment that it runs in has NumPy, SciPy and the peer's library.
FOLDER holds `train.npz`, `histories.npz` and `task.json`, and features where the task has them; the
worker writes `scores.npy` (float32[q, m]) and `usage.json`. ADAPTER is a file with a dictionary
`PEERS`: by a peer's name the function that fits it.
"""

import importlib.util
import json
import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, load_npz, vstack

Score = Callable[[], NDArray[np.float32]]
"""Gives the scores of all histories, float32[q, m]; what is not finite was not scored."""


@dataclass(frozen=True)
class Problem:
    """What a peer is given."""

    train: csr_matrix
    """float32[n, m]: those whom one may learn from."""
    histories: csr_matrix
    """float32[q, m]: those who are asked about."""
    config: Mapping[str, Any]
    seed: int
    threads: int
    learner_features: csr_matrix | None
    """float32[n + q, f]: of the rows of `train`, then of `histories`."""
    credential_features: csr_matrix | None
    """float32[m, g]."""

    def everybody(self) -> tuple[csr_matrix, NDArray[np.int64]]:
        """Return one matrix of all learners, and in which row of it each history stands.

        For models that cannot score a learner whom they were not fitted on. A history that equals a
        row of `train` stands for that row (by most protocols those who are asked about are in
        `train` already) unless features tell the two apart; the others are stacked below.
        """
        if self.learner_features is not None:
            rows = np.arange(self.histories.shape[0]) + self.train.shape[0]
            return csr_matrix(vstack([self.train, self.histories])), rows
        known = {row: number for number, row in enumerate(_rows(self.train))}
        new: list[int] = []
        place = np.empty(self.histories.shape[0], dtype=np.int64)
        for number, row in enumerate(_rows(self.histories)):
            if row not in known:
                known[row] = self.train.shape[0] + len(new)
                new.append(number)
            place[number] = known[row]
        return csr_matrix(vstack([self.train, self.histories[new]])), place


def _rows(matrix: csr_matrix) -> list[bytes]:
    ends = matrix.indptr
    return [matrix.indices[a:b].tobytes() for a, b in pairwise(ends)]


def read_problem(folder: Path) -> tuple[str, Problem]:
    """Return the peer's name and what it is given."""
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    problem = Problem(
        _matrix(folder / "train.npz"),
        _matrix(folder / "histories.npz"),
        task["config"],
        task["seed"],
        task["threads"],
        _perhaps(folder / "learner_features.npz"),
        _perhaps(folder / "credential_features.npz"),
    )
    return task["peer"], problem


def _matrix(path: Path) -> csr_matrix:
    matrix = csr_matrix(load_npz(path), dtype=np.float32)
    matrix.eliminate_zeros()
    matrix.sort_indices()
    # older libraries read no other
    matrix.indices = matrix.indices.astype(np.int32)
    matrix.indptr = matrix.indptr.astype(np.int32)
    return matrix


def _perhaps(path: Path) -> csr_matrix | None:
    return _matrix(path) if path.is_file() else None


def load_peers(adapter: Path) -> dict[str, Callable[[Problem], Score]]:
    """Return the table of an adapter file."""
    spec = importlib.util.spec_from_file_location("adapter", adapter)
    if spec is None or spec.loader is None:
        raise ImportError(f"{adapter} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    peers: dict[str, Callable[[Problem], Score]] = module.PEERS
    return peers


def filled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `scores` with what was not scored placed below everything else of its row."""
    known = np.isfinite(scores)
    lowest = np.min(scores, axis=1, initial=0.0, where=known, keepdims=True)
    return np.where(known, scores, lowest - 1.0).astype(np.float32)


def peak_mb() -> float:
    """Return the highest resident memory of this process so far."""
    status = Path("/proc/self/status")
    if status.is_file():
        # getrusage would tell the caller's memory where that is higher: it outlives the exec
        peak = next(
            line
            for line in status.read_text(encoding="ascii", errors="replace").splitlines()
            if line.startswith("VmHWM")
        )
        return int(peak.split()[1]) / 1024
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return highest / 2**20 if sys.platform == "darwin" else highest / 1024


def main(adapter: Path, folder: Path) -> None:
    """Fit, score, and write both."""
    name, problem = read_problem(folder)
    fit = load_peers(adapter)[name]
    start, worked = perf_counter(), process_time()
    score = fit(problem)
    usage = {
        "fit_seconds": process_time() - worked,
        "wall_seconds": perf_counter() - start,
        "peak_mb": peak_mb(),
    }
    np.save(folder / "scores.npy", filled(score()))
    (folder / "usage.json").write_text(json.dumps(usage), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
