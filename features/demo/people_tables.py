"""The roster as files: teachers, coaches, caseloads."""

from datetime import date

import numpy as np

from features.demo.arrays import Ints
from features.demo.calendar import Calendar, day_number
from features.demo.contexts import ROLES
from features.demo.districts import DISTRICTS
from features.demo.names import FAMILY, GIVEN
from features.demo.people import Roster
from features.demo.writer import Days, Labels, Table, Texts, numbers

DISTRICT_IDS = tuple(item.district_id for item in DISTRICTS)
NOVICE_LICENCE_YEARS = 3


def id_width(roster: Roster) -> int:
    """Return the digits of a teacher's id; five unless a district is very large."""
    return max(5, len(str(int(roster.number.max()))))


def id_labels(roster: Roster) -> list[str]:
    """Return the outside id of number 0, 1, 2 ... within any district."""
    width = id_width(roster)
    return [f"T{number:0{width}d}" for number in range(int(roster.number.max()) + 1)]


def who(roster: Roster, teachers: Ints) -> Table:
    """Return the columns that name teachers."""
    return {
        "district_id": Labels(DISTRICT_IDS, roster.district[teachers]),
        "teacher_id": Labels(id_labels(roster), roster.number[teachers]),
    }


def teachers_table(roster: Roster) -> Table:
    """Return `teachers.csv`: today's roster, some cells of it empty."""
    named = who(roster, np.arange(len(roster)))
    given = [GIVEN[place] for place in roster.given.tolist()]
    family = [FAMILY[place] for place in roster.family.tolist()]
    domains = [DISTRICTS[place].domain for place in roster.district.tolist()]
    ids = named["teacher_id"].texts(0, len(roster))
    emails = [
        f"{first}.{last}.{number}@{domain}".lower()
        for first, last, number, domain in zip(given, family, ids, domains, strict=True)
    ]
    novice = (roster.years < NOVICE_LICENCE_YEARS) * 1
    lifelong = (roster.district == 1) & (roster.years >= 30)
    licences = [*(name for item in DISTRICTS for name in item.licences), "Lifetime"]
    return {
        "teacher_id": named["teacher_id"],
        "email": Texts(emails),
        "given_name": Texts(given),
        "family_name": Texts(family),
        "school_id": Labels(
            [f"S{number:03d}" for number in range(int(roster.school_number.max()) + 1)],
            roster.school_number,
        ),
        "district_id": named["district_id"],
        "state": Labels([item.state for item in DISTRICTS], roster.district),
        "grade_bands": Labels(["|".join(role.bands) for role in ROLES], roster.role),
        "subjects": Labels(["|".join(role.subjects) for role in ROLES], roster.role),
        "years_experience": numbers(np.where(roster.tells_years, roster.years, np.nan)),
        "license_type": Labels(licences, np.where(lifelong, -1, roster.district * 2 + novice)),
        "license_expires_on": Days(roster.renews_on),
    }


def coaches_table(rng: np.random.Generator, roster: Roster) -> Table:
    """Return `coaches.csv`; ids are unique within their district only."""
    counts = roster.coaches
    district = np.repeat(np.arange(len(counts)), counts)
    number = np.concatenate([np.arange(1, count + 1) for count in counts])
    given, family = (
        rng.integers(0, len(GIVEN), len(number)),
        rng.integers(0, len(FAMILY), len(number)),
    )
    names = [f"{GIVEN[g]} {FAMILY[f]}" for g, f in zip(given, family, strict=True)]
    return {
        "district_id": Labels(DISTRICT_IDS, district),
        "coach_id": Labels(_coach_labels(roster), number),
        "email": Texts(
            [
                f"{name.replace(' ', '.')}.c{place}@{DISTRICTS[home].domain}".lower()
                for name, place, home in zip(names, number, district.tolist(), strict=True)
            ]
        ),
        "name": Texts(names),
    }


def caseloads_table(roster: Roster, calendar: Calendar) -> Table:
    """Return `caseloads.csv`: today's coach, and for some the one before."""
    change = day_number(date(calendar.until.year - 1, 8, 1))
    since = np.maximum(
        calendar.starts[roster.first_month], day_number(date(calendar.until.year - 5, 8, 1))
    )
    now = np.flatnonzero(roster.coach > 0)
    before = np.flatnonzero((roster.former_coach > 0) & (since < change))
    teachers = np.concatenate([before, now])
    changed = np.isin(now, before)
    return {
        "district_id": Labels(DISTRICT_IDS, roster.district[teachers]),
        "coach_id": Labels(
            _coach_labels(roster), np.concatenate([roster.former_coach[before], roster.coach[now]])
        ),
        "teacher_id": Labels(id_labels(roster), roster.number[teachers]),
        "from": Days(np.concatenate([since[before], np.where(changed, change, since[now])])),
        "to": Days(np.concatenate([np.full(len(before), change - 1), np.full(len(now), -1)])),
    }


def _coach_labels(roster: Roster) -> list[str]:
    return [f"C{number:03d}" for number in range(int(roster.coaches.max()) + 1)]
