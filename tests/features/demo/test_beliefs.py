import numpy as np
import pytest

from features.demo.beliefs import Beliefs, draws, hear, presses


@pytest.fixture
def beliefs():
    need = np.array([[1.0, -1.0, 0.5], [0.0, 2.0, -np.inf]], dtype=np.float32)
    return Beliefs.draw(np.random.default_rng(0), need)


def test_at_first_there_is_only_a_hunch(beliefs):
    assert not beliefs.rated.any()
    assert not beliefs.own.any()
    assert np.isneginf(beliefs.seen(np.array([1]))[0, 2])


def test_what_is_heard_again_comes_nearer_and_moves_nothing_else(beliefs):
    cell = (np.array([0]), np.array([1]))
    heard = []
    for _ in range(3):
        hear(beliefs.rated, *cell, np.array([2.0], dtype=np.float32), 0.5)
        heard.append(float(beliefs.rated[0, 1]))
    assert heard == [1.0, 1.5, 1.75]
    assert (beliefs.rated != 0).sum() == 1
    assert not beliefs.own.any()


def test_a_strength_draws_nothing_and_a_wide_gap_more_than_in_proportion():
    drawn = draws(np.array([[-1.0, 0.0, 0.5, 1.0]], dtype=np.float32))[0]
    assert drawn[0] == drawn[1] == 0
    assert drawn[3] > 2 * drawn[2] > 0


def test_who_was_told_of_no_gap_is_not_moved_and_nobody_more_than_fully():
    pressed = presses(np.array([[-1.0, 0.0], [0.2, 0.1], [3.0, 3.0]], dtype=np.float32))
    assert pressed[0] == 0
    assert 0 < pressed[1] < pressed[2] == 1
