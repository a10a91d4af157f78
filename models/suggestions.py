"""A list of suggestions: what it holds, and what it can be asked to hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender.axes import CredentialKey
from recommender.eligibility import Exclusion
from recommender.policy import Policy
from recommender.reasons import Contribution, Reason
from recommender.vocabulary import ActKind, Basis, Segment
from recommender.voice import Voice


class Suggestion(msgspec.Struct, frozen=True):
    """One suggested credential: its place, what it rests on, and why."""

    rank: int
    key: CredentialKey
    column: int
    score: float
    basis: Basis
    contributions: tuple[Contribution, ...]
    """Of every evidence, in the blend's order; they sum to the score less its mean over the
    eligible set."""
    reasons: tuple[Reason, ...]
    leads_to: CredentialKey | None = None
    """What it stands in the place of: it is asked for first."""
    explores: bool = False
    """Whether it stands here to be tried, not for its score."""
    act: ActKind | None = None
    """What a coach did that put it in front of the list."""
    propensity: float = 1.0
    """Chance at which it stands here: below 1 where the place might have explored or did."""


@dataclass(frozen=True)
class SuggestionList:
    """What is suggested to one teacher, best first, under which policy."""

    items: tuple[Suggestion, ...]
    policy: Policy
    segment: Segment
    as_of: int
    """Moment in ms of the teacher's state."""
    excluded: Mapping[Exclusion, int]
    """How many credentials each rule of eligibility took away."""
    total: int
    """How many are eligible and wanted, on this page or not."""

    @property
    def last(self) -> CredentialKey | None:
        """The credential to go on behind, None where nothing follows."""
        goes_on = self.items and self.items[-1].rank < self.total
        return self.items[-1].key if goes_on else None


@dataclass(frozen=True)
class Wanted:
    """What a list is asked to hold.

    Parameters
    ----------
    only
        Which credentials may be listed, bool[m]; all where None. It takes lines out of the list
        and leaves scores, ranks' order and reasons as they are without it.
    after
        The list goes on behind this credential, which need not be eligible any more.
    reasons
        Whether to tell the reasons.
    voice
        To whom the reasons speak.
    seed
        Whose list it is; one place may explore by it. Evaluations give none, so nothing explores.
    counting
        Which credentials count toward the renewal of the licence, bool[m], where the teacher asks
        for those alone.
    """

    only: NDArray[np.bool_] | None = None
    after: CredentialKey | None = None
    reasons: bool = True
    voice: Voice = Voice.TO_TEACHER
    seed: str = ""
    counting: NDArray[np.bool_] | None = None


EVERYTHING: Final = Wanted()


def seed_of(district_id: str, teacher_id: str) -> str:
    """Return whose list it is, for `Wanted.seed`."""
    return f"{district_id}\0{teacher_id}"
