"""How a licence that ends soon makes teachers choose what counts towards its renewal.

The figures are those of the shipped state packs, simplified: hours needed in the time that counts,
and what an hour of each kind is worth (DOMAIN.md, section 1). Wyoming promises nothing for
micro-credentials, so its teachers look for workshops. That a deadline moves people, and how much,
is an assumption of this generator.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from features.demo.arrays import Floats, Ints
from features.demo.calendar import Calendar
from features.demo.catalog import DemoCatalog
from features.demo.districts import DISTRICTS
from features.demo.people import LICENCE_YEARS, Roster

HORIZON_DAYS: Final = 540
"""Days before the end of a licence from which on teachers think of it."""

_PRESSING_DAYS: Final = 90
"""Days before it at which they think of it most."""

NOVICE_YEARS: Final = 3
JULY: Final = 7


class _Rule(NamedTuple):
    """What a state asks for and counts."""

    needed: float
    """Hours (or credits that are worth an hour each)."""
    worth: tuple[float, float, float]
    """What an hour of a micro-credential, a course and a workshop is worth."""
    yearly: bool = False
    """Whether what counts begins anew every July, or with each licence."""


_RULES: Final = {
    "AR": _Rule(36.0, (1.0, 1.0, 1.0), yearly=True),
    "NC": _Rule(80.0, (1.0, 0.0, 1.0)),
    "SC": _Rule(120.0, (1.0, 4 / 3, 1.0)),
    "WY": _Rule(70.0, (0.0, 0.0, 1.0)),
}


@dataclass
class Renewals:
    """Where n teachers stand with the renewal of their licences."""

    roster: Roster
    catalog: DemoCatalog
    units: Floats = field(init=False)
    """What was earned in the time that counts; shape (n,)."""
    worth: Floats = field(init=False)
    """What each credential gives in each district, 0 where its hours are not told; (4, m)."""

    def __post_init__(self) -> None:
        rules = [_RULES[district.state] for district in DISTRICTS]
        hours = np.where(self.catalog.tells_hours, self.catalog.hours, 0.0)
        by_kind = np.array([rule.worth for rule in rules])
        self.worth = (by_kind[:, self.catalog.kind] * hours).astype(np.float32)
        self.units = np.zeros(len(self.roster), dtype=np.float32)
        self._needed = np.array([rule.needed for rule in rules])[self.roster.district]
        self._yearly = np.array([rule.yearly for rule in rules])[self.roster.district]
        self._renewable = self.roster.has_licence_date & (self.roster.years >= NOVICE_YEARS)

    def begin_month(self, calendar: Calendar, month: int) -> None:
        """Start counting anew where a licence, or a school year that counts, began."""
        anew = self._yearly & (calendar.month_of_year(month) == JULY)
        ends = self._ends(int(calendar.starts[month]))
        anew |= ~self._yearly & (ends != self._ends(int(calendar.starts[month]) - 31))
        self.units[anew] = 0.0

    def earn(self, teachers: Ints, credentials: Ints) -> None:
        """Note that these were earned."""
        np.add.at(self.units, teachers, self.worth[self.roster.district[teachers], credentials])

    def urgency(self, teachers: Ints, day: int) -> Floats:
        """Return how much each thinks of renewal on a day, 0..1: nothing once the need is met."""
        ahead = self._ends(day)[teachers] - day
        near = (HORIZON_DAYS - ahead) / (HORIZON_DAYS - _PRESSING_DAYS)
        unmet = self._renewable[teachers] & (self.units[teachers] < self._needed[teachers])
        return np.where(unmet & (ahead >= 0), np.clip(near, 0.0, 1.0), 0.0).astype(np.float32)

    def _ends(self, day: int) -> Ints:
        """Return the day on which the licence that holds on a day ends; shape (n,)."""
        cycle = LICENCE_YEARS * 365
        ends = self.roster.renews_on
        return np.where(ends - cycle >= day, ends - cycle, ends)
