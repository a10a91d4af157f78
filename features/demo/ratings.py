"""What others and teachers themselves say of their practice: noisy, biased, often missing."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from features.demo.arrays import Bools, Floats, Ints, Ledger
from features.demo.beliefs import OF_RATING, OF_SUMMARY, hear
from features.demo.calendar import Calendar
from features.demo.districts import AR, DISTRICTS, NC, SC, WY
from features.demo.frameworks import FRAMEWORKS, load_frameworks
from features.demo.needs import Hidden
from features.demo.people import Roster

NOT_RATED: Final = 0
"""Level of an empty cell: not demonstrated, not observed."""

_NEED_OF_LEVEL: Final = 1.1
"""Need that a level below the usual one tells of."""

NOVICE_YEARS: Final = 3
_CYCLE: Final = 4
"""Arkansas gives one overall result at least every four years."""

_ABBREVIATED: Final = frozenset({"1", "4"})
"""Standards that an abbreviated evaluation in North Carolina rates."""


@dataclass(frozen=True)
class Spring:
    """The evaluations of one school year: who is there, and how each state goes about it."""

    rng: np.random.Generator
    calendar: Calendar
    month: int
    roster: Roster
    hidden: Hidden
    leniency: Floats
    """How mildly the evaluators of a school rate; shape (schools,)."""

    @property
    def year(self) -> int:
        """Calendar year of the spring."""
        return self.calendar.year(self.month)

    def due(self, every: int) -> Bools:
        """Return for whom a full evaluation is due: novices, and the others in their turn."""
        experience = self.roster.years - (self.calendar.until.year - self.year)
        turn = (self.year + self.roster.number) % every == 0
        return np.asarray((experience < NOVICE_YEARS) | turn)


def evaluate(spring: Spring, ledger: Ledger) -> None:
    """Add every state's ratings of one spring to the ledger."""
    roster, rng = spring.roster, spring.rng
    there = (roster.first_month <= spring.month - 3) & spring.hidden.rated
    summary = there & (rng.random(len(there)) < 0.96)
    _arkansas(spring, np.flatnonzero(summary & (roster.district == AR)), ledger)
    _north_carolina(spring, np.flatnonzero(summary & (roster.district == NC)), ledger)
    _south_carolina(spring, np.flatnonzero(summary & (roster.district == SC)), ledger)
    _wyoming(spring, np.flatnonzero(summary & (roster.district == WY)), ledger)


def _arkansas(spring: Spring, teachers: Ints, ledger: Ledger) -> None:
    """One overall result in the summative year; components for about half of them."""
    teachers = teachers[spring.due(_CYCLE)[teachers]]
    rng, quality = spring.rng, _quality(spring, teachers)
    _add_root(spring, teachers, quality, ledger)
    detailed = rng.random(len(teachers)) < 0.55
    _add(spring, teachers, quality, detailed[:, None] & (rng.random(quality.shape) < 0.7), ledger)


def _north_carolina(spring: Spring, teachers: Ints, ledger: Ledger) -> None:
    """Full or abbreviated; 'not demonstrated' leaves a level empty, more often where weak."""
    frameworks, rng = load_frameworks(), spring.rng
    quality = _quality(spring, teachers)
    full = spring.due(5)[teachers]
    place = FRAMEWORKS.index("NCEES")
    short = np.array(
        [
            row >= 0 and frameworks.rows[row].code in _ABBREVIATED
            for row in frameworks.parents[place]
        ]
    )
    rated = (full[:, None] | short) & (rng.random(quality.shape) < 0.9)
    hidden_from_view = rng.random(quality.shape) < np.where(quality < -1.5, 0.15, 0.04)
    _add(spring, teachers, quality, rated, ledger, empty=hidden_from_view)
    _add_parents(spring, teachers, quality, full, ledger)


def _south_carolina(spring: Spring, teachers: Ints, ledger: Ledger) -> None:
    """All indicators in the year of a full evaluation, a few of them not observed."""
    teachers = teachers[spring.due(3)[teachers]]
    quality = _quality(spring, teachers)
    rated = np.ones(quality.shape, dtype=bool)
    unseen = spring.rng.random(quality.shape) < 0.02
    _add(spring, teachers, quality, rated, ledger, empty=unseen)


def _wyoming(spring: Spring, teachers: Ints, ledger: Ledger) -> None:
    """Rate a few components of some: the district's own design."""
    rng = spring.rng
    teachers = teachers[rng.random(len(teachers)) < 0.35]
    quality = _quality(spring, teachers)
    _add(spring, teachers, quality, rng.random(quality.shape) < 0.3, ledger)


