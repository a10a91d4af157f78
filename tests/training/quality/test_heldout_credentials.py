import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.errors import NotEnoughData
from training.quality.heldout_credentials import hold_out_credentials
from training.quality.leaks import find_leaks


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pairs=st.sets(st.tuples(st.integers(0, 9), st.integers(0, 14)), min_size=40, max_size=90),
    seed=st.integers(0, 50),
)
def test_nobody_is_known_to_have_a_held_out_credential(district, pairs, seed):
    everyone = district([(t, c, 5) for t, c in sorted(pairs)], size=15, teachers=10)
    split = hold_out_credentials(everyone.data(), seed).split
    cold = set(split.relevant.rows.tolist())
    assert cold
    assert not cold & set(split.train.states.records.rows["credential"].tolist())
    assert not cold & set(split.queries.records.rows["credential"].tolist())
    asked = {
        (int(t), c)
        for t, q in zip(split.teachers, range(99), strict=False)
        for c in split.relevant.of(q).tolist()
    }
    assert asked == {pair for pair in pairs if pair[1] in cold}
    assert find_leaks(split, np.arange(10)) == []


def test_a_fifth_is_held_out(district):
    everyone = district([(t, c, 5) for t in range(3) for c in range(20)])
    split = hold_out_credentials(everyone.data(), 1).split
    assert len(set(split.relevant.rows.tolist())) == 4


def test_too_few_credentials_are_said(district):
    with pytest.raises(NotEnoughData, match="Too few"):
        hold_out_credentials(district([(0, 0, 5), (1, 1, 5)]).data(), 0)


def test_new_ones_are_listed_today_and_others_are_held_out_beside(district):
    everyone = district([(t, c, 5) for t in range(12) for c in range(20)])
    out = hold_out_credentials(everyone.data(), 1)
    cold = np.unique(out.split.relevant.rows)
    data = out.split.train
    assert (data.catalog.valid_from[cold] == everyone.as_of).all()
    assert (np.delete(data.catalog.valid_from, cold) < everyone.as_of).all()
    assert len(out.rest.rows) > 0
    assert not set(out.rest.rows.tolist()) & set(cold.tolist())
    for query in range(len(out.split.queries)):
        shown = set(out.split.queries.history.of(query)["credential"].tolist())
        assert not shown & set(out.rest.of(query).tolist())
