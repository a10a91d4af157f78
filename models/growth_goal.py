"""`growth_goal`: develops a standard that the teacher, or the teacher and a coach, chose."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.need import NeedEvidence, PullConfig
from models.recency import recency
from recommender.facts import Fact, FactKind
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import EvidenceName, SetBy


@dataclass(frozen=True)
class GrowthGoalConfig(PullConfig):
    """How goals become need, and how credentials answer to it.

    Parameters
    ----------
    half_life_days
        Days after which a goal counts half.
    by_teacher, by_coach
        Weight of a fresh goal by who set it.
    undated
        Share of that weight which a goal without a date has.
    """

    half_life_days: float = 365.0
    by_teacher: float = 1.0
    by_coach: float = 1.0
    undated: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.half_life_days <= 0 or min(self.by_teacher, self.by_coach, self.undated) < 0:
            raise ValueError(
                "half_life_days must be above 0, by_teacher, by_coach and undated not below 0, got "
                f"{self.half_life_days}, {self.by_teacher}, {self.by_coach} and {self.undated}"
            )


@dataclass(frozen=True)
class GrowthGoal(NeedEvidence):
    """Need from active growth goals; of several on one standard the strongest counts."""

    name: ClassVar[EvidenceName] = EvidenceName.GROWTH_GOAL
    config_type: ClassVar[type] = GrowthGoalConfig
    config: GrowthGoalConfig

    def need(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the weight of the strongest active goal on every standard, float32[n, s]."""
        need = np.zeros((len(states), self.pull.shape[1]), dtype=np.float32)
        cells = (states.goals.owner, states.goals.rows["standard"])
        np.maximum.at(need, cells, self._weights(states))
        return need

    def _weights(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the weight of each goal, 0 where it has run out; shape (len(goals.rows),)."""
        rows = states.goals.rows
        as_of = states.as_of[states.goals.owner]
        aged = recency(rows["on"], as_of, self.config.half_life_days, self.config.undated)
        by_coach = rows["set_by"] == SetBy.COACH.code
        weights = np.where(by_coach, self.config.by_coach, self.config.by_teacher) * aged
        return np.where(rows["until"] >= as_of, weights, 0.0).astype(np.float32)

    def fact(self, states: TeacherStates, standard: int) -> Fact:
        """Return the strongest goal on a standard, the newest of equals."""
        rows = states.goals.rows
        weights = np.where(rows["standard"] == standard, self._weights(states), -1.0)
        _, set_by, on, _ = rows[len(rows) - 1 - int(np.argmax(weights[::-1]))].item()
        by = SetBy.from_code(set_by).value
        return Fact(kind=FactKind.GOAL, standard=standard, on=on, set_by=by)
