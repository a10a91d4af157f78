import numpy as np
import pytest

from models.learned import learned_array


def test_gives_an_array_of_the_right_shape():
    array = np.zeros((3, 2))
    assert learned_array({"pull": array}, "pull", (3, None)) is array


def test_says_which_array_is_missing():
    with pytest.raises(ValueError, match="'pull' is missing"):
        learned_array({}, "pull", (3,))


@pytest.mark.parametrize("shape", [(4, None), (3,), (3, 2, 1)])
def test_says_what_shape_was_wanted(shape):
    with pytest.raises(ValueError, match=r"'pull' must be of shape .* is \(3, 2\)"):
        learned_array({"pull": np.zeros((3, 2))}, "pull", shape)
