"""Reasons: the named parts of a score, the largest first, with the facts behind them."""

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import msgspec

from recommender.catalog import Catalog
from recommender.facts import Fact
from recommender.sentences import reason_text
from recommender.vocabulary import NEED_EVIDENCE, Basis, EvidenceName
from recommender.voice import Voice

MOST_REASONS: Final = 3
"""So many reasons are shown of a suggestion; its contributions are complete."""

NOTHING_SETS_APART: Final = "Nothing we know sets this one apart from the others."
"""Sentence of a suggestion to which no evidence contributes."""

LEAST_SHARE: Final = 0.01
"""What gives less than this share of all that speaks for a credential is not told as a reason."""

_ROUNDING: Final = 1e-6
"""A margin below this share of the value itself is the rounding of the arithmetic, no evidence."""


class Contribution(msgspec.Struct, frozen=True):
    """One evidence's part of one score: `weight * (value - mean over the eligible set)`."""

    evidence: EvidenceName
    weight: float
    value: float
    contribution: float

    @property
    def positive(self) -> bool:
        """Whether it speaks for the credential by more than the rounding of the arithmetic."""
        return self.contribution > _ROUNDING * abs(self.weight * self.value)


class Reason(msgspec.Struct, frozen=True):
    """A contribution above zero with its share of all such, its facts and its sentence.

    Less than `LEAST_SHARE` is not told: it counts in the score, but nobody could see it.

    Where no contribution is above zero one reason without an evidence says so (share 0).
    """

    evidence: EvidenceName | None
    contribution: float
    share: float
    facts: tuple[Fact, ...]
    text: str


_ORDER: Final = {name: place for place, name in enumerate(EvidenceName)}
"""Of equal contributions the evidence that the enumeration names first is told first."""

FactsOf = Callable[[EvidenceName], tuple[Fact, ...]]


class Speaking(NamedTuple):
    """What speaks for a credential."""

    total: float
    told: list[Contribution]
    """The parts of no less than `LEAST_SHARE` of all, in the order of the evidence."""


def speaking(contributions: Sequence[Contribution]) -> Speaking:
    """Return what of the contributions speaks for a credential."""
    positive = [part for part in contributions if part.contribution > 0 and part.positive]
    total = math.fsum([part.contribution for part in positive])
    least = LEAST_SHARE * total
    return Speaking(total, [part for part in positive if part.contribution >= least])


def give_reasons(
    spoken: Speaking,
    facts_of: FactsOf,
    catalog: Catalog,
    voice: Voice = Voice.TO_TEACHER,
) -> tuple[Reason, ...]:
    """Return the reasons of one suggestion, the strongest first; never empty.

    Parameters
    ----------
    spoken
        What speaks for it.
    facts_of
        Gives the facts behind an evidence; asked only for those that are shown.
    catalog
        Names the standards and credentials.
    voice
        To whom the sentences speak.
    """
    if not spoken.told:
        return (Reason(None, 0.0, 0.0, (), NOTHING_SETS_APART),)
    told = sorted(spoken.told, key=lambda part: (-part.contribution, _ORDER[part.evidence]))
    reasons = []
    for part in told[:MOST_REASONS]:
        facts = facts_of(part.evidence)
        text = reason_text(part.evidence, facts, catalog, voice)
        share = part.contribution / spoken.total
        reasons.append(Reason(part.evidence, part.contribution, share, facts, text))
    return tuple(reasons)


_OF_PROFILE: Final = NEED_EVIDENCE | {EvidenceName.CAREER, EvidenceName.RENEWAL}
"""Evidence that rests on what is known of the teacher beside what they took up."""

_OF_OTHERS: Final = frozenset(
    {EvidenceName.PEERS_IN_ROLE, EvidenceName.IN_SCHOOL, EvidenceName.POPULAR}
)
"""Evidence that rests on nothing the teacher did or needs."""

_NOT_OF_HISTORY: Final = _OF_PROFILE | _OF_OTHERS


def basis_of(spoken: Speaking) -> Basis:
    """Return what kind of facts a suggestion rests on.

    `PROFILE` where need, a chosen pathway or a renewal speaks for it and history does not,
    `HISTORY` the other way round;
    how many earned it, of all or of a role, is neither: that alone, or nothing, makes `POPULAR`.
    """
    names = {part.evidence for part in spoken.told}
    need = not names.isdisjoint(_OF_PROFILE)
    history = not names <= _NOT_OF_HISTORY
    if need:
        return Basis.BOTH if history else Basis.PROFILE
    return Basis.HISTORY if history else Basis.POPULAR
