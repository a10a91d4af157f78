from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from recommender.renewal.periods import Period, cycle_of, school_year, school_years, window_of


def test_a_cycle_ends_with_the_licence_and_begins_the_day_after_the_one_before(packs):
    assert cycle_of(packs["NC"], date(2028, 6, 30)) == Period(date(2023, 7, 1), date(2028, 6, 30))
    assert cycle_of(packs["AR"], date(2026, 12, 31)) == Period(date(2022, 1, 1), date(2026, 12, 31))


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_cycles_follow_one_another_without_a_gap_or_a_day_in_two(packs, last):
    cycle = cycle_of(packs["NC"], last)
    before = cycle_of(packs["NC"], cycle.first - timedelta(days=1))
    assert before.last + timedelta(days=1) == cycle.first
    assert 5 * 365 <= (cycle.last - cycle.first).days + 1 <= 5 * 366


def test_the_leap_day_ends_a_cycle_that_began_on_the_first_of_march(packs):
    assert cycle_of(packs["NC"], date(2028, 2, 28)).first == date(2023, 3, 1)
    assert cycle_of(packs["NC"], date(2028, 2, 29)).first == date(2023, 3, 1)


def test_no_known_end_no_cycle(packs):
    assert cycle_of(packs["NC"], None) is None
    assert window_of(packs["AR"], None) is None
    assert cycle_of(packs["NC"], date(3, 1, 1)) is None


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)))
def test_every_day_lies_in_its_school_year(packs, day):
    year = school_year(packs["AR"].renewal.yearly, day)
    assert day in year
    assert (year.first.month, year.first.day) == (7, 1)


def test_the_window_of_a_yearly_need_is_whole_school_years(packs):
    window = window_of(packs["AR"], date(2026, 12, 31))
    assert window == Period(date(2021, 7, 1), date(2027, 6, 30))
    years = list(school_years(packs["AR"].renewal.yearly, window, date(2026, 11, 24)))
    assert len(years) == 6
    assert years[-1].first == date(2026, 7, 1)
