"""The next school year: learned from all that was before, judged on what was taken up in it."""

from datetime import date
from typing import Final

from recommender.clock import day_start_ms, ms_to_date
from recommender.errors import NotEnoughData
from training.gains import gains_of
from training.splits import DatedFacts, Split, date_split

FIRST_MONTH: Final = 7
"""A school year is from the first of July to the last of June."""

LEAST_SHARE: Final = 0.05
"""A year with a smaller share of the dated records is passed over for the one before it."""


def school_year_splits(snapshot: DatedFacts, least_learners: int) -> tuple[Split, Split]:
    """Return the split of the last school year, and that of the year before, for choices.

    It is the last year with a twentieth of the dated records in it; both years need so many
    learners who took something up.

    Raises
    ------
    NotEnoughData
        There are no two years like that.
    """
    gains = gains_of(snapshot.states())
    moments = gains.on[gains.dated]
    if not len(moments):
        raise NotEnoughData("No record has a date, so there is no school year to judge on.")
    first, last = (_year_of(ms_to_date(int(end))) for end in (moments.min(), moments.max()))
    for year in range(last, first, -1):
        start, end = _start(year), _start(year + 1)
        inside = (moments >= start) & (moments < end)
        if inside.mean() < LEAST_SHARE:
            continue
        try:
            judged = date_split(snapshot, start - 1, min(end - 1, snapshot.as_of))
            before = date_split(snapshot, _start(year - 1) - 1, start - 1)
        except NotEnoughData:
            continue
        if min(len(judged.teachers), len(before.teachers)) >= least_learners:
            return judged, before
    raise NotEnoughData("There are no two school years with enough learners in them.")


def _year_of(day: date) -> int:
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def _start(year: int) -> int:
    return day_start_ms(date(year, FIRST_MONTH, 1))
