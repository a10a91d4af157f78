import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fitting.race import Race, standard_errors
from models.fitting.ranking import build_ranking
from recommender.teacher_state import Ragged
from tests.models.small_district import states

FIRST, SECOND, EQUAL = (
    np.array([1.0, 0.0, 0.0]),
    np.array([0.0, 1.0, 0.0]),
    np.array([0.5, 0.5, 0.0]),
)


def ranking(signal, teachers=200, seed=0):
    """Two kinds of evidence, each of which gives what was held out `signal` more than noise."""
    rng = np.random.default_rng(seed)
    held = rng.integers(0, 30, teachers)
    values = rng.standard_normal((2, teachers, 30)).astype(np.float32)
    values[:, np.arange(teachers), held] += np.array(signal, dtype=np.float32)[:, None]
    made = states(teachers)
    object.__setattr__(made, "as_of", np.arange(teachers))
    relevant = Ragged.group(np.arange(teachers), held, teachers)
    return build_ranking(lambda block: [v[block.as_of] for v in values], made, relevant, 30)


def test_ndcg_is_that_of_all_teachers():
    whole = ranking((1.0, 2.0))
    reached = Race(whole).ndcg(EQUAL)
    assert np.sort(reached) == pytest.approx(np.sort(whole.ndcg(EQUAL[:-1])))


def test_the_clearly_better_wins_whoever_holds():
    race = Race(ranking((0.0, 2.0)))
    assert race.better(SECOND, FIRST, 1.0) is SECOND
    assert race.better(FIRST, SECOND, 1.0) is SECOND


def test_a_gain_that_may_be_noise_does_not_win():
    race = Race(ranking((1.0, 1.0), teachers=40))
    assert race.better(FIRST, SECOND, 3.0) is SECOND
    assert race.better(SECOND, FIRST, 3.0) is FIRST


def test_the_same_is_not_better():
    race = Race(ranking((1.0, 1.0)))
    assert race.better(FIRST.copy(), FIRST, 0.0) is FIRST


def test_a_gain_is_in_standard_errors():
    race = Race(ranking((0.0, 2.0)))
    rise = race.ndcg(SECOND) - race.ndcg(FIRST)
    expected = rise.mean() / (rise.std() / np.sqrt(len(rise)))
    assert standard_errors(rise) == pytest.approx(expected)
    assert standard_errors(-rise) == pytest.approx(-expected)
    assert standard_errors(rise - rise) == 0


@pytest.mark.parametrize("teachers", [1, 2, 3])
def test_very_few_teachers_will_do(teachers):
    race = Race(ranking((0.0, 9.0), teachers=teachers))
    assert len(race.ndcg(FIRST)) == teachers
    assert race.better(FIRST, SECOND, 1.0) is SECOND


@given(st.integers(0, 1000), st.floats(0, 3))
def test_who_wins_reaches_no_less(seed, doubt):
    race = Race(ranking((0.5, 1.0), teachers=30, seed=seed))
    for trial, holder in ((FIRST, SECOND), (EQUAL, FIRST), (SECOND, EQUAL)):
        winner = race.better(trial, holder, doubt)
        assert race.ndcg(winner).mean() >= race.ndcg(holder).mean()
