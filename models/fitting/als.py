"""Fitting of the part `als` by implicit (github.com/benfred/implicit)."""

import math
from dataclasses import dataclass

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

from models.colleagues.als import AlsPart
from models.fitting.options import TrainingOptions, blas_threads


@dataclass(frozen=True)
class AlsConfig:
    """What may be set of implicit's ALS; see its documentation.

    Parameters
    ----------
    regularization
        Constant part of the regularisation.
    noise
        Part in proportion to the largest singular value of a random matrix with as many records,
        sqrt(records a credential) + sqrt(records a teacher): what is not above it is chance, in a
        small district as in a large one.
    """

    factors: int = 32
    regularization: float = 0.01
    noise: float = 1.0
    alpha: float = 1.0
    iterations: int = 8

    def __post_init__(self) -> None:
        if self.factors < 1 or self.iterations < 1:
            raise ValueError(
                "factors and iterations must be at least 1, got "
                f"{self.factors} and {self.iterations}"
            )
        if self.regularization <= 0 or self.noise < 0 or self.alpha <= 0:
            raise ValueError(
                "regularization and alpha must be above 0 and noise not below 0, got "
                f"{self.regularization}, {self.alpha} and {self.noise}"
            )

    def regularization_of(self, matrix: csr_matrix) -> float:
        """Return the regularisation for a matrix of n teachers x m credentials."""
        teachers, credentials = matrix.shape
        level = math.sqrt(matrix.nnz / max(credentials, 1)) + math.sqrt(
            matrix.nnz / max(teachers, 1)
        )
        return self.regularization + self.noise * level


def fit_als(matrix: csr_matrix, config: AlsConfig, options: TrainingOptions) -> AlsPart:
    """Learn item factors; no row of a teacher is kept.

    Parameters
    ----------
    matrix
        Confidence of each record, n teachers x m credentials.
    options
        `on_epoch` is told the training loss as `colleagues.als`.
    """
    on_epoch = options.on_epoch
    regularization = config.regularization_of(matrix)

    def told(epoch: int, _seconds: float, loss: float) -> None:
        if on_epoch is not None:
            on_epoch("colleagues.als", epoch, float(loss))

    factors = np.zeros((matrix.shape[1], config.factors), dtype=np.float32)
    if matrix.nnz:
        # implicit runs its own threads, and warns of BLAS threads beside them
        with blas_threads(1):
            model = AlternatingLeastSquares(
                factors=config.factors,
                regularization=regularization,
                alpha=config.alpha,
                iterations=config.iterations,
                num_threads=options.threads,
                random_state=options.seed,
                calculate_training_loss=on_epoch is not None,
            )
            model.fit(matrix, show_progress=False, callback=told if on_epoch else None)
        factors = np.ascontiguousarray(model.item_factors, dtype=np.float32)
    return AlsPart(factors, regularization=regularization, alpha=config.alpha)
