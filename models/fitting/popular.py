"""Fitting of `popular`: counting records."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.training_data import TrainingData
from models.fitting.newcomers import newcomers_of
from models.fitting.options import TrainingOptions
from models.popular import SMALLEST_COUNT, Popular, PopularConfig
from models.recency import recency
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import RecordStatus

_TINY: Final = 1e-12


def fit_popular(data: TrainingData, config: PopularConfig, options: TrainingOptions) -> Popular:
    """Learn log(1 + weighted count) of every credential, scaled to a spread of 1."""
    popularity = np.log1p(weighted_counts(data, config))
    spread = float(popularity.std())
    count = earned_by(data.states, len(data.catalog))
    return Popular(
        popularity=(popularity / (spread if spread > _TINY else 1.0)).astype(np.float32),
        earned_by=np.where(count >= SMALLEST_COUNT, count, 0).astype(np.int32),
        config=config,
        placing=newcomers_of(data, options),
    )


def weighted_counts(data: TrainingData, config: PopularConfig) -> NDArray[np.float64]:
    """Return how many teachers have each credential, by status and age; float64[m]."""
    rows = data.states.history.rows
    aged = recency(rows["on"], data.as_of, config.half_life_days, 1.0)
    held = rows["status"] >= RecordStatus.EARNED.code
    weights = aged * np.where(held, 1.0, config.under_way)
    counts = np.bincount(rows["credential"], weights, minlength=len(data.catalog))
    return counts.astype(np.float64)


def earned_by(states: TeacherStates, catalog_size: int) -> NDArray[np.int64]:
    """Return how many teachers earned each credential, int64[m]."""
    rows = states.history.rows
    held = rows["status"] >= RecordStatus.EARNED.code
    return np.bincount(rows["credential"][held], minlength=catalog_size)
