"""Comparing points (weights and a damping) on one validation, with no more work than needed."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.fitting.ranking import Ranking

_HEAT: Final = 4
"""One of so many teachers is asked first."""

_HOPELESS: Final = 1.0
"""Weights that lose by more than so many standard errors there are not looked at further."""

_LEAST_GAIN: Final = 1e-9
"""A smaller gain is rounding."""


class Race:
    """What points reach for n teachers; what was found is remembered.

    A point is float64[J + 1]: the weights of J kinds of evidence, and the power of the damping. A
    first heat of a quarter of the teachers turns away weights that are clearly worse.
    """

    def __init__(self, ranking: Ranking) -> None:
        first = np.arange(len(ranking)) % _HEAT == 0
        self.kinds = len(ranking.values)
        self._heats = (ranking.take(first), ranking.take(~first))
        self._found: dict[tuple[int, bytes], NDArray[np.float64]] = {}

    def _heat(self, number: int, point: NDArray[np.float64]) -> NDArray[np.float64]:
        key = (number, point.tobytes())
        if key not in self._found:
            self._found[key] = self._heats[number].ndcg(point[:-1], float(point[-1]))
        return self._found[key]

    def ndcg(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return NDCG@10 of every teacher, those of the first heat first; float64[n]."""
        return np.concatenate([self._heat(0, point), self._heat(1, point)])

    def better(
        self, trial: NDArray[np.float64], holder: NDArray[np.float64], doubt: float
    ) -> NDArray[np.float64]:
        """Return the trial where it is better by more than `doubt` standard errors, else the other.

        The error is that of the mean of the paired differences.
        """
        rise = self._heat(0, trial) - self._heat(0, holder)
        if rise.mean() < -_HOPELESS * _error(rise):
            return holder
        rise = self.ndcg(trial) - self.ndcg(holder)
        return trial if rise.mean() > max(doubt * _error(rise), _LEAST_GAIN) else holder


def standard_errors(rises: NDArray[np.float64]) -> float:
    """Return how large the mean of what each of n teachers gained is, in standard errors."""
    mean = float(rises.mean())
    return mean / max(_error(rises), _LEAST_GAIN) if abs(mean) > _LEAST_GAIN else 0.0


def _error(rise: NDArray[np.float64]) -> float:
    """Return the standard error of a mean."""
    return float(rise.std()) / math.sqrt(len(rise))
