"""EASE (Steck, 'Embarrassingly Shallow Autoencoders for Sparse Data', 2019) in plain numpy.

With P = (X'X + D)^-1 the scores of histories H are H B, B = I - P / diag(P) column by column. D is
diagonal: the same number for all (2019), and beside it a multiple of how often each credential
occurs, as a denoising autoencoder has it (Steck, 'Autoencoders that don't overfit towards the
Identity', 2020). Where there are fewer learners than credentials the same is had from an n x n
matrix, with S = D^-1

    P = S - S X' (I + X S X')^-1 X S

so that no m x m matrix is ever made.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix, diags

from training.quality.peers.peer import Config, FoldIn, LocalPeer

LARGEST: Final = 20_000
GRID: Final = (
    *({"regularization": value} for value in (0.5, 5.0, 50.0, 200.0, 1000.0, 3000.0, 10_000.0)),
    *({"regularization": 10.0, "by_frequency": times} for times in (3.0, 8.0, 20.0)),
)


def fit_ease(train: csr_matrix, config: Config, seed: int, threads: int) -> FoldIn:
    """Solve by the smaller of the two Gram matrices."""
    del seed, threads
    learners, credentials = train.shape
    occurs = np.asarray(train.sum(axis=0), dtype=np.float64).ravel()
    penalty = config["regularization"] + config.get("by_frequency", 0.0) * occurs
    return _wide(train, penalty) if learners < credentials else _tall(train, penalty)


def _tall(train: csr_matrix, penalty: NDArray[np.float64]) -> FoldIn:
    gram = (train.T @ train).toarray().astype(np.float32)
    gram[np.diag_indices_from(gram)] += penalty.astype(np.float32)
    identity = np.eye(len(gram), dtype=np.float32)
    weights = cho_solve(cho_factor(gram, lower=True), identity, overwrite_b=True)
    weights = weights / -np.diag(weights)[None, :]
    np.fill_diagonal(weights, 0.0)

    def fold_in(histories: csr_matrix) -> NDArray[np.float32]:
        return np.asarray(histories @ weights, dtype=np.float32)

    return fold_in


def _wide(train: csr_matrix, penalty: NDArray[np.float64]) -> FoldIn:
    share = 1.0 / penalty
    scaling = diags(share, format="csr")
    scaled = train @ scaling
    kernel = (scaled @ train.T).toarray().astype(np.float64)
    kernel[np.diag_indices_from(kernel)] += 1.0
    inverse = cho_solve(cho_factor(kernel, lower=True), np.eye(len(kernel)))
    explained = np.asarray(scaled.multiply((scaled.T @ inverse).T).sum(axis=0)).ravel()
    diagonal = share - explained

    def fold_in(histories: csr_matrix) -> NDArray[np.float32]:
        common = np.asarray((histories @ scaled.T).toarray(), dtype=np.float64)
        through = np.asarray((scaled.T @ (common @ inverse).T).T)
        inside = (histories @ scaling).toarray() - through
        # H - HP / diag(P): the diagonal of B is 0
        scores: NDArray[np.float32] = (histories.toarray() - inside / diagonal).astype(np.float32)
        return scores

    return fold_in


EASE: Final = LocalPeer("ease", GRID, fit_ease, dense_limit=LARGEST)
