import numpy as np
import pytest
from scipy.sparse import csr_matrix, random_array

from models.fitting.als import AlsConfig, fit_als
from models.fitting.options import TrainingOptions

MATRIX = csr_matrix(random_array((50, 20), density=0.2, rng=np.random.default_rng(0)))
CONFIG = AlsConfig(factors=6, iterations=4, noise=0.1)


def test_tells_the_loss_of_every_epoch():
    told = []
    fit_als(MATRIX, CONFIG, TrainingOptions(on_epoch=lambda *what: told.append(what)))
    names, epochs, losses = zip(*told, strict=True)
    assert set(names) == {"colleagues.als"}
    assert epochs == (0, 1, 2, 3)
    assert losses[-1] < losses[0]


def test_being_told_changes_nothing():
    quiet = fit_als(MATRIX, CONFIG, TrainingOptions(seed=2))
    told = fit_als(MATRIX, CONFIG, TrainingOptions(seed=2, on_epoch=lambda *_: None))
    np.testing.assert_array_equal(quiet.item_factors, told.item_factors)


def test_the_number_of_threads_changes_nothing():
    one, two = (fit_als(MATRIX, CONFIG, TrainingOptions(seed=2, threads=t)) for t in (1, 2))
    np.testing.assert_array_equal(one.item_factors, two.item_factors)


def test_regularises_in_proportion_to_what_chance_would_give():
    config = AlsConfig(regularization=0.5, noise=2.0)
    level = np.sqrt(MATRIX.nnz / 20) + np.sqrt(MATRIX.nnz / 50)
    assert config.regularization_of(MATRIX) == pytest.approx(0.5 + 2 * level)
    assert AlsConfig(noise=0.0).regularization_of(MATRIX) == pytest.approx(0.01)


def test_no_records_no_factors():
    part = fit_als(csr_matrix((3, 5), dtype=np.float32), CONFIG, TrainingOptions())
    assert part.item_factors.shape == (5, 6)
    assert not part.item_factors.any()


def test_a_config_says_what_is_allowed():
    with pytest.raises(ValueError, match="regularization and alpha must be above 0"):
        AlsConfig(alpha=0)
