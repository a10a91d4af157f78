"""Groups of teachers put together are the same teachers."""

from dataclasses import fields, replace

import numpy as np

from recommender.joining import join_states
from recommender.teacher_state import PathwayGoals, Ragged
from tests.models.small_district import FOREVER, day, earned, small_district, states

STATES = small_district().states


def assert_same(joined, wanted):
    for field in fields(wanted):
        got, was = getattr(joined, field.name), getattr(wanted, field.name)
        if isinstance(was, PathwayGoals):
            assert got.rules == was.rules
            got, was = got.rows, was.rows
        if isinstance(was, Ragged):
            np.testing.assert_array_equal(got.start, was.start)
            np.testing.assert_array_equal(got.rows, was.rows)
        elif field.name == "licences" and was is not None:
            assert profiles(got) == profiles(was)
            np.testing.assert_array_equal(got.ends, was.ends)
        elif was is None:
            assert got is None
        else:
            np.testing.assert_array_equal(got, was)


def profiles(licences):
    return [None if place < 0 else licences.profiles[place] for place in licences.profile.tolist()]


def test_teachers_joined_one_by_one_are_who_they_were():
    few = STATES.take(range(9))
    assert_same(join_states([few.take([row]) for row in range(9)]), few)


def test_groups_may_be_of_any_size():
    assert_same(
        join_states([STATES.take(range(4)), STATES.take(range(4, 9))]), STATES.take(range(9))
    )


def test_profiles_that_are_the_same_are_there_once():
    joined = join_states([STATES.take([row]) for row in range(9)])
    assert len(joined.licences.profiles) == len(STATES.licences.profiles)
    assert len(set(joined.licences.profiles)) == len(joined.licences.profiles)


def test_who_chose_no_pathway_may_stand_beside_who_did():
    plain = states(1, records=[earned(0, 1)])
    chosen = states(1, pathways=[(0, 1, 0, day(2026), FOREVER)])
    joined = join_states([plain, chosen, plain])
    assert joined.pathways.rows.counts.tolist() == [0, 1, 0]
    assert joined.pathways.rules == chosen.pathways.rules
    assert join_states([plain, plain]).pathways is None


def test_each_teacher_keeps_the_state_that_was_joined_and_what_was_worked_out_of_it():
    ones = [STATES.take([row]) for row in range(3)]
    joined = join_states(ones)
    assert [joined.one(row) for row in range(3)] == ones
    numbers = joined.once_by_teacher("numbers", lambda: np.arange(3.0)[:, None])
    assert [one.once("numbers", lambda: None).tolist() for one in ones] == numbers[:, None].tolist()


def test_one_of_several_is_made_once():
    few = replace(STATES.take(range(3)))
    assert few.one(1) is few.one(1)
    assert_same(few.one(1), STATES.take([1]))
