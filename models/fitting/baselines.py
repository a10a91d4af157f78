"""Fitting of the plain rules and models that must be beaten."""

from collections.abc import Callable
from typing import Final

import numpy as np

from features.training_data import TrainingData
from models.baselines import Baseline, LargestGap, PlainAls, Popularity, RandomOrder
from models.colleagues.history import StatusConfidence
from models.fitting.als import AlsConfig, fit_als
from models.fitting.colleagues import record_matrix
from models.fitting.options import TrainingOptions

PLAIN_ALS: Final = AlsConfig(factors=64, regularization=0.01, noise=0.0, alpha=1.0, iterations=15)
"""implicit's own defaults, with 64 factors."""


def fit_baseline(name: str, data: TrainingData, options: TrainingOptions) -> Baseline:
    """Fit one of `BASELINES` by its name.

    Raises
    ------
    ValueError
        There is no baseline of this name.
    """
    if name not in BASELINES:
        raise ValueError(f"baseline must be one of {', '.join(BASELINES)}, got '{name}'")
    return BASELINES[name](data, options)


def _popularity(data: TrainingData, options: TrainingOptions) -> Baseline:
    del options
    columns = data.states.history.rows["credential"]
    return Popularity(np.bincount(columns, minlength=len(data.catalog)).astype(np.float32))


def _als(data: TrainingData, options: TrainingOptions) -> Baseline:
    alike = StatusConfidence(1.0, 1.0, 1.0, 1.0)
    matrix = record_matrix(data.states, len(data.catalog), alike)
    quiet = TrainingOptions(seed=options.seed, threads=options.threads)
    return PlainAls(fit_als(matrix, PLAIN_ALS, quiet))


def _random(data: TrainingData, options: TrainingOptions) -> Baseline:
    return RandomOrder(options.seed, len(data.catalog))


def _largest_gap(data: TrainingData, options: TrainingOptions) -> Baseline:
    del options
    return LargestGap(data.catalog.reach)


BASELINES: Final[dict[str, Callable[[TrainingData, TrainingOptions], Baseline]]] = {
    "popularity": _popularity,
    "als": _als,
    "random": _random,
    "largest_gap": _largest_gap,
}
"""Each by its name, in the order of reports."""
