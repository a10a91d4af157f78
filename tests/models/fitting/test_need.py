from dataclasses import replace

import numpy as np
import pytest

from models.fitting.need import fit_growth_area, pull_of, usual_levels
from models.fitting.options import TrainingOptions
from models.growth_area import GrowthAreaConfig
from models.need import PullConfig
from tests.models.small_district import catalog, rated, small_district, states


def pull(reach, taken=None, **config):
    settings = {"breadth": 0.0, "appeal": 0.0, "crowding": 0.0} | config
    counts = np.zeros(len(reach), dtype=np.int64) if taken is None else np.array(taken)
    return pull_of(catalog(np.array(reach, dtype=np.float32)), counts, PullConfig(**settings))


def test_plain_pull_is_reach():
    assert pull([[0, 1, 0.5, 0]]).tolist() == [[0, 1, 0.5, 0]]


def test_breadth_from_adding_to_sharing_out():
    assert pull([[0, 1, 1, 0]], breadth=0.0)[0, 1] == 1
    assert pull([[0, 1, 1, 0]], breadth=1.0)[0, 1] == pytest.approx(0.5)


def test_how_many_other_frameworks_it_is_mapped_to_does_not_matter():
    mapped = pull([[0, 1, 0, 0, 0, 0], [0, 1, 0, 0, 0, 1]], breadth=0.5)
    assert mapped[0, 1] == mapped[1, 1]


def test_of_two_for_the_same_need_the_one_that_more_took_up_counts_more():
    same = [[0, 1, 0, 0], [0, 1, 0, 0]]
    found = pull(same, [30, 0], appeal=1.0)
    assert found[0, 1] == pytest.approx(1.5)
    assert found[1, 1] == pytest.approx(0.5)
    assert pull(same, [0, 0], appeal=1.0).tolist() == same


def test_a_need_that_few_answer_to_points_at_these_few():
    found = pull([[0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], crowding=1.0)
    assert found[0, 1] == found[1, 1] == pytest.approx(0.5)
    assert found[2, 2] == 1
    assert not found[:, 3].any()


def test_what_is_only_inferred_counts_less_than_what_the_issuer_names():
    made = catalog(np.array([[0, 1, 0.5, 0]], dtype=np.float32))
    named = replace(made, aligned=(frozenset({made.axes.standards[1]}),))
    config = PullConfig(inferred=0.5, breadth=0.0, appeal=0.0, crowding=0.0)
    nobody = np.zeros(1, dtype=np.int64)
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
    with pytest.raises(ValueError, match="crowding must be from 0 to 1"):
        PullConfig(crowding=2)
