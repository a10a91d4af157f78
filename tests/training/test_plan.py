import numpy as np
import pytest

from recommender.errors import InvalidInput, NotEnoughData
from recommender.teacher_state import UNDATED_MS
from training.plan import (
    Heldout,
    PlanConfig,
    automatic_plan,
    judged_split,
    make_plan,
    natural_protocol,
)
from training.splits import DAY_MS, SplitProtocol

CONFIG = PlanConfig(least_learners=5)


@pytest.fixture
def dated(district):
    random = np.random.default_rng(2)
    rows = [(i % 50, int(random.integers(0, 30)), int(random.integers(0, 200))) for i in range(900)]
    return district([(t, c, day * DAY_MS) for t, c, day in rows], size=30)


@pytest.fixture
def undated(district):
    random = np.random.default_rng(2)
    rows = [(i % 50, int(random.integers(0, 30)), UNDATED_MS) for i in range(900)]
    return district(rows, size=30)


def test_dates_decide_the_protocol(dated, undated):
    assert natural_protocol(dated) is SplitProtocol.DATE
    assert natural_protocol(undated) is SplitProtocol.RANDOM


def test_the_parts_follow_one_another_in_time(dated):
    plan = automatic_plan(dated, CONFIG, seed=0)
    first, second = plan.weights.train.as_of, plan.judged.train.as_of
    assert first < second < dated.as_of
    assert (plan.weights.train.states.records.rows["on"] <= first).all()
    assert (plan.judged.train.states.records.rows["on"] <= second).all()


@pytest.mark.parametrize("protocol", list(SplitProtocol))
def test_what_is_judged_is_never_learned_from(dated, undated, protocol, tmp_path):
    snapshot = undated if protocol is SplitProtocol.GIVEN else dated
    file = tmp_path / "heldout.csv"
    file.write_text(
        "teacher_id,credential_id\n" + "".join(f"t{i},c{i % 30:03d}\n" for i in range(50))
    )
    plan = make_plan(snapshot, protocol, CONFIG, 0, Heldout(file))
    judged = plan.judged
    held = set(zip(judged.teachers[judged.relevant.owner], judged.relevant.rows, strict=True))
    taught = [plan.weights] if plan.weights else [half.validation for half in plan.halves]
    for split in (*taught, plan.judged):
        records = split.train.states.records
        assert not held & set(zip(records.owner, records.rows["credential"], strict=True))


def test_too_few_learners_leave_the_weights_equal(dated):
    plan = automatic_plan(dated, PlanConfig(least_learners=51), seed=0)
    assert plan.weights is None
    assert plan.judged is not None
    assert "Every evidence has the same weight: Only" in plan.notes[1]
    assert "the figures are noise" in plan.notes[2]


def test_where_the_newest_is_held_out_halves_teach_each_other(dated):
    plan = make_plan(dated, SplitProtocol.LAST_OUT, CONFIG, 0)
    assert plan.weights is None
    assert len(plan.halves) == 2
    assert "the other half chose" in plan.notes[1]
    few = make_plan(dated, SplitProtocol.LAST_OUT, PlanConfig(least_learners=51), 0)
    assert few.halves == ()
    assert "Every evidence has the same weight: Only" in few.notes[1]


def test_records_of_one_day_are_held_out_at_random(district):
    snapshot = district([(i % 10, i % 30, 5) for i in range(200)], size=30)
    plan = automatic_plan(snapshot, CONFIG, seed=0)
    assert "a dated split needs records of more days" in plan.notes[0]
    assert plan.judged.protocol is SplitProtocol.RANDOM


def test_nothing_to_hold_out_is_said_and_no_error(district):
    plan = automatic_plan(district([(0, 0, UNDATED_MS)]), CONFIG, seed=0)
    assert (plan.weights, plan.judged) == (None, None)
    assert "the model was not judged" in plan.notes[-1]


def test_asking_for_dates_that_are_not_there_is_refused(undated):
    for protocol in (SplitProtocol.DATE, SplitProtocol.LAST_OUT):
        with pytest.raises(NotEnoughData, match="No record has a date"):
            make_plan(undated, protocol, CONFIG, 0)


def test_given_needs_a_file(undated):
    with pytest.raises(InvalidInput, match="--heldout FILE"):
        judged_split(undated, SplitProtocol.GIVEN, CONFIG, 0)


@pytest.mark.parametrize("share", [0.0, 0.5, -1.0, float("nan")])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(ValueError, match="judged_share must be between 0 and"):
        PlanConfig(judged_share=share)
