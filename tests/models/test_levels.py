import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.levels import LevelConfig, levels, room
from tests.models.small_district import DAY, NOW, rated, states

TOP = np.ones(3, dtype=np.float32)
CONFIG = LevelConfig(half_life_days=100.0, shrink=0.5)


def levels_of(*ratings, teachers=1, config=CONFIG):
    made = states(teachers, ratings=ratings)
    return levels(made.ratings, made.as_of, 3, config)


def test_not_rated_is_unknown():
    found = levels_of()
    assert np.isnan(found.level).all()
    assert not found.certainty.any()
    assert not found.need(TOP, 0.0).any()


def test_a_rating_without_a_level_says_nothing():
    found = levels_of(rated(0, 1, np.nan))
    assert np.isnan(found.level[0, 1])
    assert found.need(TOP, 0.0)[0, 1] == 0


def test_a_rating_without_a_level_leaves_the_others_as_they_are():
    with_it = levels_of(rated(0, 1, 0.25, NOW - DAY), rated(0, 1, np.nan))
    without = levels_of(rated(0, 1, 0.25, NOW - DAY))
    np.testing.assert_array_equal(with_it.need(TOP, 0.0), without.need(TOP, 0.0))


def test_a_single_rating_counts_less_than_two_that_agree():
    one, two = levels_of(rated(0, 1, 0.0)), levels_of(rated(0, 1, 0.0), rated(0, 1, 0.0))
    assert one.certainty[0, 1] == pytest.approx(2 / 3)
    assert two.need(TOP, 0.0)[0, 1] > one.need(TOP, 0.0)[0, 1]


def test_newer_ratings_count_more():
    found = levels_of(rated(0, 1, 0.0, NOW - 100 * DAY), rated(0, 1, 1.0))
    assert found.level[0, 1] == pytest.approx(2 / 3)


def test_an_old_rating_is_less_certain():
    old, new = levels_of(rated(0, 1, 0.0, NOW - 300 * DAY)), levels_of(rated(0, 1, 0.0))
    assert old.need(TOP, 0.0)[0, 1] < new.need(TOP, 0.0)[0, 1]


def test_the_top_of_the_scale_is_no_need():
    assert levels_of(rated(0, 1, 1.0)).need(TOP, 0.0)[0, 1] == 0


def test_the_room_above_the_usual_level_counts_in_part():
    usual = np.array([0.0, 0.75, 0.5], dtype=np.float32)
    levels = np.array([0.5, 0.25, 1.0], dtype=np.float32)
    assert room(levels, usual, 0.25) == pytest.approx([0.25 * 0.5, 0.5 + 0.25 * 0.25, 0.0])
    assert room(levels, usual, 1.0) == pytest.approx(1 - levels)


def test_teachers_do_not_mix():
    found = levels_of(rated(0, 1, 0.0), rated(1, 2, 0.5), teachers=2)
    np.testing.assert_array_equal(found.certainty > 0, [[0, 1, 0], [0, 0, 1]])


def test_a_config_says_what_is_allowed():
    with pytest.raises(ValueError, match="half_life_days must be above 0"):
        LevelConfig(half_life_days=0)
    with pytest.raises(ValueError, match="above must be from 0 to 1"):
        LevelConfig(above=-0.1)


ratings = st.lists(
    st.tuples(st.integers(0, 2), st.floats(0, 1, width=32), st.integers(0, 3000)),
    min_size=1,
    max_size=8,
)


@given(ratings, st.floats(0, 1, width=32), st.floats(0, 1, width=32), st.data())
def test_a_lower_rating_never_means_less_need(rows, usual, above, data):
    which = data.draw(st.integers(0, len(rows) - 1))
    lower = data.draw(st.floats(0, rows[which][1], width=32))
    after = [*rows]
    after[which] = (rows[which][0], lower, rows[which][2])

    def need(of):
        made = levels_of(*(rated(0, s, level, NOW - age * DAY) for s, level, age in of))
        return made.need(np.full(3, usual, dtype=np.float32), above)

    assert (need(after) >= need(rows) - 1e-6).all()
    assert (need(rows) <= 1).all()
    assert (need(rows) >= 0).all()
