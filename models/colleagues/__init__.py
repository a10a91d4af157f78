"""`colleagues`: teachers with a record like yours went on to earn it.

    e(t, c) = (f_c / mean f) ** -a[segment(t)] * sum_p share[segment(t), p] * part_p(t, c) / scale_p

Several parts say this in different ways, and which is best changes with the length of the history;
a person hears one reason, with the earned credentials that carry most of the sum. What many earned
(frequency f) comes up by itself, the more so the longer the history; the damping a takes it back.
What nobody had
the time to earn is placed among what is close to it in content (see `models.placing`),
and the reason says so.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.colleagues.als import AlsPart
from models.colleagues.ease import EasePart, LightEasePart
from models.colleagues.history import (
    History,
    RecordFields,
    StatusConfidence,
    history_rows,
    weighted_history,
)
from models.colleagues.part import Part
from models.colleagues.short import ShortPart
from models.evidence import Arrays, Evidence
from models.learned import learned_array
from models.placing import Placing
from models.telling import dated_fact, strongest_first
from recommender.facts import Fact, FactKind
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import EvidenceName, RecordStatus, Segment

PARTS: Final[dict[str, type[Part]]] = {
    part.name: part for part in (AlsPart, EasePart, LightEasePart, ShortPart)
}
"""Each part by its name, in the order of the columns of `Colleagues.part_weights`."""

_HELD_FROM: Final = RecordStatus.EARNED.code


@dataclass(frozen=True)
class Colleagues(Evidence):
    """The weighted sum of the parts."""

    name: ClassVar[EvidenceName] = EvidenceName.COLLEAGUES
    parts: tuple[Part, ...]
    scales: NDArray[np.float32]
    """float32[p], above 0: spread of each part's scores, by which they become comparable."""
    part_weights: NDArray[np.float32]
    """float32[4, p], not negative: weight of each part by segment of history length."""
    damping: NDArray[np.float32]
    """float32[4]: the power a by segment; 0 leaves the sum as it is."""
    commonness: NDArray[np.float32]
    """float32[m]: log of how often each was earned, over the mean; 0 where nobody did."""
    confidence: StatusConfidence
    catalog_size: int
    placing: Placing = field(default_factory=Placing.nothing)

    def __post_init__(self) -> None:
        wanted = (len(Segment), len(self.parts))
        if self.part_weights.shape != wanted or self.scales.shape != wanted[1:]:
            raise ValueError(
                f"part_weights must be of shape {wanted} and scales of {wanted[1:]}, are "
                f"{self.part_weights.shape} and {self.scales.shape}"
            )
        if self.damping.shape != wanted[:1] or self.commonness.shape != (self.catalog_size,):
            raise ValueError(
                f"damping must be of shape {wanted[:1]} and commonness of ({self.catalog_size},), "
                f"are {self.damping.shape} and {self.commonness.shape}"
            )

    def score(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the weighted sum of the parts, float32[n, m]."""
        weights = self._weights[states.segments]
        history = self._history(states)
        total = np.zeros((len(states), self.catalog_size), dtype=np.float32)
        for part, weight in zip(self.parts, weights.T, strict=True):
            if weight.any():
                total += weight[:, None] * part.score(history)
        total *= self._damped(states)
        return self.placing.apply(total)

    @cached_property
    def _weights(self) -> NDArray[np.float32]:
        """Return what a point of each part counts by segment, float32[4, p]."""
        return self.part_weights / self.scales

    def score_parts(self, states: TeacherStates) -> dict[str, NDArray[np.float32]]:
        """Return the scaled and damped scores of each part by its name, float32[n, m] each."""
        history = self._history(states)
        factors = self._damped(states)
        return {
            part.name: self.placing.apply(part.score(history) * (factors / scale))
            for part, scale in zip(self.parts, self.scales, strict=True)
        }

    def _damped(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return by how much what is common is damped, float32[n, m]."""
        return self._damped_by_segment[states.segments]

    @cached_property
    def _damped_by_segment(self) -> NDArray[np.float32]:
        factors: NDArray[np.float32] = np.exp(-self.damping[:, None] * self.commonness)
        return factors

    def _history(self, states: TeacherStates) -> History:
        return states.once((id(self), "history"), lambda: weighted_history(states, self.confidence))

    def facts(self, states: TeacherStates, credential: int, limit: int = 2) -> tuple[Fact, ...]:
        """Return the earned credentials that add most to one score.

        Of what is placed they are the credentials that it is placed among.
        """
        if self.placing.holds(credential):
            return self._neighbours(states, credential, limit)
        records = states.once((id(self), "rows"), lambda: self._records(states))
        adding = strongest_first(self.shares(states, credential), records)
        held = [(column, on) for column, status, on in adding if status >= _HELD_FROM]
        return tuple(dated_fact(FactKind.EARNED, *one) for one in held[:limit])

    def _records(self, states: TeacherStates) -> list[RecordFields]:
        """Return the records that count of one teacher."""
        rows, _ = history_rows(states, self.confidence)
        records: list[RecordFields] = rows.rows.tolist()
        return records

    def shares(self, states: TeacherStates, credential: int) -> NDArray[np.float64]:
        """Return what each record of one teacher's history adds to one score; the sum is it.

        Records are those of `history_rows`, in its order.
        """
        history = self._history(states)
        total = np.zeros(len(history.credential))
        for column, weight in self.placing.terms(credential):
            total += weight * self._shares_of(history, states.segments[0], column)
        return total

    def _shares_of(self, history: History, segment: int, column: int) -> NDArray[np.float64]:
        """Return what each record adds to the score that the parts themselves give one column."""
        total = np.zeros(len(history.credential))
        for part, weight in zip(self.parts, self._weights[segment].tolist(), strict=True):
            if weight:
                total += weight * part.shares(history, column)
        total *= self._damped_by_segment.item(segment, column)
        return total

    def _neighbours(self, states: TeacherStates, credential: int, limit: int) -> tuple[Fact, ...]:
        """Return what a placed credential is close to, and colleagues went on to earn."""
        history, segment = self._history(states), states.segments[0]

        def score_of(column: int) -> float:
            return float(self._shares_of(history, segment, column).sum())

        return self.placing.nearest(credential, score_of, limit)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the weights of the parts, and the arrays of each part as `part.array`."""
        own = {
            "scales": self.scales,
            "part_weights": self.part_weights,
            "damping": self.damping,
            "commonness": self.commonness,
        }
        nested = {
            f"{part.name}.{name}": array
            for part in self.parts
            for name, array in part.arrays().items()
        }
        placed = {f"placing.{name}": array for name, array in self.placing.arrays().items()}
        return own | nested | placed

    def settings(self) -> dict[str, Any]:
        """Return the confidences and the settings of each part."""
        return {
            "confidence": asdict(self.confidence),
            "parts": {part.name: part.settings() for part in self.parts},
        }

    @classmethod
    def restore(cls, arrays: Arrays, settings: Mapping[str, Any], catalog_size: int) -> Self:
        """Rebuild from learned arrays and settings."""
        unknown = sorted(set(settings["parts"]) - set(PARTS))
        if unknown:
            raise ValueError(f"unknown parts of colleagues: {', '.join(unknown)}")
        parts = tuple(
            PARTS[name].restore(_nested(arrays, name), settings["parts"][name], catalog_size)
            for name in PARTS
            if name in settings["parts"]
        )
        return cls(
            parts=parts,
            scales=learned_array(arrays, "scales", (len(parts),)),
            part_weights=learned_array(arrays, "part_weights", (len(Segment), len(parts))),
            damping=learned_array(arrays, "damping", (len(Segment),)),
            commonness=learned_array(arrays, "commonness", (catalog_size,)),
            confidence=StatusConfidence(**settings["confidence"]),
            catalog_size=catalog_size,
            placing=Placing.restore(_nested(arrays, "placing"), catalog_size),
        )


def _nested(arrays: Arrays, part: str) -> dict[str, NDArray[Any]]:
    """Return the arrays of one part by their own names."""
    start = f"{part}."
    return {name[len(start) :]: a for name, a in arrays.items() if name.startswith(start)}
