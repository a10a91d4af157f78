import numpy as np
import pytest

from features.demo.minds import told_minds, true_minds
from features.demo.needs import REASONS

TEACHERS = np.arange(40)


@pytest.fixture
def told(world):
    return told_minds(world.hidden, TEACHERS)


@pytest.fixture
def true(world):
    return true_minds(world.hidden, TEACHERS)


def test_what_files_hold_is_the_same_in_both_readings(told, true):
    assert np.array_equal(told.rated, true.rated)
    assert np.array_equal(told.own, true.own)


def test_what_is_private_is_averaged_over(world, told, true):
    assert (told.reasons == told.reasons[0]).all()
    assert (true.reasons != true.reasons[0]).any()
    real = np.isfinite(world.hidden.leaf[TEACHERS])
    for one in (told, true):
        assert one.hunch.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
        assert not one.hunch[~real].any()
    assert np.ptp(told.hunch[0][real[0]]) == 0
    assert np.ptp(true.hunch[0][real[0]]) > 0


def test_everybody_has_a_weight_for_every_reason(true):
    assert true.reasons.shape == (len(TEACHERS), len(REASONS))
    assert (true.reasons >= 0).all()


def test_an_unknown_taste_multiplies_by_its_mean(world, told):
    factors, pull = world.catalog.tastes[:20], 0.5
    draws = np.random.default_rng(1).normal(0.0, told.own_taste**0.5, (20_000, factors.shape[1]))
    by_draws = np.exp(pull * (told.tastes[0] + draws) @ factors.T).mean(axis=0)
    assert told.taste(factors, pull)[0] == pytest.approx(by_draws, rel=0.03)
