"""LensKit's item-kNN and biased matrix factorization.

Both are fitted on `train` alone and take each history at query time.

Biased MF predicts ratings, and a record is no rating: of ones alone it has nothing to learn. It is
given each record as a 1 and, drawn by seed, up to `negatives` credentials a record that the learner
lacks as a 0; of a history too, which it folds in. A learner without a history has the same score
for everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from lenskit.als import BiasedMFScorer
from lenskit.data import DatasetBuilder, ItemList, RecQuery
from lenskit.knn import ItemKNNScorer
from lenskit.training import TrainingOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from lenskit.data import Dataset
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from training.quality.peers.outside.worker import Problem, Score


def fit_item_knn(problem: Problem) -> Score:
    """Fit item-kNN for implicit feedback: a score is the sum of likenesses to the history."""
    scorer = ItemKNNScorer(feedback="implicit", **problem.config)
    learners, credentials = problem.train.nonzero()
    scorer.train(
        _dataset(problem.train.shape, pd.DataFrame({"user_id": learners, "item_id": credentials})),
        TrainingOptions(rng=problem.seed),
    )
    histories = problem.histories

    def query(row: int) -> ItemList:
        taken = histories.indices[histories.indptr[row] : histories.indptr[row + 1]]
        return ItemList(item_nums=taken, vocabulary=scorer.items)

    return lambda: np.nan_to_num(_scores(scorer, histories.shape, query))


def fit_biased_mf(problem: Problem) -> Score:
    """Fit explicit ALS with biases on records as ones and a sample of the others as zeros."""
    config = dict(problem.config)
    negatives = config.pop("negatives")
    random = np.random.default_rng(problem.seed)
    scorer = BiasedMFScorer(**config)
    table = _with_zeros(problem.train, negatives, random)
    scorer.train(_dataset(problem.train.shape, table), TrainingOptions(rng=problem.seed))

    def score() -> NDArray[np.float32]:
        told = _with_zeros(problem.histories, negatives, random).sort_values("user_id")
        starts = np.searchsorted(told["user_id"], np.arange(problem.histories.shape[0] + 1))

        def query(row: int) -> ItemList:
            own = told.iloc[starts[row] : starts[row + 1]]
            items = own["item_id"].to_numpy(dtype=np.int32)
            return ItemList(
                item_nums=items, vocabulary=scorer.items, rating=own["rating"].to_numpy()
            )

        return _scores(scorer, problem.histories.shape, query)

    return score


def _with_zeros(matrix: csr_matrix, negatives: int, random: np.random.Generator) -> pd.DataFrame:
    learners, credentials = matrix.nonzero()
    size = matrix.shape[1]
    records = learners.astype(np.int64) * size + credentials
    drawn = random.integers(size, size=len(records) * negatives)
    zeros = np.setdiff1d(np.repeat(learners.astype(np.int64), negatives) * size + drawn, records)
    pairs = np.concatenate([records, zeros])
    ratings = np.repeat([1.0, 0.0], [len(records), len(zeros)])
    return pd.DataFrame({"user_id": pairs // size, "item_id": pairs % size, "rating": ratings})


def _dataset(shape: tuple[int, int], table: pd.DataFrame) -> Dataset:
    builder = DatasetBuilder()
    builder.add_entities("user", np.arange(shape[0]))
    builder.add_entities("item", np.arange(shape[1]))
    builder.add_interactions(
        "rating", table, entities=["user", "item"], missing="error", default=True
    )
    return builder.build()


def _scores(
    scorer: ItemKNNScorer | BiasedMFScorer,
    shape: tuple[int, int],
    query: Callable[[int], ItemList],
) -> NDArray[np.float32]:
    everything = ItemList(item_nums=np.arange(shape[1], dtype=np.int32), vocabulary=scorer.items)
    scores = np.empty(shape, dtype=np.float32)
    for row in range(shape[0]):
        scores[row] = scorer(RecQuery(history_items=query(row)), everything).scores()
    return scores


PEERS = {"lenskit-item-knn": fit_item_knn, "lenskit-biased-mf": fit_biased_mf}
