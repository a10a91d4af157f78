"""`career`: the next step of a pathway that the teacher chose, and what it asks for after that.

    e(t, c) = max over the teacher's pathways p of  step(t, p, c) / scale

with `step` 1 for the next credential along the nearest way, `later` for the others that are missing
on it, and 0 elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.described import described, hours_of, restored
from models.evidence import Arrays, Evidence
from models.learned import learned_array
from recommender.axes import CredentialKey
from recommender.careers.progress import progress
from recommender.careers.requirements import Requirement
from recommender.careers.ways import Offered, PathwayRule, holdings_of, meant_by, named_in
from recommender.clock import day_start_ms, ms_to_date
from recommender.facts import Fact, FactKind
from recommender.renewal.facts import CredentialFacts
from recommender.store.columns import FOREVER
from recommender.teacher_state import DAY_MS, UNDATED_MS, TeacherStates
from recommender.vocabulary import EvidenceName, RecordStatus, SetBy

_LAST: Final = day_start_ms(FOREVER)
_UNDER_WAY: Final = (RecordStatus.ENROLLED.code, RecordStatus.SUBMITTED.code)


@dataclass(frozen=True)
class CareerConfig:
    """How the steps of a pathway become evidence.

    Parameters
    ----------
    later
        What a missing credential that is not the next step counts, of the next step's 1.
    """

    later: float = 0.3

    def __post_init__(self) -> None:
        if not 0 <= self.later <= 1:
            raise ValueError(f"later must be from 0 to 1, got {self.later}")


@dataclass(frozen=True)
class _Way:
    """What is missing on one pathway: columns in order, and the goal that names it."""

    columns: tuple[int, ...]
    rule: PathwayRule
    goal: Any


@dataclass(frozen=True)
class Career(Evidence):
    """Evidence from the pathways that a teacher's goals name."""

    name: ClassVar[EvidenceName] = EvidenceName.CAREER
    credentials: tuple[CredentialFacts, ...]
    retired_on: NDArray[np.int64]
    """Moment from which each can no longer be started; int64[m]."""
    after: NDArray[np.int32]
    """int32[e]: credentials with prerequisites, one entry a prerequisite."""
    before: NDArray[np.int32]
    """int32[e]: the prerequisite of each entry."""
    scale: float
    config: CareerConfig

    @cached_property
    def _offered(self) -> tuple[Offered, ...]:
        """Each credential as a pathway sees it."""
        asked: dict[int, list[str]] = {}
        for one, first in zip(self.after.tolist(), self.before.tolist(), strict=True):
            asked.setdefault(one, []).append(self.credentials[first].key[1])
        return tuple(
            Offered(one.key, one.stack, tuple(asked.get(column, ())), ms_to_date(min(end, _LAST)))
            for column, (one, end) in enumerate(
                zip(self.credentials, self.retired_on.tolist(), strict=True)
            )
        )

    @cached_property
    def _columns(self) -> dict[CredentialKey, int]:
        return {one.key: column for column, one in enumerate(self.credentials)}

    def score(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return how near a step each credential is, float32[n, m]."""
        scores = np.zeros((len(states), len(self.credentials)), dtype=np.float32)
        if states.pathways is None:
            return scores
        meant: dict[int, Mapping[str, Offered]] = {}
        for row in np.flatnonzero(states.pathways.rows.counts > 0).tolist():
            for way in self._ways(states, row, meant):
                for place, column in enumerate(way.columns):
                    step = self.config.later if place else 1.0
                    scores[row, column] = max(scores[row, column], step / self.scale)
        return scores

    def facts(self, states: TeacherStates, credential: int, limit: int = 2) -> tuple[Fact, ...]:
        """Return the pathways on which the credential is missing, the nearest step first."""
        if states.pathways is None:
            return ()
        ways = [way for way in self._ways(states, 0, {}) if credential in way.columns]
        ways.sort(key=lambda way: way.columns.index(credential))
        return tuple(
            Fact(
                kind=FactKind.PATHWAY,
                on=int(way.goal["on"]),
                set_by=SetBy.from_code(int(way.goal["set_by"])).value,
                pathway=way.rule.title or way.rule.name,
                step=way.columns.index(credential) + 1,
            )
            for way in ways[:limit]
        )

    def _ways(
        self, states: TeacherStates, row: int, meant: dict[int, Mapping[str, Offered]]
    ) -> Iterator[_Way]:
        """Yield what is missing on each pathway of one teacher; `meant` is filled by the way."""
        goals = states.pathways
        if goals is None:
            return
        on = ms_to_date(int(states.as_of[row]))
        records = states.records.of(row)
        held = self._held(records)
        under_way = self._under_way(states, row)
        for goal in goals.rows.of(row):
            place = int(goal["pathway"])
            rule = goals.rules[place]
            if rule.requirement is None:
                continue
            if place not in meant:
                meant[place] = self._meant(rule.requirement, rule.district)
            missing = _missing(rule.requirement, meant[place], held, on)
            columns = (self._columns[key] for key in missing)
            yield _Way(tuple(one for one in columns if one not in under_way), rule, goal)

    def _meant(self, requirement: Requirement, district: str) -> Mapping[str, Offered]:
        """Return what the ids of a requirement mean, those alone that it names."""
        ids, stacks = named_in(requirement)
        named = (one for one in self._offered if one.key[1] in ids or one.stack in stacks)
        return meant_by(named, district)

    def _held(self, records: NDArray[Any]) -> dict[CredentialKey, Fraction | None]:
        """Return the hours of what is earned and not revoked on its day or after."""
        held = {}
        for column in np.unique(records["credential"]).tolist():
            own = records[records["credential"] == column]
            if _is_held(own):
                one = self.credentials[column]
                held[one.key] = one.hours
        return held

    def _under_way(self, states: TeacherStates, row: int) -> frozenset[int]:
        latest = states.history.of(row)
        begun = np.isin(latest["status"], _UNDER_WAY)
        return frozenset(latest["credential"][begun].tolist())

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return hours, ends and prerequisites of every credential."""
        return {
            "hours": hours_of(self.credentials),
            "retired_on": self.retired_on,
            "prerequisite_after": self.after,
            "prerequisite_before": self.before,
        }

    def settings(self) -> dict[str, Any]:
        """Return the scale, the configuration, and what pathways see of every credential."""
        return {
            "scale": self.scale,
            "config": asdict(self.config),
            "credentials": described(self.credentials),
        }

    @classmethod
    def restore(cls, arrays: Arrays, settings: Mapping[str, Any], catalog_size: int) -> Self:
        """Rebuild from learned arrays and settings."""
        hours = learned_array(arrays, "hours", (catalog_size,))
        after = learned_array(arrays, "prerequisite_after", (None,))
        return cls(
            credentials=tuple(restored(settings["credentials"], hours)),
            retired_on=learned_array(arrays, "retired_on", (catalog_size,)),
            after=after,
            before=learned_array(arrays, "prerequisite_before", after.shape),
            scale=float(settings["scale"]),
            config=CareerConfig(**settings["config"]),
        )


def _missing(
    requirement: Requirement,
    meant: Mapping[str, Offered],
    held: Mapping[CredentialKey, Fraction | None],
    on: date,
) -> Sequence[CredentialKey]:
    """Return what is missing along the nearest way, in order; what the catalog lacks left out."""
    found = progress(requirement, holdings_of(meant, held, on))
    return [meant[id_].key for id_ in found.missing if id_ in meant]


def _is_held(own: NDArray[Any]) -> bool:
    """Whether some record of one credential says 'earned' and none of later revokes it."""
    earned = own["on"][own["status"] == RecordStatus.EARNED.code]
    revoked = own["on"][own["status"] == RecordStatus.REVOKED.code]
    if not len(earned) or not len(revoked):
        return bool(len(earned))
    if (revoked == UNDATED_MS).any():
        return False
    return bool((earned // DAY_MS > revoked.max() // DAY_MS).any())
