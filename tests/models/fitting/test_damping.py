import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models.fitting.damping import commonness_of


def test_is_the_log_of_how_many_have_it_over_the_mean():
    matrix = csr_matrix(np.array([[1, 1, 0, 0.5], [0, 1, 0, 1], [0, 1, 0, 0]]))
    common = commonness_of(matrix)
    assert common == pytest.approx(np.log([1 / 2, 3 / 2, 2, 2 / 2]) * [1, 1, 0, 1])
    assert common.dtype == np.float32


def test_nothing_earned_nothing_common():
    assert not commonness_of(csr_matrix((3, 5), dtype=np.float32)).any()
