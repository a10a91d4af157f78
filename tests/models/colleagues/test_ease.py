import numpy as np
import pytest

from models.colleagues.ease import EasePart
from models.colleagues.history import History

WEIGHTS = np.array([[0.0, 2.0, -1.0], [1.0, 0.0, 0.5], [0.0, 0.25, 0.0]], dtype=np.float32)
PART = EasePart(columns=np.array([1, 2, 4]), weights=WEIGHTS, catalog_size=6)


def history(*credentials, confidence=1.0):
    count = len(credentials)
    return History(
        np.array([0, count]),
        np.array(credentials, dtype=np.int64),
        np.full(count, confidence, dtype=np.float32),
    )


def test_a_score_is_a_sum_over_the_record():
    scores = PART.score(history(1, 2))[0]
    assert scores.tolist() == [0.0, 1.0, 2.0, 0.0, -0.5, 0.0]


def test_confidence_scales_it():
    half, full = PART.score(history(1, confidence=0.5)), PART.score(history(1))
    np.testing.assert_allclose(half, full / 2)


def test_credentials_without_weights_say_nothing():
    assert not PART.score(history(0, 5)).any()
    assert not PART.shares(history(1, 2), 3).any()


def test_shares_sum_to_the_score():
    one = history(0, 1, 2)
    scores = PART.score(one)[0]
    for credential in range(6):
        assert PART.shares(one, credential).sum() == pytest.approx(float(scores[credential]))
    assert PART.shares(one, 2).tolist() == [0.0, 2.0, 0.0]


def test_refuses_columns_outside_the_catalog():
    with pytest.raises(ValueError, match="columns of 4 credentials"):
        EasePart.restore(PART.arrays(), {}, 4)
