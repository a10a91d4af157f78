"""From ratings to one level a standard, and how sure we are of it.

    level(t, s)     = sum_r v_r * level_r / sum_r v_r        over the ratings r of t on s
    certainty(t, s) = V / (V + k),    V = sum_r v_r
    room(t, s)      = max(usual(s) - level, 0) + above * (1 - max(level, usual(s)))
    need(t, s)      = room * certainty

where `usual(s)` is the level that teachers usually have on s. Nearly everybody is rated
'proficient': what tells teachers apart is who stands below the others, so the room up to the usual
level counts in full and the room above it, which nearly everybody has, only in part.

`v_r` halves with every half-life since the rating. A single rating therefore counts less than
several that agree, and an old one less than a fresh one. Certainty depends on how many ratings
there are and how old, never on their levels, so that a lower rating never means less need. A rating
without a level (not rated, not demonstrated) says nothing: no need follows from it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.recency import recency
from recommender.teacher_state import Ragged


@dataclass(frozen=True)
class LevelConfig:
    """How ratings become a level.

    Parameters
    ----------
    half_life_days
        Days after which a rating counts half; full evaluations come every three to five years.
    shrink
        Ratings' worth of doubt (k above): with 0.5 a single fresh rating has certainty 2/3.
    undated
        Weight of a rating without a date.
    above
        How much the room above the usual level counts, 0..1.
    """

    half_life_days: float = 1460.0
    shrink: float = 0.5
    undated: float = 0.25
    above: float = 0.1

    def __post_init__(self) -> None:
        if not 0 <= self.above <= 1:
            raise ValueError(f"above must be from 0 to 1, got {self.above}")
        if self.half_life_days <= 0 or self.shrink < 0 or self.undated < 0:
            raise ValueError(
                "half_life_days must be above 0, shrink and undated not below 0, got "
                f"{self.half_life_days}, {self.shrink} and {self.undated}"
            )


@dataclass(frozen=True)
class Levels:
    """Levels of n teachers on s standards.

    `level` is float32[n, s] in 0..1, NaN where unknown; `certainty` float32[n, s] in 0..1, 0 where
    unknown.
    """

    level: NDArray[np.float32]
    certainty: NDArray[np.float32]

    def need(self, usual: NDArray[np.float32], above: float) -> NDArray[np.float32]:
        """Return the room to grow, float32[n, s] in 0..1; 0 where unknown.

        Parameters
        ----------
        usual
            The level that teachers usually have on each standard, shape (s,).
        above
            How much the room above the usual level counts.
        """
        need = room(self.level, usual, above) * self.certainty
        need[self.certainty == 0] = 0.0
        return need


def room(
    level: NDArray[np.float32], usual: NDArray[np.float32], above: float
) -> NDArray[np.float32]:
    """Return how much a level leaves to grow, 0..1; `level` and `usual` are broadcast."""
    left = np.maximum(usual - level, 0) + above * (1 - np.maximum(level, usual))
    return np.asarray(left, dtype=np.float32)


def row_weights(
    ratings: Ragged, as_of: NDArray[np.int64], config: LevelConfig
) -> NDArray[np.float64]:
    """Return the weight of each rating, 0 where it has no level; shape (len(ratings.rows),)."""
    rows = ratings.rows
    weights = recency(rows["on"], as_of[ratings.owner], config.half_life_days, config.undated)
    weights[np.isnan(rows["level"])] = 0.0
    return weights


def levels(
    ratings: Ragged, as_of: NDArray[np.int64], standards: int, config: LevelConfig
) -> Levels:
    """Return the levels of n teachers on every standard.

    Parameters
    ----------
    ratings
        Rows of dtype `RATING` or `ASSESSMENT` of n teachers.
    as_of
        Moment from which each teacher is seen, in ms; shape (n,).
    standards
        Number of standards s.
    """
    cells = ratings.owner * standards + ratings.rows["standard"]
    weights = row_weights(ratings, as_of, config)
    weighted = weights * ratings.rows["level"]
    weighted[weights == 0] = 0.0  # without a level, or too old for its weight to be a number
    shape = (len(ratings), standards)
    total = np.bincount(cells, weights, minlength=shape[0] * shape[1]).reshape(shape)
    summed = np.bincount(cells, weighted, minlength=shape[0] * shape[1]).reshape(shape)
    unknown = total == 0
    level = summed / (total + unknown)
    level[unknown] = np.nan
    certainty = total / (total + config.shrink + unknown)
    return Levels(level.astype(np.float32), certainty.astype(np.float32))
