from hypothesis import given
from hypothesis import strategies as st

from recommender.codes import natural


@given(st.lists(st.tuples(st.sampled_from(["L", "A.", ""]), st.integers(0, 999)), max_size=3))
def test_numbers_in_codes_sort_as_numbers(parts):
    code = "".join(f"{word}{number}-" for word, number in parts)
    assert natural(f"{code}2x") < natural(f"{code}10x")
