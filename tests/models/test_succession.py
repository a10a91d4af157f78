from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fitting.options import TrainingOptions
from models.fitting.succession import fit_succession
from models.succession import SuccessionConfig, later_records
from recommender.facts import FactKind
from recommender.teacher_state import UNDATED_MS
from recommender.vocabulary import RecordStatus
from tests.models.small_district import DAY, NOW, day, earned, small_district, states

DATA = small_district()
FITTED = fit_succession(DATA, SuccessionConfig(), TrainingOptions(seed=3))
SIZE = len(DATA.catalog)


def chain(teachers=30, *, dated=True):
    """Everybody earns 0, then 1, then 2; others earn 3 then 4."""
    start = day(2024)
    rows = []
    for t in range(teachers):
        for place, c in enumerate((0, 1, 2) if t % 2 else (3, 4)):
            rows.append(earned(t, c, start + place * 30 * DAY if dated else UNDATED_MS))
    return replace(DATA, states=states(teachers, records=rows))


CHAIN = fit_succession(chain(), SuccessionConfig(), TrainingOptions())


def test_what_came_next_comes_first():
    after_first = CHAIN.score(states(1, records=[earned(0, 0, NOW)]))[0]
    assert after_first.argmax() == 1
    after_second = states(1, records=[earned(0, 0, NOW - 60 * DAY), earned(0, 1, NOW)])
    scores = CHAIN.score(after_second)[0]
    assert scores[2] == max(scores[c] for c in range(2, SIZE))


def test_order_counts_where_it_is_known():
    backwards = CHAIN.score(states(1, records=[earned(0, 2, NOW)]))[0]
    forwards = CHAIN.score(states(1, records=[earned(0, 1, NOW)]))[0]
    assert forwards[2] > backwards[1]


def test_without_dates_what_is_held_together_is_all_there_is():
    undated = fit_succession(chain(dated=False), SuccessionConfig(), TrainingOptions())
    scores = undated.score(states(1, records=[earned(0, 1)]))[0]
    assert min(scores[0], scores[2]) > max(scores[3:])
    assert scores[0] == pytest.approx(scores[2], rel=1e-5)


def test_the_newest_record_leads_on():
    newest_3 = [earned(0, 0, NOW - 400 * DAY), earned(0, 3, NOW)]
    newest_0 = [earned(0, 3, NOW - 400 * DAY), earned(0, 0, NOW)]
    one, other = CHAIN.score(states(2, records=[*newest_3, *((1, *row[1:]) for row in newest_0)]))
    assert one[4] > other[4]
    assert other[1] > one[1]


def test_facts_are_the_records_that_lead_on():
    state = states(1, records=[earned(0, 3, NOW - DAY), earned(0, 0, NOW)])
    (fact,) = CHAIN.facts(state, 1)
    assert (fact.kind, fact.credential, fact.on) == (FactKind.EARNED, 0, NOW)


def test_what_is_under_way_is_never_called_earned():
    state = states(1, records=[earned(0, 0, NOW, RecordStatus.ENROLLED)])
    assert CHAIN.score(state)[0].argmax() == 1
    assert CHAIN.facts(state, 1) == ()


def test_chances_sum_to_one_whatever_is_kept():
    for kept in (1, 3, SIZE, 100):
        config = SuccessionConfig(successors=kept, damping=0.0)
        fitted = fit_succession(DATA, config, TrainingOptions())
        known = DATA.states.history.counts > 0
        total = fitted.score(DATA.states).sum(axis=1, dtype=float) * fitted.scale
        np.testing.assert_allclose(total[known], 1.0, rtol=1e-4)
        np.testing.assert_array_equal(total[~known], 0.0)


def test_chances_are_never_below_zero():
    assert (FITTED.score(DATA.states) >= 0).all()


def test_a_very_old_record_still_counts():
    old = states(1, records=[earned(0, 0, day(1971)), earned(0, 3, day(1971, 2))])
    assert CHAIN.score(old)[0].any()


@given(st.permutations(list(range(5))))
def test_no_order_is_made_up_among_records_of_one_moment(order):
    records = [earned(0, c, NOW) for c in order]
    usual = [earned(0, c, NOW) for c in range(5)]
    np.testing.assert_allclose(
        FITTED.score(states(1, records=records)), FITTED.score(states(1, records=usual)), rtol=1e-5
    )


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=20))
def test_later_records_are_counted_one_by_one(pairs):
    records = [earned(t, c, day(2024) + when * DAY) for c, (t, when) in enumerate(sorted(pairs))]
    rows = states(4, records=records).records
    expected = [
        sum(other["on"] > row["on"] for other in rows.of(int(owner)))
        for owner, row in zip(rows.owner, rows.rows, strict=True)
    ]
    assert later_records(rows).tolist() == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"place_decay": 0.0},
        {"gap_decay": 1.1},
        {"half_life_days": 0.0},
        {"gap_half_life_days": -1.0},
        {"transitions_prior": 0.0},
        {"together_prior": 0.0},
        {"damping": -0.1},
        {"window": 0},
        {"successors": 0},
        {"fewest": 0},
    ],
)
def test_refuses_impossible_settings(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SuccessionConfig(**wrong)


def test_refuses_successors_that_are_no_credentials():
    arrays = FITTED.arrays() | {"successors": FITTED.successors + SIZE}
    with pytest.raises(ValueError, match="columns"):
        type(FITTED).restore(arrays, FITTED.settings(), SIZE)
