"""How a licence that ends soon makes teachers choose what counts towards its renewal.

The figures are those of the shipped state packs, simplified: hours needed in the time that counts,
and what an hour of each kind is worth (DOMAIN.md, section 1). Wyoming promises nothing for
micro-credentials, so its teachers look for workshops; Arkansas asks for its hours in every school
year. That a deadline moves people, and how much, is an assumption of this generator.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from features.demo.arrays import Floats, Ints
from features.demo.calendar import Calendar
from features.demo.catalog import DemoCatalog
from features.demo.districts import DISTRICTS
from features.demo.people import LICENCE_YEARS, Roster

HALF_LIFE_DAYS: Final = 365
"""An end that is so many days off presses half: the last year is when people collect hours."""

_AT_ONCE: Final = 1.5
"""Above 1: who is short of hours looks for what gives many of them at once."""

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
        ends = np.where(self._yearly, np.minimum(_june_30(day), self._ends(day)), self._ends(day))
        ahead = ends[teachers] - day
        unmet = self._renewable[teachers] & (self.units[teachers] < self._needed[teachers])
        near = np.exp2(-np.maximum(ahead, 0) / HALF_LIFE_DAYS)
        return np.where(unmet & (ahead >= 0), near, 0.0).astype(np.float32)

    def pull(self, teachers: Ints) -> Floats:
        """Return how much each credential draws by what is still open; shape (g, m)."""
        left = np.maximum(self._needed - self.units, 0.0)[teachers]
        fills = np.minimum(self.worth[self.roster.district[teachers]], left[:, None])
        return np.asarray(fills**_AT_ONCE, dtype=np.float32)

    def _ends(self, day: int) -> Ints:
        """Return the day on which the licence that holds on a day ends; shape (n,)."""
        cycle = LICENCE_YEARS * 365
        ends = self.roster.renews_on
        return np.where(ends - cycle >= day, ends - cycle, ends)


def _june_30(day: int) -> int:
    """Return the last day of the school year that a day lies in."""
    month = np.datetime64(day, "D").astype("datetime64[M]")
    into = (month.astype(int) + JULY - 1) % 12  # months since July; 1970 began in January
    july = month - into + 12
    return int(july.astype("datetime64[D]").astype(int)) - 1
