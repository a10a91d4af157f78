import numpy as np
import pytest

from models.fitting.options import TrainingOptions
from models.fitting.scale import SAMPLE, spread_of
from tests.models.small_district import states


def test_is_the_usual_spread_of_those_who_have_any():
    rows = np.array([[0, 0], [0, 4], [3, 3], [0, 2]], dtype=np.float32)
    found = spread_of(lambda _: rows, states(4), np.ones(4, dtype=bool), TrainingOptions())
    assert found == pytest.approx(np.sqrt((4 + 1) / 2))


def test_is_one_where_there_is_none():
    assert spread_of(None, states(3), np.zeros(3, dtype=bool), TrainingOptions()) == 1.0
    flat = np.ones((3, 2), dtype=np.float32)
    assert spread_of(lambda _: flat, states(3), np.ones(3, dtype=bool), TrainingOptions()) == 1.0


def test_takes_a_sample_by_seed():
    asked = []

    def score(block):
        asked.append(block.as_of.tolist())
        return np.zeros((len(block), 2), dtype=np.float32)

    many = states(SAMPLE + 50)
    object.__setattr__(many, "as_of", np.arange(len(many)))
    for _ in range(2):
        spread_of(score, many, np.ones(len(many), dtype=bool), TrainingOptions(seed=1))
    assert asked[0] == asked[1]
    assert len(asked[0]) == SAMPLE
