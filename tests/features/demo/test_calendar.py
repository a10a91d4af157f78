from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.demo.arrays import stream
from features.demo.calendar import MONTHS, Calendar, day_number

last_days = st.dates(date(2010, 1, 1), date(2040, 1, 1))


@given(last_days, st.integers(0, MONTHS - 1))
def test_months_follow_each_other_and_end_with_the_last_day(until, month):
    calendar = Calendar(until)
    assert len(calendar.starts) == MONTHS + 1
    assert (np.diff(calendar.starts) > 0).all()
    assert calendar.starts[-1] == day_number(until) + 1
    first = date.fromordinal(date(1970, 1, 1).toordinal() + int(calendar.starts[month]))
    assert (first.day, first.month, first.year) == (
        1,
        calendar.month_of_year(month),
        calendar.year(month),
    )


@given(last_days, st.integers(0, MONTHS - 1))
def test_days_and_moments_stay_in_their_month(until, month):
    calendar, rng = Calendar(until), stream(1, "test")
    days = calendar.days(rng, month, 50)
    assert (days >= calendar.starts[month]).all()
    assert (days < calendar.starts[month + 1]).all()
    assert (calendar.moments(rng, month, 50) < calendar.end).all()


def test_a_school_year_runs_from_july_to_june():
    calendar = Calendar(date(2026, 6, 30))
    assert calendar.school_year(0) == "2021-22"
    assert calendar.school_year(11) == "2021-22"
    assert calendar.school_year(12) == "2022-23"
    assert calendar.school_year(MONTHS - 1) == "2025-26"
