import numpy as np
import pytest

from models.fitting.options import TrainingOptions
from models.fitting.succession import count_transitions, fit_succession
from models.succession import SuccessionConfig
from tests.models.small_district import DAY, NOW, earned, small_district, states

CONFIG = SuccessionConfig(window=2, gap_decay=0.5, gap_half_life_days=100.0)


def counted(*records, size=4):
    return count_transitions(states(2, records=records).history, size, CONFIG).toarray()


def test_each_record_hands_on_one_whole_by_place_and_by_days():
    start = NOW - 300 * DAY
    table = counted(
        earned(0, 0, start), earned(0, 1, start + 100 * DAY), earned(0, 2, start + 200 * DAY)
    )
    assert table[0, 1] == pytest.approx(0.5 / (0.5 + 0.125))
    assert table[0, 2] == pytest.approx(0.125 / (0.5 + 0.125))
    assert table[1, 2] == 1.0
    assert table.sum() == 2.0


def test_records_of_one_moment_count_half_in_either_order():
    table = counted(earned(0, 0, NOW - DAY), earned(0, 1, NOW - DAY), earned(0, 2, NOW))
    assert table[0, 1] == table[1, 0] == pytest.approx(1 / 3, rel=0.01)
    assert table[0, 2] == table[1, 2] == pytest.approx(2 / 3, rel=0.01)


def test_the_order_of_rows_of_one_moment_says_nothing():
    one = counted(*(earned(0, c, NOW - (c > 1) * DAY) for c in (2, 3, 0, 1)))
    other = counted(*(earned(0, c, NOW - (c > 1) * DAY) for c in (3, 2, 1, 0)))
    np.testing.assert_allclose(one, other)


def test_undated_records_and_other_teachers_make_no_pair():
    assert not counted(earned(0, 0), earned(0, 1, NOW), earned(1, 2, NOW)).any()


def test_popularity_is_all_that_is_said_of_what_nobody_holds():
    data = small_district()
    config = SuccessionConfig()
    fitted = fit_succession(
        type(data)(data.catalog, states(1, records=[earned(0, 3)]), data.as_of),
        config,
        TrainingOptions(),
    )
    scores = fitted.score(states(1, records=[earned(0, 9)]))[0] * fitted.scale
    expected = np.zeros(len(data.catalog))
    expected[3] = 1.0
    np.testing.assert_allclose(scores, expected, atol=1e-6)


def test_what_few_hold_is_no_successor_and_has_none():
    records = [earned(t, c) for t in range(4) for c in (0, 1)] + [earned(0, 2), earned(1, 2)]
    data = small_district()
    small = type(data)(data.catalog, states(4, records=records), NOW)
    fitted = fit_succession(small, SuccessionConfig(fewest=3), TrainingOptions())
    assert set(fitted.successors[:2][fitted.excess[:2] != 0]) <= {0, 1}
    assert fitted.backing[2] == 1
    assert not fitted.excess[2].any()
