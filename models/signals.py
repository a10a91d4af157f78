"""What a teacher did with credentials, as one list of weights: records and events together."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.recency import recency
from recommender.teacher_state import Ragged, TeacherStates, last_of_each
from recommender.vocabulary import EventKind, RecordStatus

NOTHING: Final = -1
"""Code of the status of an event, and of the event of a record."""

SIGNAL: Final = np.dtype(
    [("credential", "<i4"), ("status", "i1"), ("event", "i1"), ("on", "<i8"), ("weight", "<f4")]
)
"""A signal: a record (`event` is `NOTHING`) or an event (`status` is `NOTHING`)."""


@dataclass(frozen=True)
class SignalWeights:
    """How much each thing that a teacher did says of what they look for.

    Parameters
    ----------
    earned, under_way
        Weight of a fresh record that is held, or enrolled or submitted.
    saved, started, claimed, dismissed
        Weight of a fresh event; `dismissed` is 0 or below.
    half_life_days
        Days after which each counts half.
    undated
        Share of its weight that a record without a date has.
    """

    earned: float = 1.0
    under_way: float = 0.8
    saved: float = 0.7
    started: float = 0.8
    claimed: float = 0.7
    dismissed: float = -0.5
    half_life_days: float = 730.0
    undated: float = 0.5

    def __post_init__(self) -> None:
        positive = (self.earned, self.under_way, self.saved, self.started, self.claimed)
        if min(positive) < 0 or self.dismissed > 0:
            raise ValueError(
                "earned, under_way, saved, started and claimed must not be below 0 and dismissed "
                f"not above, got {positive} and {self.dismissed}"
            )
        if self.half_life_days <= 0 or not 0 < self.undated <= 1:
            raise ValueError(
                "half_life_days must be above 0 and undated above 0 and at most 1, got "
                f"{self.half_life_days} and {self.undated}"
            )

    @cached_property
    def by_status(self) -> NDArray[np.float64]:
        """Weight by code of `RecordStatus`; revoked is 0."""
        weights = np.zeros(len(RecordStatus))
        weights[[RecordStatus.ENROLLED.code, RecordStatus.SUBMITTED.code]] = self.under_way
        weights[[RecordStatus.EARNED.code, RecordStatus.EXPIRED.code]] = self.earned
        return weights

    @cached_property
    def by_event(self) -> NDArray[np.float64]:
        """Weight by code of `EventKind`; what was only shown or viewed, or is known, says nothing.

        'Already know this' is no dislike of its content.
        """
        return np.array([getattr(self, kind.value, 0.0) for kind in EventKind])


def signals_of(states: TeacherStates, weights: SignalWeights) -> Ragged:
    """Return the `SIGNAL` rows of n teachers, at most one for each credential.

    A record comes before events on the same credential, and of events that say anything the newest
    counts.
    """
    says = weights.by_event[states.events.rows["kind"]] != 0
    events, records = states.events.rows[says], states.history.rows
    # each kind is in order of moment, and the last of all that is about a credential counts
    owner = np.concatenate([states.events.owner[says], states.history.owner])
    rows = np.full(len(owner), NOTHING, dtype=SIGNAL)
    told, held = rows[: len(events)], rows[len(events) :]
    told["event"], held["status"] = events["kind"], records["status"]
    for field in ("credential", "on"):
        told[field], held[field] = events[field], records[field]
    aged = recency(rows["on"], states.as_of[owner], weights.half_life_days, weights.undated)
    fresh = (weights.by_event[events["kind"]], weights.by_status[records["status"]])
    # however old, a weight is never nothing: shares of it are taken
    rows["weight"] = np.concatenate(fresh) * np.maximum(aged, 1e-6)
    kept = last_of_each(owner, rows["credential"]) & (rows["weight"] != 0)
    return Ragged.group(owner[kept], rows[kept], len(states))
