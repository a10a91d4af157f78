"""What learners took up, as pairs of learner and credential: what every split counts in."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.teacher_state import UNDATED_MS, Ragged, TeacherStates
from recommender.vocabulary import RecordStatus

TAKEN_UP: Final = (
    RecordStatus.ENROLLED.code,
    RecordStatus.SUBMITTED.code,
    RecordStatus.EARNED.code,
)


@dataclass(frozen=True)
class Gains:
    """Credentials taken up: at most one row for each (learner, credential), its first moment."""

    owner: NDArray[np.int64]
    credential: NDArray[np.int32]
    on: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.owner)

    def keep(self, rows: NDArray[np.bool_]) -> "Gains":
        """Return only the rows where the mask is true."""
        return Gains(self.owner[rows], self.credential[rows], self.on[rows])

    @property
    def dated(self) -> NDArray[np.bool_]:
        """Which rows have a date."""
        dated: NDArray[np.bool_] = self.on != UNDATED_MS
        return dated

    def pairs(self, credentials: int) -> NDArray[np.int64]:
        """Return one number for each (learner, credential)."""
        return pair_numbers(self.owner, self.credential, credentials)

    def places(self, order: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the place of each row among its learner's, from 0.

        `order` sorts the rows: by learner first, then as the places are to count.
        """
        counts = np.bincount(self.owner)
        place = np.empty(len(self), dtype=np.int64)
        place[order] = np.arange(len(self)) - (np.cumsum(counts) - counts)[self.owner[order]]
        return place


def pair_numbers(
    owner: NDArray[np.int64], credential: NDArray[np.int32], credentials: int
) -> NDArray[np.int64]:
    """Return one number for each (learner, credential), of so many credentials."""
    return owner * np.int64(credentials) + credential


def gains_of(states: TeacherStates) -> Gains:
    """Return what n learners took up, in order of learner, then credential."""
    records = states.records.keep(np.isin(states.records.rows["status"], TAKEN_UP))
    owner, rows = records.owner, records.rows
    order = np.lexsort((rows["on"], rows["credential"], owner))
    owner, rows = owner[order], rows[order]
    first = np.ones(len(owner), dtype=bool)
    first[1:] = (np.diff(owner) != 0) | (np.diff(rows["credential"]) != 0)
    return Gains(owner[first], rows["credential"][first], rows["on"][first])


def new_at(gains: Gains, states: TeacherStates, credentials: int) -> NDArray[np.bool_]:
    """Return which gains are not in the history that `states` show of the same learners."""
    history = states.history
    seen = pair_numbers(history.owner, history.rows["credential"], credentials)
    return ~np.isin(gains.pairs(credentials), seen)


def held_now(states: TeacherStates, credentials: int) -> Gains:
    """Return the gains that the learners still have: a revoked one is nothing to be judged on."""
    gains = gains_of(states)
    return gains.keep(~new_at(gains, states, credentials))


def without_gains(states: TeacherStates, gone: Gains, credentials: int) -> TeacherStates:
    """Return the states without the records and events of some (learner, credential)."""
    pairs = gone.pairs(credentials)

    def others(ragged: Ragged) -> Ragged:
        numbers = pair_numbers(ragged.owner, ragged.rows["credential"], credentials)
        return ragged.keep(~np.isin(numbers, pairs))

    return replace(states, records=others(states.records), events=others(states.events))
