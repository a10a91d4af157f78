from dataclasses import replace

import pytest

from models.fitting.next_step import fit_next_step
from models.fitting.options import TrainingOptions
from models.next_step import NextStepConfig
from recommender.facts import FactKind
from recommender.teacher_state import UNDATED_MS
from tests.models.small_district import DAY, NOW, earned, small_district, states
from tests.models.test_stack_steps import CATALOG


@pytest.fixture(scope="module")
def evidence():
    data = replace(small_district(), catalog=CATALOG, states=states(3))
    return fit_next_step(data, NextStepConfig(), TrainingOptions())


def test_the_wish_to_go_on_fades(evidence):
    new, old = (
        evidence.score(states(1, records=[earned(0, 0, NOW - age * DAY)]))[0, 1] for age in (0, 180)
    )
    assert old == pytest.approx(new / 2)


def test_it_is_shared_out_among_all_that_is_open(evidence):
    one = evidence.score(states(1, records=[earned(0, 3, NOW)]))[0]
    two = evidence.score(states(1, records=[earned(0, 3, NOW), earned(0, 0, NOW)]))[0]
    assert two[4] == pytest.approx(one[4] / 2)
    assert two.sum() == pytest.approx(one.sum())


def test_without_a_record_there_is_no_step(evidence):
    assert not evidence.score(states(1)).any()
    assert evidence.facts(states(1), 1) == ()


def test_facts_name_the_stack_or_the_prerequisite(evidence):
    state = states(
        1, records=[earned(0, 5, NOW - DAY), earned(0, 3, NOW), earned(0, 0, UNDATED_MS)]
    )
    (of_stack,) = evidence.facts(state, 1)
    assert (of_stack.kind, of_stack.credential) == (FactKind.STACK, 0)
    (after,) = evidence.facts(state, 6)
    assert (after.kind, after.credential) == (FactKind.PREREQUISITE, 3)
    assert evidence.facts(state, 2) == evidence.facts(state, 1, limit=0) == ()


@pytest.mark.parametrize("wrong", [{"half_life_days": 0}, {"undated": 1.5}])
def test_refuses_a_configuration_out_of_range(wrong):
    with pytest.raises(ValueError, match="half_life_days"):
        NextStepConfig(**wrong)
