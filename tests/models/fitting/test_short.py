import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models.colleagues.history import History
from models.fitting import short
from models.fitting.options import TrainingOptions
from models.fitting.short import ShortConfig, fit_short

RNG = np.random.default_rng(5)
DENSE = (RNG.random((150, 24)) < 0.25).astype(np.float32)
DENSE[:, 20] = 0
DENSE[:3] = 0
DENSE[0, 4] = 1
MATRIX = csr_matrix(DENSE)
ALL = ShortConfig(factors=24, prior=1e-6, damping=0.0)


def one(credential):
    return History(np.array([0, 1]), np.array([credential]), np.ones(1, dtype=np.float32))


def test_a_single_record_gives_the_share_of_those_who_have_both():
    part = fit_short(MATRIX, ALL, TrainingOptions())
    several = DENSE[DENSE.sum(axis=1) > 1]
    common = several.T @ (several / several.sum(axis=1, keepdims=True))
    given = common[3] / common[3, 3]
    # eigenvalues below zero are left out, so the shares are met nearly
    scores = part.score(one(3))[0]
    others = np.delete(np.arange(24), [3, 20])
    assert np.corrcoef(scores[others], given[others])[0, 1] > 0.6
    assert scores[others].mean() == pytest.approx(given[others].mean(), rel=0.3)


def test_few_vectors_are_those_of_the_whole(monkeypatch):
    config = ShortConfig(factors=5)
    dense = fit_short(MATRIX, config, TrainingOptions())
    monkeypatch.setattr(short, "_DENSE", 0)
    sparse = fit_short(MATRIX, config, TrainingOptions())
    np.testing.assert_allclose(np.sort(sparse.strength), np.sort(dense.strength), rtol=1e-3)
    np.testing.assert_allclose(sparse.score(one(2)), dense.score(one(2)), atol=0.02)


def test_who_has_a_single_record_says_nothing():
    with_single = fit_short(MATRIX, ShortConfig(), TrainingOptions())
    without = fit_short(csr_matrix(DENSE[3:]), ShortConfig(), TrainingOptions())
    np.testing.assert_array_equal(with_single.strength, without.strength)
    several = DENSE.sum(axis=1)[DENSE.sum(axis=1) > 1]
    assert with_single.others == pytest.approx(several.mean() - 1)
    assert without.others == pytest.approx(several.mean() - 1)


def test_what_nobody_has_scores_zero():
    part = fit_short(MATRIX, ShortConfig(), TrainingOptions())
    assert part.score(one(3))[0, 20] == 0
    assert not part.score(one(20)).any()


def test_the_same_data_gives_the_same_part(monkeypatch):
    monkeypatch.setattr(short, "_DENSE", 0)
    first, again = (fit_short(MATRIX, ShortConfig(factors=4), TrainingOptions()) for _ in range(2))
    np.testing.assert_array_equal(first.vectors, again.vectors)


@pytest.mark.parametrize("dense", [np.zeros((3, 5)), np.eye(4), np.ones((3, 1))])
def test_nothing_in_common_nothing_learned(dense):
    part = fit_short(csr_matrix(dense.astype(np.float32)), ShortConfig(), TrainingOptions())
    assert not part.score(one(0)).any()


@pytest.mark.parametrize("bad", [{"factors": 0}, {"prior": 0}, {"damping": -1}])
def test_a_config_says_what_is_allowed(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        ShortConfig(**bad)
