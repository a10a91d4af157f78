import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models.blend import Blend, spread, with_need_share
from recommender.vocabulary import NEED_EVIDENCE, EvidenceName

NAMES = (
    EvidenceName.GROWTH_GOAL,
    EvidenceName.GROWTH_AREA,
    EvidenceName.SELF_ASSESSED_NEED,
    EvidenceName.COLLEAGUES,
    EvidenceName.POPULAR,
)
NEEDS = np.array([name in NEED_EVIDENCE for name in NAMES])
ALL = np.ones((1, 3), dtype=bool)


def values(**by_name):
    """float32[J, 1, 3]: rows by the name of the evidence, others zero."""
    rows = [by_name.get(name.value, (0.0, 0.0, 0.0)) for name in NAMES]
    return np.array(rows, dtype=np.float32)[:, None, :]


def weights(*row):
    return np.array([row], dtype=np.float32)


def share(used, given_values, eligible):
    carried = used * spread(given_values, eligible)
    return carried[:, NEEDS].sum(axis=1) / carried.sum(axis=1)


def test_weights_are_those_of_the_segment():
    table = np.arange(20, dtype=np.float32).reshape(4, 5)
    found = Blend(NAMES, table).weights_for(np.array([3, 0], dtype=np.int8))
    np.testing.assert_array_equal(found, table[[3, 0]])


def test_a_score_is_the_weighted_sum():
    given_values = values(colleagues=(1, 2, 3), popular=(1, 0, 0))
    assert Blend.combine(given_values, weights(0, 0, 0, 2, 5)).tolist() == [[7.0, 4.0, 6.0]]


@pytest.mark.parametrize("bad", [np.full((4, 5), -1), np.full((4, 5), np.nan), np.ones((3, 5))])
def test_refuses_weights_that_cannot_be(bad):
    with pytest.raises(ValueError, match="weights must be"):
        Blend(NAMES, bad.astype(np.float32))


def test_spread_is_over_the_eligible_set():
    given_values = values(popular=(1, 3, 100))
    eligible = np.array([[True, True, False]])
    assert spread(given_values, eligible)[0, -1] == pytest.approx(1.0)
    assert not spread(given_values, np.zeros((1, 3), dtype=bool)).any()


def test_a_policy_of_nothing_changes_nothing():
    given_values, own = values(growth_area=(1, 0, 0), popular=(1, 2, 3)), weights(0, 0, 0, 1, 1)
    assert with_need_share(own, given_values, ALL, NAMES, 0.0) is own


def test_without_such_facts_nothing_changes():
    given_values, own = values(popular=(1, 2, 3)), weights(1, 1, 1, 1, 1)
    np.testing.assert_array_equal(with_need_share(own, given_values, ALL, NAMES, 0.9), own)


def test_need_is_raised_just_so_far():
    given_values = values(growth_area=(1, 0, 0), popular=(0, 2, 0))
    used = with_need_share(weights(0, 0.1, 0, 0, 1), given_values, ALL, NAMES, 0.5)
    assert used[0] == pytest.approx([0, 2, 0, 0, 1])


def test_need_without_learned_weight_comes_in_equally():
    given_values = values(growth_area=(1, 0, 0), growth_goal=(0, 0, 1), popular=(0, 1, 0))
    used = with_need_share(weights(0, 0, 0, 0, 1), given_values, ALL, NAMES, 0.5)
    assert used[0] == pytest.approx([0.5, 0.5, 0, 0, 1])


def test_a_share_of_one_leaves_need_alone():
    given_values = values(growth_area=(1, 0, 0), popular=(0, 1, 0))
    used = with_need_share(weights(0, 0.3, 0, 0.2, 1), given_values, ALL, NAMES, 1.0)
    assert used[0] == pytest.approx([0, 0.3, 0, 0, 0])


evidence_values = hnp.arrays(
    np.float32, (5, 3, 4), elements=st.sampled_from([0.0, 0.25, 1.0, 3.0, -2.0])
)
learned_weights = hnp.arrays(np.float32, (3, 5), elements=st.sampled_from([0.0, 0.01, 0.5, 2.0]))
eligible_sets = hnp.arrays(np.bool_, (3, 4))
shares = st.one_of(st.floats(0.0, 0.99), st.just(1.0))


@given(evidence_values, learned_weights, eligible_sets, shares)
def test_the_share_is_met_and_not_more_is_changed(given_values, own, eligible, wanted):
    used = with_need_share(own, given_values, eligible, NAMES, wanted)
    spreads = spread(given_values, eligible)
    known = (spreads[:, NEEDS] > 0).any(axis=1)
    assert np.isfinite(used).all()
    assert (used >= 0).all()
    np.testing.assert_array_equal(used[~known], own[~known])
    for i in np.flatnonzero(known):
        before, after = (own[i] * spreads[i]), (used[i] * spreads[i])
        need, whole = after[NEEDS].sum(), after.sum()
        if wanted > 0:
            assert need >= wanted * whole - 1e-4 * whole
        if wanted < 1:
            np.testing.assert_array_equal(used[i, ~NEEDS], own[i, ~NEEDS])
        else:
            assert not used[i, ~NEEDS].any()
        met = before.sum() > 0 and before[NEEDS].sum() >= (wanted + 1e-6) * before.sum()
        if met and wanted < 1:
            np.testing.assert_array_equal(used[i], own[i])
        elif 0 < wanted < 1 and before[~NEEDS].sum() > 0 and not met:
            assert need == pytest.approx(wanted * whole, rel=1e-3)


@given(evidence_values, learned_weights, eligible_sets, shares)
def test_a_teacher_s_weights_do_not_depend_on_the_others(given_values, own, eligible, wanted):
    together = with_need_share(own, given_values, eligible, NAMES, wanted)
    for i in range(3):
        one = slice(i, i + 1)
        alone = with_need_share(own[one], given_values[:, one], eligible[one], NAMES, wanted)
        np.testing.assert_allclose(alone[0], together[i], rtol=1e-6)
