"""Peers that use features: the usual answers to somebody or something new.

Content kNN looks for what is close to the history. Ridge regression leads from features to factors:
implicit ALS is fitted on the records; then a linear map is learned from what is known of a learner
(grade bands, subjects, experience) to the learner's factors, and from what is known of a credential
to its factors. Whoever has a history is folded in as ever.
"""

from itertools import pairwise
from typing import Final

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import Ridge
from sklearn.preprocessing import normalize

from models.fitting.options import blas_threads
from recommender.errors import NotEnoughData
from training.quality.measuring import Watch
from training.quality.peers.peer import Answer, Config, Peer, Task


class ContentKnn(Peer):
    """What is closest in content to what a learner has: the plain answer to something new."""

    name = "content-knn"
    grid = tuple({"neighbours": number} for number in (1, 3, 10, 0))

    def answer(self, task: Task, config: Config) -> Answer:
        """Score by the likeness to the closest credentials of the history; 0 stands for all."""
        if task.credential_features is None or (task.train.getnnz(axis=0) > 0).all():
            raise NotEnoughData("No micro-credential is new, or nothing is known of their content.")
        with blas_threads(task.threads), Watch() as watch:
            unit = normalize(task.credential_features).astype(np.float32)
            likeness = np.asarray((unit @ unit.T).toarray())
        most = int(config["neighbours"])
        scores = np.zeros(task.histories.shape, dtype=np.float32)
        starts = task.histories.indptr
        for row, (first, last) in enumerate(pairwise(starts)):
            near = likeness[task.histories.indices[first:last]]
            if most and len(near) > most:
                near = np.partition(near, len(near) - most, axis=0)[-most:]
            scores[row] = near.sum(axis=0)
        return Answer(scores, watch.usage)


class RidgePeer(Peer):
    """ALS whose factors of new learners and new credentials are those of a linear map."""

    name = "ridge-to-factors"
    grid = tuple(
        {"factors": factors, "regularization": 1.0, "iterations": 15, "ridge": ridge}
        for factors in (16, 64)
        for ridge in (1.0, 30.0)
    )

    def answer(self, task: Task, config: Config) -> Answer:
        """Fit, and score every history."""
        if task.learner_features is None and task.credential_features is None:
            raise NotEnoughData("Nothing is known of teachers or credentials but their records.")
        settings = {name: value for name, value in config.items() if name != "ridge"}
        model = AlternatingLeastSquares(
            **settings, num_threads=task.threads, random_state=task.seed
        )
        with blas_threads(task.threads), Watch() as watch:
            model.fit(task.train, show_progress=False)
            learners = _learners(task, model, float(config["ridge"]))
            credentials = _credentials(task, model.item_factors, float(config["ridge"]))
        return Answer((learners @ credentials.T).astype(np.float32), watch.usage)


def _learners(task: Task, model: AlternatingLeastSquares, ridge: float) -> NDArray[np.float32]:
    """Return the factors of those who are asked about, float32[q, f]."""
    asked = task.histories
    factors: NDArray[np.float32] = np.nan_to_num(
        model.recalculate_user(np.arange(asked.shape[0]), asked)
    )
    new = asked.getnnz(axis=1) == 0
    if task.learner_features is not None and new.any():
        known = task.learner_features[: task.train.shape[0]]
        of_asked = task.learner_features[task.train.shape[0] :]
        with_records = task.train.getnnz(axis=1) > 0
        factors[new] = _mapped(
            known[with_records], model.user_factors[with_records], of_asked[new], ridge
        )
    return factors


def _credentials(task: Task, factors: NDArray[np.float32], ridge: float) -> NDArray[np.float32]:
    """Return the factors of all credentials, float32[m, f]."""
    new = task.train.getnnz(axis=0) == 0
    if task.credential_features is None or not new.any():
        return factors
    content, placed = task.credential_features, factors.copy()
    placed[new] = _mapped(content[~new], factors[~new], content[new], ridge)
    return placed


def _mapped(
    known: csr_matrix, factors: NDArray[np.float32], new: csr_matrix, ridge: float
) -> NDArray[np.float32]:
    model = Ridge(alpha=ridge, solver="sparse_cg").fit(known, factors)
    return np.asarray(model.predict(new), dtype=np.float32).reshape(new.shape[0], -1)


CONTENT_KNN: Final = ContentKnn()
RIDGE: Final = RidgePeer()
