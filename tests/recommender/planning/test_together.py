"""Groups that earn the same together."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.planning import program
from recommender.planning.together import LEAST, MOST, Pairing, group_up
from tests.waiting import PATIENCE_S

GAINS = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@st.composite
def small(draw):
    teachers, credentials = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    return [
        Pairing(teacher, ("", f"c{number}"), draw(GAINS))
        for teacher in range(teachers)
        for number in range(credentials)
    ]


def best_by_trying(pairings, least, most):
    teachers = sorted({pair.teacher for pair in pairings})
    gains = {(pair.teacher, pair.credential): pair.gain for pair in pairings}
    choices = [None, *sorted({pair.credential for pair in pairings})]
    best = 0.0
    for chosen in product(choices, repeat=len(teachers)):
        sizes = [chosen.count(key) for key in choices[1:] if key in chosen]
        pairs = [(t, key) for t, key in zip(teachers, chosen, strict=True) if key is not None]
        if all(least <= size <= most for size in sizes) and all(gains[pair] for pair in pairs):
            best = max(best, sum(gains[pair] for pair in pairs))
    return best


@settings(max_examples=80, deadline=None)
@given(small(), st.sampled_from([(2, 3), (3, 8), (1, 2)]))
def test_the_groups_keep_their_size_and_gain_the_most_there_is(pairings, sizes):
    least, most = sizes
    found = group_up(pairings, least=least, most=most, seconds=PATIENCE_S)
    assert found.proven
    assert found.gain == pytest.approx(best_by_trying(pairings, least, most), abs=1e-3)
    members = [teacher for group in found.groups for teacher in group.teachers]
    assert len(members) == len(set(members))
    assert all(least <= len(group.teachers) <= most for group in found.groups)
    keys = [group.credential for group in found.groups]
    assert len(keys) == len(set(keys))


def test_a_group_has_three_to_eight():
    assert (LEAST, MOST) == (3, 8)
    crowd = [Pairing(teacher, ("", "c"), 1.0 + teacher) for teacher in range(10)]
    (group,) = group_up(crowd).groups
    assert group.teachers == tuple(range(2, 10))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_make_no_group(count):
    found = group_up([Pairing(teacher, ("", "c"), 1.0) for teacher in range(count)])
    assert (found.groups, found.gain, found.proven) == ((), 0.0, True)


def test_whom_it_does_not_fit_is_in_no_group():
    pairs = [Pairing(teacher, ("", "c"), float(teacher != 0)) for teacher in range(5)]
    assert group_up(pairs).groups[0].teachers == (1, 2, 3, 4)


def test_a_large_caseload_is_bounded():
    pairs = [
        Pairing(teacher, ("", f"c{number}"), 0.1 + (7 * teacher + 3 * number) % 10 / 10)
        for teacher in range(40)
        for number in range(teacher % 5, 40, 2)
    ]
    found = group_up(pairs, seconds=1.0)
    assert found.groups
    assert found.gap < 1.0
    again = group_up(pairs[::-1], seconds=1.0)
    assert found == again or not (found.proven and again.proven)


@settings(max_examples=80, deadline=None)
@given(small(), st.sampled_from([(2, 3), (3, 8), (1, 2)]))
def test_without_time_there_are_groups_and_a_gap_that_holds(pairings, sizes):
    least, most = sizes
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(program, "_search", nothing)
        found = group_up(pairings, least=least, most=most)
    best = best_by_trying(pairings, least, most)
    assert bool(found.groups) == (best > 0)
    assert found.gain <= best + 1e-9
    assert found.gain * (1 + found.gap) >= best - 1e-6
    members = [teacher for group in found.groups for teacher in group.teachers]
    assert len(members) == len(set(members))
    assert all(least <= len(group.teachers) <= most for group in found.groups)


def nothing(form, upper, seconds):
    return program.Solution(None, float("inf"), -float("inf"), timed_out=True)
