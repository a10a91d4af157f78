import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fitting.options import TrainingOptions
from models.fitting.peers_in_role import fit_peers_in_role
from models.peers_in_role import EXPERIENCE_STARTS, KINDS, PeersInRoleConfig, context_features
from recommender.facts import FactKind
from tests.models.small_district import small_district, states

DATA = small_district(teachers=300)
FITTED = fit_peers_in_role(DATA, PeersInRoleConfig(), TrainingOptions())
HALF = len(DATA.catalog) // 2


def test_a_teacher_without_a_record_is_told_what_the_role_takes_up():
    lower, upper = FITTED.score(states(2, contexts=[(0, 0, 0, 5), (1, 1, 0, 5)]))
    assert lower[:HALF].min() > lower[HALF:].max()
    assert upper[HALF:].min() > upper[:HALF].max()


def test_a_record_changes_nothing():
    bare = states(1, contexts=[(0, 0, 1, 5)])
    earned_much = states(1, contexts=[(0, 0, 1, 5)], records=[(0, 3, 2, 0)])
    np.testing.assert_array_equal(FITTED.score(bare), FITTED.score(earned_much))


def test_features_of_each_kind_sum_to_one_where_known():
    features = context_features(states(3, contexts=[(0, 0, 1, 4), (0, 1, 1, 4), (1, 0, 0, np.nan)]))
    np.testing.assert_array_equal(features[0, :4], [0.5, 0.5, 0, 1])
    assert features[0, 4:].sum() == 1
    assert features[1].sum() == 2
    assert not features[2].any()


@given(st.floats(0, 60))
def test_every_experience_falls_in_one_band(years):
    (features,) = context_features(states(1, contexts=[(0, 0, 0, years)]))
    band = int(features[4:].argmax())
    assert features[4:].sum() == 1
    assert EXPERIENCE_STARTS[band] <= np.float32(years)


def test_facts_count_the_teachers_of_the_group():
    state = states(1, contexts=[(0, 0, 0, 5)])
    fact = FITTED.facts(state, 0)[0]
    history = DATA.states.history
    holders = np.unique(history.owner[history.rows["credential"] == 0])
    assert fact.kind is FactKind.EARNED_IN_GRADE_BAND
    assert fact.count == DATA.states.grade_bands[holders, 0].sum()


def test_each_kind_of_group_is_told_once():
    both = states(1, contexts=[(0, 0, 0, 5), (0, 1, 1, 5)])
    for credential in range(len(DATA.catalog)):
        kinds = [fact.kind for fact in FITTED.facts(both, credential, limit=9)]
        assert len(kinds) == len(set(kinds))
        assert set(kinds) <= set(KINDS)


def test_few_teachers_are_never_counted():
    few = small_district(teachers=12)
    fitted = fit_peers_in_role(few, PeersInRoleConfig(), TrainingOptions())
    counts = fitted.earned_by
    assert ((counts == 0) | (counts >= 5)).all()


@pytest.mark.parametrize("wrong", [{"ridge": 0.0}, {"few": -1.0}, {"contrast": 0.0}])
def test_refuses_impossible_settings(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        PeersInRoleConfig(**wrong)
