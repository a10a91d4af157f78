"""Progress along a pathway."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.careers.progress import Holdings, progress
from recommender.careers.requirements import (
    CredentialItem,
    HoursItem,
    Several,
    StackItem,
    parse_requirement,
)

STACKS = {"S": ("A", "B", "C"), "T": ("D", "E")}
NAMES = "ABCDEF"
LEAVES = st.sampled_from([*map(CredentialItem, NAMES), *map(StackItem, STACKS)])


def several(parts):
    return st.lists(parts, min_size=1, max_size=4).flatmap(
        lambda chosen: st.integers(1, len(chosen)).map(lambda least: Several(least, tuple(chosen)))
    )


TREES = st.recursive(LEAVES, several, max_leaves=8)
WITH_HOURS = st.recursive(
    LEAVES | st.integers(1, 40).map(lambda hours: HoursItem(Fraction(hours))), several, max_leaves=8
)
EARNED = st.frozensets(st.sampled_from(NAMES))


def holding(earned, **hours):
    return Holdings(
        frozenset(earned), {key: Fraction(value) for key, value in hours.items()}, STACKS
    )


def of(text, earned="", **hours):
    return progress(parse_requirement(text), holding(earned, **hours))


@given(TREES, EARNED)
def test_earning_what_is_missing_meets_it(tree, earned):
    found = progress(tree, holding(earned))
    assert progress(tree, holding({*earned, *found.missing})).met
    assert found.met == (not found.missing)


@given(WITH_HOURS, EARNED, st.sampled_from(NAMES))
def test_one_more_never_sets_back(tree, earned, more):
    hours = dict.fromkeys(NAMES, 5)
    before = progress(tree, holding(earned, **hours))
    after = progress(tree, holding({*earned, more}, **hours))
    assert after.share >= before.share
    assert after.met >= before.met


@given(WITH_HOURS, EARNED)
def test_the_share_is_whole_exactly_where_met(tree, earned):
    found = progress(tree, holding(earned, A=3))
    assert 0 <= found.share <= 1
    assert (found.share == 1) == found.met


def test_the_next_step_is_the_first_missing_of_a_stack():
    found = of("stack:S", "A")
    assert (found.share, found.missing, found.next_step) == (Fraction(1, 3), ("B", "C"), "B")


def test_of_two_ways_the_one_further_along_is_taken():
    found = of("stack:S | stack:T", "D")
    assert found.missing == ("E",)
    assert found.words == "One of these"


def test_of_several_the_nearest_are_taken():
    found = of("2 of (stack:S, credential:F, stack:T)", "AF")
    assert found.missing == ("B", "C")
    assert found.words == "2 of these 3"


def test_hours_count_each_earned_credential_once_and_unknown_hours_not_at_all():
    found = of("hours:20", "ABC", A=5, B=7, D=100)
    assert (found.share, found.hours_missing) == (Fraction(12, 20), 8)
    assert found.next_step is None
    assert not found.earned_all


def test_what_only_people_can_confirm_is_never_met_here():
    found = of("credential:A & other:Three years of teaching", "A")
    assert not found.met
    assert found.earned_all
    assert found.to_confirm == ("Three years of teaching",)
    assert found.share == Fraction(1, 2)


def test_a_stack_that_the_catalog_does_not_have_is_one_to_confirm():
    found = of("stack:Unheard of")
    assert found.to_confirm == ("Earn the stack Unheard of",)
    assert not found.met


@pytest.mark.parametrize(
    ("text", "words"), [("credential:A", "Earn A"), ("hours:2.5", "Earn 2.5 hours")]
)
def test_each_part_has_words(text, words):
    assert of(text).words == words


def test_the_parts_are_told_one_by_one():
    found = of("credential:A & (credential:B | credential:C)", "A")
    assert [part.met for part in found.parts] == [True, False]
    assert found.words == "All of these"
