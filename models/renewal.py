"""`renewal`: counts towards a renewal that is due, the more the nearer its date.

    e(t, c) = urgency(t) * fills(t, c) ** size / (sum over c of most(c) ** size) / scale
    urgency(t) = 2 ** (-days left / half_life_days)

The urgency is shared out among all that could fill some of the need: where a state counts nearly
everything, no single one is called for. `most` is what a credential fills of a need still whole, so
that no record raises what another credential counts. `fills` is what earning the credential today
might fill of what is still open, in the state's own unit: nothing once the need is met, nothing
that only adds to a category that is full, nothing where the rules promise nothing. It is *possible*
credit throughout. What is begun in the last days of a school year is earned in the next one, so
where the need is yearly it is that one's need.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.described import described, hours_of, restored
from models.evidence import Arrays, Evidence
from models.learned import learned_array
from recommender.axes import ABSENT
from recommender.facts import Fact, FactKind
from recommender.renewal.left import UNKNOWN_DAY, Left, what_is_left
from recommender.renewal.worth import UnitTable, Worth
from recommender.states.amounts import with_unit
from recommender.teacher_state import DAY_MS, UNDATED_MS, TeacherStates
from recommender.vocabulary import EvidenceName


@dataclass(frozen=True)
class RenewalConfig:
    """How what is still open becomes evidence.

    Parameters
    ----------
    half_life_days
        A need that is due so many days later counts half.
    size
        With 0 everything that fills some of the need counts alike, with 1 a credential counts by
        how much it fills, with one half in between.
    lead_days
        So long it takes from starting a credential to earning it; for needs of a school year.
    """

    half_life_days: float = 365.0
    size: float = 0.5
    lead_days: int = 14

    def __post_init__(self) -> None:
        if self.half_life_days <= 0 or not 0 <= self.size <= 1:
            raise ValueError(
                "half_life_days must be above 0 and size from 0 to 1, got "
                f"{self.half_life_days} and {self.size}"
            )
        if self.lead_days < 0:
            raise ValueError(f"lead_days must be at least 0, got {self.lead_days}")


_OfProfile = tuple[NDArray[np.int64], Left, UnitTable]
"""The rows of the teachers of one profile, what is left of their renewal, and what counts."""


@dataclass(frozen=True)
class Renewal(Evidence):
    """Evidence from what is open of a teacher's licence renewal."""

    name: ClassVar[EvidenceName] = EvidenceName.RENEWAL
    worth: Worth
    scale: float
    config: RenewalConfig

    def score(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return urgency x what each credential fills of the need, shared out; float32[n, m]."""
        scores = np.zeros((len(states), len(self.worth.credentials)), dtype=np.float32)
        for rows, left, table in self._by_profile(states):
            offered = self._drawn(table.most).sum()
            if offered > 0:
                days = left.due - states.as_of[rows] // DAY_MS
                urgency = np.exp2(-np.maximum(days, 0) / self.config.half_life_days)
                pressing = urgency / (offered * self.scale)
                scores[rows] = pressing[:, None] * self._drawn(left.fills)
        return scores

    def _drawn(self, units: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return units to the power of `size`, 0 where there are none."""
        return np.where(units > 0, units**self.config.size, 0.0)

    def facts(self, states: TeacherStates, credential: int, limit: int = 2) -> tuple[Fact, ...]:
        """Return what the credential might give, of how much that is open, by when."""
        for _, left, _ in self._by_profile(states):
            if limit > 0 and left.fills[0, credential] > 0:
                return (self._fact(states, left, credential),)
        return ()

    def _fact(self, states: TeacherStates, left: Left, credential: int) -> Fact:
        licences = states.licences
        if licences is None:
            raise ValueError("a teacher without a licence has no fact of renewal")
        profile = licences.profiles[licences.profile[0]]
        renewal, kind = profile.pack.renewal, self.worth.credentials[credential].kind
        route = next(one for one in renewal.routes.values() if kind in one.kinds)
        units = float(self.worth.of(profile).units[credential])
        return Fact(
            kind=FactKind.COUNTS_FOR_RENEWAL,
            amount=with_unit(_exact(units), renewal.unit),
            remaining=with_unit(_exact(float(left.left[0])), renewal.unit),
            until=None if left.due[0] == UNKNOWN_DAY else int(left.due[0]) * DAY_MS,
            confirm_with=route.decided_by.value,
        )

    def _by_profile(self, states: TeacherStates) -> list[_OfProfile]:
        """Return the teachers of each profile."""
        return states.once((id(self), "left"), lambda: self._work_out(states))

    def _work_out(self, states: TeacherStates) -> list[_OfProfile]:
        licences = states.licences
        if licences is None:
            return []
        found = []
        for place in sorted(set(licences.profile.tolist()) - {ABSENT}):
            rows = np.flatnonzero(licences.profile == place)
            profile, ends = licences.profiles[place], licences.ends[rows]
            table, moments = self.worth.of(profile), states.as_of[rows]
            if table.yearly_need:
                moments = self._when_earned(moments, ends)
            records = states.records if len(rows) == len(states) else states.records.take(rows)
            left = what_is_left(profile, table, records, moments, ends)
            found.append((rows, left, table))
        return found

    def _when_earned(
        self, moments: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return when what is begun now will be earned: with the licence's last day at the latest.

        What the licence leaves less time for is hurried.
        """
        later = moments + self.config.lead_days * DAY_MS
        last = np.where(ends == UNDATED_MS, later, ends + DAY_MS - 1)
        return np.maximum(moments, np.minimum(later, last))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the hours of every credential."""
        return {"hours": hours_of(self.worth.credentials)}

    def settings(self) -> dict[str, Any]:
        """Return the scale, the configuration, and what the rules see of every credential."""
        return {
            "scale": self.scale,
            "config": asdict(self.config),
            "credentials": described(self.worth.credentials),
        }

    @classmethod
    def restore(cls, arrays: Arrays, settings: Mapping[str, Any], catalog_size: int) -> Self:
        """Rebuild from learned arrays and settings."""
        hours = learned_array(arrays, "hours", (catalog_size,))
        return cls(
            worth=Worth(restored(settings["credentials"], hours)),
            scale=float(settings["scale"]),
            config=RenewalConfig(**settings["config"]),
        )


def _exact(units: float) -> Fraction:
    """Return an amount as the fraction that the floating point stands for."""
    return Fraction(units).limit_denominator(10_000)
