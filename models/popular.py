"""`popular`: earned by many."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.evidence import Arrays, Evidence
from models.learned import learned_array
from models.placing import PREFIX, Placing
from recommender.facts import Fact, FactKind
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import EvidenceName

SMALLEST_COUNT: Final = 5
"""Fewer teachers than this are never counted aloud: a small count may name a person."""


@dataclass(frozen=True)
class PopularConfig:
    """How records become popularity.

    Parameters
    ----------
    half_life_days
        Days after which a dated record counts half; undated records count fully. By default age
        hardly counts: what is taken up of late is for `in_school` to say.
    under_way
        Weight of a record that is only enrolled or submitted.
    """

    half_life_days: float = 36_500.0
    under_way: float = 0.5

    def __post_init__(self) -> None:
        if self.half_life_days <= 0 or not 0 <= self.under_way <= 1:
            raise ValueError(
                "half_life_days must be above 0 and under_way from 0 to 1, got "
                f"{self.half_life_days} and {self.under_way}"
            )


@dataclass(frozen=True)
class Popular(Evidence):
    """Popularity, the same for every teacher."""

    name: ClassVar[EvidenceName] = EvidenceName.POPULAR
    popularity: NDArray[np.float32]
    """float32[m], not negative, scaled; 0 where nobody earned it."""
    earned_by: NDArray[np.int32]
    """int32[m]: teachers who earned it, 0 below `SMALLEST_COUNT`."""
    config: PopularConfig
    placing: Placing = field(default_factory=Placing.nothing)
    """How what is new is placed."""

    def score(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the popularity of every credential, float32[n, m]."""
        placed = self.placing.apply(np.asarray(self.popularity)[None, :])
        return np.repeat(placed, len(states), axis=0)

    def facts(self, states: TeacherStates, credential: int, limit: int = 2) -> tuple[Fact, ...]:
        """Return how many teachers earned it, unless they are few; of what is new, its like."""
        del states
        if self.placing.holds(credential):
            return self.placing.near(credential, self.popularity, limit)
        count = int(self.earned_by[credential])
        if count < SMALLEST_COUNT or limit < 1:
            return ()
        return (Fact(kind=FactKind.EARNED_BY, credential=credential, count=count),)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return popularity and counts."""
        own = {"popularity": self.popularity, "earned_by": self.earned_by}
        return own | self.placing.arrays(PREFIX)

    def settings(self) -> dict[str, Any]:
        """Return the configuration."""
        return {"config": asdict(self.config)}

    @classmethod
    def restore(cls, arrays: Arrays, settings: Mapping[str, Any], catalog_size: int) -> Self:
        """Rebuild from learned arrays and settings."""
        return cls(
            popularity=learned_array(arrays, "popularity", (catalog_size,)),
            earned_by=learned_array(arrays, "earned_by", (catalog_size,)),
            config=PopularConfig(**settings["config"]),
            placing=Placing.restore(arrays, catalog_size, PREFIX),
        )
