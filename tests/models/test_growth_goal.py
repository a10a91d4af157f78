import numpy as np
import pytest

from models.choice_set import ChoiceSet
from models.growth_goal import GrowthGoal, GrowthGoalConfig
from recommender.facts import FactKind
from recommender.vocabulary import SetBy
from tests.models.small_district import DAY, FOREVER, NOW, catalog, states

REACH = np.array([[0, 1, 0], [0, 0, 1]], dtype=np.float32)
EVIDENCE = GrowthGoal(
    REACH, ChoiceSet.of(catalog(REACH)), 1.0, GrowthGoalConfig(half_life_days=100.0)
)


def goal(standard, on=NOW, until=FOREVER, by=SetBy.TEACHER):
    return (0, standard, by.code, on, until)


def test_a_goal_raises_what_reaches_its_standard():
    assert EVIDENCE.score(states(1, goals=[goal(1)]))[0] == pytest.approx([1.0, 0.0])


def test_a_newer_goal_counts_more():
    state = states(1, goals=[goal(1, NOW - 100 * DAY), goal(2)])
    assert EVIDENCE.score(state)[0] == pytest.approx([0.5, 1.0])


def test_a_goal_that_has_run_out_is_none():
    state = states(1, goals=[goal(1, NOW - 9 * DAY, until=NOW - DAY)])
    assert not EVIDENCE.score(state).any()
    assert EVIDENCE.facts(state, 0) == ()


def test_setting_a_goal_again_does_not_double_it():
    once, twice = states(1, goals=[goal(1)]), states(1, goals=[goal(1), goal(1)])
    np.testing.assert_array_equal(EVIDENCE.score(once), EVIDENCE.score(twice))


def test_the_fact_says_who_set_it_and_when():
    state = states(1, goals=[goal(1, NOW - DAY), goal(1, by=SetBy.COACH)])
    (fact,) = EVIDENCE.facts(state, 0)
    assert (fact.kind, fact.standard, fact.set_by, fact.on) == (FactKind.GOAL, 1, "coach", NOW)


def test_a_config_says_what_is_allowed():
    with pytest.raises(ValueError, match="by_coach"):
        GrowthGoalConfig(by_coach=-1)
