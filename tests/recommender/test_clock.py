"""Days and moments."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from recommender.clock import day_end_ms, day_start_ms, ms_to_date, to_ms, today


def test_the_first_day_of_the_count():
    assert day_start_ms(date(1970, 1, 1)) == 0
    assert day_end_ms(date(1970, 1, 1)) == 86_399_999
    assert day_start_ms(date(1969, 12, 31)) == -86_400_000


@given(day=st.dates())
def test_a_day_is_from_its_first_to_its_last_millisecond(day):
    assert ms_to_date(day_start_ms(day)) == day
    assert ms_to_date(day_end_ms(day)) == day
    if day < date.max:
        assert day_end_ms(day) + 1 == day_start_ms(day + timedelta(days=1))


@given(moment=st.datetimes(timezones=st.just(UTC)))
def test_a_moment_is_within_its_day(moment):
    assert day_start_ms(moment.date()) <= to_ms(moment) <= day_end_ms(moment.date())


def test_a_moment_is_counted_in_utc():
    new_york = timezone(timedelta(hours=-5))
    assert to_ms(datetime(2025, 1, 1, 20, tzinfo=new_york)) == to_ms(
        datetime(2025, 1, 2, 1, tzinfo=UTC)
    )


def test_today_is_utc():
    before = datetime.now(UTC).date()
    assert before <= today() <= datetime.now(UTC).date()
