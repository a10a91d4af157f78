"""What teachers said of credentials: their latest word of each kind, of n teachers at once.

Saving or starting a credential takes back an earlier 'not for me' or 'already know this'. A claim
waits for a record: whatever record is later than the claim decides in its place.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.teacher_state import UNDATED_MS, Ragged, TeacherStates
from recommender.vocabulary import EventKind

Mask = NDArray[np.bool_]
Moments = NDArray[np.int64]

NEVER: Final = UNDATED_MS

_SPEAKING: Final = EventKind.among(
    *(EventKind.SAVED, EventKind.STARTED, EventKind.DISMISSED, EventKind.KNOWN, EventKind.CLAIMED)
)
"""What was only shown or viewed is no word of the teacher's."""


@dataclass(frozen=True)
class WordsSaid:
    """The p pairs of a teacher and a credential of which that teacher said anything."""

    owner: NDArray[np.int64]
    """Row of the teacher; shape (p,)."""
    column: NDArray[np.int64]
    """Column of the credential; shape (p,)."""
    last: Moments
    """Moment of the latest word by code of `EventKind`, `NEVER` without any; (kinds, p)."""
    recorded: Moments
    """Moment of the latest record, `NEVER` without any; shape (p,)."""

    def __len__(self) -> int:
        return len(self.owner)

    @property
    def claimed(self) -> Mask:
        """Where a claim waits for a record."""
        return _stands(self._of(EventKind.CLAIMED), self.recorded)

    @property
    def known(self) -> Mask:
        """Where 'already know this' stands."""
        return _stands(self._of(EventKind.KNOWN), self._wanted)

    @property
    def dismissed(self) -> Mask:
        """Where 'not for me' stands."""
        return _stands(self.dismissed_on, self._wanted)

    @property
    def dismissed_on(self) -> Moments:
        """When it was said, `NEVER` where it was not."""
        return self._of(EventKind.DISMISSED)

    @property
    def started(self) -> Mask:
        """Where 'started' is the latest word and no record has come since: that one decides."""
        others = (EventKind.SAVED, EventKind.DISMISSED, EventKind.KNOWN, EventKind.CLAIMED)
        return np.asarray(
            self.started_on
            > np.maximum.reduce([self.recorded, *(self._of(kind) for kind in others)])
        )

    @property
    def started_on(self) -> Moments:
        """When it was said, `NEVER` where it was not."""
        return self._of(EventKind.STARTED)

    @property
    def _wanted(self) -> Moments:
        return np.maximum(self._of(EventKind.SAVED), self.started_on)

    def _of(self, kind: EventKind) -> Moments:
        moments: Moments = self.last[kind.code]
        return moments


def words_said(states: TeacherStates, m: int) -> WordsSaid | None:
    """Return what n teachers said of m credentials; None where none of them said anything."""
    rows = states.events.rows
    speaking = _SPEAKING[rows["kind"]]
    if not speaking.any():
        return None
    pairs, place = np.unique(_pairs(states.events, m)[speaking], return_inverse=True)
    last = np.full((len(EventKind), len(pairs)), NEVER, dtype=np.int64)
    np.maximum.at(last, (rows["kind"][speaking], place), rows["on"][speaking])
    return WordsSaid(pairs // m, pairs % m, last, _latest(states.records, pairs, m))


def _latest(records: Ragged, pairs: NDArray[np.int64], m: int) -> Moments:
    """Return the moment of the latest record of each pair, `NEVER` without any; shape (p,)."""
    own = _pairs(records, m)
    place = np.minimum(np.searchsorted(pairs, own), len(pairs) - 1)
    there = pairs[place] == own
    latest = np.full(len(pairs), NEVER, dtype=np.int64)
    np.maximum.at(latest, place[there], records.rows["on"][there])
    return latest


def _pairs(rows: Ragged, m: int) -> NDArray[np.int64]:
    """Return a number for the teacher and the credential of each row."""
    pairs: NDArray[np.int64] = rows.owner * m + rows.rows["credential"]
    return pairs


def _stands(moment: Moments, unless_after: Moments) -> Mask:
    return (moment > NEVER) & (unless_after <= moment)
