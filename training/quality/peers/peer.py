"""The interface of a peer: a model that a good data scientist would otherwise pick."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.fitting.options import blas_threads
from training.quality.measuring import Usage, Watch

Config = Mapping[str, Any]
"""What may be set of a peer, as JSON values."""

FoldIn = Callable[[csr_matrix], NDArray[np.float32]]
"""Gives the scores of q histories for every credential, float32[q, m]."""


@dataclass(frozen=True)
class Task:
    """What every peer is given, and nothing else."""

    train: csr_matrix
    """float32[n, m], 1 where a learner whom one may learn from has a credential in the history."""
    histories: csr_matrix
    """float32[q, m]: the histories of those who are asked about. Unless they are held out whole
    they are among the rows of `train` too."""
    seed: int
    threads: int
    learner_features: csr_matrix | None = None
    """float32[n + q, f], of the rows of `train`, then of `histories`, for peers that use such."""
    credential_features: csr_matrix | None = None
    """float32[m, g], for peers that use such."""


@dataclass(frozen=True)
class Answer:
    """Scores of the histories (higher is better; the history is not yet taken out), and the cost.

    `scores` is float32[q, m]; it may be a memory map.
    """

    scores: NDArray[np.float32]
    usage: Usage


class Peer(ABC):
    """A model with a grid of configurations, of which the validation picks one."""

    name: str
    grid: tuple[Config, ...]
    folds_in: bool = True
    """Whether what it says of a history depends on nothing but `train` and that history. One that
    learns from the histories that it is asked about must not see two of the same learner at once:
    the longer would tell what is held out of the shorter."""

    @abstractmethod
    def answer(self, task: Task, config: Config) -> Answer:
        """Fit, and score every history."""

    def why_not(self) -> str:
        """Return why it cannot run here, as a sentence; empty where it can."""
        return ""

    def too_large(self, learners: int, credentials: int) -> str:
        """Return why it cannot run on data of this size, as a sentence; empty where it can."""
        del learners, credentials
        return ""


@dataclass(frozen=True)
class LocalPeer(Peer):
    """A peer that runs in this process and folds histories in after fitting."""

    name: str
    grid: tuple[Config, ...]
    fit: Callable[[csr_matrix, Config, int, int], FoldIn]
    """Called with the training matrix, the configuration, the seed and the threads."""
    folds_in: bool = True
    dense_limit: int | None = None
    """With more learners and more credentials than so many it is not run: its matrix is dense."""

    def answer(self, task: Task, config: Config) -> Answer:
        """Fit, and score every history."""
        with blas_threads(task.threads):
            with Watch() as watch:
                fold_in = self.fit(task.train, config, task.seed, task.threads)
            scores = fold_in(task.histories)
        return Answer(np.ascontiguousarray(scores, dtype=np.float32), watch.usage)

    def too_large(self, learners: int, credentials: int) -> str:
        """Return why a dense matrix would not fit."""
        smaller = min(learners, credentials)
        if self.dense_limit is None or smaller <= self.dense_limit:
            return ""
        return f"It needs a dense matrix of {smaller} x {smaller}; the limit is {self.dense_limit}."
