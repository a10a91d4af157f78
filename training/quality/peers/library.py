"""The models of implicit (github.com/benfred/implicit): ALS, BPR and item-kNN."""

import warnings
from typing import Any, Final

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking
from implicit.nearest_neighbours import (
    BM25Recommender,
    CosineRecommender,
    ItemItemRecommender,
    TFIDFRecommender,
)
from implicit.utils import ParameterWarning
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from models.fitting.options import blas_threads
from training.quality.measuring import Watch
from training.quality.peers.peer import Answer, Config, FoldIn, LocalPeer, Peer, Task

PLAIN: Final[Config] = {
    "factors": 64,
    "regularization": 0.01,
    "alpha": 1.0,
    "iterations": 15,
}
"""implicit's own defaults with 64 factors: what costs are measured in."""

KINDS: Final[dict[str, Any]] = {
    "counts": ItemItemRecommender,
    "cosine": CosineRecommender,
    "tfidf": TFIDFRecommender,
    "bm25": BM25Recommender,
}


def fit_als(train: csr_matrix, config: Config, seed: int, threads: int) -> FoldIn:
    """Fit implicit ALS; a history is folded in by its own `recalculate_user`."""
    model = AlternatingLeastSquares(
        **config, calculate_training_loss=False, num_threads=threads, random_state=seed
    )
    model.fit(train, show_progress=False)

    def fold_in(histories: csr_matrix) -> NDArray[np.float32]:
        factors = model.recalculate_user(np.arange(histories.shape[0]), histories)
        scores: NDArray[np.float32] = factors @ model.item_factors.T
        return np.nan_to_num(scores)

    return fold_in


def fit_knn(train: csr_matrix, config: Config, seed: int, threads: int) -> FoldIn:
    """Fit one of implicit's item-kNN: a score is the sum of the likenesses to the history."""
    del seed
    model = KINDS[config["kind"]](K=config["neighbours"], num_threads=threads)
    with warnings.catch_warnings():
        # it warns of the form of a matrix that it has just made itself
        warnings.simplefilter("ignore", ParameterWarning)
        # the plain counts refuse single precision; the others turn it into double themselves
        model.fit(train.astype(np.float64), show_progress=False)

    def fold_in(histories: csr_matrix) -> NDArray[np.float32]:
        return np.asarray((histories @ model.similarity).toarray(), dtype=np.float32)

    return fold_in


class BprPeer(Peer):
    """implicit's BPR. It cannot fold in, so the histories are trained on below the others.

    With one thread, whatever was asked for: with several it is not reproducible.
    """

    name = "bpr"
    folds_in = False
    grid = tuple(
        {"factors": factors, "learning_rate": rate, "regularization": 0.01, "iterations": 60}
        for factors in (32, 64)
        for rate in (0.02, 0.1)
    )

    def answer(self, task: Task, config: Config) -> Answer:
        """Fit on everybody's history, and score those who are asked about."""
        everybody = vstack([task.train, task.histories], format="csr")
        model = BayesianPersonalizedRanking(**config, num_threads=1, random_state=task.seed)
        with blas_threads(task.threads), Watch() as watch:
            model.fit(everybody, show_progress=False)
        asked = model.user_factors[task.train.shape[0] :]
        return Answer(np.asarray(asked @ model.item_factors.T, dtype=np.float32), watch.usage)


ALS: Final = LocalPeer(
    "als",
    (
        PLAIN,
        *(
            {"factors": factors, "regularization": ridge, "alpha": alpha, "iterations": 15}
            for factors, ridge, alpha in (
                (32, 1.0, 1.0),
                (64, 10.0, 1.0),
                (64, 10.0, 10.0),
                (128, 30.0, 3.0),
            )
        ),
    ),
    fit_als,
)
BPR: Final = BprPeer()
ITEM_KNN: Final = LocalPeer(
    "item-knn",
    tuple(
        {"kind": kind, "neighbours": neighbours} for kind in KINDS for neighbours in (20, 200, 2000)
    ),
    fit_knn,
)
