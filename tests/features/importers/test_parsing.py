from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.importers import parsing
from features.importers.parsing import NotAcceptable
from recommender import clock


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2017-05-23T14:12:03.780Z", datetime(2017, 5, 23, 14, 12, 3, 780000, UTC)),
        ("2017-05-23 14:12:03", datetime(2017, 5, 23, 14, 12, 3, tzinfo=UTC)),
        ("2017-05-23T14:12+02:00", datetime(2017, 5, 23, 12, 12, tzinfo=UTC)),
        ("2017-05-23T23:30:00-0500", datetime(2017, 5, 24, 4, 30, tzinfo=UTC)),
        ("2017-05-23T14:12:03.1234567Z", datetime(2017, 5, 23, 14, 12, 3, 123456, UTC)),
        ("2017-05-23", datetime(2017, 5, 23, tzinfo=UTC)),
    ],
)
def test_moments(cell, moment):
    assert parsing.past_moment(cell) == moment


@pytest.mark.parametrize(
    "cell",
    [
        *("2017-13-01", "2017-02-30T10:00:00Z", "20170523", "2017-W21-2", "May 5", "1.5"),
        *(
            "0001-01-01",
            "0001-01-01T00:00:00+14:00",
            "1899-12-31T23:00:00Z",
            "\uff12\uff10\uff11\uff17-05-23",
        ),
        *("9999-12-31T23:59:59-12:00", "2017-05-23T25:00:00Z", "2017-05-23T14:12:03 UTC"),
    ],
)
def test_what_is_no_moment(cell):
    with pytest.raises(NotAcceptable):
        parsing.past_moment(cell)


def test_tomorrow_is_the_latest():
    tomorrow = clock.today() + timedelta(days=1)
    after = tomorrow + timedelta(days=1)
    assert parsing.past_day(str(tomorrow)) == tomorrow
    parsing.past_moment(f"{tomorrow}T12:00:00Z")
    assert parsing.day(str(after)) == after
    for parse, cell in ((parsing.past_day, after), (parsing.past_moment, f"{after}T00:00:00Z")):
        with pytest.raises(NotAcceptable, match="later than tomorrow"):
            parse(str(cell))


@given(st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2026, 1, 1)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_a_moment_survives_its_own_text(naive):
    moment = naive.replace(tzinfo=UTC)
    assert parsing.past_moment(moment.isoformat()) == moment


@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_day_survives_its_own_text(day):
    assert parsing.day(day.isoformat()) == day


@given(st.floats(min_value=0, allow_nan=False, allow_infinity=False))
def test_a_number_survives_its_own_text(value):
    assert parsing.number(repr(value)) == value


@pytest.mark.parametrize(
    "cell", ["nan", "inf", "-1", "1e999", "1_000", "1,5", "0x10", "٣", "+-1", "", "."]
)
def test_what_is_no_number(cell):
    with pytest.raises(NotAcceptable):
        parsing.number(cell)


def test_minus_zero_is_zero():
    assert str(parsing.number("-0")) == "0.0"


@pytest.mark.parametrize("cell", ["Not Demonstrated", "not rated", "ND", "n/a"])
def test_not_rated_is_unknown_and_not_low(cell):
    assert parsing.level(cell) is None


@pytest.mark.parametrize(("cell", "value"), [("Yes", True), ("TRUE", True), ("0", False)])
def test_yes_and_no(cell, value):
    assert parsing.yes_no(cell) is value


@pytest.mark.parametrize("cell", ["maybe", "2"])
def test_neither_yes_nor_no(cell):
    with pytest.raises(NotAcceptable):
        parsing.yes_no(cell)


@pytest.mark.parametrize("cell", ["0", "1.01", "-0.5", "half"])
def test_what_is_no_strength(cell):
    with pytest.raises(NotAcceptable):
        parsing.strength(cell)


def test_lists_lose_blanks_and_repeats():
    assert parsing.text_list(" a |b||a| c ") == "a|b|c"
    assert parsing.text_list("|") == ""


@pytest.mark.parametrize("cell", ["x" * 201, "a\tb", "a\u202eb", "a\x00"])
def test_what_is_no_id(cell):
    with pytest.raises(NotAcceptable):
        parsing.key(cell)


def test_ids_may_be_in_any_script():
    assert parsing.key("教师-1 é") == "教师-1 é"


@given(st.text(min_size=1, max_size=30))
def test_a_rule_never_repeats_the_value(cell):
    value = f"secret{cell.strip()}"
    for parse in (parsing.number, parsing.day, parsing.past_moment, parsing.yes_no, parsing.level):
        with pytest.raises(NotAcceptable) as error:
            parse(value)
        assert "secret" not in str(error.value)
