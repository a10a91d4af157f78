"""`succession`: usually follows what a teacher just earned.

For a history h with weights w_h (how recent, in place and in time; they sum to 1) the chance that
credential c comes next is estimated as

    P(c | t) = sum_h w_h P(c | h),    P(c | h) = excess[h, c] + backing[h] * popularity[c]

P(c | h) is learned from what came soon after h, backed off to what else teachers with h have, and
that to popularity; only the likeliest successors of each h have an excess of their own. Without
dates nothing says which record leads on, and an average over many of them counts popularity again
and again, which `damping` takes back; with u records without a date, that weigh w_u together:

    e(t, c) = key(t, c) (popularity[c] / its mean) ** -b P(c | t) / scale,
    b = damping * w_u * (1 - 1 / u)

`key` is below 1 while a prerequisite is missing (see `models.stack_steps`); what a prerequisite
opens, or a stack begun, is evidence of its own (`models.next_step`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.colleagues.history import RecordFields, StatusConfidence, history_rows
from models.evidence import Arrays, Evidence
from models.learned import learned_array
from models.placing import PREFIX, Placing
from models.recency import recency
from models.stack_steps import StackSteps
from models.telling import dated_fact, strongest_first
from recommender.facts import Fact, FactKind
from recommender.teacher_state import UNDATED_MS, Ragged, TeacherStates
from recommender.vocabulary import EvidenceName

_RAREST: Final = 1e-3
"""Popularity below this share of the mean is damped as if it were this."""


@dataclass(frozen=True)
class SuccessionConfig:
    """How successors are learned and a history is weighed.

    Parameters
    ----------
    confidence
        How much a record says by its status.
    place_decay
        Weight of a record for each record that is later, 0..1; what has no date is earlier than
        all that has.
    half_life_days
        Days after which a record counts half as much as one of today.
    damping
        Power of popularity that a long history without dates takes back.
    window
        Transitions reach over so many moments of a history.
    gap_decay
        Weight of a transition for each moment between, 0..1.
    gap_half_life_days
        Days between two records after which a transition counts half.
    transitions_prior, together_prior
        Observations' worth of the level below (what is held together, popularity) in each level.
    length_power
        Power by which a long history counts less in what is held together.
    successors
        So many successors of each credential are kept.
    fewest
        What fewer teachers have is no successor and has none: of it popularity alone speaks.
    """

    confidence: StatusConfidence = field(default_factory=StatusConfidence)
    place_decay: float = 0.7
    half_life_days: float = 730.0
    damping: float = 0.35
    window: int = 5
    gap_decay: float = 0.7
    gap_half_life_days: float = 1825.0
    transitions_prior: float = 10.0
    together_prior: float = 5.0
    length_power: float = 0.3
    successors: int = 400
    fewest: int = 5

    def __post_init__(self) -> None:
        if not (0 < self.place_decay <= 1 and 0 < self.gap_decay <= 1):
            raise ValueError(
                "place_decay and gap_decay must be above 0 and at most 1, got "
                f"{self.place_decay} and {self.gap_decay}"
            )
        if min(self.half_life_days, self.gap_half_life_days) <= 0:
            raise ValueError(
                "half_life_days and gap_half_life_days must be above 0, got "
                f"{self.half_life_days} and {self.gap_half_life_days}"
            )
        if min(self.transitions_prior, self.together_prior) <= 0:
            raise ValueError(
                "transitions_prior and together_prior must be above 0, got "
                f"{self.transitions_prior} and {self.together_prior}"
            )
        if min(self.damping, self.length_power) < 0:
            raise ValueError(
                "damping and length_power must not be below 0, got "
                f"{self.damping} and {self.length_power}"
            )
        if min(self.window, self.successors, self.fewest) < 1:
            raise ValueError(
                "window, successors and fewest must be at least 1, got "
                f"{self.window}, {self.successors} and {self.fewest}"
            )


@dataclass(frozen=True)
class Succession(Evidence):
    """The k likeliest successors of each credential, and what asks for others first."""

    name: ClassVar[EvidenceName] = EvidenceName.SUCCESSION
    successors: NDArray[np.int32]
    """int32[m, k]: columns of the successors of each credential, each once."""
    excess: NDArray[np.float32]
    """float32[m, k]: their chance beyond what popularity gives; 0 where there is no successor."""
    backing: NDArray[np.float32]
    """float32[m], 0..1: how much of each credential's successors is left to popularity."""
    popularity: NDArray[np.float32]
    """float32[m], not negative: shares of all records."""
    steps: StackSteps
    leak: float
    """How much of its chance a credential keeps while a prerequisite is missing, 0..1."""
    scale: float
    config: SuccessionConfig
    placing: Placing = field(default_factory=Placing.nothing)
    """How what is new is placed; what it asks for first is its own."""

    def score(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the damped chance to come next, float32[n, m]; 0 without a history."""
        rows, weights = self._once_weighted(states)
        chances = self.placing.apply(self._chances(rows, weights))
        if len(rows.rows):
            which, locked = self.steps.locked(rows)
            chances[:, which] *= np.where(locked, self.leak, 1.0)
        chances /= self.scale
        return chances.astype(np.float32)

    def facts(self, states: TeacherStates, credential: int, limit: int = 2) -> tuple[Fact, ...]:
        """Return the earned credentials that usually come before."""
        leads, records = states.once((id(self), "leads"), lambda: self._leads(states))
        found = [
            dated_fact(FactKind.EARNED, earned, on)
            for earned, _, on in strongest_first(leads[:, credential], records)
        ]
        if not found and self.placing.holds(credential):
            chances = self._chances(*self._once_weighted(states))
            return self.placing.near(credential, chances[0], limit)
        return tuple(found[:limit])

    def _chances(self, rows: Ragged, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the damped P(c | t), float64[n, m]."""
        chances, power = self._follow(rows, weights), self._damping(rows, weights)
        damped = np.flatnonzero(power)
        if len(damped):
            chances[damped] *= np.exp(power[damped, None] * self._rarity)
        return chances

    def _once_weighted(self, states: TeacherStates) -> tuple[Ragged, NDArray[np.float64]]:
        return states.once((id(self), "weighted"), lambda: self._weighted(states))

    def _weighted(self, states: TeacherStates) -> tuple[Ragged, NDArray[np.float64]]:
        """Return the records that count and their weights, which sum to 1 for each teacher."""
        config = self.config
        rows, _ = history_rows(states, config.confidence)
        if not len(rows.rows):
            return rows, np.zeros(0)
        on, owner = rows.rows["on"], rows.owner
        aged = recency(on, states.as_of[owner], config.half_life_days, 1.0)
        weights = config.place_decay ** later_records(rows).astype(np.float64) * aged
        weights *= config.confidence.by_code[rows.rows["status"]]
        # an old and long history can underflow to nothing; then its records count alike
        weights = np.maximum(weights, np.finfo(np.float64).tiny * 1e20)
        total = np.bincount(owner, weights, minlength=len(rows))
        return rows, weights / total[owner]

    def _follow(self, rows: Ragged, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return P(c | t), float64[n, m]."""
        size = len(self.popularity)
        held = rows.rows["credential"]
        backing = np.bincount(rows.owner, weights * self.backing[held], minlength=len(rows))
        chances = np.asarray(backing[:, None] * self.popularity, dtype=np.float64)
        # one teacher at a time: what is added to stays in the processor's cache
        for teacher in np.flatnonzero(rows.counts):
            own = slice(rows.start[teacher], rows.start[teacher + 1])
            columns = self.successors[held[own]].ravel()
            values = (weights[own, None] * self.excess[held[own]]).ravel()
            chances[teacher] += np.bincount(columns, values, minlength=size)
        return chances

    @cached_property
    def _rarity(self) -> NDArray[np.float64]:
        """Return -log of popularity over its mean, float64[m]."""
        mean = float(self.popularity.mean()) or 1.0
        rarity: NDArray[np.float64] = -np.log(np.maximum(self.popularity / mean, _RAREST))
        return rarity

    def _damping(self, rows: Ragged, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the power of popularity that is taken back, b; shape (n,)."""
        undated = rows.rows["on"] == UNDATED_MS
        owner = rows.owner[undated]
        counts = np.bincount(owner, minlength=len(rows))
        share = np.bincount(owner, weights[undated], minlength=len(rows))
        power = np.asarray(self.config.damping * share, dtype=np.float64)
        return power * (1.0 - 1.0 / np.maximum(counts, 1))

    def _leads(self, states: TeacherStates) -> tuple[NDArray[np.float64], list[RecordFields]]:
        """Return w_h (P(c | h) - popularity[c]) of each record h of one teacher, 0 if not held.

        Shape (records, m); and the records.
        """
        rows, weights = self._once_weighted(states)
        record = rows.rows["credential"]
        weights = weights * (rows.rows["status"] >= self.steps.held_from)
        leads = np.outer(weights * (self.backing[record] - 1.0), self.popularity)
        place = np.arange(len(record))[:, None]
        leads[place, self.successors[record]] += weights[:, None] * self.excess[record]
        return leads, rows.rows.tolist()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return successors, popularity and prerequisites."""
        own = {
            "successors": self.successors,
            "excess": self.excess,
            "backing": self.backing,
            "popularity": self.popularity,
        }
        return own | self.steps.arrays() | self.placing.arrays(PREFIX)

    def settings(self) -> dict[str, Any]:
        """Return the scale, what locked credentials keep, and the configuration."""
        return {"scale": self.scale, "leak": self.leak, "config": asdict(self.config)}

    @classmethod
    def restore(cls, arrays: Arrays, settings: Mapping[str, Any], catalog_size: int) -> Self:
        """Rebuild from learned arrays and settings."""
        successors = learned_array(arrays, "successors", (catalog_size, None))
        if successors.size and not 0 <= successors.min() <= successors.max() < catalog_size:
            raise ValueError(f"'successors' must be columns of {catalog_size} credentials")
        config = dict(settings["config"])
        config["confidence"] = StatusConfidence(**config["confidence"])
        return cls(
            successors=successors,
            excess=learned_array(arrays, "excess", successors.shape),
            backing=learned_array(arrays, "backing", (catalog_size,)),
            popularity=learned_array(arrays, "popularity", (catalog_size,)),
            steps=StackSteps.restore(arrays, catalog_size),
            leak=float(settings["leak"]),
            scale=float(settings["scale"]),
            config=SuccessionConfig(**config),
            placing=Placing.restore(arrays, catalog_size, PREFIX),
        )


def later_records(rows: Ragged) -> NDArray[np.int64]:
    """Return how many records of the same teacher are strictly later than each; shape (r,).

    Records of one moment are equally late: no order is made up among them. Rows of one teacher are
    in order of moment.
    """
    if len(rows) == 1:
        on = rows.rows["on"]
        return len(on) - on.searchsorted(on, side="right")
    starts = starts_of_moments(rows)
    group = np.cumsum(starts) - 1
    ends = np.append(np.flatnonzero(starts)[1:], len(starts))
    later: NDArray[np.int64] = rows.start[rows.owner + 1] - ends[group]
    return later


def starts_of_moments(rows: Ragged) -> NDArray[np.bool_]:
    """Return which records are the first of their teacher and moment; shape (r,)."""
    owner, on = rows.owner, rows.rows["on"]
    starts = np.ones(len(owner), dtype=bool)
    starts[1:] = (np.diff(owner) != 0) | (on[1:] != on[:-1])
    return starts
