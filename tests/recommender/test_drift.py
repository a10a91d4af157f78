import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from recommender.drift import (
    ENOUGH_TEACHERS,
    FEWEST_TEACHERS,
    Counted,
    Verdict,
    by_chance,
    drift_of,
    stability_index,
)

COUNTS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=2, max_size=8)


def side(**cells: int) -> dict[str, Counted]:
    return {cell: Counted(count, count) for cell, count in cells.items()}


def test_the_index_by_hand():
    # Shares .5/.5 and .75/.25 with half a fact added to each cell
    expected = (75.5 - 50.5) / 101 * np.log(75.5 / 50.5) + (25.5 - 50.5) / 101 * np.log(25.5 / 50.5)
    assert stability_index([50, 50], [75, 25]) == pytest.approx(expected)


@given(COUNTS)
def test_the_index_is_not_negative_and_knows_no_direction(cells):
    before, now = zip(*cells, strict=True)
    assert stability_index(before, now) >= 0
    assert stability_index(before, now) == pytest.approx(stability_index(now, before))
    assert stability_index(before, before) == 0


@pytest.mark.parametrize("cells", [2, 3, 5, 10])
def test_what_chance_explains_is_the_chi_square_of_another_library(cells):
    expected = chi2.ppf(0.95, cells - 1) * (1 / 80 + 1 / 50)
    assert by_chance(cells, 80, 50) == pytest.approx(expected, rel=0.03)


def test_equal_shares_are_steady_and_turned_ones_moved_much():
    assert drift_of(side(a=300, b=700), side(a=30, b=70)).verdict is Verdict.STEADY
    assert drift_of(side(a=300, b=700), side(a=420, b=580)).verdict is Verdict.STEADY
    assert drift_of(side(a=300, b=700), side(a=480, b=520)).verdict is Verdict.MOVED
    assert drift_of(side(a=300, b=700), side(a=700, b=300)).verdict is Verdict.MOVED_MUCH


def test_few_teachers_may_differ_by_chance():
    shares = {"a": 0.5, "b": 0.5}, {"a": 0.66, "b": 0.34}
    few, many = (
        drift_of(
            *(
                {cell: Counted(int(share * n), int(share * n)) for cell, share in one.items()}
                for one in shares
            )
        )
        for n in (70, 2_000)
    )
    assert few.index == pytest.approx(many.index, rel=0.1)
    assert (few.verdict, many.verdict) == (Verdict.STEADY, Verdict.MOVED)


def test_nothing_is_said_of_few_teachers():
    few = ENOUGH_TEACHERS - 1
    told = drift_of(side(a=few, b=few), side(a=500, b=10))
    assert (told.verdict, told.shares) == (Verdict.TOO_FEW, ())
    assert drift_of({}, {}).verdict is Verdict.TOO_FEW


def test_a_single_cell_cannot_move():
    told = drift_of(side(a=90), side(a=900))
    assert (told.verdict, told.index) == (Verdict.STEADY, 0)


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 60)),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 60)),
)
def test_no_cell_of_a_few_teachers_is_told_or_can_be_worked_out(before, now):
    told = drift_of(side(**before), side(**now))
    small = {
        cell
        for counts in (before, now)
        for cell, count in counts.items()
        if 0 < count < FEWEST_TEACHERS
    }
    assert not small & {share.cell for share in told.shares}
    without = drift_of(
        *(side(**{c: n for c, n in counts.items() if c not in small}) for counts in (before, now))
    )
    assert told == without
    if told.shares:
        assert sum(share.before for share in told.shares) == pytest.approx(1)
        assert sum(share.now for share in told.shares) == pytest.approx(1)
