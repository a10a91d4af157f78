import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models.fitting import ease
from models.fitting.ease import EaseConfig, fit_ease
from models.fitting.options import TrainingOptions

DENSE = (np.random.default_rng(0).random((60, 9)) < 0.3).astype(np.float32)
DENSE[:, 8] = 0
DENSE[:2, 8] = 1
MATRIX = csr_matrix(DENSE)


def direct(dense, ridge, frequency):
    """B by the formula of the paper, without any short cut."""
    gram = dense.T @ dense
    inverse = np.linalg.inv(gram + np.diag(ridge + frequency * np.diag(gram)))
    weights = np.eye(len(gram)) - inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(weights, 0)
    return weights


@pytest.mark.parametrize(("ridge", "frequency"), [(5.0, 0.0), (1.0, 3.0)])
def test_is_the_formula(ridge, frequency):
    config = EaseConfig(ridge=ridge, frequency=frequency, lengths=0, fewest=1)
    part = fit_ease(MATRIX, config, TrainingOptions())
    np.testing.assert_allclose(part.weights, direct(DENSE, ridge, frequency), atol=1e-4)
    assert part.weights.dtype == np.float32
    assert part.weights.flags.c_contiguous


def test_few_teachers_give_the_same_by_their_own_matrix(monkeypatch):
    config = EaseConfig(5.0, 2.0, fewest=1)
    tall = fit_ease(MATRIX, config, TrainingOptions()).weights
    monkeypatch.setattr(ease, "_WIDE", 1e9)
    np.testing.assert_allclose(fit_ease(MATRIX, config, TrainingOptions()).weights, tall, atol=1e-5)


def test_long_histories_are_held_back():
    lengths = np.maximum(DENSE.sum(axis=1), 1)
    held_back = DENSE * ((lengths / lengths.mean()) ** -0.25)[:, None]
    part = fit_ease(MATRIX, EaseConfig(5.0, 1.0, 0.5, fewest=1), TrainingOptions())
    np.testing.assert_allclose(part.weights, direct(held_back, 5.0, 1.0), atol=1e-4)


def test_what_a_few_people_did_is_left_out():
    part = fit_ease(MATRIX, EaseConfig(fewest=3), TrainingOptions())
    assert part.columns.tolist() == list(range(8))
    assert part.weights.shape == (8, 8)


def test_a_large_catalog_keeps_what_most_earned():
    part = fit_ease(MATRIX, EaseConfig(fewest=1, largest=3), TrainingOptions())
    counts = DENSE.sum(axis=0)
    assert counts[part.columns].min() >= np.delete(counts, part.columns).max()
    assert (np.diff(part.columns) > 0).all()


def test_no_records_no_weights():
    part = fit_ease(csr_matrix((3, 5), dtype=np.float32), EaseConfig(), TrainingOptions())
    assert part.weights.shape == (0, 0)


def test_a_config_says_what_is_allowed():
    with pytest.raises(ValueError, match="ridge must be above 0"):
        EaseConfig(ridge=0)
    with pytest.raises(ValueError, match="lengths must be from 0 to 1"):
        EaseConfig(lengths=2)
