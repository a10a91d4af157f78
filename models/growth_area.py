"""`growth_area`: develops a standard where evaluations leave room to grow."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.levels import LevelConfig, levels, row_weights
from models.need import NeedEvidence
from recommender.reasons import Fact, FactKind
from recommender.teacher_state import Ragged, TeacherStates
from recommender.vocabulary import EvidenceName


@dataclass(frozen=True)
class GrowthAreaConfig(LevelConfig):
    """How evaluations become need; `breadth` is explained in `models.need`."""

    breadth: float = 0.5


@dataclass(frozen=True)
class GrowthArea(NeedEvidence):
    """Need from evaluation ratings."""

    name: ClassVar[EvidenceName] = EvidenceName.GROWTH_AREA
    config_type: ClassVar[type] = GrowthAreaConfig
    config: GrowthAreaConfig

    def need(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return (1 - level) x certainty on every standard, float32[n, s]."""
        standards = self.pull.shape[1]
        return levels(states.ratings, states.as_of, standards, self.config).need

    def fact(self, states: TeacherStates, standard: int) -> Fact:
        """Return the rating that leaves most room to grow on a standard."""
        row = strongest_row(states.ratings, states, standard, self.config)
        return rated_fact(FactKind.RATED, states.ratings, row)


def strongest_row(
    ratings: Ragged, states: TeacherStates, standard: int, config: LevelConfig
) -> int:
    """Return the row with the largest weight x (1 - level) on a standard, the newest of equals."""
    weights = row_weights(ratings, states.as_of, config)
    room = weights * (1 - np.nan_to_num(ratings.rows["level"]))
    room[(ratings.rows["standard"] != standard) | (weights == 0)] = -1.0
    return len(room) - 1 - int(np.argmax(room[::-1]))


def rated_fact(kind: FactKind, ratings: Ragged, row: int) -> Fact:
    """Return what one rating says."""
    rating = ratings.rows[row]
    known = not np.isnan(rating["level"])
    return Fact(
        kind=kind,
        standard=int(rating["standard"]),
        level=float(rating["level"]) if known else None,
        low=float(rating["low"]) if known else None,
        high=float(rating["high"]) if known else None,
        on=int(rating["on"]),
    )
