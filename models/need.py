"""What the three kinds of need evidence share: room to grow x what a credential develops.

    e(t, c) = sum_s need(t, s) * pull(c, s) / scale
    pull(c, s) = reach(c, s) / (sum of reach(c, .) over the framework of s) ** breadth

`pull` is not negative and `need` rises as a rating falls, so a lower rating on a standard never
lowers the score of a credential that reaches it. With `breadth` 0 a credential that touches every
standard wins over one that goes deep, with 1 the two count alike; the default lies between. The sum
is taken by framework because teachers are rated in one framework: how many others a credential
happens to be mapped to must not matter.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.evidence import Arrays, Evidence
from models.learned import learned_array
from recommender.reasons import Fact
from recommender.teacher_state import TeacherStates


@dataclass(frozen=True)
class NeedEvidence(Evidence):
    """Evidence that a credential develops standards on which a teacher has room to grow."""

    pull: NDArray[np.float32]
    """float32[m, s], not negative; roots are 0."""
    scale: float
    config: Any
    config_type: ClassVar[type]

    @abstractmethod
    def need(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return the need of n teachers on every standard, float32[n, s], not negative."""

    @abstractmethod
    def fact(self, states: TeacherStates, standard: int) -> Fact:
        """Return the fact of one teacher that says most about the need on one standard."""

    def score(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return need x pull, float32[n, m]."""
        scaled: NDArray[np.float32] = self.need(states) @ self.pull.T / np.float32(self.scale)
        return scaled

    def facts(self, states: TeacherStates, credential: int, limit: int = 2) -> tuple[Fact, ...]:
        """Return the facts on the standards that carry most of one score."""
        shares = self.need(states)[0] * self.pull[credential]
        strongest = np.argsort(-shares, kind="stable")[:limit]
        return tuple(self.fact(states, int(s)) for s in strongest if shares[s] > 0)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the pull of every credential."""
        return {"pull": self.pull}

    def settings(self) -> dict[str, Any]:
        """Return the scale and the configuration."""
        return {"scale": self.scale, "config": asdict(self.config)}

    @classmethod
    def restore(cls, arrays: Arrays, settings: Mapping[str, Any], catalog_size: int) -> Self:
        """Rebuild from learned arrays and settings."""
        return cls(
            pull=learned_array(arrays, "pull", (catalog_size, None)),
            scale=float(settings["scale"]),
            config=cls.config_type(**settings["config"]),
        )