def _quality(spring: Spring, teachers: Ints) -> Floats:
    """Return the practice an evaluator sees: the need turned round, with noise; -inf if padded."""
    rng, leaf = spring.rng, spring.hidden.leaf[teachers]
    halo = (
        rng.normal(0.0, 0.3, (len(teachers), 1))
        + spring.leniency[spring.roster.school[teachers], None]
    )
    noise = rng.normal(0.0, 0.65, leaf.shape)
    return np.where(np.isfinite(leaf), -0.9 * leaf + halo + noise, -np.inf).astype(np.float32)


def _levels(spring: Spring, teachers: Ints, quality: Floats) -> Ints:
    cuts = np.array([item.cuts for item in DISTRICTS])[spring.roster.district[teachers]]
    cuts = cuts.reshape(len(teachers), *[1] * (quality.ndim - 1), cuts.shape[1])
    return np.asarray(1 + (quality[..., None] > cuts).sum(axis=-1))


def _add(
    spring: Spring,
    teachers: Ints,
    quality: Floats,
    rated: Bools,
    ledger: Ledger,
    empty: Bools | None = None,
) -> None:
    """Add a rating for each true cell of `rated`; shape (g, l)."""
    frameworks = load_frameworks()
    framework = spring.hidden.framework[teachers]
    levels = _levels(spring, teachers, quality)
    if empty is not None:
        levels = np.where(empty, NOT_RATED, levels)
    row, leaf = np.nonzero(rated & frameworks.valid[framework])
    _tell(spring, teachers, row, leaf, levels[row, leaf], OF_RATING)
    _write(
        spring, teachers, row, frameworks.leaves[framework[row], leaf], levels[row, leaf], ledger
    )


def _add_parents(
    spring: Spring, teachers: Ints, quality: Floats, full: Bools, ledger: Ledger
) -> None:
    """Add the ratings of whole standards: all of them, or those of an abbreviated evaluation."""
    frameworks = load_frameworks()
    place = FRAMEWORKS.index("NCEES")
    for parent in np.unique(frameworks.parents[place][frameworks.valid[place]]):
        below = frameworks.parents[place] == parent
        rated = full | (frameworks.rows[parent].code in _ABBREVIATED)
        row = np.flatnonzero(rated)
        levels = _levels(spring, teachers[row], quality[row][:, below].mean(axis=1))
        for leaf in np.flatnonzero(below):
            _tell(spring, teachers, row, np.full(len(row), leaf), levels, OF_SUMMARY)
        _write(spring, teachers, row, np.full(len(row), parent), levels, ledger)


def _add_root(spring: Spring, teachers: Ints, quality: Floats, ledger: Ledger) -> None:
    """Add one overall result; it says nothing of any component."""
    seen = np.where(np.isfinite(quality), quality, 0.0).sum(axis=1)
    mean = (seen / np.maximum(np.isfinite(quality).sum(axis=1), 1)).astype(np.float32)
    root = load_frameworks().root[spring.hidden.framework[teachers]]
    levels = _levels(spring, teachers, mean * np.float32(1.4))
    _write(spring, teachers, np.arange(len(teachers)), root, levels, ledger)


def _tell(spring: Spring, teachers: Ints, row: Ints, leaf: Ints, level: Ints, trust: float) -> None:
    """Let the teachers of some rows hear levels on leaves: below the usual one is a need."""
    known = level != NOT_RATED
    who = teachers[row[known]]
    usual = _usual_levels()[spring.roster.district[who]]
    said = (_NEED_OF_LEVEL * (usual - level[known])).astype(np.float32)
    hear(spring.hidden.beliefs.rated, who, leaf[known], said, trust)


@lru_cache
def _usual_levels() -> Floats:
    """Return the mean level of each district, practice being about N(0, 1)."""
    above = [
        sum(0.5 * math.erfc(cut / math.sqrt(2)) for cut in district.cuts) for district in DISTRICTS
    ]
    return np.array(above, dtype=np.float32) + 1


def _write(
    spring: Spring, teachers: Ints, row: Ints, standard: Ints, level: Ints, ledger: Ledger
) -> None:
    """Write ratings; all of one teacher's bear the day of the summary conference."""
    day = spring.calendar.starts[spring.month] + (teachers * 7 + spring.year) % (
        spring.calendar.starts[spring.month + 1] - spring.calendar.starts[spring.month]
    )
    ledger.add(
        teacher=teachers[row],
        standard=standard,
        level=level.astype(np.int64),
        day=day[row],
        month=np.full(len(row), spring.month),
    )
