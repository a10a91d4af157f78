import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from features.state import CONTEXT, Contexts, FactRows, Facts, share_of_scale, teacher_states
from recommender.axes import ABSENT
from recommender.teacher_state import GOAL, RATING, RECORD, UNDATED_MS
from recommender.vocabulary import RecordStatus, SetBy

EARNED = RecordStatus.EARNED.code
FOREVER_MS = np.iinfo(np.int64).max


def facts_with(**parts):
    return Facts(**{**vars(Facts.empty(2, 1)), **parts})


def records(*rows):
    owner = np.array([row[0] for row in rows], dtype=np.int64)
    return FactRows(owner, np.array([row[1:] for row in rows], dtype=RECORD))


def contexts(*rows):
    owner = np.array([row[0] for row in rows], dtype=np.int64)
    entries = np.array([row[1:4] for row in rows], dtype=CONTEXT)
    return Contexts(
        FactRows(owner, entries),
        np.array([row[4] for row in rows], dtype=bool),
        np.array([row[5] for row in rows], dtype=bool),
    )


def test_a_teacher_without_facts_has_empty_rows_and_an_unknown_context():
    states = teacher_states(Facts.empty(2, 1), 3, 10)
    assert len(states) == 3
    assert states.records.counts.tolist() == [0, 0, 0]
    assert not states.grade_bands.any()
    assert states.grade_bands.shape == (3, 2)
    assert np.isnan(states.years_experience).all()


def test_later_facts_are_left_out_and_undated_ones_never():
    rows = records((0, 1, EARNED, 11), (0, 2, EARNED, 10), (0, 3, EARNED, UNDATED_MS))
    states = teacher_states(facts_with(records=rows), 1, 10)
    assert states.records.of(0)["credential"].tolist() == [3, 2]


def test_each_teacher_may_have_a_moment_of_their_own():
    rows = records((0, 1, EARNED, 5), (1, 1, EARNED, 5))
    states = teacher_states(facts_with(records=rows), 2, np.array([4, 5]))
    assert states.records.counts.tolist() == [0, 1]
    assert states.as_of.tolist() == [4, 5]


def test_what_is_not_on_the_axes_never_reaches_a_state():
    rows = records((0, ABSENT, EARNED, 5), (0, 0, EARNED, 6))
    states = teacher_states(facts_with(records=rows), 1, 10)
    assert states.records.of(0)["credential"].tolist() == [0]


def test_a_goal_counts_until_its_last_moment():
    goal = np.array([(0, SetBy.COACH.code, 1, 10)], dtype=GOAL)
    facts = facts_with(goals=FactRows(np.zeros(1, dtype=np.int64), goal))
    assert teacher_states(facts, 1, 10).goals.counts.tolist() == [1]
    assert teacher_states(facts, 1, 11).goals.counts.tolist() == [0]
    assert teacher_states(facts, 1, 0).goals.counts.tolist() == [0]


def test_the_roster_is_as_it_was():
    rows = contexts(
        (0, 100, FOREVER_MS, 7.0, [False, True], [True]),
        (0, 0, 99, 6.0, [True, False], [False]),
    )
    facts = facts_with(contexts=rows)
    then, now = teacher_states(facts, 1, 99), teacher_states(facts, 1, 100)
    assert then.grade_bands.tolist() == [[True, False]]
    assert then.years_experience.tolist() == [6.0]
    assert now.grade_bands.tolist() == [[False, True]]
    assert now.subjects.tolist() == [[True]]


def test_a_roster_entry_that_ended_leaves_the_context_unknown():
    facts = facts_with(contexts=contexts((0, 0, 99, 6.0, [True, False], [True])))
    states = teacher_states(facts, 1, 100)
    assert not states.grade_bands.any()
    assert np.isnan(states.years_experience[0])


RATING_ROWS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 3),
        st.sampled_from([0.0, 0.5, 1.0, float("nan")]),
        st.sampled_from([0.0, 1.0]),
        st.integers(0, 4),
    ),
    max_size=12,
)


@given(RATING_ROWS, st.randoms(use_true_random=False), st.integers(0, 5))
def test_the_order_of_the_facts_changes_no_bit(rows, random, as_of):
    def build(some):
        owner = np.array([row[0] for row in some], dtype=np.int64)
        values = np.array([(r[1], r[2], r[3], 4.0, r[4]) for r in some], dtype=RATING)
        return teacher_states(facts_with(ratings=FactRows(owner, values)), 3, as_of).ratings

    shuffled = random.sample(rows, len(rows))
    one, other = build(rows), build(shuffled)
    assert_array_equal(one.start, other.start)
    assert one.rows.tobytes() == other.rows.tobytes()
    for teacher in range(3):
        assert (np.diff(one.of(teacher)["on"]) >= 0).all()


@given(RATING_ROWS)
def test_one_teacher_alone_is_as_among_others(rows):
    owner = np.array([row[0] for row in rows], dtype=np.int64)
    values = np.array([(r[1], r[2], r[3], 4.0, r[4]) for r in rows], dtype=RATING)
    all_three = teacher_states(facts_with(ratings=FactRows(owner, values)), 3, 3)
    mine = owner == 1
    alone = FactRows(np.zeros(mine.sum(), dtype=np.int64), values[mine])
    state = teacher_states(facts_with(ratings=alone), 1, 3)
    assert state.ratings.rows.tobytes() == all_three.take([1]).ratings.rows.tobytes()


@pytest.mark.parametrize(
    ("level", "low", "high", "share"),
    [(1, 1, 4, 0.0), (4, 1, 4, 1.0), (2.5, 1, 4, 0.5), (9, 1, 4, 1.0), (0, 1, 4, 0.0)],
)
def test_a_level_is_a_share_of_its_scale(level, low, high, share):
    assert share_of_scale(level, low, high) == pytest.approx(share)


def test_not_rated_and_a_scale_of_no_width_are_unknown():
    assert np.isnan(share_of_scale([np.nan, 1.0], [1.0, 1.0], [4.0, 1.0])).all()
