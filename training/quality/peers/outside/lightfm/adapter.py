"""LightFM with the WARP loss, by its fork lightfm-next.

LightFM scores learners that it was fitted on, so the histories are fitted together with `train`.
With features a learner or a credential is the sum of its features' factors and, where it has
records, a factor of its own; so one without any record is placed by its features alone.

One thread, whatever was asked for: with several its updates race, and no run repeats another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from lightfm import LightFM
from scipy.sparse import csr_matrix, diags, hstack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.quality.peers.outside.worker import Problem, Score


def fit_warp(problem: Problem) -> Score:
    """Fit on everybody's records."""
    config = dict(problem.config)
    epochs = config.pop("epochs")
    matrix, rows = problem.everybody()
    learners = _features(matrix.getnnz(axis=1), problem.learner_features)
    credentials = _features(matrix.getnnz(axis=0), problem.credential_features)
    model = LightFM(loss="warp", random_state=problem.seed, **config)
    model.fit(matrix.tocoo(), learners, credentials, epochs=epochs, num_threads=1)

    def score() -> NDArray[np.float32]:
        own, factors = model.get_user_representations(learners[rows])
        biases, others = model.get_item_representations(credentials)
        return np.asarray(factors @ others.T + biases + own[:, None], dtype=np.float32)

    return score


def _features(records: NDArray[np.int64], told: csr_matrix | None) -> csr_matrix:
    """Return a column for each one that has records, then the features that the task gives."""
    own = csr_matrix(diags((records > 0).astype(np.float32)), dtype=np.float32)
    return own if told is None else csr_matrix(hstack([own, told]), dtype=np.float32)


PEERS = {"lightfm-warp": fit_warp}
