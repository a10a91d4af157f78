from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.importers.parsing import NotAcceptable, moment_text, past_moment
from features.importers.people_contracts import EVENTS, RECORDS
from features.importers.rows import NotAtOnceError, row_parser
from recommender import clock

HEADER = ("teacher_id", "credential_id", "status", "on")


class Table:
    name = "records.csv"
    header = HEADER


@pytest.fixture(scope="module")
def parser():
    return row_parser(Table(), RECORDS, "north")


def at_once(parser, *moments):
    on = [column.name for column in RECORDS.columns].index("on") + 1
    rows = [("t1", "c1", "earned", moment) for moment in moments]
    return parser.parse_block(rows)[on]


def as_text(value):
    return value if isinstance(value, str) else moment_text(value)


moments = st.datetimes(datetime(1899, 12, 1), datetime(2100, 1, 1))  # noqa: DTZ001 - zones follow
shapes = st.sampled_from(
    ["{:%Y-%m-%d}", "{:%Y-%m-%dT%H:%M:%S}", "{:%Y-%m-%d %H:%M}", " {:%Y-%m-%dT%H:%M:%S.%f}"]
)
zones = st.sampled_from(["", "Z", "z", "+00:00", "+00", "+0000", "-05:00", "+14:00"])
near_misses = st.from_regex(
    r"\A20[0-9]{2}-[0-9]{2}-[0-9]{2}[T ]?[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|\+00:0|\+01:00)?\Z"
)
cells = st.one_of(
    st.builds(lambda moment, shape, zone: shape.format(moment) + zone, moments, shapes, zones),
    near_misses,
)


@given(cell=cells)
def test_a_moment_of_a_block_is_the_one_of_a_row(parser, cell):
    try:
        wanted = moment_text(past_moment(cell.strip()))
    except NotAcceptable:
        with pytest.raises(NotAcceptable):
            at_once(parser, cell)
    else:
        assert [as_text(value) for value in at_once(parser, cell)] == [wanted]


def test_an_empty_moment_is_undated_among_others(parser):
    read = at_once(parser, "2020-02-29T10:11:12Z", "", "2020-03-01")
    assert [as_text(value) for value in read] == [
        "2020-02-29 10:11:12.000000",
        "0001-01-01 00:00:00.000000",
        "2020-03-01 00:00:00.000000",
    ]


def test_a_moment_that_must_be_given_is_asked_for_row_by_row():
    class Events:
        name = "events.csv"
        header = ("teacher_id", "credential_id", "kind", "at")

    events = row_parser(Events(), EVENTS, "north")
    with pytest.raises(NotAtOnceError):
        events.parse_block([("t1", "c1", "viewed", "2020-01-01"), ("t1", "c1", "viewed", "")])


def test_tomorrow_may_be_told_and_the_day_after_not(parser):
    late = datetime.combine(clock.today() + timedelta(days=1), datetime.max.time(), UTC)
    at_once(parser, f"{late:%Y-%m-%dT%H:%M:%S}Z")
    with pytest.raises(NotAcceptable):
        at_once(parser, f"{late + timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}Z")
