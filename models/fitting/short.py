"""Fitting of the part `short`: leading eigenvectors of the common records."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from scipy.sparse.linalg import LinearOperator, eigsh

from models.colleagues.short import ShortPart
from models.fitting.options import TrainingOptions, blas_threads

_DENSE: Final = 400
"""Up to so many credentials all eigenvectors are found at once, which is quicker."""

_TOLERANCE: Final = 1e-3
"""Relative accuracy of the eigenvalues; a ranking does not change below it."""

_NO_STRENGTH: Final = 1e-6


@dataclass(frozen=True)
class ShortConfig:
    """What may be set of `short`.

    Parameters
    ----------
    factors
        Eigenvectors that are kept; what lies beyond is mostly chance.
    prior
        Learners' worth of doubt in the frequency of every credential: what few have says little.
    damping
        Scores are divided by the frequency to this power: the most popular are a little overrated.
    """

    factors: int = 100
    prior: float = 10.0
    damping: float = 0.05

    def __post_init__(self) -> None:
        if self.factors < 1 or self.prior <= 0 or self.damping < 0:
            raise ValueError(
                "factors must be at least 1, prior above 0 and damping not below 0, got "
                f"{self.factors}, {self.prior} and {self.damping}"
            )


def fit_short(matrix: csr_matrix, config: ShortConfig, options: TrainingOptions) -> ShortPart:
    """Learn the eigenvectors; no row of a teacher is kept.

    Parameters
    ----------
    matrix
        Confidence of each record, n teachers x m credentials. Who has a single record says nothing
        of what goes together.
    """
    lengths = np.diff(matrix.indptr)
    matrix = matrix[lengths > 1]
    lengths = lengths[lengths > 1].astype(np.float32)
    columns = np.unique(matrix.indices).astype(np.int64)
    if len(columns) <= 1:
        return _nothing(matrix.shape[1])
    mean = float(lengths.mean())
    earned = (diags(np.sqrt(mean / lengths)) @ matrix[:, columns]).tocsr().astype(np.float32)
    counts = np.asarray(earned.multiply(earned).sum(axis=0), dtype=np.float32).ravel()
    frequency = (counts + config.prior).astype(np.float32)
    normal = (earned @ diags(1 / np.sqrt(frequency))).tocsr().astype(np.float32)
    with blas_threads(options.threads):
        strength, vectors = _leading(normal, counts / frequency, config.factors)
    kept = strength > _NO_STRENGTH
    return ShortPart(
        columns=columns,
        vectors=np.ascontiguousarray(vectors[:, kept], dtype=np.float32),
        strength=strength[kept].astype(np.float32),
        inward=(frequency**-0.5).astype(np.float32),
        outward=(frequency**0.5 * (frequency / frequency.mean()) ** -config.damping).astype(
            np.float32
        ),
        others=mean - 1,
        noise=float(strength[kept].min(initial=np.inf)) if len(strength) < len(columns) else 0.0,
        catalog_size=matrix.shape[1],
    )


def _leading(
    normal: csr_matrix, diagonal: NDArray[np.float32], factors: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the largest eigenvalues of N'N without its diagonal, and their vectors (k, f)."""
    size = normal.shape[1]
    if size <= max(_DENSE, 2 * factors):
        common = (normal.T @ normal).toarray() - np.diag(diagonal)
        strength, vectors = np.linalg.eigh(common)
        return strength[-factors:], vectors[:, -factors:]
    across = normal.T.tocsr()

    def times(vector: NDArray[np.float32]) -> NDArray[np.float32]:
        product: NDArray[np.float32] = across @ (normal @ vector) - diagonal * vector.ravel()
        return product

    common = LinearOperator((size, size), matvec=times, dtype=np.float32)
    # a start of its own makes the result the same every time; this one is near the first vector
    start = np.sqrt(diagonal).astype(np.float32)
    spare = max(factors // 2, 20)
    strength, vectors = eigsh(
        common, k=factors, which="LA", v0=start, tol=_TOLERANCE, ncv=min(size, factors + spare)
    )
    return strength, vectors


def _nothing(catalog_size: int) -> ShortPart:
    return ShortPart(
        columns=np.zeros(0, dtype=np.int64),
        vectors=np.zeros((0, 0), dtype=np.float32),
        strength=np.zeros(0, dtype=np.float32),
        inward=np.zeros(0, dtype=np.float32),
        outward=np.zeros(0, dtype=np.float32),
        others=0.0,
        noise=0.0,
        catalog_size=catalog_size,
    )
