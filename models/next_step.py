"""`next_step`: the next step of a stack that a teacher began, or what a held prerequisite opened.

    e(t, c) = r(t) * r(t, c) / (sum of r(t, .)) / scale

with r(t, c) how recent what opened c is, 0 where c is no open step (`models.stack_steps`), and r(t)
the largest of them: the wish to go on fades with time, and is shared out among all that is open.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.colleagues.history import StatusConfidence, history_rows
from models.evidence import Arrays, Evidence
from models.recency import recency
from models.stack_steps import StackSteps
from models.telling import dated_fact
from recommender.facts import Fact
from recommender.teacher_state import Ragged, TeacherStates
from recommender.vocabulary import EvidenceName

_LEAST: Final = 1e-12
"""However old a record is, what it opened stays open."""


@dataclass(frozen=True)
class NextStepConfig:
    """How the records of a history open steps.

    Parameters
    ----------
    confidence
        How much a record says by its status.
    half_life_days
        Days after which the wish to go on is half of what it was.
    undated
        Weight of a record without a date.
    """

    confidence: StatusConfidence = field(default_factory=StatusConfidence)
    half_life_days: float = 180.0
    undated: float = 0.1

    def __post_init__(self) -> None:
        if self.half_life_days <= 0 or not 0 <= self.undated <= 1:
            raise ValueError(
                "half_life_days must be above 0 and undated from 0 to 1, got "
                f"{self.half_life_days} and {self.undated}"
            )


@dataclass(frozen=True)
class NextStep(Evidence):
    """Stacks and prerequisites, and how long they lead on."""

    name: ClassVar[EvidenceName] = EvidenceName.NEXT_STEP
    steps: StackSteps
    scale: float
    config: NextStepConfig

    def score(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return how much each credential is the open step to go on with, float32[n, m]."""
        opened = self._opened(states)
        total = opened.sum(axis=1, keepdims=True)
        newest = opened.max(axis=1, keepdims=True, initial=0.0)
        drawn = np.divide(newest, total * self.scale, out=np.zeros_like(total), where=total > 0)
        return np.asarray(opened * drawn, dtype=np.float32)

    def facts(self, states: TeacherStates, credential: int, limit: int = 2) -> tuple[Fact, ...]:
        """Return the record that opened the step."""
        if limit < 1 or self._opened(states)[0, credential] <= 0:
            return ()
        rows, weights = self._weighted(states)
        kind, row = self.steps.opener(rows, weights, credential)
        opener, _, on = rows.rows[row].item()
        return (dated_fact(kind, opener, on),)

    def _opened(self, states: TeacherStates) -> NDArray[np.float64]:
        return states.once_by_teacher(
            (id(self), "opened"), lambda: self.steps.open(*self._weighted(states))
        )

    def _weighted(self, states: TeacherStates) -> tuple[Ragged, NDArray[np.float64]]:
        """Return the records that count, and how recent each is, above 0."""
        config = self.config
        rows, _ = history_rows(states, config.confidence)
        as_of = states.as_of[rows.owner]
        aged = recency(rows.rows["on"], as_of, config.half_life_days, config.undated)
        return rows, np.maximum(aged * config.confidence.by_code[rows.rows["status"]], _LEAST)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return stacks and prerequisites."""
        return self.steps.arrays()

    def settings(self) -> dict[str, Any]:
        """Return the scale and the configuration."""
        return {"scale": self.scale, "config": asdict(self.config)}

    @classmethod
    def restore(cls, arrays: Arrays, settings: Mapping[str, Any], catalog_size: int) -> Self:
        """Rebuild from learned arrays and settings."""
        config = dict(settings["config"])
        config["confidence"] = StatusConfidence(**config["confidence"])
        return cls(
            steps=StackSteps.restore(arrays, catalog_size),
            scale=float(settings["scale"]),
            config=NextStepConfig(**config),
        )
