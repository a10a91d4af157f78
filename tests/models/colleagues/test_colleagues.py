from dataclasses import replace

import numpy as np
import pytest

from models.colleagues import Colleagues
from models.fitting.colleagues import ColleaguesConfig, fit_colleagues
from models.fitting.options import TrainingOptions
from models.placing import Placing
from recommender.facts import FactKind
from recommender.sentences import reason_text
from recommender.vocabulary import EvidenceName, RecordStatus
from tests.models.small_district import NOW, earned, small_district, states

DATA = small_district(teachers=120)
HALF = len(DATA.catalog) // 2


@pytest.fixture(scope="module")
def colleagues():
    return fit_colleagues(DATA, ColleaguesConfig(), TrainingOptions(seed=1))


def test_like_earn_what_like_earned(colleagues):
    for kind in (0, 1):
        mine = np.arange(HALF) + HALF * kind
        scores = colleagues.score(states(1, records=[earned(0, mine[0]), earned(0, mine[1])]))[0]
        others = np.setdiff1d(np.arange(len(scores)), mine)
        assert scores[mine[2:]].min() > scores[others].max()


def test_a_record_of_a_moment_ago_counts_without_retraining(colleagues):
    before = states(1, records=[earned(0, 0)])
    after = states(1, records=[earned(0, 0), earned(0, 1, NOW)])
    assert (colleagues.score(before) != colleagues.score(after)).any()


def test_what_is_common_is_damped_by_length_of_history(colleagues):
    powers = np.array([0, 0, 0.5, 0.5], dtype=np.float32)
    damped = replace(colleagues, damping=powers)
    before, after = colleagues.score(DATA.states), damped.score(DATA.states)
    longer = DATA.states.segments > 1
    np.testing.assert_array_equal(after[~longer], before[~longer])
    factors = np.exp(-0.5 * colleagues.commonness)
    np.testing.assert_allclose(after[longer], before[longer] * factors, rtol=1e-4, atol=1e-6)


def test_refuses_damping_of_another_shape(colleagues):
    with pytest.raises(ValueError, match=r"damping must be of shape \(4,\)"):
        replace(colleagues, damping=np.zeros(3, dtype=np.float32))


@pytest.mark.parametrize("power", [0.0, 0.3])
def test_shares_sum_to_the_score(colleagues, power):
    colleagues = replace(colleagues, damping=np.full(4, power, dtype=np.float32))
    for teacher in range(20):
        state = DATA.states.take([teacher])
        scores = colleagues.score(state)[0]
        for credential in range(len(DATA.catalog)):
            shares = colleagues.shares(state, credential)
            assert shares.sum() == pytest.approx(float(scores[credential]), abs=1e-4)


def test_the_facts_are_the_earned_credentials_that_add_most(colleagues):
    state = states(1, records=[earned(0, 0), earned(0, HALF), earned(0, 1, NOW)])
    facts = colleagues.facts(state, 2)
    shares = dict(zip([0, HALF, 1], colleagues.shares(state, 2), strict=True))
    assert all(fact.kind is FactKind.EARNED for fact in facts)
    assert facts[0].credential == max(shares, key=shares.get)
    assert {fact.credential: fact.on for fact in facts} == {0: None, 1: NOW}


def test_what_is_only_under_way_is_never_called_earned(colleagues):
    state = states(1, records=[earned(0, 0, NOW, RecordStatus.ENROLLED)])
    assert colleagues.score(state).any()
    assert colleagues.facts(state, 1) == ()


def test_the_score_is_the_weighted_sum_of_its_parts(colleagues):
    parts = colleagues.score_parts(DATA.states)
    assert list(parts) == ["als", "ease", "ease_light", "short"]
    weights = np.array([[1, 0, 0, 0]] * 2 + [[0, 1, 0, 0]] * 2, dtype=np.float32)
    scores = replace(colleagues, part_weights=weights).score(DATA.states)
    short = DATA.states.segments < 2
    np.testing.assert_array_equal(scores[short], parts["als"][short])
    np.testing.assert_array_equal(scores[~short], parts["ease"][~short])


def test_a_part_can_be_left_out():
    config = ColleaguesConfig(als=None, ease_light=None, short=None)
    alone = fit_colleagues(DATA, config, TrainingOptions())
    assert list(alone.score_parts(DATA.states)) == ["ease"]
    again = Colleagues.restore(alone.arrays(), alone.settings(), len(DATA.catalog))
    np.testing.assert_array_equal(again.score(DATA.states), alone.score(DATA.states))


def test_refuses_a_part_that_it_does_not_know(colleagues):
    settings = colleagues.settings()
    settings["parts"]["magic"] = {}
    with pytest.raises(ValueError, match="unknown parts of colleagues: magic"):
        Colleagues.restore(colleagues.arrays(), settings, len(DATA.catalog))


def test_refuses_weights_of_another_shape(colleagues):
    with pytest.raises(ValueError, match=r"part_weights must be of shape \(4, 4\)"):
        replace(colleagues, part_weights=np.ones((4, 2), dtype=np.float32))


def _placed(colleagues):
    new = HALF - 1
    one = Placing(
        columns=np.array([new]),
        sources=np.array([[0, 1]]),
        weights=np.array([[0.9, 0.6]], dtype=np.float32),
        own=np.zeros(1, dtype=np.float32),
    )
    return new, replace(colleagues, placing=one)


def test_something_new_goes_to_whom_its_neighbours_suit(colleagues):
    new, placed = _placed(colleagues)
    likes = placed.score(states(1, records=[earned(0, 2), earned(0, 3)]))[0]
    other = placed.score(states(1, records=[earned(0, HALF), earned(0, HALF + 1)]))[0]
    assert likes[new] == pytest.approx(0.9 * likes[0] + 0.6 * likes[1], rel=1e-4)
    assert likes[new] > other[new]


def test_shares_of_something_new_sum_to_its_score(colleagues):
    new, placed = _placed(colleagues)
    for teacher in range(20):
        state = DATA.states.take([teacher])
        score = float(placed.score(state)[0, new])
        assert placed.shares(state, new).sum() == pytest.approx(score, abs=1e-4)


def test_nobody_is_told_to_have_earned_something_new(colleagues):
    new, placed = _placed(colleagues)
    state = states(1, records=[earned(0, 2), earned(0, 3)])
    facts = placed.facts(state, new)
    assert {fact.kind for fact in facts} == {FactKind.LIKE_EARNED}
    assert {fact.credential for fact in facts} <= {0, 1}
    said = reason_text(EvidenceName.COLLEAGUES, facts, DATA.catalog)
    assert said.startswith("It is new, and close in content to ")
    assert placed.facts(states(1), new) == ()
