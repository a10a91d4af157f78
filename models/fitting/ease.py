"""Fitting of the part `ease`: one matrix inverse.

With G = X'X the weights are B = I - P / diag(P) (column by column), P = (G + L)^-1, where the
diagonal L = ridge + frequency * diag(G) grows with how often a credential was earned. In G a
teacher with n records counts n ** -lengths.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas, lapack, solve_triangular
from scipy.sparse import csr_matrix, diags

from models.colleagues.ease import EasePart
from models.fitting.options import TrainingOptions, blas_threads

_TILE: Final = 256
"""Rows that are mirrored at once."""

_WIDE: Final = 0.5
"""With fewer teachers than this share of the credentials their matrix is the cheaper one."""


@dataclass(frozen=True)
class EaseConfig:
    """What may be set of EASE.

    Parameters
    ----------
    ridge
        Constant part of the diagonal.
    frequency
        Part of the diagonal in proportion to how often a credential was earned.
    lengths
        How far long histories are held back: 0 counts every record, 1 every teacher the same.
    fewest
        Credentials that fewer teachers have are left out: all that is known of them is what a few
        people did.
    largest
        At most so many credentials, those of the most teachers: the weights are dense.
    """

    ridge: float = 100.0
    frequency: float = 20.0
    lengths: float = 0.4
    fewest: int = 5
    largest: int = 20_000

    def __post_init__(self) -> None:
        if self.ridge <= 0 or self.frequency < 0 or self.fewest < 1 or self.largest < 1:
            raise ValueError(
                "ridge must be above 0, frequency not below 0, fewest and largest at least 1, got "
                f"{self.ridge}, {self.frequency}, {self.fewest} and {self.largest}"
            )
        if not 0 <= self.lengths <= 1:
            raise ValueError(f"lengths must be from 0 to 1, got {self.lengths}")


def fit_ease(
    matrix: csr_matrix,
    config: EaseConfig,
    options: TrainingOptions,
    kind: type[EasePart] = EasePart,
) -> EasePart:
    """Learn which credentials go together.

    Parameters
    ----------
    matrix
        Confidence of each record, n teachers x m credentials.
    kind
        Which part it is.
    """
    columns = _columns(matrix, config)
    earned = (diags(_row_weights(matrix, config.lengths)) @ matrix[:, columns]).tocsr()
    counts = np.asarray(earned.multiply(earned).sum(axis=0), dtype=np.float32).ravel()
    ridge = config.ridge + config.frequency * counts
    few_teachers = earned.shape[0] < _WIDE * earned.shape[1]
    with blas_threads(options.threads):
        weights = (_from_teachers if few_teachers else _from_credentials)(earned, ridge)
    return kind(columns=columns, weights=weights, catalog_size=matrix.shape[1])


def _row_weights(matrix: csr_matrix, lengths: float) -> NDArray[np.float32]:
    """Return the root of (n / mean n) ** -lengths for each teacher, float32[n]."""
    counts = np.maximum(np.diff(matrix.indptr), 1)
    mean = counts.mean() if len(counts) else 1.0
    weights: NDArray[np.float32] = ((counts / mean) ** (-lengths / 2)).astype(np.float32)
    return weights


def _columns(matrix: csr_matrix, config: EaseConfig) -> NDArray[np.int64]:
    """Return the columns that enough teachers have, at most `largest` of them, ascending."""
    counts = np.bincount(matrix.indices, minlength=matrix.shape[1])
    most_first = np.argsort(-counts, kind="stable")[: config.largest]
    return np.sort(most_first[counts[most_first] >= config.fewest]).astype(np.int64)


def _from_credentials(earned: csr_matrix, ridge: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return B by the inverse of a matrix of k credentials, float32[k, k]."""
    gram = np.asarray((earned.T @ earned).toarray(), dtype=np.float32)
    if not len(gram):
        return gram
    gram[np.diag_indices_from(gram)] += ridge
    # a Cholesky inverse costs half of a general one; the transpose is Fortran order without a copy
    factor, failed = lapack.spotrf(gram.T, lower=1, overwrite_a=1)
    inverse, failed_too = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed or failed_too:
        raise ValueError("the matrix of common credentials is singular: raise ridge")
    return _off_diagonal(inverse)


def _from_teachers(earned: csr_matrix, ridge: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the same by a matrix of n teachers, for large catalogs and few teachers.

    With W = K^-1/2 X L^-1 and K = I + X L^-1 X', P = L^-1 - W'W (Woodbury).
    """
    scaled = (earned @ diags(1 / ridge)).tocsr()
    kernel = (scaled @ earned.T).toarray().astype(np.float64)
    kernel[np.diag_indices_from(kernel)] += 1
    root = np.linalg.cholesky(kernel).astype(np.float32)
    roots = solve_triangular(root, scaled.toarray(), lower=True, check_finite=False)
    inverse = blas.ssyrk(-1.0, roots.T, lower=1)
    inverse[np.diag_indices_from(inverse)] += 1 / ridge
    return _off_diagonal(inverse)


def _off_diagonal(inverse: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return -P / diag(P) column by column with a diagonal of 0, from the lower half of P.

    P comes in Fortran order and is overwritten: it is symmetric, so its transpose will do.
    """
    weights: NDArray[np.float32] = inverse.T
    size = len(weights)
    for first in range(0, size, _TILE):
        last = min(first + _TILE, size)
        corner = np.triu(weights[first:last, first:last], 1)
        weights[first:last, first:last] = corner + corner.T + np.diag(np.diag(inverse)[first:last])
        weights[last:, first:last] = weights[first:last, last:].T
    weights /= -np.diag(weights)[None, :].copy()
    weights[np.diag_indices_from(weights)] = 0.0
    return weights
