"""Reasons: the named parts of a score and the facts behind them, in words a teacher understands."""

from dataclasses import dataclass
from enum import StrEnum

from recommender.vocabulary import EvidenceName


class FactKind(StrEnum):
    """What sort of fact stands behind a reason."""

    RATED = "rated"
    ASSESSED = "assessed"
    WANTS_TO_GROW = "wants_to_grow"
    GOAL = "goal"
    EARNED = "earned"
    EARNED_BY = "earned_by"


@dataclass(frozen=True)
class Fact:
    """One fact about this very teacher (or, for `EARNED_BY`, a count over many).

    `standard` and `credential` are columns of the catalog's axes. `level` is a share of the scale
    (0..1) with `low` and `high` the scale's ends; `on` a moment in ms; `count` counts teachers.
    """

    kind: FactKind
    standard: int | None = None
    credential: int | None = None
    level: float | None = None
    low: float | None = None
    high: float | None = None
    on: int | None = None
    set_by: str | None = None
    count: int | None = None


@dataclass(frozen=True)
class Contribution:
    """One evidence's part of one score: `weight * (value - mean over the eligible set)`."""

    evidence: EvidenceName
    weight: float
    value: float
    contribution: float


@dataclass(frozen=True)
class Reason:
    """A contribution above zero with its share of all such, its facts and its sentence."""

    evidence: EvidenceName
    contribution: float
    share: float
    facts: tuple[Fact, ...]
    text: str
