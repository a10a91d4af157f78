"""Plain rules and models that must be beaten; each scores a block of teachers."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.colleagues.als import AlsPart
from models.colleagues.history import StatusConfidence, weighted_history
from models.levels import LevelConfig, levels
from recommender.teacher_state import TeacherStates

Baseline = Callable[[TeacherStates], NDArray[np.float32]]
"""Scores of n teachers for m credentials, float32[n, m]; no teacher's depend on another's."""

_LEAST: Final = 1e-3
"""Part of a score that tells apart credentials which reach the same gap."""


@dataclass(frozen=True)
class Popularity:
    """The most earned first, for everybody."""

    counts: NDArray[np.float32]
    """float32[m]."""

    def __call__(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the counts, float32[n, m]."""
        return np.repeat(self.counts[None, :], len(states), axis=0)


@dataclass(frozen=True)
class PlainAls:
    """Implicit ALS by itself, every record alike."""

    part: AlsPart

    def __call__(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the factor model's own scores, float32[n, m]."""
        return self.part.score(weighted_history(states, StatusConfidence(1.0, 1.0, 1.0, 1.0)))


@dataclass(frozen=True)
class RandomOrder:
    """Any order; the same one for the same seed and the same record."""

    seed: int
    catalog_size: int

    def __call__(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return random numbers, float32[n, m]."""
        scores = np.empty((len(states), self.catalog_size), dtype=np.float32)
        for teacher, row in enumerate(scores):
            record = zlib.crc32(states.records.of(teacher).tobytes())
            np.random.default_rng([self.seed, record]).random(dtype=np.float32, out=row)
        return scores


@dataclass(frozen=True)
class LargestGap:
    """What reaches the lowest rated standard first, then the second lowest, and so on.

    Where a teacher has no evaluation of a standard the self-assessment counts, and where there is
    neither the standard is no gap.
    """

    reach: NDArray[np.float32]
    """float32[m, s]."""

    def __call__(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the largest gap that each credential reaches, float32[n, m]."""
        gaps = self._gaps(states)
        largest = np.zeros((len(states), len(self.reach)), dtype=np.float32)
        for gap, reach in zip(gaps.T, self.reach.T, strict=True):
            reached = (gap[:, None] > 0) & (reach > 0)
            np.maximum(largest, np.where(reached, gap[:, None] + _LEAST * reach, 0), out=largest)
        return largest

    def _gaps(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return 1 - level on every standard, 0 where unknown; float32[n, s]."""
        standards, config = self.reach.shape[1], LevelConfig()
        rated = levels(states.ratings, states.as_of, standards, config).level
        assessed = levels(states.assessments, states.as_of, standards, config).level
        known = np.where(np.isnan(rated), assessed, rated)
        gaps: NDArray[np.float32] = np.nan_to_num(1 - known)
        return gaps
