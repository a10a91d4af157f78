"""Whether facts have moved since a model learned from them.

The measure is the population stability index (Siddiqi, Credit Risk Scorecards, 2006, chapter 13):

    PSI = sum over cells of (now - before) * ln(now / before)

of the shares of two groups of facts, with the bands in use everywhere: below 0.1 steady, from 0.1
moved, from 0.25 moved much. Few facts move by chance alone. Where nothing has moved, PSI over
(1/n_before + 1/n_now) follows a chi-square with one degree of freedom less than there are cells
(Yurdakul, Statistical Properties of Population Stability Index, 2018): what stays below its 95 %
point is called steady as well. Facts of one teacher go together, hence n counts teachers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log, sqrt
from typing import Final, NamedTuple

MOVED: Final = 0.1
MOVED_MUCH: Final = 0.25
FEWEST_TEACHERS: Final = 5
"""A cell behind which fewer stand is left out of every figure."""
ENOUGH_TEACHERS: Final = 30
"""With fewer on either side nothing is said."""

_ADDED: Final = 0.5
"""What is added to each cell's count, so that an empty one does not make all the difference."""
_NORMAL_95: Final = 1.6449


class Verdict(StrEnum):
    """What a measure says."""

    TOO_FEW = "too_few"
    STEADY = "steady"
    MOVED = "moved"
    MOVED_MUCH = "moved_much"


class Counted(NamedTuple):
    """Facts of one cell on one side, and how many teachers they are of."""

    facts: int
    teachers: int


NOBODY: Final = Counted(0, 0)


@dataclass(frozen=True)
class Share:
    """The share of a cell on each side, 0 to 1."""

    cell: str
    before: float
    now: float


@dataclass(frozen=True)
class Drift:
    """How one kind of fact has moved."""

    verdict: Verdict
    index: float
    """The population stability index; 0 where there are too few."""
    shares: tuple[Share, ...]
    """Of the cells that may be told; together 1 on each side, none where there are too few."""


def drift_of(before: Mapping[str, Counted], now: Mapping[str, Counted]) -> Drift:
    """Return how facts by cell have moved; cells in the order in which they are first named.

    A cell with 1 to `FEWEST_TEACHERS` - 1 teachers on either side is left out of all figures, so
    that none can be worked out from the others.
    """
    cells = [cell for cell in {**before, **now} if _may_be_told(before, now, cell)]
    sides = [[side.get(cell, NOBODY) for cell in cells] for side in (before, now)]
    teachers = [max((one.teachers for one in side), default=0) for side in sides]
    if min(teachers) < ENOUGH_TEACHERS:
        return Drift(Verdict.TOO_FEW, 0.0, ())
    facts = [[one.facts for one in side] for side in sides]
    index = stability_index(*facts)
    known = by_chance(len(cells), *teachers)
    shares = [[count / sum(side) for count in side] for side in facts]
    told = tuple(Share(*one) for one in zip(cells, *shares, strict=True))
    return Drift(_verdict(index, known), index, told)


def stability_index(before: Sequence[int], now: Sequence[int]) -> float:
    """Return the population stability index of two rows of counts over the same cells."""
    pairs = zip(_smoothed(before), _smoothed(now), strict=True)
    return sum((new - old) * log(new / old) for old, new in pairs)


def _smoothed(counts: Sequence[int]) -> list[float]:
    total = sum(counts) + _ADDED * len(counts)
    return [(count + _ADDED) / total for count in counts]


def by_chance(cells: int, before: int, now: int) -> float:
    """Return what the index stays below in 95 of 100 cases where nothing has moved.

    Parameters
    ----------
    cells
        How many there are, 1 or more; a single one cannot move.
    before, now
        Independent observations on each side, 1 or more.
    """
    free = cells - 1
    if not free:
        return 0.0
    # The chi-square's point after Wilson and Hilferty (1931)
    spread = 2 / (9 * free)
    root = 1 - spread + _NORMAL_95 * sqrt(spread)
    point = free * root * root * root
    return point * (1 / before + 1 / now)


def _may_be_told(before: Mapping[str, Counted], now: Mapping[str, Counted], cell: str) -> bool:
    numbers = [side.get(cell, NOBODY).teachers for side in (before, now)]
    return not any(0 < number < FEWEST_TEACHERS for number in numbers) and any(numbers)


def _verdict(index: float, known: float) -> Verdict:
    if index < MOVED or index <= known:
        return Verdict.STEADY
    return Verdict.MOVED if index < MOVED_MUCH else Verdict.MOVED_MUCH
