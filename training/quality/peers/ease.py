"""EASE (Steck, 'Embarrassingly Shallow Autoencoders for Sparse Data', 2019) in plain numpy.

With P = (X'X + l I)^-1 the scores of histories H are H B, B = I - P / diag(P) column by column.
Where there are fewer learners than credentials the same is had from an n x n matrix,

    P = (I - X' (l I + XX')^-1 X) / l

so that no m x m matrix is ever made.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

from training.quality.peers.peer import Config, FoldIn, LocalPeer

LARGEST: Final = 20_000
GRID: Final = tuple(
    {"regularization": value} for value in (5.0, 50.0, 200.0, 1000.0, 3000.0, 10_000.0)
)


def fit_ease(train: csr_matrix, config: Config, seed: int, threads: int) -> FoldIn:
    """Solve by the smaller of the two Gram matrices."""
    del seed, threads
    ridge = float(config["regularization"])
    learners, credentials = train.shape
    return _wide(train, ridge) if learners < credentials else _tall(train, ridge)


def _tall(train: csr_matrix, ridge: float) -> FoldIn:
    gram = (train.T @ train).toarray().astype(np.float32)
    gram[np.diag_indices_from(gram)] += ridge
    identity = np.eye(len(gram), dtype=np.float32)
    weights = cho_solve(cho_factor(gram, lower=True), identity, overwrite_b=True)
    weights = weights / -np.diag(weights)[None, :]
    np.fill_diagonal(weights, 0.0)

    def fold_in(histories: csr_matrix) -> NDArray[np.float32]:
        return np.asarray(histories @ weights, dtype=np.float32)

    return fold_in


def _wide(train: csr_matrix, ridge: float) -> FoldIn:
    learners = train.shape[0]
    kernel = (train @ train.T).toarray().astype(np.float64)
    kernel[np.diag_indices_from(kernel)] += ridge
    inverse = cho_solve(cho_factor(kernel, lower=True), np.eye(learners))
    explained = np.asarray(train.multiply((train.T @ inverse).T).sum(axis=0)).ravel()
    diagonal = (1.0 - explained) / ridge

    def fold_in(histories: csr_matrix) -> NDArray[np.float32]:
        common = np.asarray((histories @ train.T).toarray(), dtype=np.float64)
        through = np.asarray((train.T @ (common @ inverse).T).T)
        inside = histories.toarray() - through
        # H - HP / diag(P): the diagonal of B is 0
        scores: NDArray[np.float32] = (histories.toarray() - inside / ridge / diagonal).astype(
            np.float32
        )
        return scores

    return fold_in


EASE: Final = LocalPeer("ease", GRID, fit_ease, dense_limit=LARGEST)
