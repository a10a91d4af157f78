"""The days that an account is about: the renewal cycle and its school years."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from recommender.states.schema import Pack, Yearly


@dataclass(frozen=True, order=True)
class Period:
    """Days from `first` to `last`, both in it."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{day_words(self.first)} to {day_words(self.last)}"


def day_words(day: date) -> str:
    """Return a day as people write it: 30 June 2027."""
    return f"{day.day} {day:%B %Y}"


def cycle_of(pack: Pack, expires: date | None) -> Period | None:
    """Return the renewal cycle that ends when the licence does; None if that day is not known."""
    if expires is None or expires.year <= pack.renewal.cycle_years.value:
        return None
    return Period(_years_before(expires, pack.renewal.cycle_years.value), expires)


def window_of(pack: Pack, expires: date | None) -> Period | None:
    """Return the days whose records an account can use.

    They are the cycle's; where the need is yearly, whole school years around it, since hours of a
    school year belong to its need on whichever side of the licence's end they fall.
    """
    cycle, yearly = cycle_of(pack, expires), pack.renewal.yearly
    if cycle is None or yearly is None:
        return cycle
    first, last = school_year(yearly, cycle.first), school_year(yearly, cycle.last)
    return Period(first.first, last.last)


def school_year(yearly: Yearly, day: date) -> Period:
    """Return the school year that a day lies in."""
    month, number = (int(part) for part in yearly.starts.value.split("-"))
    starts = date(day.year, month, number)
    if day < starts:
        starts = starts.replace(year=day.year - 1)
    return Period(starts, starts.replace(year=starts.year + 1) - timedelta(days=1))


def school_years(yearly: Yearly, window: Period, until: date) -> Iterator[Period]:
    """Yield the school years of a window that have begun by a day."""
    year = school_year(yearly, window.first)
    while year.first <= min(until, window.last):
        yield year
        year = school_year(yearly, year.last + timedelta(days=1))


def _years_before(last: date, years: int) -> date:
    """Return the first day of the `years` years that end on `last`."""
    after = last + timedelta(days=1)
    try:
        return after.replace(year=after.year - years)
    except ValueError:  # 29 February in a year that has none
        return date(after.year - years, 3, 1)
