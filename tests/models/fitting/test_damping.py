import numpy as np

from models.fitting.damping import damped


def test_what_is_popular_is_lowered_and_what_is_rare_is_raised():
    factors = damped(np.array([1.0, 4.0, 4.0, 7.0], dtype=np.float32), 0.5)
    np.testing.assert_allclose(factors, [2.0, 1.0, 1.0, (4 / 7) ** 0.5], rtol=1e-6)


def test_no_damping_changes_nothing():
    assert (damped(np.array([1.0, 9.0], dtype=np.float32), 0.0) == 1).all()


def test_nothing_earned_nothing_damped():
    assert damped(np.zeros(0, dtype=np.float32), 0.5).shape == (0,)
