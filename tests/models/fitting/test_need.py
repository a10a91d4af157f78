from dataclasses import replace

import numpy as np
import pytest

from features.training_data import TrainingData
from models.fitting.need import fit_growth_area, fit_growth_goal, pull_of, usual_levels
from models.fitting.options import TrainingOptions
from models.growth_area import GrowthAreaConfig
from models.growth_goal import GrowthGoalConfig
from models.need import PullConfig
from tests.models.small_district import (
    DAY,
    FOREVER,
    NOW,
    catalog,
    earned,
    rated,
    small_district,
    states,
)


def pull(reach, appeals=None, **config):
    settings = {"breadth": 0.0, "appeal": 0.0} | config
    known = np.ones(len(reach)) if appeals is None else np.array(appeals)
    return pull_of(catalog(np.array(reach, dtype=np.float32)), known, PullConfig(**settings))


def reached(teachers, records, **fields):
    """A district with goals in which three credentials reach one standard."""
    made = catalog(np.array([[0, 1, 0, 0]] * 3, dtype=np.float32))
    goals = [(0, 1, 0, NOW, FOREVER)]
    known = states(teachers, records=records, goals=goals)
    return TrainingData(replace(made, **fields), known, NOW)


def appeal_of(data):
    return fit_growth_goal(data, GrowthGoalConfig(appeal=1.0), TrainingOptions()).pull[:, 1]


def test_plain_pull_is_reach():
    assert pull([[0, 1, 0.5, 0]]).tolist() == [[0, 1, 0.5, 0]]


def test_breadth_from_adding_to_sharing_out():
    assert pull([[0, 1, 1, 0]], breadth=0.0)[0, 1] == 1
    assert pull([[0, 1, 1, 0]], breadth=1.0)[0, 1] == pytest.approx(0.5)


def test_how_many_other_frameworks_it_is_mapped_to_does_not_matter():
    mapped = pull([[0, 1, 0, 0, 0, 0], [0, 1, 0, 0, 0, 1]], breadth=0.5)
    assert mapped[0, 1] == mapped[1, 1]


def test_of_two_for_the_same_need_the_one_with_more_appeal_counts_more():
    found = pull([[0, 1, 0, 0], [0, 1, 0, 0]], [1.5, 0.5], appeal=1.0)
    assert found[:, 1].tolist() == [1.5, 0.5]


def test_what_more_took_up_of_those_who_could_has_more_appeal():
    popular = reached(50, [earned(t, int(t % 5 == 0), NOW - t * DAY) for t in range(50)])
    first, second, third = appeal_of(popular)
    assert first > second > third > 0


def test_what_opened_late_is_held_against_those_who_came_later():
    opened = np.array([0, 0, NOW - 20 * DAY])
    early = [earned(t, t % 2, NOW - (60 - t) * DAY) for t in range(40)]
    late = [earned(t, 2 if t % 2 else t // 2 % 2, NOW - (60 - t) * DAY) for t in range(41, 60)]
    first, second, third = appeal_of(reached(60, early + late, valid_from=opened))
    assert third > max(first, second)


def test_without_dates_all_are_expected_alike():
    found = appeal_of(reached(50, [earned(t, 0) for t in range(50)]))
    assert found[0] > found[1] == found[2] > 0


def test_where_nobody_tells_of_a_need_nothing_is_asked_of_the_records():
    known = reached(50, [earned(t, int(t % 5 == 0), NOW - t * DAY) for t in range(50)])
    silent = replace(known, states=replace(known.states, goals=states(50).goals))
    assert appeal_of(silent).tolist() == [1.0, 1.0, 1.0]


def test_what_is_only_inferred_counts_less_than_what_the_issuer_names():
    made = catalog(np.array([[0, 1, 0.5, 0]], dtype=np.float32))
    named = replace(made, aligned=(frozenset({made.axes.standards[1]}),))
    config = PullConfig(inferred=0.5, breadth=0.0, appeal=0.0)
    nobody = np.ones(1)
    assert pull_of(named, nobody, config).tolist() == [[0, 1, 0.25, 0]]
    assert pull_of(made, nobody, config).tolist() == [[0, 1, 0.5, 0]]


def test_no_credential_no_pull():
    assert pull(np.zeros((0, 4))).shape == (0, 4)


def test_what_is_usual_is_the_mean_of_what_is_known():
    made = states(400, ratings=[rated(t, 1, 0.75) for t in range(399)] + [rated(399, 1, np.nan)])
    usual = usual_levels(made.ratings, catalog(np.zeros((1, 6), dtype=np.float32)))
    assert usual[1] == pytest.approx(0.75, abs=0.01)
    # a standard that nobody is rated on is as usual in its framework
    assert usual[2] == pytest.approx(usual[1], abs=0.02)


def test_without_ratings_the_middle_is_usual():
    usual = usual_levels(states(1).ratings, catalog(np.zeros((1, 4), dtype=np.float32)))
    assert usual.tolist() == [0.5] * 4


def test_the_small_district_learns_both():
    evidence = fit_growth_area(small_district(), GrowthAreaConfig(), TrainingOptions())
    assert (evidence.pull >= 0).all()
    assert (evidence.usual >= 0).all()
    assert (evidence.usual <= 1).all()


def test_a_config_says_what_is_allowed():
    with pytest.raises(ValueError, match="appeal must be from 0 to 1"):
        PullConfig(appeal=2)
    with pytest.raises(ValueError, match="few must be above 0"):
        PullConfig(few=0)
