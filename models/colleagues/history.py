"""A teacher's record as the parts of `colleagues` see it: credentials with a confidence each."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.once import Once
from recommender.teacher_state import Ragged, TeacherStates
from recommender.vocabulary import RecordStatus

RecordFields = tuple[int, int, int]
"""The fields of a row of dtype `RECORD`."""


@dataclass(frozen=True)
class StatusConfidence:
    """How much a record says by its status, 0..1; 0 leaves such records out."""

    enrolled: float = 0.5
    submitted: float = 0.75
    earned: float = 1.0
    expired: float = 1.0

    def __post_init__(self) -> None:
        values = (self.enrolled, self.submitted, self.earned, self.expired)
        if min(values) < 0 or max(values) > 1:
            raise ValueError(f"a confidence must be from 0 to 1, got {values}")

    @cached_property
    def by_code(self) -> NDArray[np.float32]:
        """Confidence by code of `RecordStatus`; revoked is 0."""
        return np.array([getattr(self, status.value, 0.0) for status in RecordStatus], np.float32)


@dataclass(frozen=True)
class History(Once):
    """Histories of n teachers: those of i are `credential[start[i]:start[i+1]]`."""

    start: NDArray[np.int64]
    credential: NDArray[np.int64]
    confidence: NDArray[np.float32]
    """Above 0; shape as `credential`."""

    def __len__(self) -> int:
        return len(self.start) - 1

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Length of each history; shape (n,)."""
        return np.diff(self.start)

    def one(self, row: int) -> "History":
        """Return one of the histories."""
        if len(self) == 1:
            return self
        inside = slice(self.start[row], self.start[row + 1])
        start = np.array([0, inside.stop - inside.start], dtype=np.int64)
        return History(start, self.credential[inside], self.confidence[inside])


def weighted_history(states: TeacherStates, confidence: StatusConfidence) -> History:
    """Return the histories of n teachers with the confidence that each record's status gives."""
    rows, _ = history_rows(states, confidence)
    return History(
        start=rows.start,
        credential=rows.rows["credential"].astype(np.int64),
        confidence=confidence.by_code[rows.rows["status"]],
    )


def history_rows(
    states: TeacherStates, confidence: StatusConfidence
) -> tuple[Ragged, NDArray[np.bool_]]:
    """Return the `RECORD` rows that count, and which of them are held (earned or expired)."""
    return states.once(("history_rows", confidence), lambda: _rows(states, confidence))


def _rows(states: TeacherStates, confidence: StatusConfidence) -> tuple[Ragged, NDArray[np.bool_]]:
    history = states.history
    kept = history.keep(confidence.by_code[history.rows["status"]] > 0)
    return kept, kept.rows["status"] >= RecordStatus.EARNED.code
