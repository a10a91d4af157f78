import numpy as np
import pytest

from models.fitting.stack_steps import LEAK, learn_leak
from models.stack_steps import StackSteps
from recommender.vocabulary import RecordStatus
from tests.builders import make_catalog
from tests.models.small_district import DAY, NOW, earned, states

CATALOG = make_catalog(
    {"id": "c0", "stack": "Reading"},
    {"id": "c1", "stack": "Reading", "prerequisites": ("c0",)},
    {"id": "c2", "stack": "Reading", "prerequisites": ("c1",)},
    {"id": "c3", "stack": "Mathematics"},
    {"id": "c4", "stack": "Mathematics"},
    {"id": "c5"},
    {"id": "c6", "prerequisites": ("c5", "c3")},
)
STEPS = StackSteps.of(CATALOG)


def opened(*records, weights=None):
    rows = states(1, records=records).history
    return STEPS.open(rows, np.ones(len(rows.rows)) if weights is None else np.array(weights))[0]


def test_only_what_the_prerequisites_allow_is_open():
    np.testing.assert_allclose(opened(earned(0, 0)), [0, 1, 0, 0, 0, 0, 0])
    np.testing.assert_allclose(opened(earned(0, 0), earned(0, 1)), [0, 0, 1, 0, 0, 0, 0])


def test_a_prerequisite_under_way_opens_nothing():
    assert not opened(earned(0, 0, status=RecordStatus.ENROLLED)).any()


def test_all_prerequisites_are_asked_for():
    assert opened(earned(0, 5))[6] == 0
    assert opened(earned(0, 5), earned(0, 3))[6] > 0


def test_a_stack_without_an_order_is_open_in_full():
    assert opened(earned(0, 3))[4] == 1


def test_what_is_held_is_no_step():
    assert not opened(*(earned(0, c) for c in range(7))).any()


def test_the_same_stack_name_in_another_district_is_another_stack():
    shared = make_catalog({"id": "a", "stack": "X"}, {"id": "b", "stack": "X", "district": "north"})
    rows = states(1, records=[earned(0, 0)]).history
    assert not StackSteps.of(shared).open(rows, np.ones(1)).any()


def test_the_largest_weight_of_what_opened_a_step_counts():
    found = opened(earned(0, 0, NOW - DAY), earned(0, 3, NOW), weights=[0.2, 0.8])
    assert (found[1], found[4]) == (0.2, 0.8)


def test_what_lacks_a_prerequisite_is_locked():
    which, locked = STEPS.locked(states(1, records=[earned(0, 0)]).history)
    assert which.tolist() == [1, 2, 6]
    assert locked.tolist() == [[False, True, True]]


def test_how_often_what_is_locked_is_taken_up_is_counted_and_drawn_to_the_usual():
    records = [(t, c, 2, NOW - (2 - c) * DAY) for t in range(200) for c in (0, 1)]
    assert learn_leak(STEPS, states(200, records=records)) == pytest.approx(20 * LEAK / 220)
    out_of_order = [(t, c, 2, NOW - c * DAY) for t in range(200) for c in (1, 2)]
    assert learn_leak(STEPS, states(200, records=out_of_order)) == pytest.approx(
        (200 + 20 * LEAK) / 220
    )


def test_undated_records_teach_nothing_of_what_is_locked():
    records = [earned(t, c) for t in range(50) for c in (0, 1)]
    assert learn_leak(STEPS, states(50, records=records)) == LEAK


def test_refuses_prerequisites_that_are_no_credentials():
    arrays = STEPS.arrays() | {"prerequisite_before": STEPS.before + 7}
    with pytest.raises(ValueError, match="columns"):
        StackSteps.restore(arrays, 7)
