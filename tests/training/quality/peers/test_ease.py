import numpy as np
import pytest
from scipy.sparse import csr_matrix

from training.quality.peers.ease import EASE


def _matrix(learners, credentials, seed):
    cells = np.random.default_rng(seed).random((learners, credentials)) < 0.25
    return csr_matrix(cells.astype(np.float32))


def _by_hand(train, histories, ridge, times=0.0):
    gram = (train.T @ train).toarray()
    gram += np.diag(ridge + times * np.diag(gram))
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return histories.toarray() @ weights


@pytest.mark.parametrize("shape", [(40, 15), (15, 40), (20, 20)])
def test_both_ways_give_what_the_definition_says(shape):
    train, histories = _matrix(*shape, 0), _matrix(6, shape[1], 1)
    scores = EASE.fit(train, {"regularization": 3.0}, 0, 1)(histories)
    assert scores.dtype == np.float32
    assert scores == pytest.approx(_by_hand(train, histories, 3.0), abs=1e-4)


@pytest.mark.parametrize("shape", [(40, 15), (15, 40)])
def test_the_diagonal_may_grow_with_frequency(shape):
    train, histories = _matrix(*shape, 0), _matrix(6, shape[1], 1)
    config = {"regularization": 2.0, "by_frequency": 3.0}
    scores = EASE.fit(train, config, 0, 1)(histories)
    assert scores == pytest.approx(_by_hand(train, histories, 2.0, 3.0), abs=1e-4)


def test_it_is_not_run_where_neither_side_is_small():
    assert EASE.too_large(50_000, 100) == ""
    assert "dense" in EASE.too_large(50_000, 30_000)
