"""One teacher's state made without arrays in between is the state that arrays would make."""

from dataclasses import fields, is_dataclass
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.live import states_of
from features.one_teacher import OneTeacher
from features.person_rows import PersonRow, Places, Told, by_kind
from features.roster_rows import roster_of
from recommender.axes import Axes
from recommender.careers.ways import PathwayRule
from recommender.clock import day_end_ms
from recommender.renewal.profiles import Profile
from recommender.states.shelf import Shelf
from recommender.vocabulary import ActKind, EventKind, RecordStatus, SetBy

ON = date(2026, 3, 1)
TEACHER = 7
AXES = Axes(
    credentials=tuple(("", f"c{n}") for n in range(4)),
    standards=tuple(("F", str(n)) for n in range(3)),
    grade_bands=("3-5", "6-8"),
    subjects=("math", "music"),
)
# Ids from 4 (credentials) and 3 (standards) on are not on the axes.
PLACES = Places({n: n for n in range(4)}, {n: n for n in range(3)})
RULES = (PathwayRule("north", "lead", "Lead", ()), PathwayRule("", "mentor", "Mentor", ()))
SHELF = Shelf()

days = st.sampled_from(["2024-05-01", "2026-03-01", "2026-03-02", "2025-01-31"])
moments = st.sampled_from(
    [
        *("0001-01-01 00:00:00.000000", "2026-03-01 23:59:59.000000", "2026-03-02 00:00:00.000000"),
        *("2025-06-01 10:00:00.000000", "2025-06-01T10:00:00+00:00"),
    ]
)
things = st.integers(0, 4)


def row(kind, ref=None, x=None, y=None, z=None, flag=None, *texts):
    filled = (*texts, *[None] * (10 - len(texts)))
    return PersonRow(int(kind), TEACHER, ref, x, y, z, flag, *filled)


def about(kind, values, when=moments):
    """Return rows on a credential, each with a moment and a word."""
    words = st.sampled_from([one.value for one in values])
    return st.builds(
        lambda ref, at, word: row(kind, ref, *[None] * 4, at, word), things, when, words
    )


levels = st.sampled_from([None, 1.0, 2.0, 4.0])
scales = st.sampled_from([(1.0, 4.0), (0.0, 4.0), (-1.0, 1.0), (2.0, 2.0)])
ratings = st.builds(
    lambda ref, level, scale, on: row(Told.RATING, ref, level, *scale, None, on),
    *(things, levels, scales, days),
)
assessments = st.builds(
    lambda ref, level, scale, on, wants: row(Told.ASSESSMENT, ref, level, *scale, wants, on),
    *(things, levels, scales, days, st.integers(0, 1)),
)
goals = st.builds(
    lambda ref, on, until, by, way: row(Told.GOAL, ref, *[None] * 4, on, until, by, way),
    st.none() | things,
    days,
    st.sampled_from(["2026-02-28", "2026-03-01", "9999-12-31"]),
    st.sampled_from([one.value for one in SetBy]),
    st.sampled_from(["", "", "lead", "mentor", "no such pathway"]),
)
contexts = st.builds(
    lambda begin, years, told: row(Told.CONTEXT, None, years, None, None, None, begin, *told),
    st.sampled_from(["0001-01-01", "2025-08-01", "2026-03-01", "2026-03-02"]),
    st.none() | st.sampled_from([0.0, 12.5]),
    st.tuples(
        st.sampled_from(["2026-02-28", "9999-12-31"]),
        st.sampled_from(["", "6-8|3-5", "K-2"]),
        st.sampled_from(["", "music", " math | art "]),
        st.sampled_from(["", "NC", "SC", "XX"]),
        st.sampled_from(["", "continuing"]),
        st.sampled_from([None, "2027-06-30", "9999-12-31"]),
        st.sampled_from(["", "teacher", "administrator"]),
        st.just(""),
        st.sampled_from(["", "Hill School"]),
    ),
)
people = st.tuples(
    st.builds(
        lambda district, state: row(Told.TEACHER, 1, *[None] * 4, district, state, "ada"),
        st.sampled_from(["north", "south"]),
        st.sampled_from(["", "NC"]),
    ).map(lambda teacher: [teacher]),
    st.lists(about(Told.RECORD, RecordStatus), max_size=6),
    st.lists(about(Told.EVENT, EventKind), max_size=6),
    st.lists(about(Told.ACT, ActKind), max_size=3),
    st.lists(ratings, max_size=6),
    st.lists(assessments, max_size=6),
    st.lists(goals, max_size=4),
    st.lists(contexts, max_size=3, unique_by=lambda entry: entry.a),
).map(lambda kinds: [one for kind in kinds for one in kind])


@pytest.fixture(scope="module")
def reader():
    return OneTeacher(AXES, PLACES, RULES, SHELF, day_end_ms(ON))


@settings(max_examples=300, deadline=None)
@given(rows=people)
def test_the_state_is_that_of_the_general_way(reader, rows):
    expected = states_of(rows, [TEACHER], AXES, day_end_ms(ON), PLACES, RULES, SHELF)
    person = reader.read(by_kind(rows))
    assert_same(person.state, expected)
    assert person.roster == roster_of(rows, ON)[TEACHER]


def test_teachers_alike_share_one_profile(reader):
    entry = row(Told.CONTEXT, *[None] * 5, "0001-01-01", "9999-12-31", "", "", "NC")
    first, second = (
        reader.read(
            by_kind([row(Told.TEACHER, 1, *[None] * 4, district, "SC"), entry._replace(j=school)])
        ).state.licences.profiles
        for district, school in (("north", "Hill School"), ("south", "Lake School"))
    )
    assert first
    assert first[0] is second[0]


def test_without_packs_nothing_is_known_of_licences():
    reader = OneTeacher(AXES, PLACES, (), None, day_end_ms(ON))
    person = reader.read(by_kind([row(Told.TEACHER, 1, *[None] * 4, "north", "NC")]))
    assert person.state.licences is None


def assert_same(found, expected):
    """Compare by dtype, shape and bits; profiles are compared by what they say."""
    if isinstance(expected, np.ndarray):
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        assert found.tobytes() == expected.tobytes()
    elif isinstance(expected, tuple):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_same(one, other)
    elif isinstance(expected, Profile):
        assert (found.pack, found.plan, found.routes) == (
            *(expected.pack, expected.plan),
            expected.routes,
        )
    elif is_dataclass(expected):
        for field in fields(expected):
            assert_same(getattr(found, field.name), getattr(expected, field.name))
    else:
        assert found == expected
