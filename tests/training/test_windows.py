from dataclasses import replace

import numpy as np
import pytest

from training.plan import PlanConfig, automatic_plan, make_plan
from training.splits import DAY_MS, SplitProtocol
from training.windows import windows_of

CONFIG = PlanConfig(least_learners=5)


@pytest.fixture
def snapshot(district):
    rows = [(t, i, (20 * i + t) * DAY_MS) for t in range(40) for i in range(4 + t % 9)]
    return district(rows, size=30)


def test_dated_parts_are_cut_into_windows_asked_from_their_own_beginnings(snapshot):
    plan = automatic_plan(snapshot, CONFIG, 0)
    whole, *windows = windows_of(snapshot, plan, CONFIG, ("inner",), ("later",))
    assert whole.states is plan.weights.queries
    moments = [int(window.states.as_of[0]) for window in windows]
    assert moments == sorted(set(moments))
    assert moments[0] == plan.weights.train.as_of
    of_judged = [window for window in windows if window.evidence == ("later",)]
    assert int(of_judged[0].states.as_of[0]) == plan.judged.train.as_of
    asked = sum(len(window.relevant.rows) for window in of_judged)
    assert asked == len(plan.judged.relevant.rows)


def test_evidence_is_older_than_what_it_is_asked_for(snapshot):
    plan = automatic_plan(snapshot, CONFIG, 0)
    for window in windows_of(snapshot, plan, CONFIG, ("inner",), ("later",))[1:]:
        train = plan.weights.train if window.evidence == ("inner",) else plan.judged.train
        assert (window.states.as_of >= train.as_of).all()


def test_undated_parts_stay_whole(snapshot):
    plan = make_plan(snapshot, SplitProtocol.RANDOM, CONFIG, 0)
    inner, judged = windows_of(snapshot, plan, CONFIG, ("inner",), ("later",))
    assert inner.states is plan.weights.queries
    np.testing.assert_array_equal(judged.relevant.rows, plan.judged.relevant.rows)


def test_without_a_part_there_are_no_windows(snapshot):
    plan = automatic_plan(snapshot, CONFIG, 0)
    assert windows_of(snapshot, replace(plan, judged=None), CONFIG, (), ()) == []
