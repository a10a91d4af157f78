from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models.colleagues import short
from models.colleagues.history import History
from models.colleagues.short import ShortPart
from models.fitting.options import TrainingOptions
from models.fitting.short import ShortConfig, fit_short

RNG = np.random.default_rng(3)
DENSE = (RNG.random((200, 30)) < RNG.random(30) * 0.4 + 0.05).astype(np.float32)
MATRIX = csr_matrix(DENSE)


def history(*rows, confidence=1.0):
    columns = np.array([column for row in rows for column in row], dtype=np.int64)
    start = np.cumsum([0, *map(len, rows)])
    return History(start, columns, np.full(len(columns), confidence, dtype=np.float32))


@pytest.fixture(scope="module")
def part():
    return fit_short(MATRIX, ShortConfig(factors=12), TrainingOptions())


def test_an_empty_history_scores_zero(part):
    scores = part.score(history((), (1, 2), ()))
    assert not scores[[0, 2]].any()
    assert scores[1].any()


def test_a_row_depends_on_its_own_history_alone(part, monkeypatch):
    rows = [tuple(RNG.choice(30, RNG.integers(0, 9), replace=False)) for _ in range(40)]
    together = part.score(history(*rows))
    alone = np.concatenate([part.score(history(row)) for row in rows])
    np.testing.assert_allclose(together, alone, rtol=1e-5, atol=1e-6)
    monkeypatch.setattr(short, "CHUNK_NUMBERS", 1)
    np.testing.assert_allclose(part.score(history(*rows)), together, rtol=1e-5, atol=1e-6)


def test_shares_sum_to_the_score(part):
    for row in [(3,), (1, 2, 5), tuple(range(20)), ()]:
        one = history(row, confidence=0.5)
        scores = part.score(one)[0]
        for credential in (0, 7, 29):
            total = part.shares(one, credential).sum()
            assert total == pytest.approx(float(scores[credential]), rel=1e-4, abs=1e-6)


def test_what_two_records_say_in_common_counts_once():
    """Two credentials that always come together say hardly more than one of them."""
    twins = DENSE.copy()
    twins[:, 1] = twins[:, 0]
    twins[:, 2] = np.where(RNG.random(200) < 0.9, twins[:, 0], twins[:, 2])
    part = fit_short(csr_matrix(twins), ShortConfig(factors=30), TrainingOptions())
    one, both = (part.score(history(row))[0, 2] for row in [(0,), (0, 1)])
    assert one < both < 1.7 * one


def test_of_a_few_records_what_is_no_stronger_than_noise_says_less(part):
    plain = replace(part, noise=0.0)
    assert part.noise == pytest.approx(part.strength.min())
    few, many = ((1, 2), tuple(range(25)))
    for row, same in ((few, False), (many, True)):
        scores, others = part.score(history(row)), plain.score(history(row))
        assert np.allclose(scores, others, rtol=1e-5) == same


def test_memory_maps_will_do(part, tmp_path):
    arrays = {}
    for name, array in part.arrays().items():
        np.save(tmp_path / f"{name}.npy", array)
        arrays[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
    again = ShortPart.restore(arrays, part.settings(), 30)
    shown = history((1, 2), (4,))
    np.testing.assert_array_equal(again.score(shown), part.score(shown))


def test_refuses_columns_outside_the_catalog(part):
    with pytest.raises(ValueError, match="columns of 4 credentials"):
        ShortPart.restore(part.arrays(), part.settings(), 4)
