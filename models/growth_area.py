"""`growth_area`: develops a standard where evaluations leave room to grow."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

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
        return rated_fact(FactKind.RATED, strongest(states.ratings, states, standard, self))


Rating = tuple[Any, ...]
"""The fields of a row of dtype `RATING` or `ASSESSMENT`."""


def strongest(ratings: Ragged, states: TeacherStates, standard: int, evidence: RatedNeed) -> Rating:
    """Return one teacher's rating with most weight x room on a standard, the newest of equals."""
    by_standard = states.once(
        (id(evidence), "strongest"), lambda: _strongest_of_each(ratings, states, evidence)
    )
    return by_standard[standard]


def _strongest_of_each(
    ratings: Ragged, states: TeacherStates, evidence: RatedNeed
) -> dict[int, Rating]:
    rows, config = ratings.rows, evidence.config
    weights = row_weights(ratings, states.as_of, config)
    left = weights * room(rows["level"], evidence.usual[rows["standard"]], config.above)
    left[weights == 0] = -1.0
    order = left.argsort(kind="stable")
    # Of one standard the last stays.
    return {rating[0]: rating for rating in rows[order].tolist()}


def rated_fact(kind: FactKind, rating: Rating) -> Fact:
    """Return what one rating says."""
    standard, level, low, high, on = rating[:5]
    if math.isnan(level):
        return Fact(kind=kind, standard=standard, on=on)
    return Fact(kind=kind, standard=standard, level=level, low=low, high=high, on=on)
