import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fitting.encoders import TfidfEncoder

TEXTS = ["经济学原理", "微观经济学", "大学物理实验", "大学物理", "Principles of economics"]


def test_close_texts_point_the_same_way_in_any_language():
    vectors = TfidfEncoder().encode(TEXTS, seed=0)
    alike = vectors @ vectors.T
    assert alike[0, 1] > alike[0, 2]
    assert alike[2, 3] > alike[1, 3]


@given(st.lists(st.text(max_size=20), max_size=12))
def test_any_texts_give_unit_vectors_or_nothing(texts):
    vectors = TfidfEncoder().encode(texts, seed=1)
    assert vectors.shape[0] == len(texts)
    assert vectors.dtype == np.float32
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all((np.abs(lengths - 1) < 1e-4) | (lengths == 0))
    empty = [not text.strip() for text in texts]
    assert not lengths[empty].any()


def test_the_same_seed_gives_the_same_vectors():
    one, other = (TfidfEncoder().encode(TEXTS, seed=4) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_at_most_so_many_components():
    assert TfidfEncoder(components=2).encode(TEXTS, seed=0).shape == (5, 2)


@pytest.mark.parametrize(
    "wrong", [{"components": 0}, {"features": 0}, {"shortest": 4}, {"flattening": 2.0}]
)
def test_refuses_impossible_settings(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        TfidfEncoder(**wrong)
