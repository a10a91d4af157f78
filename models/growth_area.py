"""`growth_area`: develops a standard where evaluations leave room to grow."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.levels import LevelConfig, levels, room, row_weights
from models.need import PullConfig, RatedNeed
from recommender.facts import Fact, FactKind
from recommender.teacher_state import Ragged, TeacherStates
from recommender.vocabulary import EvidenceName


@dataclass(frozen=True)
class GrowthAreaConfig(PullConfig, LevelConfig):
    """How evaluations become need, and how credentials answer to it."""

    def __post_init__(self) -> None:
        PullConfig.__post_init__(self)
        LevelConfig.__post_init__(self)


@dataclass(frozen=True)
class GrowthArea(RatedNeed):
    """Need from evaluation ratings."""

    name: ClassVar[EvidenceName] = EvidenceName.GROWTH_AREA
    config_type: ClassVar[type] = GrowthAreaConfig
    config: GrowthAreaConfig

    def need(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return room x certainty on every standard, float32[n, s]."""
        standards = self.pull.shape[1]
        found = levels(states.ratings, states.as_of, standards, self.config)
        return found.need(self.usual, self.config.above)

    def fact(self, states: TeacherStates, standard: int) -> Fact:
        """Return the rating that leaves most room to grow on a standard."""
        row = strongest_row(states.ratings, states, standard, self)
        return rated_fact(FactKind.RATED, states.ratings, row)


def strongest_row(
    ratings: Ragged, states: TeacherStates, standard: int, evidence: RatedNeed
) -> int:
    """Return the row with the largest weight x room on a standard, the newest of equals."""
    config: LevelConfig = evidence.config
    weights, level = states.once(
        (id(evidence), "rows"),
        lambda: (
            row_weights(ratings, states.as_of, config),
            np.nan_to_num(ratings.rows["level"]),
        ),
    )
    left = weights * room(level, evidence.usual[standard], config.above)
    left[(ratings.rows["standard"] != standard) | (weights == 0)] = -1.0
    return len(left) - 1 - int(np.argmax(left[::-1]))


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
