"""The roster: schools, teachers, coaches and who coaches whom."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from features.demo.arrays import Bools, Ints
from features.demo.calendar import MONTHS, Calendar, day_number
from features.demo.contexts import LEVELS, ROLES, ROLES_OF_LEVEL
from features.demo.districts import DISTRICTS
from features.demo.names import FAMILY, GIVEN

SCHOOL_SIZE: Final = 30
CASELOAD: Final = 25
LICENCE_YEARS: Final = 5
_NO_DAY: Final = -1


@dataclass(frozen=True)
class Roster:
    """n teachers, those of a district together and numbered from 1 within it."""

    district: Ints
    number: Ints
    """Number within the district: ids of different districts are alike on purpose."""
    school: Ints
    """School, counted through all districts."""
    school_number: Ints
    """Number of the school within its district."""
    role: Ints
    years: Ints
    """Years of experience at the end."""
    tells_years: Bools
    first_month: Ints
    """Month in which the teacher joined; 0 for those who were there before."""
    renews_on: Ints
    """Day on which the licence ends, `_NO_DAY` where unknown or for life."""
    given: Ints
    family: Ints
    coach: Ints
    """Number of the coach within the district; 0 for none."""
    former_coach: Ints
    """Number of the coach until the last change; 0 for none."""

    def __len__(self) -> int:
        return len(self.district)

    @property
    def schools(self) -> int:
        """Number of schools."""
        return int(self.school.max()) + 1

    @property
    def coaches(self) -> Ints:
        """Number of coaches of each district."""
        return np.array([-(-int(size) // CASELOAD) for size in np.bincount(self.district)])

    @property
    def has_licence_date(self) -> Bools:
        """Whether the day on which the licence ends is known."""
        return np.asarray(self.renews_on != _NO_DAY)


def build_roster(rng: np.random.Generator, calendar: Calendar, teachers: int) -> Roster:
    """Hire `teachers` teachers in all, some within the window of five years."""
    district, number = _places(teachers)
    school, school_number, level = _schools(rng, district)
    years = np.minimum(rng.gamma(1.8, 6.5, teachers).astype(np.int64), 41)
    coach, former = _coaches(rng, district, school)
    return Roster(
        district=district,
        number=number,
        school=school,
        school_number=school_number,
        role=_roles(rng, level),
        years=years,
        tells_years=rng.random(teachers) > 0.07,
        first_month=np.maximum(MONTHS - 12 * (years + 1), 0)
        + np.where(years < 5, rng.integers(0, 3, teachers), 0),
        renews_on=_renewals(rng, calendar, district, years),
        given=rng.integers(0, len(GIVEN), teachers),
        family=rng.integers(0, len(FAMILY), teachers),
        coach=coach,
        former_coach=former,
    )


def _places(teachers: int) -> tuple[Ints, Ints]:
    shares = np.array([district.share for district in DISTRICTS])
    upto = np.round(np.cumsum(shares) * teachers).astype(np.int64)
    sizes = np.diff(upto, prepend=0)
    return np.repeat(np.arange(len(sizes)), sizes), np.concatenate(
        [np.arange(1, size + 1) for size in sizes]
    )


def _schools(rng: np.random.Generator, district: Ints) -> tuple[Ints, Ints, Ints]:
    """Return each teacher's school, its number in the district, and its level."""
    sizes = np.bincount(district)
    counts = np.maximum(np.round(sizes / SCHOOL_SIZE).astype(np.int64), 1)
    number = np.floor(rng.random(len(district)) * counts[district]).astype(np.int64)
    cycle = np.array([0, 1, 0, 2])
    few = counts[district] < len(cycle)
    level = np.where(few, LEVELS.index("all"), cycle[number % len(cycle)])
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return first[district] + number, number + 1, level


def _roles(rng: np.random.Generator, level: Ints) -> Ints:
    weights = np.array([role.weight for role in ROLES])
    roles = np.zeros(len(level), dtype=np.int64)
    start = 0
    for place, name in enumerate(LEVELS):
        here = np.flatnonzero(level == place)
        size = len(ROLES_OF_LEVEL.get(name, ROLES))
        first = start if name in ROLES_OF_LEVEL else 0
        odds = weights[first : first + size]
        roles[here] = first + rng.choice(size, len(here), p=odds / odds.sum())
        start += size
    return roles


def _renewals(rng: np.random.Generator, calendar: Calendar, district: Ints, years: Ints) -> Ints:
    """Return the day on which each licence ends: within five years, in the state's own season."""
    ends = np.array(
        [
            [
                day_number(date(calendar.until.year + ahead, *item.renewal))
                for ahead in range(LICENCE_YEARS + 1)
            ]
            for item in DISTRICTS
        ]
    )
    ahead = rng.integers(0, LICENCE_YEARS, len(district))
    ahead += ends[district, 0] < calendar.starts[-1]
    unknown = (rng.random(len(district)) < 0.05) | (years >= 30)
    return np.where(unknown, _NO_DAY, ends[district, ahead])


def _coaches(rng: np.random.Generator, district: Ints, school: Ints) -> tuple[Ints, Ints]:
    """Return each teacher's coach and former coach: neighbours by school share one."""
    coach, former = np.zeros(len(district), np.int64), np.zeros(len(district), np.int64)
    for place in range(len(DISTRICTS)):
        here = np.flatnonzero(district == place)
        order = here[np.argsort(school[here], kind="stable")]
        coach[order] = np.arange(len(order)) // CASELOAD + 1
        count = int(coach[order].max())
        former[here] = rng.integers(1, count + 1, len(here)) * (rng.random(len(here)) < 0.15)
    coach[rng.random(len(district)) < 0.05] = 0
    former[former == coach] = 0
    return coach, former
