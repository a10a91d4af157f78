"""What the three kinds of need evidence share: room to grow x what a credential develops.

    e(t, c) = free(t, c) * sum_s need(t, s) * pull(c, s) / (sum of free(t, .) pull(., s)) / scale

A need is shared out among the credentials that are free to the teacher at all (`ChoiceSet`), as in
Luce's rule of choice: one that few of them answer to points at these few. `free` and `pull` do not
depend on ratings, `pull` is not negative, and `need` rises as a rating falls, so a lower rating on
a standard never lowers the score of a credential that reaches it. `PullConfig` says what pull is
made of.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.blocks import by_own_columns
from models.choice_set import ChoiceSet
from models.evidence import Arrays, Evidence
from models.learned import learned_array
from models.telling import above_nothing
from recommender.facts import Fact
from recommender.teacher_state import TeacherStates

_LEAST: Final = np.float32(1e-6)
"""A need that hardly anything answers to raises nothing to the skies."""


@dataclass(frozen=True)
class PullConfig:
    """How much a credential answers to a need on a standard.

        said(c, s) = reach(c, s), times `inferred` where the issuer does not name s
        depth(c, s) = said(c, s) / (sum of said(c, .) over the framework of s) ** breadth
        pull(c, s) = depth(c, s) * ((taken(c) + few) / (expected(c) + few)) ** appeal

    where `expected(c)` is how often c would have been taken up if all that was free to a teacher
    who took something up had been as likely.

    Parameters
    ----------
    inferred
        How much a standard that is reached by kin or through the crosswalk alone counts beside one
        that the issuer names.
    breadth
        With 0 a credential that touches every standard wins over one that goes deep, with 1 the two
        count alike. The sum is taken by framework because teachers are rated in one framework: how
        many others a credential happens to be mapped to must not matter.
    appeal
        Of several credentials for the same need, how much those count that more teachers took up of
        all who could.
    few
        Takings that must be expected before a credential's own count half.
    """

    inferred: float = 0.25
    breadth: float = 0.5
    appeal: float = 0.7
    few: float = 20.0

    def __post_init__(self) -> None:
        for name in ("inferred", "breadth", "appeal"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise ValueError(f"{name} must be from 0 to 1, got {value}")
        if self.few <= 0:
            raise ValueError(f"few must be above 0, got {self.few}")


@dataclass(frozen=True)
class NeedEvidence(Evidence):
    """Evidence that a credential develops standards on which a teacher has room to grow."""

    pull: NDArray[np.float32]
    """float32[m, s], not negative; roots are 0."""
    choices: ChoiceSet
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
        """Return need, shared out by pull, float32[n, m]; 0 of what is not free."""
        shared = self._shared(states)
        scores = by_own_columns(shared, self._by_standard)
        if shared.any():
            scores *= self.choices.free(states)
        return scores

    def _shared(self, states: TeacherStates) -> NDArray[np.float32]:
        return states.once_by_teacher((id(self), "shared"), lambda: self._share(states))

    def _share(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return each need over what all that is free answers to it, float32[n, s]."""
        needed = self.need(states).copy()
        felt = np.flatnonzero(needed.any(axis=1))
        if len(felt):
            free = self.choices.free(states)
            for row in felt:
                own = np.flatnonzero(needed[row])
                offered = self._by_standard[own] @ free[row]
                needed[row, own] /= np.maximum(offered, _LEAST) * np.float32(self.scale)
        return needed

    @cached_property
    def _by_standard(self) -> NDArray[np.float32]:
        """Return pull, a row for each standard; float32[s, m]."""
        return np.ascontiguousarray(self.pull.T)

    def facts(self, states: TeacherStates, credential: int, limit: int = 2) -> tuple[Fact, ...]:
        """Return the facts on the standards that carry most of one score."""
        pull = self.pull[credential]
        shares = [(-need * pull.item(standard), standard) for standard, need in self._felt(states)]
        return tuple(
            self._told(states, standard) for share, standard in sorted(shares)[:limit] if share < 0
        )

    def _felt(self, states: TeacherStates) -> list[tuple[int, float]]:
        """Return on which standards one teacher has a need, and how it is shared out."""
        return states.once((id(self), "felt"), lambda: above_nothing(self._shared(states)[0]))

    def _told(self, states: TeacherStates, standard: int) -> Fact:
        """Return the fact on one standard: many credentials of a list are aligned to the same."""
        return states.once((id(self), "fact", standard), lambda: self.fact(states, standard))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the pull of every credential, and what it asks for."""
        return {"pull": self.pull} | self.choices.arrays()

    def settings(self) -> dict[str, Any]:
        """Return the scale and the configuration."""
        return {"scale": self.scale, "config": asdict(self.config)}

    @classmethod
    def restore(cls, arrays: Arrays, settings: Mapping[str, Any], catalog_size: int) -> Self:
        """Rebuild from learned arrays and settings."""
        return cls(
            pull=learned_array(arrays, "pull", (catalog_size, None)),
            choices=ChoiceSet.restore(arrays, catalog_size),
            scale=float(settings["scale"]),
            config=cls.config_type(**settings["config"]),
        )


@dataclass(frozen=True)
class RatedNeed(NeedEvidence):
    """Need evidence from levels, which are held against the usual level of each standard."""

    usual: NDArray[np.float32]
    """float32[s] in 0..1: the level that teachers usually have."""

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what every need has, and the usual level of every standard."""
        return super().arrays() | {"usual": self.usual}

    @classmethod
    def restore(cls, arrays: Arrays, settings: Mapping[str, Any], catalog_size: int) -> Self:
        """Rebuild from learned arrays and settings."""
        pull = learned_array(arrays, "pull", (catalog_size, None))
        return cls(
            pull=pull,
            choices=ChoiceSet.restore(arrays, catalog_size),
            usual=learned_array(arrays, "usual", (pull.shape[1],)),
            scale=float(settings["scale"]),
            config=cls.config_type(**settings["config"]),
        )
