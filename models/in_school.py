"""`in_school`: taken up of late in the teacher's own school and district.

With S(p, c) how often the teachers of school p took up c of late, D(d, c) and A(c) the same of its
district and of all, the chance that a teacher of p takes it up next is

    share(p, c) = (S(p, c) + k * share(d, c)) / (S(p) + k)
    share(d, c) = (D(d, c) + l * A(c) / A) / (D(d) + l)

A school that did little of late is drawn to its district, and that to all. A school of few teachers
says nothing of its own: what stands out there could be told of a person.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.evidence import Arrays, Evidence
from models.learned import learned_array
from models.placing import PREFIX, Placing
from recommender.axes import ABSENT
from recommender.facts import Fact, FactKind
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import EvidenceName


@dataclass(frozen=True)
class InSchoolConfig:
    """How what a school took up is learned.

    Parameters
    ----------
    half_life_days
        Days after which a record counts half: what moves a school passes within the year.
    under_way
        Weight of what is not earned yet.
    few, few_in_district
        Records of which a school's (k), or a district's (l), own ones must be before they count
        half.
    fewest
        A school with fewer teachers says nothing of its own.
    """

    half_life_days: float = 150.0
    under_way: float = 0.5
    few: float = 2.0
    few_in_district: float = 30.0
    fewest: int = 5

    def __post_init__(self) -> None:
        if min(self.half_life_days, self.few, self.few_in_district) <= 0 or self.under_way < 0:
            raise ValueError(
                "half_life_days, few and few_in_district must be above 0 and under_way not below, "
                f"got {self.half_life_days}, {self.few}, {self.few_in_district}, {self.under_way}"
            )
        if self.fewest < 1:
            raise ValueError(f"fewest must be at least 1, got {self.fewest}")


@dataclass(frozen=True)
class InSchool(Evidence):
    """What p schools of q districts took up of late, of m credentials."""

    name: ClassVar[EvidenceName] = EvidenceName.IN_SCHOOL
    schools: NDArray[np.int64]
    """Keys of the schools, ascending; shape (p,)."""
    rest: NDArray[np.float32]
    """What the district counts in a school's share; shape (p,)."""
    start: NDArray[np.int64]
    """Where each school's own credentials start; shape (p + 1,)."""
    column: NDArray[np.int32]
    """Each school's own credentials; shape (e,)."""
    share: NDArray[np.float32]
    """The part of the share that comes from the school itself; shape (e,)."""
    earned_by: NDArray[np.int32]
    """Teachers of the school who hold it, 0 where they are too few to be counted; shape (e,)."""
    districts: NDArray[np.int64]
    """Keys of the districts, ascending; shape (q,)."""
    table: NDArray[np.float32]
    """Shares of each district and, last, of all; shape (q + 1, m)."""
    scale: float
    config: InSchoolConfig
    placing: Placing = field(default_factory=Placing.nothing)
    """How what is new is placed."""

    def score(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the share of every credential, float32[n, m]; 0 where no school is known."""
        return self.placing.apply(self._shares(states))

    def _shares(self, states: TeacherStates) -> NDArray[np.float32]:
        n, m = len(states), self.table.shape[1]
        if states.schools is None:
            return np.zeros((n, m), dtype=np.float32)
        schools, districts = self._places_of(states.schools)
        scores: NDArray[np.float32] = self.table[districts]  # ABSENT is the last row: that of all
        for own, school in zip(scores, schools, strict=True):
            if school != ABSENT:
                entries = self._entries(school)
                own[:] *= self.rest[school]
                own[self.column[entries]] += self.share[entries]
        scores /= np.float32(self.scale)
        return scores

    def _places_of(self, keys: NDArray[np.int64]) -> tuple[list[int], list[int]]:
        """Return where the schools and districts of n teachers stand, `ABSENT` if nowhere."""
        schools, districts = self._by_key
        return (
            [schools.get(key, ABSENT) for key in keys[:, 0].tolist()],
            [districts.get(key, ABSENT) for key in keys[:, 1].tolist()],
        )

    @cached_property
    def _by_key(self) -> tuple[dict[int, int], dict[int, int]]:
        """Return the places of schools and of districts by their keys."""
        return _numbered(self.schools), _numbered(self.districts)

    def _entries(self, school: int) -> slice:
        """Return where the credentials of a school's own stand."""
        return slice(self.start[school], self.start[school + 1])

    def knows(self, states: TeacherStates) -> NDArray[np.bool_]:
        """Return of which teachers the school or the district is known here, bool[n]."""
        if states.schools is None:
            return np.zeros(len(states), dtype=bool)
        places = zip(*self._places_of(states.schools), strict=True)
        return np.array([pair != (ABSENT, ABSENT) for pair in places], dtype=bool)

    def facts(self, states: TeacherStates, credential: int, limit: int = 2) -> tuple[Fact, ...]:
        """Return how many teachers of the school hold it, unless they are few."""
        if states.schools is None or limit < 1:
            return ()
        if self.placing.holds(credential):
            return self.placing.near(credential, self._shares(states)[0], limit)
        counts = states.once((id(self), "counts"), lambda: self._counts(states))
        count = counts.get(credential, 0)
        if not count:
            return ()
        return (Fact(kind=FactKind.EARNED_IN_SCHOOL, credential=credential, count=count),)

    def _counts(self, states: TeacherStates) -> dict[int, int]:
        """Return how many teachers of one teacher's school hold each of its own credentials."""
        if states.schools is None:
            return {}
        (school,), _ = self._places_of(states.schools)
        if school == ABSENT:
            return {}
        own = self._entries(school)
        return dict(zip(self.column[own].tolist(), self.earned_by[own].tolist(), strict=True))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what was learned of schools and districts."""
        names = ("schools", "rest", "start", "column", "share", "earned_by", "districts", "table")
        return {name: getattr(self, name) for name in names} | self.placing.arrays(PREFIX)

    def settings(self) -> dict[str, Any]:
        """Return the scale and the configuration."""
        return {"scale": self.scale, "config": asdict(self.config)}

    @classmethod
    def restore(cls, arrays: Arrays, settings: Mapping[str, Any], catalog_size: int) -> Self:
        """Rebuild from learned arrays and settings."""
        schools = learned_array(arrays, "schools", (None,))
        districts = learned_array(arrays, "districts", (None,))
        column = learned_array(arrays, "column", (None,))
        if column.size and not 0 <= column.min() <= column.max() < catalog_size:
            raise ValueError(f"'column' must be columns of {catalog_size} credentials")
        start = learned_array(arrays, "start", (len(schools) + 1,))
        if start[-1] != len(column):
            raise ValueError(f"'start' must end with the length of 'column', {len(column)}")
        return cls(
            schools=schools,
            rest=learned_array(arrays, "rest", (len(schools),)),
            start=start,
            column=column,
            share=learned_array(arrays, "share", (len(column),)),
            earned_by=learned_array(arrays, "earned_by", (len(column),)),
            districts=districts,
            table=learned_array(arrays, "table", (len(districts) + 1, catalog_size)),
            scale=float(settings["scale"]),
            config=InSchoolConfig(**settings["config"]),
            placing=Placing.restore(arrays, catalog_size, PREFIX),
        )


def _numbered(keys: NDArray[np.int64]) -> dict[int, int]:
    return {key: place for place, key in enumerate(keys.tolist())}
