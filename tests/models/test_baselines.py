import numpy as np
import pytest

from models.baselines import LargestGap
from models.fitting.baselines import BASELINES, fit_baseline
from models.fitting.options import TrainingOptions
from tests.models.small_district import assessed, rated, small_district, states

DATA = small_district()


@pytest.mark.parametrize("name", BASELINES)
def test_scores_every_credential_of_every_teacher(name):
    score = fit_baseline(name, DATA, TrainingOptions(seed=1))
    scores = score(DATA.states)
    assert scores.shape == (len(DATA.states), len(DATA.catalog))
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    for teacher in (0, 5, 17):
        alone = score(DATA.states.take([teacher]))[0]
        np.testing.assert_allclose(alone, scores[teacher], rtol=1e-4, atol=1e-5)


def test_names_those_that_there_are():
    with pytest.raises(ValueError, match="popularity, als, random, largest_gap, got 'magic'"):
        fit_baseline("magic", DATA, TrainingOptions())


def test_popularity_counts_teachers():
    scores = fit_baseline("popularity", DATA, TrainingOptions())(states(1))[0]
    columns = DATA.states.history.rows["credential"]
    np.testing.assert_array_equal(scores, np.bincount(columns, minlength=len(scores)))


def test_random_follows_from_the_seed():
    first, again, other = (
        fit_baseline("random", DATA, TrainingOptions(seed=seed))(DATA.states) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.9


def test_plain_als_knows_like_from_unlike():
    half = len(DATA.catalog) // 2
    scores = fit_baseline("als", DATA, TrainingOptions())(DATA.states)
    kinds = np.arange(len(DATA.states)) % 2
    known = DATA.states.history.counts > 0
    lower = scores[:, :half].mean(axis=1) > scores[:, half:].mean(axis=1)
    assert (lower == (kinds == 0))[known].mean() > 0.9


def test_the_largest_gap_comes_first():
    rule = LargestGap(np.array([[0, 1, 0], [0, 0, 0.2], [0, 0, 1], [0, 0, 0]], dtype=np.float32))
    scores = rule(states(1, ratings=[rated(0, 1, 0.7), rated(0, 2, 0.1)]))[0]
    assert np.argsort(-scores).tolist() == [2, 1, 0, 3]
    assert scores[3] == 0


def test_a_self_assessment_counts_where_there_is_no_rating():
    rule = LargestGap(np.eye(3, dtype=np.float32))
    state = states(
        1, ratings=[rated(0, 1, 0.9)], assessments=[assessed(0, 1, 0.0), assessed(0, 2, 0.5)]
    )
    assert np.argsort(-rule(state)[0]).tolist()[:2] == [2, 1]
