import numpy as np
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

from models.colleagues import als
from models.colleagues.als import AlsPart
from models.colleagues.history import History
from models.fitting.als import AlsConfig, fit_als
from models.fitting.options import TrainingOptions, blas_threads


def histories(seed=0, teachers=40, credentials=30, longest=12):
    rng = np.random.default_rng(seed)
    rows = [
        rng.choice(credentials, rng.integers(0, longest), replace=False) for _ in range(teachers)
    ]
    start = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate(rows)
    confidence = rng.choice([0.5, 1.0], len(columns)).astype(np.float32)
    return History(start, columns, confidence)


HISTORY = histories()
MATRIX = csr_matrix((HISTORY.confidence, HISTORY.credential, HISTORY.start), shape=(40, 30))


@pytest.fixture(scope="module")
def part():
    return fit_als(
        MATRIX,
        AlsConfig(factors=8, regularization=0.05, noise=0.0, alpha=3.0),
        TrainingOptions(seed=1),
    )


def test_folds_in_as_implicit_does(part):
    with blas_threads(1):
        model = AlternatingLeastSquares(factors=8, regularization=0.05, alpha=3.0, num_threads=1)
        model.item_factors = np.array(part.item_factors)
        theirs = model.recalculate_user(np.arange(40), MATRIX)
    np.testing.assert_allclose(part.fold_in(HISTORY), theirs, rtol=2e-3, atol=2e-4)
    their_scores = theirs @ part.item_factors.T
    ours = part.score(HISTORY)
    filled = HISTORY.counts > 0
    assert (ours[filled].argmax(axis=1) == their_scores[filled].argmax(axis=1)).all()
    top = [set(np.argsort(-scores)[:10]) for scores in (ours[3], their_scores[3])]
    assert top[0] == top[1]


def test_an_empty_history_scores_zero(part):
    assert not part.score(HISTORY)[HISTORY.counts == 0].any()


def test_the_batch_size_does_not_matter(part, monkeypatch):
    at_once = part.fold_in(HISTORY)
    monkeypatch.setattr(als, "CHUNK_NUMBERS", 1)
    np.testing.assert_allclose(part.fold_in(HISTORY), at_once, rtol=1e-5, atol=1e-6)


def test_shares_sum_to_the_score(part):
    for teacher in range(len(HISTORY)):
        one = slice(HISTORY.start[teacher], HISTORY.start[teacher + 1])
        alone = History(
            np.array([0, HISTORY.counts[teacher]]), HISTORY.credential[one], HISTORY.confidence[one]
        )
        scores = part.score(alone)[0]
        for credential in (0, 7, 29):
            total = part.shares(alone, credential).sum()
            assert total == pytest.approx(float(scores[credential]), abs=1e-5)


def test_memory_maps_will_do(part, tmp_path):
    np.save(tmp_path / "f.npy", part.item_factors)
    mapped = np.load(tmp_path / "f.npy", mmap_mode="r")
    again = AlsPart.restore({"item_factors": mapped}, part.settings(), 30)
    np.testing.assert_array_equal(again.score(HISTORY), part.score(HISTORY))
