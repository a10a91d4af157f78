"""RecTools' EASE and item-kNN, and its wrapper of implicit ALS.

EASE and item-kNN are fitted on `train` and recommend from a data set of the histories. ALS knows
learners whom it was fitted on only, so the histories are fitted together with `train`. A learner
without a history has the same score for everything.

Its EASE is taken as it is: its ranker multiplies a history by the transposed weights, so it differs
a little from the paper's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import (
    BM25Recommender,
    CosineRecommender,
    ItemItemRecommender,
    TFIDFRecommender,
)
from rectools.dataset import Dataset, IdMap, Interactions
from rectools.models import EASEModel, ImplicitALSWrapperModel, ImplicitItemKNNWrapperModel

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rectools.models.base import ModelBase
    from scipy.sparse import csr_matrix

    from training.quality.peers.outside.worker import Problem, Score

KINDS = {
    "counts": ItemItemRecommender,
    "cosine": CosineRecommender,
    "tfidf": TFIDFRecommender,
    "bm25": BM25Recommender,
}
AT_ONCE = 200
"""Learners that are asked for in one call: an answer has a row for each of their credentials."""


def fit_ease(problem: Problem) -> Score:
    """Fit EASE."""
    model = EASEModel(
        **problem.config, recommend_n_threads=problem.threads, recommend_use_gpu_ranking=False
    )
    return _fit_and_fold_in(model, problem)


def fit_item_knn(problem: Problem) -> Score:
    """Fit item-kNN."""
    kind = KINDS[problem.config["kind"]]
    knn = kind(K=problem.config["neighbours"], num_threads=problem.threads)
    return _fit_and_fold_in(ImplicitItemKNNWrapperModel(knn), problem)


def fit_als(problem: Problem) -> Score:
    """Fit implicit ALS."""
    als = AlternatingLeastSquares(
        **problem.config, num_threads=problem.threads, random_state=problem.seed, use_gpu=False
    )
    model = ImplicitALSWrapperModel(als, recommend_use_gpu_ranking=False)
    everybody, rows = problem.everybody()
    dataset = _dataset(everybody)
    model.fit(dataset)
    return lambda: _scores(model, dataset, rows)


def _fit_and_fold_in(model: ModelBase, problem: Problem) -> Score:
    dataset = _dataset(problem.train)
    model.fit(dataset)
    # the model ends with the last credential that anybody has, and so must what it is given
    size = dataset.n_hot_items
    asked = np.arange(problem.histories.shape[0])

    def score() -> NDArray[np.float32]:
        scores = np.full(problem.histories.shape, np.nan, dtype=np.float32)
        histories = _dataset(problem.histories[:, :size], whole=True)
        scores[:, :size] = _scores(model, histories, asked)
        return scores

    return score


def _dataset(matrix: csr_matrix, *, whole: bool = False) -> Dataset:
    """Return the records; ids are the numbers of rows and columns.

    RecTools forgets rows and columns behind the last record, unless `whole` puts one without weight
    into the corner.
    """
    learners, credentials = matrix.nonzero()
    corner = [[size - 1] if whole else [] for size in matrix.shape]
    weights = np.repeat(np.array([1.0, 0.0], dtype=np.float32), [len(learners), len(corner[0])])
    table = pd.DataFrame(
        {
            "user_id": np.concatenate([learners, corner[0]]).astype(np.int64),
            "item_id": np.concatenate([credentials, corner[1]]).astype(np.int64),
            "weight": weights,
            "datetime": pd.Timestamp(0),
        }
    )
    users, items = (IdMap.from_values(np.arange(count)) for count in matrix.shape)
    return Dataset(users, items, Interactions.from_raw(table, users, items))


def _scores(model: ModelBase, dataset: Dataset, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    size = dataset.item_id_map.size
    asked, place = np.unique(rows, return_inverse=True)
    scores = np.full((len(asked), size), np.nan, dtype=np.float32)
    for start in range(0, len(asked), AT_ONCE):
        table = model.recommend(
            asked[start : start + AT_ONCE],
            dataset,
            k=size,
            filter_viewed=False,
            add_rank_col=False,
            on_unsupported_targets="ignore",
        )
        scores[np.searchsorted(asked, table["user_id"]), table["item_id"]] = table["score"]
    return scores[place]


PEERS = {"rectools-ease": fit_ease, "rectools-item-knn": fit_item_knn, "rectools-als": fit_als}
