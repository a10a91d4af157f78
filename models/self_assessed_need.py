"""`self_assessed_need`: develops a skill rated low by oneself, or wished for."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.growth_area import rated_fact, strongest
from models.levels import LevelConfig, levels
from models.need import PullConfig, RatedNeed
from models.recency import recency
from recommender.facts import Fact, FactKind
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import EvidenceName


@dataclass(frozen=True)
class SelfAssessedNeedConfig(PullConfig, LevelConfig):
    """How self-assessments become need, and how credentials answer to it.

    Parameters
    ----------
    wish
        Need added on a standard on which the newest self-assessment says 'I want to grow here';
        the default is a step on a scale of five.
    """

    wish: float = 0.25

    def __post_init__(self) -> None:
        PullConfig.__post_init__(self)
        LevelConfig.__post_init__(self)
        if self.wish < 0:
            raise ValueError(f"wish must not be below 0, got {self.wish}")


@dataclass(frozen=True)
class SelfAssessedNeed(RatedNeed):
    """Need from self-assessments."""

    name: ClassVar[EvidenceName] = EvidenceName.SELF_ASSESSED_NEED
    config_type: ClassVar[type] = SelfAssessedNeedConfig
    config: SelfAssessedNeedConfig

    def need(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return room x certainty + wish on every standard, float32[n, s]."""
        rated, wished = self._parts(states)
        return rated + wished

    def _parts(self, states: TeacherStates) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return states.once((id(self), "parts"), lambda: (self._rated(states), self._wished(states)))

    def _rated(self, states: TeacherStates) -> NDArray[np.float32]:
        standards = self.pull.shape[1]
        found = levels(states.assessments, states.as_of, standards, self.config)
        return found.need(self.usual, self.config.above)

    def _wished(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the wish on every standard, aged; the newest self-assessment decides."""
        rows, owner = states.assessments.rows, states.assessments.owner
        aged = recency(
            rows["on"], states.as_of[owner], self.config.half_life_days, self.config.undated
        )
        wished = np.zeros((len(states), self.pull.shape[1]), dtype=np.float32)
        # rows of one teacher are in order of moment, and of equal indices the last one stays
        wished[owner, rows["standard"]] = rows["wants"] * self.config.wish * aged
        return wished

    def fact(self, states: TeacherStates, standard: int) -> Fact:
        """Return the wish or the low level, whichever adds more."""
        rated, wished = (part[0, standard] for part in self._parts(states))
        if wished <= rated:
            lowest = strongest(states.assessments, states, standard, self)
            return rated_fact(FactKind.ASSESSED, lowest)
        rows = states.assessments.rows
        newest = rows[rows["standard"] == standard][-1]
        return rated_fact(FactKind.WANTS_TO_GROW, newest.item())
