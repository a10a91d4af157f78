"""`peers_in_role`: common among teachers in a role like the teacher's, and among those around.

Every teacher has features f: shares of 1 over their grade bands, over their subjects, and over the
bands of experience; what is not known of them is 0. The evidence is a share of all that such
teachers take up, half by role and half by place:

    e(t, c) = (P(c | role) + P(c | place)) / 2 / scale
    P(c | role) = usual[c] exp(contrast f . table[:, c]) / sum of these

`usual` is how many have it, and `table` how much more often than usual the teachers of a group take
it up, as a logarithm that is drawn to what the content of c lets expect (see
`models.fitting.peers_in_role`). `contrast` is above 1 since shares are means over a teacher's own
groups, and the table is drawn to what is usual: both understate what sets a role apart.
P(c | place) is the share among all that the teacher's school ever took up, drawn to the district's,
and that to all (see `models.in_school`, which does the same of late). So it has something to say of
a teacher without a record. Of whom neither role nor place is known it says nothing.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.blocks import by_own_columns
from models.evidence import Arrays, Evidence
from models.in_school import InSchool
from models.learned import learned_array
from models.placing import PREFIX, Placing
from models.telling import above_nothing
from recommender.facts import Fact, FactKind
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import EvidenceName

_PLACE: Final = "place."
"""Before the names of the arrays of what is known by place."""

EXPERIENCE_STARTS: Final = (0.0, 3.0, 8.0, 15.0, 25.0)
"""Years of experience from which each band starts."""

KINDS: Final = (
    FactKind.EARNED_IN_GRADE_BAND,
    FactKind.EARNED_IN_SUBJECT,
    FactKind.EARNED_IN_EXPERIENCE,
)
"""The three kinds of groups, by what is told of them."""


@dataclass(frozen=True)
class PeersInRoleConfig:
    """How groups are learned.

    Parameters
    ----------
    ridge
        Regularisation of the maps from content to what groups take up.
    contrast
        How far what sets groups apart counts beside what is usual.
    few, few_in_district
        Records of which a school's, or a district's, own ones must be before they count half.
    """

    ridge: float = 3.0
    contrast: float = 2.0
    few: float = 30.0
    few_in_district: float = 100.0

    def __post_init__(self) -> None:
        if min(self.ridge, self.contrast, self.few, self.few_in_district) <= 0:
            raise ValueError(
                "ridge, contrast, few and few_in_district must be above 0, got "
                f"{self.ridge}, {self.contrast}, {self.few} and {self.few_in_district}"
            )


@dataclass(frozen=True)
class PeersInRole(Evidence):
    """What sets g grade bands, u subjects and the bands of experience apart."""

    name: ClassVar[EvidenceName] = EvidenceName.PEERS_IN_ROLE
    table: NDArray[np.float32]
    """float32[g + u + bands, m]."""
    usual: NDArray[np.float32]
    """float32[m]: log of one more than the records of each."""
    earned_by: NDArray[np.int32]
    """int32[g + u + bands, m]: teachers of the group who earned it, 0 where they are too few."""
    place: InSchool
    """What schools and districts took up in all the years."""
    grade_bands: int
    subjects: int
    scale: float
    config: PeersInRoleConfig
    placing: Placing = field(default_factory=Placing.nothing)
    """How what is new is placed."""

    def score(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the evidence, float32[n, m]; 0 of whom neither role nor place is known."""
        return self.placing.apply(self._shares(states))

    def _features(self, states: TeacherStates) -> NDArray[np.float32]:
        return states.once_by_teacher((id(self), "features"), lambda: context_features(states))

    def _shares(self, states: TeacherStates) -> NDArray[np.float32]:
        return states.once_by_teacher((id(self), "shares"), lambda: self._work_out_shares(states))

    def _work_out_shares(self, states: TeacherStates) -> NDArray[np.float32]:
        features = self._features(states)
        logs = by_own_columns(features * np.float32(self.config.contrast), self.table)
        logs += self.usual
        logs -= logs.max(axis=1, keepdims=True)
        total: NDArray[np.float32] = np.exp(logs, out=logs)
        total /= total.sum(axis=1, keepdims=True)
        if states.schools is not None:
            by_place = self.place.score(states)
            by_place *= np.float32(self.place.scale)
            total += by_place
            total *= np.float32(0.5)
        total /= np.float32(self.scale)
        known = features.any(axis=1) | self.place.knows(states)
        total[~known] = 0.0
        return total

    def facts(self, states: TeacherStates, credential: int, limit: int = 2) -> tuple[Fact, ...]:
        """Return how many teachers of the teacher's own groups earned it, unless they are few.

        Of what is new they are the credentials that it is placed among.
        """
        if self.placing.holds(credential):
            return self.placing.near(credential, self._shares(states)[0], limit)
        own = states.once((id(self), "own"), lambda: above_nothing(self._features(states)[0]))
        parts = [(-share * self.table.item(group, credential), group) for group, share in own]
        told: dict[FactKind, Fact] = {}
        for part, group in sorted(parts):
            count = self.earned_by.item(group, credential)
            kind = self._kinds[group]
            if part < 0 and count and kind not in told:
                told[kind] = Fact(kind=kind, credential=credential, count=count)
        return tuple(told.values())[:limit]

    @cached_property
    def _kinds(self) -> tuple[FactKind, ...]:
        """Return of which kind each group is."""
        sizes = (self.grade_bands, self.subjects, len(EXPERIENCE_STARTS))
        kinds = zip(KINDS, sizes, strict=True)
        return tuple(kind for kind, size in kinds for _ in range(size))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the table, what is usual, the counts, and what is known by place."""
        own = {"table": self.table, "usual": self.usual, "earned_by": self.earned_by}
        place = {f"{_PLACE}{name}": array for name, array in self.place.arrays().items()}
        return own | place | self.placing.arrays(PREFIX)

    def settings(self) -> dict[str, Any]:
        """Return the numbers of groups, the scale and the configuration."""
        return {
            "grade_bands": self.grade_bands,
            "subjects": self.subjects,
            "scale": self.scale,
            "place": self.place.settings(),
            "config": asdict(self.config),
        }

    @classmethod
    def restore(cls, arrays: Arrays, settings: Mapping[str, Any], catalog_size: int) -> Self:
        """Rebuild from learned arrays and settings."""
        grade_bands, subjects = int(settings["grade_bands"]), int(settings["subjects"])
        shape = (grade_bands + subjects + len(EXPERIENCE_STARTS), catalog_size)
        return cls(
            table=learned_array(arrays, "table", shape),
            usual=learned_array(arrays, "usual", (catalog_size,)),
            earned_by=learned_array(arrays, "earned_by", shape),
            place=InSchool.restore(_of_place(arrays), settings["place"], catalog_size),
            grade_bands=grade_bands,
            subjects=subjects,
            scale=float(settings["scale"]),
            config=PeersInRoleConfig(**settings["config"]),
            placing=Placing.restore(arrays, catalog_size, PREFIX),
        )


def _of_place(arrays: Arrays) -> dict[str, NDArray[Any]]:
    return {name[len(_PLACE) :]: a for name, a in arrays.items() if name.startswith(_PLACE)}


def context_features(states: TeacherStates) -> NDArray[np.float32]:
    """Return the shares of groups, float32[n, g + u + bands]; each kind sums to 1, or 0 if unknown.

    Somebody in every grade band (a coach, a librarian) is a member of each by a small share.
    """
    years = states.years_experience
    band = np.searchsorted(EXPERIENCE_STARTS, years, side="right")[:, None] - 1
    experience = (band == np.arange(len(EXPERIENCE_STARTS))) & ~np.isnan(years)[:, None]
    kinds = (states.grade_bands, states.subjects, experience)
    return np.concatenate([_shares(kind) for kind in kinds], axis=1)


def _shares(members: NDArray[np.bool_]) -> NDArray[np.float32]:
    total = members.sum(axis=1, keepdims=True)
    return np.asarray(members / np.maximum(total, 1), dtype=np.float32)
