from dataclasses import replace

import numpy as np
import pytest

from models.fitting.options import TrainingOptions
from models.fitting.stack_steps import CHANCE, LEAK, fit_stack_steps
from models.fitting.succession import fit_succession
from models.stack_steps import StackSteps
from models.succession import SuccessionConfig
from recommender.facts import FactKind
from recommender.teacher_state import UNDATED_MS
from recommender.vocabulary import RecordStatus
from tests.builders import make_catalog
from tests.models.small_district import DAY, NOW, earned, small_district, states

CATALOG = make_catalog(
    {"id": "c0", "stack": "Reading"},
    {"id": "c1", "stack": "Reading", "prerequisites": ("c0",)},
    {"id": "c2", "stack": "Reading", "prerequisites": ("c1",)},
    {"id": "c3", "stack": "Mathematics"},
    {"id": "c4", "stack": "Mathematics"},
    {"id": "c5"},
    {"id": "c6", "prerequisites": ("c5", "c3")},
)
STEPS = StackSteps.of(CATALOG, 0.5, 0.1)


def steps_of(*records):
    rows = states(1, records=records).history
    return added_to(np.zeros((1, 7)), rows, np.ones(len(rows.rows)))


def added_to(chances, rows, weights, steps=STEPS):
    steps.add_to(chances, rows, weights)
    return chances[0]


def test_only_what_the_prerequisites_allow_is_open():
    np.testing.assert_allclose(steps_of(earned(0, 0)), [0, 0.5, 0, 0, 0, 0, 0])
    np.testing.assert_allclose(steps_of(earned(0, 0), earned(0, 1)), [0, 0, 0.5, 0, 0, 0, 0])


def test_a_prerequisite_under_way_opens_nothing():
    assert not steps_of(earned(0, 0, status=RecordStatus.ENROLLED)).any()


def test_all_prerequisites_are_asked_for():
    assert steps_of(earned(0, 5))[6] == 0
    assert steps_of(earned(0, 5), earned(0, 3))[6] > 0


def test_a_stack_without_an_order_is_open_in_full():
    assert steps_of(earned(0, 3))[4] == pytest.approx(0.5)


def test_what_is_held_is_no_step():
    assert not steps_of(*(earned(0, c) for c in range(7))).any()


def test_the_same_stack_name_in_another_district_is_another_stack():
    shared = make_catalog({"id": "a", "stack": "X"}, {"id": "b", "stack": "X", "district": "north"})
    rows = states(1, records=[earned(0, 0)]).history
    steps = StackSteps.of(shared, 0.5, 0.1)
    assert not added_to(np.zeros((1, 2)), rows, np.ones(1), steps).any()


def test_the_newest_opens_the_likeliest_step():
    rows = states(1, records=[earned(0, 0, NOW - DAY), earned(0, 3, NOW)]).history
    scores = added_to(np.zeros((1, 7)), rows, np.array([0.2, 0.8]))
    assert scores[4] == pytest.approx(0.4)
    assert scores[1] == pytest.approx(0.1)


def test_locked_credentials_keep_little():
    rows = states(1, records=[earned(0, 0)]).history
    keys = [1, 1, 0.1, 1, 1, 1, 0.1]
    np.testing.assert_allclose(STEPS.keys(rows)[0], keys)
    without_steps = replace(STEPS, chance=0.0)
    np.testing.assert_allclose(added_to(np.ones((1, 7)), rows, np.ones(1), without_steps), keys)


def test_facts_name_the_stack_or_the_prerequisite():
    data = replace(small_district(), catalog=CATALOG, states=states(3))
    fitted = fit_succession(data, SuccessionConfig(), TrainingOptions())
    state = states(
        1, records=[earned(0, 5, NOW - DAY), earned(0, 3, NOW), earned(0, 0, UNDATED_MS)]
    )
    assert fitted.facts(state, 1)[0].kind is FactKind.STACK
    assert fitted.facts(state, 1)[0].credential == 0
    after = fitted.facts(state, 6)[0]
    assert (after.kind, after.credential) == (FactKind.PREREQUISITE, 3)
    kinds = {fact.kind for fact in fitted.facts(state, 2)}
    assert kinds <= {FactKind.EARNED}


def test_chances_are_counted_and_drawn_to_the_usual():
    records = [(t, c, 2, NOW - (2 - c) * DAY) for t in range(200) for c in (0, 1)]
    data = replace(small_district(), catalog=CATALOG, states=states(200, records=records))
    learned = fit_stack_steps(data)
    assert learned.chance == pytest.approx((200 + 20 * CHANCE) / 220)
    assert learned.leak == pytest.approx(20 * LEAK / 220)


def test_undated_records_teach_no_chance():
    records = [earned(t, c) for t in range(50) for c in (0, 1)]
    data = replace(small_district(), catalog=CATALOG, states=states(50, records=records))
    assert (fit_stack_steps(data).chance, fit_stack_steps(data).leak) == (CHANCE, LEAK)


def test_refuses_prerequisites_that_are_no_credentials():
    arrays = STEPS.arrays() | {"prerequisite_before": STEPS.before + 7}
    with pytest.raises(ValueError, match="columns"):
        StackSteps.restore(arrays, STEPS.settings(), 7)
