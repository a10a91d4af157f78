import numpy as np
import pytest

from models.recency import recency
from recommender.teacher_state import UNDATED_MS
from tests.models.small_district import DAY, NOW


def test_halves_with_every_half_life():
    on = np.array([NOW, NOW - 10 * DAY, NOW - 20 * DAY])
    assert recency(on, NOW, 10.0, 0.3) == pytest.approx([1.0, 0.5, 0.25])


def test_undated_facts_have_their_own_weight():
    assert recency(np.array([UNDATED_MS]), NOW, 10.0, 0.3) == pytest.approx([0.3])


def test_nothing_counts_more_than_a_fresh_fact():
    assert recency(np.array([NOW + 5 * DAY]), NOW, 10.0, 0.3) == pytest.approx([1.0])


def test_age_may_not_matter():
    on = np.array([0, NOW])
    assert recency(on, NOW, np.inf, 0.3) == pytest.approx([1.0, 1.0])
