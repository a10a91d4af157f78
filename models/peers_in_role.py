"""`peers_in_role`: common among teachers of the same grade band, subject and experience.

Every teacher has features f: shares of 1 over their grade bands, over their subjects, and over the
bands of experience; what is not known of them is 0. The evidence is the logarithm of how common a
credential is among teachers like that:

    e(t, c) = known_t (usual[c] + contrast f_t . table[:, c]) / scale

`usual` is the logarithm of how many have it at all, and `known` 0 of whom no context is known.
`contrast` is above 1 since shares are means over a teacher's own groups, and the table is drawn to
what is usual: both understate what sets a role apart.
`table` holds how much more often than usual the teachers of a group take up c, as a logarithm that
is drawn to what the content of c lets expect, and the fair chance of credentials that few had the
time to take up (see `models.fitting.peers_in_role`). So it has something to say of a teacher
without a record and of a credential that nobody has earned.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.evidence import Arrays, Evidence
from models.learned import learned_array
from recommender.facts import Fact, FactKind
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import EvidenceName

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
    few
        Records that must be expected of a credential before half of what they say is believed.
    fair_chance
        How far a credential that had no time to be taken up is lifted to what its content lets
        expect, 0..1.
    contrast
        How far what sets groups apart counts beside what is usual.
    """

    ridge: float = 3.0
    few: float = 3.0
    fair_chance: float = 0.5
    contrast: float = 3.0

    def __post_init__(self) -> None:
        if min(self.ridge, self.few, self.contrast) <= 0 or not 0 <= self.fair_chance <= 1:
            raise ValueError(
                "ridge, few and contrast must be above 0 and fair_chance from 0 to 1, got "
                f"{self.ridge}, {self.few}, {self.contrast} and {self.fair_chance}"
            )


@dataclass(frozen=True)
class PeersInRole(Evidence):
    """What sets g grade bands, u subjects and the bands of experience apart."""

    name: ClassVar[EvidenceName] = EvidenceName.PEERS_IN_ROLE
    table: NDArray[np.float32]
    """float32[g + u + bands, m]."""
    usual: NDArray[np.float32]
    """float32[m]: log of one more than the records of each; 0 where no group is known."""
    earned_by: NDArray[np.int32]
    """int32[g + u + bands, m]: teachers of the group who earned it, 0 where they are too few."""
    grade_bands: int
    subjects: int
    scale: float
    config: PeersInRoleConfig

    def score(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the evidence, float32[n, m]; 0 of whom no context is known."""
        features = context_features(states)
        known = np.asarray(features.any(axis=1))[:, None]
        apart = np.float32(self.config.contrast) * (features @ self.table)
        total = np.where(known, apart + np.asarray(self.usual), 0.0)
        return np.asarray(total / np.float32(self.scale), dtype=np.float32)

    def facts(self, states: TeacherStates, credential: int, limit: int = 2) -> tuple[Fact, ...]:
        """Return how many teachers of the teacher's own groups earned it, unless they are few."""
        shares = context_features(states)[0] * self.table[:, credential]
        counts = self.earned_by[:, credential]
        told: dict[FactKind, Fact] = {}
        for group in np.argsort(-shares, kind="stable"):
            if shares[group] > 0 and counts[group] > 0:
                kind = self._kind(int(group))
                count = int(counts[group])
                told.setdefault(kind, Fact(kind=kind, credential=credential, count=count))
        return tuple(told.values())[:limit]

    def _kind(self, group: int) -> FactKind:
        first_of_next = (self.grade_bands, self.grade_bands + self.subjects)
        return KINDS[int(np.searchsorted(first_of_next, group, side="right"))]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the table, what is usual, and the counts."""
        return {"table": self.table, "usual": self.usual, "earned_by": self.earned_by}

    def settings(self) -> dict[str, Any]:
        """Return the numbers of groups, the scale and the configuration."""
        return {
            "grade_bands": self.grade_bands,
            "subjects": self.subjects,
            "scale": self.scale,
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
            grade_bands=grade_bands,
            subjects=subjects,
            scale=float(settings["scale"]),
            config=PeersInRoleConfig(**settings["config"]),
        )


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
