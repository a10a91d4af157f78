"""The sixty months that are simulated: days are counted from 1970, moments in seconds."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np

from features.demo.arrays import DAY_SECONDS, Ints

MONTHS: Final = 60
DEFAULT_UNTIL: Final = date(2026, 6, 30)
"""Last day of the demonstration unless `--until` says otherwise; fixed, so that files are too."""

SEPTEMBER: Final = 9
MAY: Final = 5
AUGUST: Final = 8

_SEASON: Final = (1.25, 1.2, 1.1, 0.95, 0.7, 0.75, 0.7, 1.0, 1.2, 1.2, 1.0, 0.6)
"""How busy teachers are with their own learning from January to December; the mean is about 1."""

_EPOCH: Final = date(1970, 1, 1)
_LAST_DAY: Final = 28


def day_number(day: date) -> int:
    """Return days since 1970."""
    return (day - _EPOCH).days


@dataclass(frozen=True)
class Calendar:
    """Sixty calendar months; the last one ends with the day `until`."""

    until: date

    @cached_property
    def starts(self) -> Ints:
        """First day of each month and, last, the day after `until`; shape (61,)."""
        last = np.datetime64(self.until, "M").astype(np.int64)
        months = np.arange(last - MONTHS + 1, last + 1).astype("datetime64[M]")
        days = months.astype("datetime64[D]").astype(np.int64)
        return np.append(days, day_number(self.until) + 1)

    @cached_property
    def end(self) -> int:
        """First second after `until`."""
        return int(self.starts[-1]) * DAY_SECONDS

    def month_of_year(self, month: int) -> int:
        """Return 1 for January to 12 for December."""
        return (self.until.month - MONTHS + month) % 12 + 1

    def year(self, month: int) -> int:
        """Return the calendar year of a month."""
        return self.until.year + (self.until.month - MONTHS + month) // 12

    def school_year(self, month: int) -> str:
        """Return the school year (July to June) of a month, as '2025-26'."""
        first = self.year(month) - (self.month_of_year(month) <= 6)
        return f"{first}-{(first + 1) % 100:02d}"

    def season(self, month: int) -> float:
        """Return how busy the month is; a last month cut short is less so."""
        whole = min(1.0, (self.starts[month + 1] - self.starts[month]) / _LAST_DAY)
        return float(_SEASON[self.month_of_year(month) - 1] * whole)

    def days(self, rng: np.random.Generator, month: int, count: int) -> Ints:
        """Draw days of a month, none after `until`."""
        return rng.integers(self.starts[month], self.starts[month + 1], count)

    def moments(self, rng: np.random.Generator, month: int, count: int) -> Ints:
        """Draw moments of a month, in the afternoon and evening of a day in the states (UTC)."""
        second = rng.integers(12 * 3600, 24 * 3600, count)
        return self.days(rng, month, count) * DAY_SECONDS + second
