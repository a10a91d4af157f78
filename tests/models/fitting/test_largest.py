import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from models.fitting.largest import columns_of_largest, kth_largest

few_values = st.sampled_from([-np.inf, 0.0, 0.25, 0.5, 1.0, 3.0])
blocks = arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=few_values)


@given(blocks, st.data())
def test_it_is_what_sorting_finds(values, data):
    k = data.draw(st.integers(1, values.shape[1]))
    np.testing.assert_array_equal(kth_largest(values, k), np.sort(values, axis=1)[:, -k])


@pytest.mark.parametrize("k", [1, 30, 400])
def test_long_rows_of_any_shape(k):
    rng = np.random.default_rng(k)
    even = rng.random((5, 2000), dtype=np.float32)
    rows = np.vstack([even, np.where(even > 0.97, even, 0), np.sort(even), np.ones_like(even)])
    np.testing.assert_array_equal(kth_largest(rows, k), np.sort(rows, axis=1)[:, -k])


def test_no_row_has_no_number():
    assert kth_largest(np.zeros((0, 50), dtype=np.float32), 3).shape == (0,)


@given(arrays(np.float32, (4, 33), elements=st.integers(0, 50).map(float)), st.integers(1, 33))
def test_columns_hold_the_largest_and_ascend(values, k):
    columns = columns_of_largest(values, k)
    assert (np.diff(columns, axis=1) > 0).all()
    chosen = np.sort(np.take_along_axis(values, columns, axis=1), axis=1)
    np.testing.assert_array_equal(chosen, np.sort(values, axis=1)[:, -k:])


def test_one_column_is_its_own_largest():
    np.testing.assert_array_equal(columns_of_largest(np.ones((2, 1), np.float32), 1), [[0], [0]])
