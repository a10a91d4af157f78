import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.choice_set import ChoiceSet
from models.fitting.need import fit_growth_area
from models.fitting.options import TrainingOptions
from models.growth_area import GrowthArea, GrowthAreaConfig
from recommender.facts import FactKind
from tests.models.small_district import DAY, NOW, catalog, earned, rated, small_district, states

CONFIG = GrowthAreaConfig()
TOP = np.ones(4, dtype=np.float32)
REACH = np.array([[0, 1, 0, 0], [0, 0.5, 0.5, 0], [0, 0, 0, 1], [0, 0, 0, 0]], dtype=np.float32)


def growth_area(pull, usual):
    return GrowthArea(pull, ChoiceSet.of(catalog(pull)), 1.0, CONFIG, usual)


EVIDENCE = growth_area(REACH, TOP)


def test_a_low_rating_raises_what_reaches_the_standard():
    scores = EVIDENCE.score(states(1, ratings=[rated(0, 1, 0.0)]))[0]
    assert scores[0] > scores[1] > 0
    assert scores[2] == scores[3] == 0


def test_the_root_says_nothing_of_its_children():
    assert not EVIDENCE.score(states(1, ratings=[rated(0, 0, 0.0)])).any()


def test_facts_are_the_ratings_that_carry_most():
    state = states(1, ratings=[rated(0, 1, 0.5, NOW - DAY), rated(0, 2, 0.0)])
    first, second = EVIDENCE.facts(state, 1)
    assert (first.kind, first.standard, first.level, first.on) == (FactKind.RATED, 2, 0.0, NOW)
    assert (first.low, first.high) == (1.0, 4.0)
    assert (second.standard, second.level) == (1, 0.5)


def test_the_fact_is_the_rating_that_leaves_most_room():
    state = states(1, ratings=[rated(0, 1, 0.0, NOW - DAY), rated(0, 1, 1.0)])
    (fact,) = EVIDENCE.facts(state, 0)
    assert fact.level == 0.0


def test_no_fact_where_there_is_no_need():
    state = states(1, ratings=[rated(0, 1, 1.0), rated(0, 2, np.nan)])
    assert EVIDENCE.facts(state, 1) == ()


def test_who_stands_below_the_others_comes_before_who_lacks_the_top():
    usual = np.array([0, 0.7, 0.2, 0.7], dtype=np.float32)
    state = states(1, ratings=[rated(0, 1, 0.4), rated(0, 2, 0.4)])
    scores = growth_area(np.eye(4, dtype=np.float32), usual).score(state)[0]
    assert scores[1] > scores[2] > scores[3] == 0


def test_fitted_evidence_has_a_usual_spread_of_one():
    data = small_district()
    scores = fit_growth_area(data, CONFIG, TrainingOptions()).score(data.states)
    variances = scores.var(axis=1)
    assert np.sqrt(variances[variances > 0].mean()) == pytest.approx(1.0, rel=1e-3)


@given(
    reach=st.lists(
        st.lists(st.floats(0, 1, width=32), min_size=4, max_size=4), min_size=1, max_size=4
    ),
    levels=st.lists(st.floats(0, 1, width=32), min_size=3, max_size=6),
    usual=st.floats(0, 1, width=32),
    begun=st.sets(st.integers(0, 3)),
    data=st.data(),
)
def test_a_lower_rating_never_lowers_a_score(reach, levels, usual, begun, data):
    pull = np.array(reach, dtype=np.float32)
    evidence = growth_area(pull, np.full(4, usual, dtype=np.float32))
    which = data.draw(st.integers(0, len(levels) - 1))
    lower = data.draw(st.floats(0, levels[which], width=32))
    after = [*levels]
    after[which] = lower

    def score(of):
        rows = [rated(0, i % 4, level, NOW - (10 - i) * DAY) for i, level in enumerate(of)]
        records = [earned(0, c) for c in sorted(begun) if c < len(reach)]
        return evidence.score(states(1, ratings=rows, records=records))

    assert (score(after) >= score(levels) - 1e-5).all()
